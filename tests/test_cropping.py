"""Crops from bytes on: what is told of a file, and what is cut out of it."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence
from skimage import data as samples

from eyebright import Goal, Report, crops, crops_sync, optimise_sync
from eyebright.errors import CorruptImage, PolicyError
from eyebright.metrics import ssimulacra2
from eyebright.policy.boxes import holds
from eyebright.values import Box

ORIENTATION_TAG = 0x0112

ASTRONAUT = Image.fromarray(samples.astronaut())
FACE = Box(x=190, y=80, width=70, height=70)
REGION = Box(x=101, y=7, width=203, height=99)


def saved(picture: Image.Image, name: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, name, **options)
    return out.getvalue()


def made(data: bytes, **wishes: object) -> tuple[Report, Image.Image]:
    done = optimise_sync(data, Goal(**wishes), models=False)  # type: ignore[arg-type]
    return done.report, Image.open(io.BytesIO(done.data))


def cut(picture: Image.Image, box: Box) -> Image.Image:
    return picture.crop((box.x, box.y, box.x + box.width, box.y + box.height))


def test_the_face_of_a_portrait_is_kept_in_every_shape() -> None:
    data = saved(ASTRONAUT, "JPEG", quality=90)

    for aspect in ("1:1", "4:5", "16:9", "9:16", "3:1"):
        first = crops_sync(data, aspect)[0]
        assert holds(first.box, FACE)
        assert all(guard.passes for guard in first.guards)


def test_a_path_will_do(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(saved(ASTRONAUT))

    (only,) = asyncio.run(crops(path, "16:9", n=1, box=REGION, models=False))

    assert only.strategy == "user"


def test_nonsense_is_refused_before_the_work() -> None:
    with pytest.raises(PolicyError, match="aspect: 'round' is neither an aspect nor a size"):
        crops_sync(b"no picture", "round")
    with pytest.raises(PolicyError, match="write an aspect like 16:9"):
        crops_sync(b"no picture", (4, 5))  # type: ignore[arg-type]
    with pytest.raises(CorruptImage):
        crops_sync(saved(ASTRONAUT)[:999], "1:1")


def test_what_is_cut_looks_like_that_part() -> None:
    report, picture = made(saved(ASTRONAUT), crop_box=REGION, formats=("webp",))
    part = np.asarray(cut(ASTRONAUT, REGION))

    assert report.crop == REGION
    assert (report.width, report.height) == (203, 99) == picture.size
    assert ssimulacra2(part, np.asarray(picture.convert("RGB"))) > report.target - 1


def test_a_size_is_exact_and_its_part_is_scaled() -> None:
    report, picture = made(saved(ASTRONAUT), crop="120x63", crop_box=REGION, formats=("jpeg",))

    assert picture.size == (120, 63)
    assert report.crop is not None
    assert report.crop.width / report.crop.height == pytest.approx(120 / 63, rel=0.01)


def test_places_are_those_of_the_picture_as_shown() -> None:
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = 6  # to be turned by 90 degrees clockwise
    data = saved(ASTRONAUT, "JPEG", quality=95, exif=exif.tobytes())
    report, picture = made(data, crop_box=REGION, formats=("jpeg",))

    upright = ASTRONAUT.transpose(Image.Transpose.ROTATE_270)
    assert ssimulacra2(np.asarray(cut(upright, REGION)), np.asarray(picture)) > 60
    assert report.score >= report.target


def test_a_part_comes_even_where_the_original_is_smaller() -> None:
    drawing = Image.new("RGB", (400, 300), "white")
    tiny = saved(drawing, "PNG", optimize=True)
    report, picture = made(tiny, crop_box=Box(x=0, y=0, width=399, height=299), formats=("jpeg",))

    assert report.bytes > report.original_bytes
    assert picture.size == (399, 299)
    assert "original-uncut" in {reason.code for reason in report.reasons}


def test_margins_are_made_around_a_picture_that_may_not_be_cut() -> None:
    twins = Image.fromarray(np.hstack([np.asarray(ASTRONAUT)] * 2))
    goal = Goal(crop="90x160", pad="#102030", formats=("jpeg",))
    done = optimise_sync(saved(twins, "JPEG", quality=95), goal)

    made = np.asarray(Image.open(io.BytesIO(done.data)).convert("RGB"))
    assert made.shape == (160, 90, 3)
    assert np.abs(made[:40].astype(int) - (0x10, 0x20, 0x30)).max() < 9
    assert np.abs(made[-40:].astype(int) - (0x10, 0x20, 0x30)).max() < 9
    assert made[60:100].std() > 40
    assert "crop-whole" in {reason.code for reason in done.report.reasons}


def test_every_frame_of_an_animation_is_cut() -> None:
    frames = [ASTRONAUT.resize((128, 96)).rotate(turn) for turn in (0, 4, 8)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0)
    box = Box(x=16, y=8, width=61, height=43)
    report, picture = made(data, crop_box=box)

    assert report.crop == box
    shown = [np.asarray(f.convert("RGB")) for f in ImageSequence.Iterator(picture)]
    with Image.open(io.BytesIO(data)) as film:
        played = [np.asarray(cut(f.convert("RGB"), box)) for f in ImageSequence.Iterator(film)]
    pairs = list(zip(played, shown, strict=True))
    assert len(pairs) == 3
    assert min(ssimulacra2(a, b) for a, b in pairs) > report.target - 3


def test_a_drawing_that_stays_one_is_not_cropped() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60"><path d="M0 0h9"/></svg>'
    done = optimise_sync(svg, Goal(crop="1:1"))

    assert done.data == svg
    assert "crop-not-made" in {reason.code for reason in done.report.reasons}


def test_where_the_original_is_kept_no_region_is_told() -> None:
    report, picture = made(saved(ASTRONAUT), crop="2:1", target=100, formats=("jpeg",))
    codes = {reason.code for reason in report.reasons}

    assert report.kept_original
    assert picture.size == (512, 512)
    assert "crop-not-made" in codes
    assert "crop-made" not in codes


def test_where_the_original_is_kept_whole_it_is_told_why() -> None:
    twins = Image.fromarray(np.hstack([np.asarray(ASTRONAUT)] * 2))
    done = optimise_sync(saved(twins, "JPEG", quality=60), Goal(crop="9:16", target=98))
    why = next(reason for reason in done.report.reasons if reason.code == "crop-whole")

    assert done.report.kept_original
    assert why.text.startswith("It is not cropped to 9:16, as no part of that shape keeps all")


def test_the_report_tells_why_by_its_values() -> None:
    report, _picture = made(saved(ASTRONAUT), crop="2:1", formats=("jpeg",))
    why = next(reason for reason in report.reasons if reason.code == "crop-made")

    assert report.crop is not None
    assert why.values["box"] == report.crop.to_dict()
    assert why.values["strategy"] == "centre"
