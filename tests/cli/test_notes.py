"""What a run tells on stderr beside its results."""

from __future__ import annotations

import pytest

from eyebright.cli.notes import tell_of_looking
from eyebright.values import Reason

MISSING = Reason(code="model-missing", text="The text model is not here.")
REDUCED = Reason(code="decode-reduced", text="It is looked at at 1/2 of its size.")
OTHER = Reason(code="profile-converted", text="Its colours were converted.")


def test_what_was_looked_at_with_less_is_told_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell_of_looking([MISSING, OTHER, REDUCED])

    told = [f"eyebright: {note.text}" for note in (MISSING, REDUCED)]
    assert capsys.readouterr().err.splitlines() == told


def test_a_run_over_many_files_tells_each_once(capsys: pytest.CaptureFixture[str]) -> None:
    told: set[str] = set()
    for _ in range(3):
        tell_of_looking([MISSING], told)

    assert capsys.readouterr().err == f"eyebright: {MISSING.text}\n"
