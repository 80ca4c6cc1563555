"""One line of the table that models/evaluate.py prints; each model's evaluate.py gives a list."""

from __future__ import annotations

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
    """What issue 5 asks for, such as ">= .97"; empty where it asks for nothing."""
    baseline: str = ""
    """A simple means for comparison; empty where there is none."""
    baseline_value: float | None = None
