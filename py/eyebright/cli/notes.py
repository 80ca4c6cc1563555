"""What a run tells on stderr beside its results."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from eyebright.cli.failures import printable
from eyebright.policy.cutting import FORBIDDEN_CODE
from eyebright.policy.memory import REDUCED_CODE
from eyebright.values import Reason

OF_MODELS = "model"
"""Beginning of the codes of what stood in for a model."""


def tell_of_looking(notes: Iterable[Reason], told: set[str] | None = None) -> None:
    """One line for each model that did not look, and where not all pixels were looked at.

    What is in `told` not again, the new into it.
    Without this, nobody would hear of it who reads no report.
    """
    told = set() if told is None else told
    for note in notes:
        is_of_looking = note.code.startswith(OF_MODELS) or note.code == REDUCED_CODE
        if not is_of_looking or note.text in told:
            continue
        told.add(note.text)
        print(f"eyebright: {note.text}", file=sys.stderr)


def tell_of_bans(name: str, reasons: Iterable[Reason]) -> None:
    """Why a picture that was to be cropped stays whole, each policy once."""
    for text in dict.fromkeys(r.text for r in reasons if r.code == FORBIDDEN_CODE):
        print(printable(f"eyebright: {name}: {text}"), file=sys.stderr)
