"""Many different variants at once: each request is answered, and memory keeps to its limit."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image
from skimage import data as samples

from eyebright.server import workshop
from eyebright.server.faults import Busy
from eyebright.server.images import Images
from eyebright.server.lanes import Lanes
from eyebright.server.settings import Settings
from eyebright.server.variants import Variant
from eyebright.values import Goal

AVIF = [(b"accept", b"image/avif,image/webp,*/*")]
MISSES = 60
LIMIT_MB = 200
"""Half of it is each process's share: the picture takes 78 MB to decode. What allocators keep
beside differs from machine to machine; two decoded at once in one process would be above it all."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_storm_of_misses_is_answered_within_its_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop, "QUICK_WAITING", 40)
    photo = Image.fromarray(samples.astronaut()).resize((3000, 2000))
    photo.save(tmp_path / "camera.jpg", quality=90, progressive=True)
    photo.resize((64, 48)).save(tmp_path / "small.jpg", quality=98)
    settings = Settings(
        images=str(tmp_path),
        cache=str(tmp_path / "cache"),
        workers=1,
        waiting=3,
        memory_mb=LIMIT_MB,
        budget_ms=0,
        models=False,
    )

    answers, taken_mb = asyncio.run(storm(settings))

    assert set(answers) <= {"made", "quick", "Busy"}
    assert answers.total() == MISSES
    assert answers["made"] + answers["quick"] >= 40
    assert sum(taken_mb) <= LIMIT_MB


async def storm(settings: Settings) -> tuple[Counter[str], list[int]]:
    """What was answered, and the most memory of each process beside what it takes by itself."""
    images = Images(settings)
    both = (images.workshop.lanes, images.workshop.quick_lanes)
    try:
        await start(images)
        before = [peak_mb(lanes) for lanes in both]
        asking = (one(images, {"w": str(300 + i)}) for i in range(MISSES))
        answers = Counter(await asyncio.gather(*asking))
        return answers, [peak_mb(lanes) - was for lanes, was in zip(both, before, strict=True)]
    finally:
        await images.close()


async def start(images: Images) -> None:
    """Let each process load all that it needs, for a picture that takes next to no memory."""
    machine, place = await images.workshop.machine(), images.workshop.place("small.jpg")
    for make in (images.workshop.make, images.workshop.make_quick):
        await make(place, Goal(purpose="serve"), machine.able)


async def one(images: Images, query: dict[str, str]) -> str:
    try:
        variant: Variant = await images.variant("camera.jpg", query, AVIF)
    except Busy as exc:
        return exc.kind
    return variant.came_from


def peak_mb(lanes: Lanes) -> int:
    """Of its one process (Linux, proc(5))."""
    status = Path(f"/proc/{lanes.lanes[0].pid}/status").read_text()
    return int(status.partition("\nVmHWM:")[2].split()[0]) // 1000
