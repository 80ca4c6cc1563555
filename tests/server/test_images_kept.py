"""Kept variants: another server's, an older version's, spoilt ones, and those of changed files."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from in_process import InProcess
from PIL import Image
from playing import AVIF, SMALL, play, until_final

from eyebright.server.faults import Changed
from eyebright.server.images import Images
from eyebright.server.settings import Settings


async def make(images: Images, _good: InProcess, _quick: InProcess) -> None:
    await images.variant("photo.jpg", SMALL, AVIF)


def test_another_server_finds_what_was_kept(fresh: Settings) -> None:
    async def find(images: Images, good: InProcess, _quick: InProcess) -> None:
        got = await images.variant("photo.jpg", SMALL, AVIF)

        assert (got.came_from, good.asked["look"], good.asked["make"]) == ("store", 0, 0)

    play(fresh, make)
    play(fresh, find)


def test_what_the_disk_spoilt_is_made_again(fresh: Settings) -> None:
    async def find(images: Images, good: InProcess, _quick: InProcess) -> None:
        got = await images.variant("photo.jpg", SMALL, AVIF)

        assert (got.came_from, good.asked["look"], good.asked["make"]) == ("made", 1, 1)

    play(fresh, make)
    for path in Path(fresh.cache).rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-10] + b"0123456789")
    play(fresh, find)


def test_an_older_version_s_result_is_sent_while_the_new_one_is_made(fresh: Settings) -> None:
    async def find(images: Images, good: InProcess, _quick: InProcess) -> None:
        machine = await images.workshop.machine()
        versions = {**machine.versions, "eyebright": "another"}
        images.workshop._machine = machine.replace(versions=versions)
        good.gate.clear()
        stale = await images.variant("photo.jpg", SMALL, AVIF)
        good.gate.set()
        new = await until_final(images)

        assert (stale.came_from, stale.is_final) == ("stale", False)
        assert new.came_from in {"memory", "store"}
        assert good.asked["make"] == 1

    play(fresh, make)
    play(fresh, find)


def test_a_file_that_changes_is_another_one(fresh: Settings, folder: Path) -> None:
    path = folder / "changing.jpg"
    path.write_bytes((folder / "photo.jpg").read_bytes())

    async def scenario(images: Images, _good: InProcess, _quick: InProcess) -> None:
        before = await images.variant("changing.jpg", SMALL, AVIF)
        path.write_bytes(photo_turned(folder))
        after = await images.variant("changing.jpg", SMALL, AVIF)

        assert after.etag != before.etag
        assert (after.width, after.height) == (60, 75)

    play(fresh, scenario)


def test_a_file_that_changes_while_it_is_read_is_not_kept_under_the_old_name(
    fresh: Settings, folder: Path
) -> None:
    path = folder / "racing.jpg"
    path.write_bytes((folder / "photo.jpg").read_bytes())

    async def scenario(images: Images, good: InProcess, _quick: InProcess) -> None:
        good.gate.clear()
        asking = asyncio.create_task(images.variant("racing.jpg", SMALL, AVIF))
        await good.reached.wait()
        path.write_bytes(photo_turned(folder))
        good.gate.set()

        with pytest.raises(Changed):
            await asking
        assert (await images.variant("racing.jpg", SMALL, AVIF)).height == 75

    play(fresh, scenario)


def photo_turned(folder: Path) -> bytes:
    out = io.BytesIO()
    with Image.open(folder / "photo.jpg") as image:
        image.transpose(Image.Transpose.ROTATE_90).save(out, "JPEG", quality=95)
    return out.getvalue()
