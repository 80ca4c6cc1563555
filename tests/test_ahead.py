"""Encodes that are made before the policy asks for them."""

from __future__ import annotations

import asyncio
import io
from functools import partial
from typing import Any

import pytest
import skimage.data
from PIL import Image

from eyebright import still
from eyebright.ahead import Ahead, Made, ahead
from eyebright.errors import CodecError
from eyebright.host.native import NativeHost
from eyebright.pipeline import optimise
from eyebright.steps import Steps
from eyebright.values import Goal, Outcome, Trial

HOST = NativeHost()
QUIET = partial(Steps, HOST, None)


def trial(quality: int) -> Trial:
    return Trial(format="webp", quality=quality, width=8, height=8)


class Encoder:
    """Ends an encode when told to; one of quality 13 fails."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.cancelled: list[int] = []
        self.go = asyncio.Event()

    async def attempt(self, trial: Trial, steps: Steps) -> Made:
        self.asked.append(trial.quality)
        steps.start("encode", trial)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled.append(trial.quality)
            raise
        if trial.quality == 13:
            steps.encoder_failed(trial, CodecError("out of order"))
        return Outcome(trial=trial, size_bytes=trial.quality, score=80), bytes(trial.quality)


def begun(encoder: Encoder, *qualities: int) -> Any:
    return ahead([trial(quality) for quality in qualities], encoder.attempt, QUIET)


async def asked(work: Ahead, steps: Steps, quality: int) -> asyncio.Task[Made]:
    """A task that asks for an encode and has begun to wait for it."""
    task = asyncio.create_task(work.made(trial(quality), steps))
    for _ in range(5):
        await asyncio.sleep(0)
    return task


def test_one_encode_is_made_beside_the_one_that_is_asked_for() -> None:
    async def story() -> tuple[list[int], list[int], int]:
        encoder, steps = Encoder(), QUIET()
        async with begun(encoder, 10, 20, 30) as work:
            first = await asked(work, steps, 10)
            at_once = list(encoder.asked)
            encoder.go.set()
            made = [await first, *[await work.made(trial(q), steps) for q in (20, 30)]]
        assert [outcome.trial.quality for outcome, _data in made] == [10, 20, 30]
        assert [len(data) for _outcome, data in made] == [10, 20, 30]
        return at_once, encoder.asked, steps.encodes

    assert asyncio.run(story()) == ([10, 20], [10, 20, 30], 3)


def test_what_was_not_foreseen_is_made_at_once() -> None:
    async def story() -> list[int]:
        encoder, steps = Encoder(), QUIET()
        encoder.go.set()
        async with begun(encoder) as work:
            await work.made(trial(50), steps)
        return encoder.asked

    assert asyncio.run(story()) == [50]


def test_a_failure_is_told_and_counted_as_if_it_had_just_happened() -> None:
    async def story() -> tuple[int, list[str]]:
        encoder, steps = Encoder(), QUIET()
        encoder.go.set()
        async with begun(encoder, 10, 13) as work:
            await work.made(trial(10), steps)
            await work.made(trial(13), steps)
        return steps.encodes, [fallback.code for fallback in steps.fallbacks]

    assert asyncio.run(story()) == (1, ["encoder-failed"])


def test_who_stops_asking_ends_all_that_is_under_way() -> None:
    async def story() -> tuple[list[int], list[int]]:
        encoder, steps = Encoder(), QUIET()

        async def search() -> None:
            async with begun(encoder, 10, 20, 30) as work:
                await work.made(trial(10), steps)

        task = asyncio.create_task(search())
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return encoder.asked, sorted(encoder.cancelled)

    assert asyncio.run(story()) == ([10, 20], [10, 20])


def photo() -> bytes:
    file = io.BytesIO()
    Image.fromarray(skimage.data.astronaut()[:160, :160]).save(file, "JPEG", quality=95)
    return file.getvalue()


async def best(monkeypatch: pytest.MonkeyPatch, most_pixels: int) -> Any:
    with monkeypatch.context() as patch:
        patch.setattr(still, "MOST_PIXELS", most_pixels)
        return await optimise(photo(), Goal(mode="best"))


def test_the_best_mode_comes_to_the_same_with_one_encode_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    beside = asyncio.run(best(monkeypatch, 10**9))
    alone = asyncio.run(best(monkeypatch, 0))

    assert beside.data == alone.data
    assert beside.report.replace(timings_ms={}) == alone.report.replace(timings_ms={})
    assert beside.report.encodes > 2
