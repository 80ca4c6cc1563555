"""Page and command line decide alike and measure alike, on thirty and more pictures.

The plan depends on what a machine can do. Facts are compared as they are; plans are compared under
the same capabilities, the command line's; the delivered results of both sides, each with its own
capabilities, are compared in everything that does not depend on an encoder's build.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pictures
import pytest
from helpers import here, judge
from helpers.cases import Case, cases
from helpers.engine import Engine

from eyebright import Capabilities, Facts, Goal, pipeline
from eyebright.host.native import NativeHost
from eyebright.metrics import ssimulacra2
from eyebright.policy import decide
from eyebright.transform import resize

SCORE_TOLERANCE = 0.05
"""How far the scores of the same bytes may differ between page and command line."""

PROFILE_TOLERANCE = 0.15
"""The same, where two colour management systems round differently: 0.145 was measured."""

METRIC_TOLERANCE = 0.02
"""How far the metric alone may differ, on pixels that are the same."""

CASES = cases()

SEEN = frozenset(
    {
        *("saliency", "focal_permille", "spread_permille", "faces", "artefacts"),
        *("text_lines", "text_heights_px", "text_permille", "content_confidence_permille"),
    }
)
"""Facts that models read off the pixels: they tell pixels apart that differ by rounding."""

PLANNED = ("content", "width", "height", "target", "original_format", "original_bytes")
"""Parts of a report that the plan fixes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The delivered bytes and the report on them."""

    data: bytes
    report: dict[str, Any]


@pytest.fixture(scope="module")
def in_page(engine: Engine) -> dict[str, Result]:
    """Every case through the JavaScript API, as the page calls it."""
    found = {}
    for name, case in CASES.items():
        data, report = engine.optimise(name, case.data, dict(case.goal))
        found[name] = Result(data=data, report=report)
    return found


@pytest.fixture(scope="module")
def on_command_line(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Every case through `eyebright optimise`: one run for each goal."""
    groups: dict[str, dict[str, Case]] = defaultdict(dict)
    for name, case in CASES.items():
        groups[json.dumps(case.goal)][name] = case
    found: dict[str, Result] = {}
    for group in groups.values():
        found |= run_command(group, tmp_path_factory.mktemp("parity"))
    return found


