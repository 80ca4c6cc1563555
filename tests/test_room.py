"""Room in memory that pictures share."""

from __future__ import annotations

import asyncio

import pytest

from eyebright.room import Room, room


async def _work(shared: Room, need_mb: int, budget_mb: int | None, done: asyncio.Event) -> None:
    async with shared.share(need_mb, budget_mb):
        await done.wait()


async def _started(shared: Room, *needs_mb: int, budget_mb: int | None = 100) -> list[int]:
    """Megabytes in use after each of the pictures came; then all are ended."""
    done = asyncio.Event()
    tasks, seen = [], []
    for need in needs_mb:
        tasks.append(asyncio.create_task(_work(shared, need, budget_mb, done)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        seen.append(shared.taken_mb)
    done.set()
    await asyncio.gather(*tasks)
    return seen


@pytest.mark.parametrize(
    ("needs", "in_use"),
    [
        ((60, 40, 1), [60, 100, 100]),
        ((60, 41), [60, 60]),
        ((60, 41, 10), [60, 60, 60]),
        ((500, 1), [500, 500]),
    ],
    ids=["until it is full", "else it waits", "nobody overtakes", "alone always"],
)
def test_pictures_share_the_budget(needs: tuple[int, ...], in_use: list[int]) -> None:
    shared = Room()

    assert asyncio.run(_started(shared, *needs)) == in_use
    assert shared.taken_mb == 0


def test_without_a_budget_nobody_waits() -> None:
    assert asyncio.run(_started(Room(), 500, 500, budget_mb=None)) == [0, 0]


def test_a_cancelled_picture_gives_up_its_place() -> None:
    async def story() -> list[int]:
        shared, done = Room(), asyncio.Event()
        first, second, third = (
            asyncio.create_task(_work(shared, need, 100, done)) for need in (60, 90, 30)
        )
        await asyncio.sleep(0.01)
        seen = [shared.taken_mb]
        second.cancel()
        await asyncio.sleep(0.01)
        seen.append(shared.taken_mb)
        first.cancel()
        await asyncio.sleep(0.01)
        seen.append(shared.taken_mb)
        third.cancel()
        await asyncio.gather(first, second, third, return_exceptions=True)
        return [*seen, shared.taken_mb]

    assert asyncio.run(story()) == [60, 90, 30, 0]


def test_a_picture_cancelled_in_the_moment_it_is_let_in_takes_no_room() -> None:
    async def story() -> int:
        shared, done = Room(), asyncio.Event()
        first = asyncio.create_task(_work(shared, 60, 100, done))
        second = asyncio.create_task(_work(shared, 60, 100, done))
        await asyncio.sleep(0.01)
        done.set()
        await first
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        return shared.taken_mb

    assert asyncio.run(story()) == 0


def test_a_picture_cancelled_in_the_moment_another_ends_harms_neither() -> None:
    async def story() -> tuple[list[object], int]:
        shared, done = Room(), asyncio.Event()
        ending, cancelled, waiting = (
            asyncio.create_task(_work(shared, 60, 100, done)) for _ in range(3)
        )
        await asyncio.sleep(0.01)
        done.set()
        cancelled.cancel()
        ends = await asyncio.gather(ending, cancelled, waiting, return_exceptions=True)
        return [type(end) for end in ends], shared.taken_mb

    ends, taken_mb = asyncio.run(story())

    assert ends == [type(None), asyncio.CancelledError, type(None)]
    assert taken_mb == 0


def test_an_error_gives_the_room_back() -> None:
    async def story(shared: Room) -> None:
        async with shared.share(60, 100):
            raise ValueError("its file is broken")

    shared = Room()
    with pytest.raises(ValueError, match="its file is broken"):
        asyncio.run(story(shared))

    assert shared.taken_mb == 0


def test_one_event_loop_has_one_room() -> None:
    async def rooms() -> list[Room]:
        return [room(), room()]

    first, second = asyncio.run(rooms())

    assert first is second
    assert asyncio.run(rooms())[0] is not first


@pytest.mark.parametrize("budget_mb", [None, 100])
def test_a_picture_is_lone_while_no_other_is_worked_on_or_waits(budget_mb: int | None) -> None:
    async def story() -> list[bool]:
        shared, done = Room(), asyncio.Event()
        seen = [shared.is_lone]
        for _ in range(2):
            work = asyncio.create_task(_work(shared, 60, budget_mb, done))
            await asyncio.sleep(0.01)
            seen.append(shared.is_lone)
        done.set()
        await work
        return [*seen, shared.is_lone]

    assert asyncio.run(story()) == [True, True, False, True]
