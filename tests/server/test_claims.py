"""One computation for each result among servers that share a folder; none is waited on for ever."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from eyebright.server import claims
from eyebright.server.claims import EXPIRY_S, FOLDER, Claims


class Shared:
    """What several servers make once, and find."""

    def __init__(self) -> None:
        self.made = 0
        self.kept: str | None = None
        self.began = asyncio.Event()
        self.gate = asyncio.Event()

    async def find(self) -> str | None:
        return self.kept

    async def make(self) -> str:
        self.made += 1
        self.began.set()
        await self.gate.wait()
        self.kept = f"made {self.made}"
        return self.kept

    async def ask(self, folder: Path | None) -> str:
        """As a server of its own."""
        return await Claims(folder).once("variants/a/b", self.find, self.make)


def play(scenario: Callable[[Shared], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        await asyncio.wait_for(scenario(Shared()), timeout=60)

    asyncio.run(all_of_it())


def claim_of(folder: Path) -> Path:
    (found,) = (folder / FOLDER).iterdir()
    return found


def test_of_servers_that_ask_at_once_one_makes_it(tmp_path: Path) -> None:
    async def scenario(shared: Shared) -> None:
        asking = [asyncio.create_task(shared.ask(tmp_path)) for _ in range(20)]
        await shared.began.wait()
        shared.gate.set()

        assert set(await asyncio.gather(*asking)) == {"made 1"}
        assert list((tmp_path / FOLDER).iterdir()) == []

    play(scenario)


def test_where_nothing_is_shared_nothing_is_claimed() -> None:
    async def scenario(shared: Shared) -> None:
        shared.gate.set()

        assert {await shared.ask(None), await shared.ask(None)} == {"made 1", "made 2"}

    play(scenario)


def test_what_another_cannot_keep_is_made_anew(tmp_path: Path) -> None:
    async def scenario(shared: Shared) -> None:
        async def forgotten() -> str:
            shared.made += 1
            return "forgotten"

        for _ in range(2):
            assert await Claims(tmp_path).once("a", shared.find, forgotten) == "forgotten"
        assert shared.made == 2

    play(scenario)


def test_a_maker_that_fails_makes_room_for_the_next(tmp_path: Path) -> None:
    async def scenario(shared: Shared) -> None:
        async def fail() -> str:
            raise RuntimeError("no")

        with pytest.raises(RuntimeError):
            await Claims(tmp_path).once("variants/a/b", shared.find, fail)
        shared.gate.set()

        assert await shared.ask(tmp_path) == "made 1"

    play(scenario)


def test_a_dead_server_s_claim_is_taken_over(tmp_path: Path) -> None:
    async def scenario(shared: Shared) -> None:
        dying = asyncio.create_task(shared.ask(tmp_path))
        await shared.began.wait()
        claim = claim_of(tmp_path)
        dying.cancel()
        await asyncio.wait({dying})
        claim.touch()
        long_ago = time.time() - EXPIRY_S - 1
        os.utime(claim, (long_ago, long_ago))
        shared.gate.set()

        asking = [shared.ask(tmp_path) for _ in range(5)]
        assert set(await asyncio.gather(*asking)) == {"made 2"}

    play(scenario)


def test_who_was_taken_over_leaves_the_new_owner_s_claim(tmp_path: Path) -> None:
    async def scenario(shared: Shared) -> None:
        paused = asyncio.create_task(shared.ask(tmp_path))
        await shared.began.wait()
        claim_of(tmp_path).write_text("another's")
        shared.gate.set()
        await paused

        assert claim_of(tmp_path).read_text() == "another's"

    play(scenario)


def test_who_is_cancelled_while_it_claims_leaves_no_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, gate, ended = threading.Event(), threading.Event(), asyncio.Event()
    taken: list[bool] = []
    take, give_up = claims._take, claims._give_up

    def slowly(path: Path, owner: str) -> bool:
        began.set()
        gate.wait(30)
        taken.append(take(path, owner))
        return taken[-1]

    def noted(path: Path, owner: str) -> None:
        give_up(path, owner)
        ended.set()

    monkeypatch.setattr(claims, "_take", slowly)
    monkeypatch.setattr(claims, "_give_up", noted)

    async def scenario(shared: Shared) -> None:
        asking = asyncio.create_task(shared.ask(tmp_path))
        assert await asyncio.to_thread(began.wait, 30)
        asking.cancel()
        await asyncio.wait({asking})
        gate.set()

        await ended.wait()
        assert (taken, shared.made) == ([True], 0)
        assert list((tmp_path / FOLDER).iterdir()) == []

    play(scenario)


def test_a_claim_is_touched_for_as_long_as_it_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched = threading.Event()
    monkeypatch.setattr(claims, "TOUCH_S", 0.01)
    monkeypatch.setattr(claims.os, "utime", lambda _path: touched.set())

    async def scenario(shared: Shared) -> None:
        asking = asyncio.create_task(shared.ask(tmp_path))
        assert await asyncio.to_thread(touched.wait, 30)
        shared.gate.set()
        await asking

    play(scenario)


def test_a_folder_that_takes_nothing_costs_no_answer(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("no folder")

    async def scenario(shared: Shared) -> None:
        shared.gate.set()

        assert await shared.ask(tmp_path) == "made 1"

    play(scenario)
