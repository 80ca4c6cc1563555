"""One line of the table that models/evaluate.py prints; each model's evaluate.py gives a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure, measured on pictures that the model never saw."""

    model: str
    split: str
    """Which pictures, and how many where that matters."""
    metric: str
    value: float
    target: str = ""
    """What was asked for, such as ">= .97"; empty where it asks for nothing."""
    baseline: str = ""
    """A simple means for comparison; empty where there is none."""
    baseline_value: float | None = None


def show(rows: Iterable[Row]) -> None:
    """Print a line a figure, with what was asked for and the simple means beside it."""
    for row in rows:
        beside = "" if row.baseline_value is None else f"{row.baseline} {row.baseline_value:.3f}"
        line = f"{row.split:46} {row.metric:40} {row.value:8.3f}  {row.target:8} {beside}"
        print(line.rstrip())
