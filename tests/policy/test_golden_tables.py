"""The golden file holds every number of the tables: change any, and some recorded row changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import make_golden
import pytest

from eyebright.policy import (
    byte_limit,
    classify,
    cost,
    effort,
    formats,
    guards,
    modes,
    search,
    shifts,
    source,
    stakes,
    stops,
    variants,
    writing,
)
from eyebright.policy import motion as animations

GOLDEN: dict[str, Any] = json.loads(make_golden.GOLDEN.read_text())

TABLES = {
    formats: (
        "QUALITY_AT_SCORE",
        "BITS_PER_PIXEL_AT_75",
        "LOSSLESS_BITS_PER_PIXEL",
        "MEDIAN_DETAIL_CENTIBITS",
        "DETAIL_EXPONENT",
        "SCORE_DOUBLING",
        "LEAST_RATIO",
        "WORTH_TRYING",
        "LOSSLESS_SPREAD",
    ),
    search: ("MAX_TRIALS", "AIM_ABOVE"),
    stops: ("SCORE_TOLERANCE", "AIM_ABOVE", "BEST_TOLERANCE", "FAST_AIM", "TABLE_MARGIN"),
    effort: ("RELATIVE_TIME", "FAST_SPEED", "BEST_SPEED"),
    modes: ("FAST_MS_PER_MP", "QUICK_MOST"),
    byte_limit: ("MAX_SHRINKS", "MIN_SIDE_PX", "BYTES_TOLERANCE"),
    animations: ("RAISE", "HOPELESS", "MOST_WHOLE", "SAFELY", "MOST_SIZES", "STEPS_PER_BYTES"),
    cost: (
        "EXPECTED_TRIALS",
        "ECT_THROUGHPUT_KBPS",
        "ECT_RTT_MS",
        "DECODE_MS_PER_MP",
        "DEVICE_SLOWDOWN",
        "LOW_MEMORY_GB",
        "MID_MEMORY_GB",
        "BATTERY_WEIGHT",
    ),
    shifts: (
        "SAVE_DATA_STEP",
        "EFFECTIVE_TYPE_STEP",
        "DENSITY_STEPS",
        "BATTERY_STEP",
        "MOST_SHIFT",
        "LEAST_SHIFTED_TARGET",
    ),
    source: ("MOST_LOWERED", "STILL_SEEN", "ESTIMATE_MARGIN", "LEAST_TELLING"),
    variants: ("BYTE_STEP", "DENSITIES", "MIN_VARIANT_WIDTH_PX", "LQIP_SIDE_PX"),
    classify: ("FLAT_GRAPHIC_PERMILLE", "FEW_COLOURS", "SOME_FLAT_PERMILLE", "SURE_PERMILLE"),
    writing: ("MUCH_PERMILLE", "LEGIBLE_PX", "STRAY", "LEAST_TARGET"),
    guards: ("HONEST_MILLIBITS", "HONEST_DETAIL_CENTIBITS"),
    stakes: ("SURE_PERMILLE",),
}
"""Tables by the module that holds them, whose numbers the searches or the decisions settle."""


def leaves(table: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths to every number of a table."""
    if isinstance(table, (int, float)):
        yield path
        return
    items = table.items() if isinstance(table, dict) else enumerate(table)
    for key, value in items:
        yield from leaves(value, (*path, key))


def with_changed(table: Any, path: tuple[Any, ...], sign: int) -> Any:
    """The same table with one number an eighth larger or smaller, or by one where it is whole."""
    if not path:
        step = max(1, table // 8) if isinstance(table, int) else table / 8
        return table + sign * step
    if isinstance(table, dict):
        return {**table, path[0]: with_changed(table[path[0]], path[1:], sign)}
    changed = (with_changed(v, path[1:], sign) if i == path[0] else v for i, v in enumerate(table))
    return tuple(changed)


def cases() -> Iterator[Any]:
    for module, names in TABLES.items():
        for name in names:
            for path in leaves(getattr(module, name)):
                label = "-".join(str(part) for part in (name, *path))
                yield pytest.param(module, name, path, id=label)


def a_row_changed() -> bool:
    policies = GOLDEN["policies"]
    if any(make_golden.search(row, policies) != row["decision"] for row in GOLDEN["searches"]):
        return True
    return any(
        make_golden.decision(row, policies) != row["decision"] for row in GOLDEN["decisions"]
    )


@pytest.mark.parametrize(("module", "name", "path"), list(cases()))
def test_a_changed_number_changes_a_recorded_row(
    module: ModuleType, name: str, path: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = getattr(module, name)
    monkeypatch.setattr(module, name, with_changed(table, path, 1))
    changed = a_row_changed()
    monkeypatch.setattr(module, name, with_changed(table, path, -1))

    assert changed or a_row_changed()