def run_command(group: dict[str, Case], folder: Path) -> dict[str, Result]:
    for name, case in group.items():
        # One folder each: results are named after their inputs, without the ending.
        (folder / "in" / name).mkdir(parents=True)
        (folder / "in" / name / name).write_bytes(case.data)
    options = options_of(next(iter(group.values())).goal)
    command = [sys.executable, "-m", "eyebright", "optimise", str(folder / "in")]
    done = subprocess.run(
        [*command, "-o", str(folder / "out"), "--json", *options],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr

    results = json.loads(done.stdout)["results"]
    return {r["name"]: Result(data=Path(r["output"]).read_bytes(), report=r) for r in results}


def options_of(goal: Any) -> list[str]:
    """A goal as the command line takes it."""
    options: list[str] = []
    for key, value in goal.items():
        text = ",".join(value) if isinstance(value, list) else str(value)
        options += [f"--{key.replace('_', '-')}", text]
    return options


def order_of(report: dict[str, Any]) -> list[str]:
    """The formats in the order in which the plan tries them; empty where it tries none."""
    ordered = [r for r in report["reasons"] if r["code"] == "formats-ordered"]
    return ordered[0]["values"]["formats"] if ordered else []


def tolerance_of(name: str) -> float:
    return PROFILE_TOLERANCE if CASES[name].foreign_profile else SCORE_TOLERANCE


def test_there_are_thirty_cases_and_more() -> None:
    assert len(CASES) >= 30
    assert {judge.format_of(case.data) for case in CASES.values()} >= {
        "jpeg",
        "png",
        "webp",
        "gif",
        "avif",
        "jxl",
    }


def compared(facts: dict[str, Any], case: Case) -> dict[str, Any]:
    """Facts that must be the same: all of them, where the pixels are."""
    if not (case.foreign_profile or case.other_decoder):
        return facts
    return {key: value for key, value in facts.items() if key not in SEEN}


@pytest.mark.parametrize("name", CASES)
def test_the_facts_and_the_plan_are_the_same(engine: Engine, name: str) -> None:
    case = CASES[name]
    able = here.run(NativeHost().capabilities())
    facts = here.run(pipeline.analyse(case.data, name=name))
    plan = decide(facts, Goal.from_dict(case.goal), able)
    page_facts = engine.analyse(name, case.data)
    page_plan = engine.decide(page_facts, dict(case.goal), able.to_dict())

    assert compared(facts.to_dict(), case) == compared(page_facts, case)
    assert plan.to_dict() == page_plan


@pytest.mark.parametrize("name", CASES)
def test_the_reports_agree_in_what_the_plan_fixes(
    in_page: dict[str, Result], on_command_line: dict[str, Result], name: str
) -> None:
    ours, theirs = in_page[name].report, on_command_line[name].report

    assert {key: theirs[key] for key in PLANNED} == {key: ours[key] for key in PLANNED}
    assert sorted(order_of(theirs)) == sorted(order_of(ours))
    assert order_of(ours) == order_of(theirs)


@pytest.mark.parametrize("name", CASES)
def test_the_pages_score_is_the_one_that_cpython_measures(
    in_page: dict[str, Result], name: str
) -> None:
    case, found = CASES[name], in_page[name]
    measured = score_here(case, found)

    assert measured == pytest.approx(found.report["score"], abs=tolerance_of(name))


def score_here(case: Case, found: Result) -> float:
    """The command line's own decoding and metric; scaled first, where the result is smaller."""
    _source, reference = here.run(pipeline.decode(case.data))
    _source, distorted = here.run(pipeline.decode(found.data))
    height, width = distorted.shape[:2]
    if reference.shape[:2] != (height, width):
        [chosen] = [r["values"] for r in found.report["reasons"] if r["code"] == "scaling-chosen"]
        reference = resize(reference, width, height, method=chosen["method"])
    return ssimulacra2(reference, distorted)


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if "max_width" not in c.goal])
def test_the_command_lines_score_is_the_one_that_the_page_measures(
    engine: Engine, on_command_line: dict[str, Result], name: str
) -> None:
    found = on_command_line[name]
    measured = engine.score(CASES[name].data, found.data)

    assert found.report["score"] == pytest.approx(measured, abs=tolerance_of(name))


@pytest.mark.parametrize("name", ["photo.png", "chart.png", "clear.png", "grey.png"])
def test_the_metric_itself_gives_the_same_value(
    engine: Engine, in_page: dict[str, Result], name: str
) -> None:
    original, distorted = CASES[name].data, judge.pixels_of(in_page[name].data)
    expected = ssimulacra2(judge.pixels_of(original), distorted)
    found = engine.score(original, pictures.save(distorted, "PNG"))

    assert found == pytest.approx(expected, abs=METRIC_TOLERANCE)


def test_a_lossless_result_of_either_side_has_every_pixel(
    in_page: dict[str, Result], on_command_line: dict[str, Result]
) -> None:
    original = judge.pixels_of(CASES["medical.png"].data)
    for found in (in_page["medical.png"], on_command_line["medical.png"]):
        assert found.report["lossless"]
        assert np.array_equal(original, judge.pixels_of(found.data))


def test_own_capabilities_differ_in_what_is_measured_only(engine: Engine) -> None:
    """If they differed in formats, the plans of page and command line would, too."""
    page = Capabilities.from_dict(engine.capabilities())
    native = here.run(NativeHost().capabilities())

    assert set(native.encode) == set(page.encode)
    assert set(native.decode) == set(page.decode)
    assert set(native.decode_alpha) == set(page.decode_alpha)
    assert native.kernels == page.kernels == "compiled"


def test_a_fact_that_differs_would_be_seen(engine: Engine) -> None:
    photo, chart = (engine.analyse(name, CASES[name].data) for name in ("photo.png", "chart.png"))

    assert Facts.from_dict(photo) != Facts.from_dict(chart)
