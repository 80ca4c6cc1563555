"""README's figures are those that were measured."""

from __future__ import annotations

import json
from typing import Any

import bench_browser
import bench_pictures
import figures

KEPT: dict[str, Any] = json.loads(figures.FIGURES.read_text("utf-8"))

ROWS = [
    {"tool": "webp 75", "picture": "a", "bytes": 100, "score": 70.0, "encodes": 1},
    {"tool": "webp 75", "picture": "b", "bytes": 50, "score": 74.0, "encodes": 1},
]


def test_the_readme_shows_the_figures_that_are_kept() -> None:
    readme = figures.README.read_text("utf-8")

    assert figures.with_section(readme, figures.section(KEPT)) == readme


def test_another_figure_changes_the_readme() -> None:
    changed = json.loads(json.dumps(KEPT))
    changed["page"]["found"]["cold"]["bytes"] += 1_000_000

    assert figures.section(changed) != figures.section(KEPT)


def test_a_tool_is_summed_over_its_pictures() -> None:
    [row] = figures.summary(ROWS)

    assert row == {
        "tool": "webp 75",
        "pictures": 2,
        "bytes": 150,
        "lowest": 70.0,
        "sd": 2.0,
        "encodes": 1,
    }


def test_every_tool_of_the_bench_has_a_row_of_its_own_but_one_format_to_the_target() -> None:
    tools = [*(f"{name} {quality}" for name, quality in bench_pictures.FIXED), *bench_browser.PEERS]
    tools += [f"{name} safe 84" for name, _quality in bench_pictures.FIXED]
    tools += ["eyebright auto", "eyebright in the page", "eyebright jpeg to target"]
    tools += ["eyebright fast", "eyebright best", "eyebright page fast", "webp binary search"]
    rows = [{**ROWS[0], "tool": tool} for tool in tools]

    shown = figures.section(KEPT | figures.taken({"pictures": rows}, "one core"))

    lines = [line for line in shown.splitlines() if line.endswith("| 100 | 70.0 | 0.0 | 1 |")]
    assert len(lines) == len(set(lines)) == len(tools) - 1
    assert [f"| {name} {version} " in shown for name, version in bench_browser.PEERS.items()] == [
        True,
        True,
    ]


def test_what_was_measured_is_kept_with_its_machine() -> None:
    kept = figures.taken({"pictures": ROWS}, "one core")

    assert kept == {"pictures": {"machine": "one core", "found": figures.summary(ROWS)}}


def test_every_figure_that_is_kept_is_shown() -> None:
    assert set(KEPT) == {*figures.OPTIONS, "memory"}
    assert figures.FIGURES.stat().st_size < 50_000
