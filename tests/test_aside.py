"""Heavy work beside the event loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from eyebright import aside as module
from eyebright.aside import aside
from eyebright.kernels import implementation, using

PATIENCE_S = 20.0


def test_the_event_loop_goes_on_beside_heavy_work() -> None:
    async def end_it_meanwhile() -> bool:
        may_end = threading.Event()
        task = asyncio.create_task(aside(may_end.wait, PATIENCE_S))
        await asyncio.sleep(0)
        may_end.set()
        return await task

    assert asyncio.run(end_it_meanwhile()) is True


def test_an_error_of_the_work_reaches_its_caller() -> None:
    with pytest.raises(ValueError, match="no number"):
        asyncio.run(aside(int, "no number"))


def test_the_chosen_kernels_work_aside_too() -> None:
    with using("numpy"):
        found = asyncio.run(aside(implementation))

    assert found == "numpy"


def test_without_threads_the_work_is_done_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HAS_THREADS", False)

    found = asyncio.run(aside(threading.get_ident))

    assert found == threading.get_ident()
