"""The working processes: killed, ended, flooded."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from eyebright.intake import DEFAULT_LIMITS
from eyebright.results import unpack_facts
from eyebright.server.faults import Busy, Refused, TookTooLong, WorkerLost
from eyebright.server.lanes import Lanes

LONG_S = 60.0
DESCRIBE = {"task": "describe", "models": False}


def look(path: Path) -> dict[str, Any]:
    told = {"task": "look", "path": str(path), "name": path.name}
    return {**told, "limits": DEFAULT_LIMITS.to_dict(), "models": False}


def play(lanes: Callable[[], Lanes], scenario: Callable[[Lanes], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        made = lanes()
        try:
            await scenario(made)
        finally:
            await made.close()

    asyncio.run(all_of_it())


def kill(lanes: Lanes) -> None:
    pid = lanes.lanes[0].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def test_a_task_is_done_in_another_process(folder: Path) -> None:
    async def scenario(lanes: Lanes) -> None:
        reply = await lanes.ask(look(folder / "photo.jpg"))

        assert unpack_facts(reply.body).width == 200
        assert lanes.lanes[0].pid != os.getpid()

    play(lambda: Lanes(1, 4, LONG_S), scenario)


def test_an_error_is_told_and_the_process_goes_on(folder: Path) -> None:
    async def scenario(lanes: Lanes) -> None:
        await lanes.ask(DESCRIBE)
        pid = lanes.lanes[0].pid
        with pytest.raises(Refused, match=r"notes\.txt") as caught:
            await lanes.ask(look(folder / "notes.txt"))
        await lanes.ask(DESCRIBE)

        assert caught.value.kind == "UnsupportedFormat"
        assert lanes.lanes[0].pid == pid

    play(lambda: Lanes(1, 4, LONG_S), scenario)


def test_a_process_killed_while_idle_costs_no_request(folder: Path) -> None:
    lost = []

    async def scenario(lanes: Lanes) -> None:
        await lanes.ask(DESCRIBE)
        kill(lanes)
        reply = await lanes.ask(look(folder / "photo.jpg"))

        assert unpack_facts(reply.body).width == 200

    play(lambda: Lanes(1, 4, LONG_S, lambda: lost.append(1)), scenario)


def test_a_process_killed_at_work_costs_no_request_either(folder: Path) -> None:
    lost = []

    async def scenario(lanes: Lanes) -> None:
        await lanes.ask(DESCRIBE)
        asking = asyncio.gather(*(lanes.ask(look(folder / "photo.jpg")) for _ in range(4)))
        await asyncio.sleep(0)
        kill(lanes)

        widths = [unpack_facts(reply.body).width for reply in await asking]
        assert widths == [200] * 4
        assert lost == [1]

    play(lambda: Lanes(1, 4, LONG_S, lambda: lost.append(1)), scenario)


def test_what_ends_every_process_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eyebright.server.lanes.COMMAND", ("false",))
    lost = []

    async def scenario(lanes: Lanes) -> None:
        with pytest.raises(WorkerLost, match="died"):
            await lanes.ask(DESCRIBE)

    play(lambda: Lanes(1, 4, LONG_S, lambda: lost.append(1)), scenario)

    assert lost == [1, 1]


def test_what_takes_too_long_is_ended_with_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eyebright.server.lanes.COMMAND", ("sleep", "600"))

    async def scenario(lanes: Lanes) -> None:
        with pytest.raises(TookTooLong, match=r"0\.2 s"):
            await lanes.ask(DESCRIBE)

        assert lanes.lanes[0].pid is None

    play(lambda: Lanes(1, 4, 0.2), scenario)


def test_more_than_can_be_queued_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eyebright.server.lanes.COMMAND", ("sleep", "600"))

    async def scenario(lanes: Lanes) -> None:
        asking = (lanes.ask(DESCRIBE) for _ in range(10))
        came = await asyncio.gather(*asking, return_exceptions=True)

        kinds = [type(one) for one in came]
        assert (kinds.count(TookTooLong), kinds.count(Busy)) == (5, 5)

    play(lambda: Lanes(2, 3, 0.2), scenario)


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="this system has no such thing")
def test_processes_let_others_go_first_where_they_are_to() -> None:
    async def scenario(lanes: Lanes) -> None:
        await lanes.ask(DESCRIBE)

        pid = lanes.lanes[0].pid
        assert pid is not None
        own = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, pid) == max(own, 7)

    play(lambda: Lanes(1, 4, LONG_S, niceness=7), scenario)
