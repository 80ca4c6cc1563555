"""The rows of the table that says how good the models are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of one model on one split, with what it is compared with."""

    model: str
    split: str
    metric: str
    value: float
    baseline: str = ""
    """Name of what is compared with; empty: nothing is."""
    baseline_value: float | None = None


def shown(rows: Iterable[Row]) -> str:
    """Lines of a Markdown table."""
    head = "| model | split | metric | value | baseline |\n|---|---|---|---|---|"
    return "\n".join([head, *(_line(row) for row in rows)])


def _line(row: Row) -> str:
    against = row.baseline
    if row.baseline_value is not None:
        against = f"{row.baseline} {row.baseline_value:.4g}"
    return f"| {row.model} | {row.split} | {row.metric} | {row.value:.4g} | {against} |"
