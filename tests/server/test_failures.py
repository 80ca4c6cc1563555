"""What failed by its own fault is remembered for a while, what may pass is not."""

from __future__ import annotations

import pytest

from eyebright.errors import EyebrightError
from eyebright.server import failures
from eyebright.server.failures import Failures
from eyebright.server.faults import Busy, Changed, Refused, TookTooLong, WorkerLost


def attempts(known: Failures, exc: EyebrightError, times: int = 3, key: str = "a") -> int:
    """How often it was tried, of so many that asked."""
    tried = []

    def attempt() -> None:
        with known.remembered(key):
            tried.append(1)
            raise exc

    for _ in range(times):
        with pytest.raises(type(exc)) as caught:
            attempt()
        assert (caught.value.kind, str(caught.value)) == (exc.kind, str(exc))
    return len(tried)


@pytest.mark.parametrize(
    "exc", [Refused("CorruptImage", "torn"), Refused("LimitExceeded", "large"), WorkerLost("gone")]
)
def test_what_would_fail_again_is_tried_once(exc: EyebrightError) -> None:
    assert attempts(Failures(), exc) == 1


@pytest.mark.parametrize(
    "exc",
    [Busy("full"), Changed("new"), TookTooLong("late"), Refused("RuntimeError", "")],
)
def test_what_may_pass_is_tried_again(exc: EyebrightError) -> None:
    assert attempts(Failures(), exc) == 3


def test_each_file_has_its_own_faults() -> None:
    known = Failures()

    assert attempts(known, WorkerLost("gone"), key="a") == 1
    assert attempts(known, WorkerLost("gone"), key="b") == 1


def test_it_is_tried_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Failures()
    attempts(known, WorkerLost("gone"))
    monkeypatch.setattr(failures, "REMEMBERED_S", 0.0)

    assert attempts(known, WorkerLost("gone")) == 3


def test_who_meets_it_again_and_again_holds_no_more_of_it() -> None:
    known, exc = Failures(), WorkerLost("gone")
    attempts(known, exc, times=50)

    frames, trace = 0, exc.__traceback__
    while trace is not None:
        frames, trace = frames + 1, trace.tb_next
    assert frames < 10
