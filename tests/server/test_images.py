"""One request's way: one computation for each key, the budget, older versions, damage."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from in_process import InProcess
from playing import AVIF, SMALL, play, until_final

from eyebright.policy import load_policies
from eyebright.server.faults import Busy, Refused, WorkerLost
from eyebright.server.images import Images
from eyebright.server.machine import Decided, Machine
from eyebright.server.settings import Settings


def test_however_many_ask_at_once_it_is_made_once(fresh: Settings) -> None:
    async def scenario(images: Images, good: InProcess, _quick: InProcess) -> None:
        asking = (images.variant("photo.jpg", SMALL, AVIF) for _ in range(200))
        got = await asyncio.gather(*asking)

        assert len({variant.etag for variant in got}) == 1
        assert dict(good.asked) == {"describe": 1, "look": 1, "make": 1}

    play(fresh, scenario)


def test_hints_of_one_class_share_one_computation(fresh: Settings) -> None:
    async def scenario(images: Images, good: InProcess, _quick: InProcess) -> None:
        hints = [[*AVIF, (b"sec-ch-width", str(w).encode())] for w in range(81, 160, 10)]
        await asyncio.gather(*(images.variant("photo.jpg", {}, fields) for fields in hints))

        assert good.asked["make"] == 1

    play(fresh, scenario)


def test_a_client_that_leaves_takes_nothing_from_the_others(fresh: Settings) -> None:
    async def scenario(images: Images, good: InProcess, _quick: InProcess) -> None:
        good.gate.clear()
        leaving = asyncio.create_task(images.variant("photo.jpg", SMALL, AVIF))
        staying = asyncio.create_task(images.variant("photo.jpg", SMALL, AVIF))
        await good.reached.wait()
        leaving.cancel()
        good.gate.set()

        assert (await staying).format == "avif"
        assert good.asked["make"] == 1

    play(fresh, scenario)


def test_after_the_budget_a_quick_one_is_sent_and_the_good_one_made(fresh: Settings) -> None:
    async def scenario(images: Images, good: InProcess, quick: InProcess) -> None:
        good.gate.clear()
        first = await images.variant("photo.jpg", SMALL, AVIF)
        second = await images.variant("photo.jpg", SMALL, AVIF)
        good.gate.set()
        later = await until_final(images)

        assert (first.came_from, first.is_final) == ("quick", False)
        assert (second.etag, quick.asked["quick"]) == (first.etag, 1)
        assert later.is_final
        assert good.asked["make"] == 1

    play(fresh.replace(budget_ms=1), scenario)


def test_a_quick_one_that_fails_costs_only_time(fresh: Settings) -> None:
    async def scenario(images: Images, good: InProcess, quick: InProcess) -> None:
        good.gate.clear()
        quick.fault = Busy("full")
        waiting = asyncio.create_task(images.variant("photo.jpg", SMALL, AVIF))
        await quick.reached.wait()
        good.gate.set()

        assert (await waiting).is_final

    play(fresh.replace(budget_ms=1), scenario)


def test_where_nobody_has_time_a_quick_one_is_sent_before_the_budget_ends(fresh: Settings) -> None:
    async def scenario(images: Images, good: InProcess, quick: InProcess) -> None:
        good.fault = Busy("full")

        got = await images.variant("photo.jpg", SMALL, AVIF)

        assert (got.came_from, quick.asked["quick"]) == ("quick", 1)

    play(fresh, scenario)


def test_a_quick_one_is_waited_for_where_the_good_one_is_given_up_meanwhile(
    fresh: Settings,
) -> None:
    async def scenario(images: Images, good: InProcess, quick: InProcess) -> None:
        good.gate.clear()
        quick.gate.clear()
        asking = asyncio.create_task(images.variant("photo.jpg", SMALL, AVIF))
        await quick.reached.wait()
        good.fault = Busy("full")
        good.gate.set()
        await good.ended.wait()
        quick.gate.set()

        assert (await asking).came_from == "quick"

    play(fresh.replace(budget_ms=1), scenario)


def test_where_there_is_no_time_for_a_quick_one_either_it_is_refused(fresh: Settings) -> None:
    async def scenario(images: Images, good: InProcess, quick: InProcess) -> None:
        good.fault, quick.fault = Busy("full"), Busy("full, too")

        with pytest.raises(Busy, match=r"^full$"):
            await images.variant("photo.jpg", SMALL, AVIF)

    play(fresh, scenario)


def test_a_failed_one_is_tried_again_by_the_next_request(fresh: Settings) -> None:
    async def scenario(images: Images, good: InProcess, quick: InProcess) -> None:
        good.fault = quick.fault = Busy("full")
        with pytest.raises(Busy):
            await images.variant("photo.jpg", SMALL, AVIF)
        good.fault = None

        assert (await images.variant("photo.jpg", SMALL, AVIF)).is_final

    play(fresh, scenario)


def test_servers_that_share_a_store_make_it_once(fresh: Settings) -> None:
    async def scenario(images: Images, good: InProcess, _quick: InProcess) -> None:
        others = [Images(fresh), Images(fresh)]
        lanes = [InProcess(), InProcess()]
        for other, own in zip(others, lanes, strict=True):
            other.workshop.lanes = own  # type: ignore[assignment] # as in play
        servers = [images, *others]
        asking = (servers[i % 3].variant("photo.jpg", SMALL, AVIF) for i in range(200))
        got = await asyncio.gather(*asking)
        for other in others:
            await other.close()

        asked = good.asked + lanes[0].asked + lanes[1].asked
        assert len({variant.etag for variant in got}) == 1
        assert (asked["look"], asked["make"]) == (1, 1)

    play(fresh, scenario)


def test_a_broken_file_is_not_decoded_again_for_each_who_asks(
    fresh: Settings, folder: Path
) -> None:
    path = folder / "torn.jpg"
    path.write_bytes((folder / "photo.jpg").read_bytes()[:900])

    async def scenario(images: Images, good: InProcess, _quick: InProcess) -> None:
        told = set()
        for width in range(50, 60):
            with pytest.raises(Refused) as caught:
                await images.variant("torn.jpg", {"w": str(width)}, AVIF)
            told.add((caught.value.kind, str(caught.value)))
        looks = good.asked["look"]
        path.write_bytes((folder / "photo.jpg").read_bytes())

        assert (len(told), looks) == (1, 1)
        assert (await images.variant("torn.jpg", SMALL, AVIF)).is_final

    play(fresh, scenario)


def test_what_ended_the_processes_is_not_given_to_them_again(fresh: Settings) -> None:
    async def scenario(images: Images, good: InProcess, _quick: InProcess) -> None:
        good.fault = WorkerLost("died")
        for _ in range(3):
            with pytest.raises(WorkerLost):
                await images.variant("photo.jpg", SMALL, AVIF)

        assert good.asked["make"] == 1

    play(fresh, scenario)


def test_others_are_answered_while_one_is_decided(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, may_end, decided = threading.Event(), threading.Event(), Machine.decided

    def slowly(*given: Any) -> Decided:
        began.set()
        assert may_end.wait(timeout=10)
        return decided(*given)

    async def scenario(images: Images, _good: InProcess, _quick: InProcess) -> None:
        monkeypatch.setattr(Machine, "decided", slowly)
        asking = asyncio.create_task(images.variant("photo.jpg", SMALL, AVIF))
        await asyncio.to_thread(began.wait, timeout=10)
        may_end.set()

        assert (await asking).is_final

    play(fresh, scenario)


def test_a_policy_file_s_rules_hold_here_and_in_the_processes(fresh: Settings) -> None:
    async def scenario(images: Images, good: InProcess, _quick: InProcess) -> None:
        got = await images.variant("photo.jpg", {}, AVIF)
        again = await images.variant("photo.jpg", {}, AVIF)

        assert (got.came_from, got.width) == ("made", 50)
        assert (again.came_from, good.asked["make"]) == ("memory", 1)

    play(fresh, scenario, load_policies('[brand]\nname = "Acme"\nmax_width = 50'))
