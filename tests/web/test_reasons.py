"""The page has words for every reason that the engine can give."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "py" / "eyebright"
sys.path.insert(0, str(ROOT / "web"))

from page import reasons  # noqa: E402  # web/ is no package

CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+|cached|animated")
"""Stable codes are words with hyphens between; two are single words."""

MAKERS = {"Reason", "Violation", "Fault", "_note", "_reason", "note", "_too_far_off"}
"""Functions that take a code among their plain arguments."""

SAID_AS = {"delta-e": "guard-delta-e", "brand-delta-e": "guard-brand-delta-e"}
"""Violations that the search puts together with a guard's name."""

CROPS = ENGINE / "policy" / "crops"

DOUBT = re.compile(r'"(review-crop-[a-z]+)"')
"""Doubts about crops go from function to function before they become reasons."""

ELSEWHERE = {"cli", "fake.py"}
"""The page runs no command line and no fake host."""


def codes_of(tree: ast.AST) -> Iterator[str]:
    """Every text in a place where a reason's code stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "code":
            yield from texts(node.value)
        elif isinstance(node, ast.Call) and name_of(node.func) in MAKERS:
            yield from texts(*node.args)
        elif isinstance(node, ast.Assign) and re.search(
            r"^code$|_CODE$|_NOT_", str(name_of(node.targets[0]))
        ):
            yield from texts(node.value)


def texts(*nodes: ast.expr) -> Iterator[str]:
    parts = [part for node in nodes for part in ast.walk(node)]
    return (p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str))


def crop_codes() -> set[str]:
    """What is doubted about crops, and the guards that one may break."""
    doubts = DOUBT.findall((CROPS / "review.py").read_text("utf-8"))
    guards = re.findall(r'Guard\(name="([a-z]+)"', (CROPS / "guards.py").read_text("utf-8"))
    return set(doubts) | {f"crop-{name}" for name in guards}


def name_of(node: ast.AST) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")


def engine_codes() -> set[str]:
    found = crop_codes()
    for path in ENGINE.rglob("*.py"):
        if not ELSEWHERE & set(path.relative_to(ENGINE).parts):
            found |= set(codes_of(ast.parse(path.read_text("utf-8"))))
    return {SAID_AS.get(code, code) for code in found if CODE.fullmatch(code)}


def reason(code: str, text: str = "In the engine's words.", **values: Any) -> dict[str, Any]:
    return {"code": code, "text": text, "values": values}


def test_every_code_of_the_engine_has_words() -> None:
    codes = engine_codes()

    assert {"format-tried", "provenance-removed", "colours-not-converted", "guard-text"} <= codes
    assert {"review-crop-scene", "review-crop-context", "crop-heads"} <= codes
    assert sorted(codes - set(reasons.SENTENCES)) == []


def test_words_are_kept_only_for_codes_that_the_engine_gives() -> None:
    assert sorted(set(reasons.SENTENCES) - engine_codes()) == []


def test_every_code_stands_in_a_group_that_is_shown() -> None:
    shown = {name for name, _heading in reasons.GROUPS}

    assert {group for group, _words in reasons.SENTENCES.values()} <= shown


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            reason(
                "format-tried", format="avif", lossless=False, encodes=3, bytes=23763, score=75.21
            ),
            "AVIF: 23.8 kB at a score of 75.2, after 3 trials.",
        ),
        (
            reason("format-beaten", format="webp", lossless=True, encodes=1),
            "WebP, lossless: given up after 1 trial, already larger than the best so far.",
        ),
        (
            reason("size-fitted", **{"from": [4000, 3000], "to": [1600, 1200], "by": "goal"}),
            "Scaled from 4000 x 3000 to 1600 x 1200 pixels.",
        ),
        (
            reason("formats-ordered", formats=["avif", "webp lossless", "png"]),
            "Tried in this order, the most promising first: AVIF, WebP lossless, PNG.",
        ),
        (reason("target-given", target=80.0), "You asked for a score of 80."),
        (
            reason("target-shifted", **{"from": 75.0, "to": 70.0, "steps": {"density": 5.0}}),
            "The score asked for is 70 instead of 75: density 5.",
        ),
    ],
)
def test_reasons_read_as_sentences(given: dict[str, Any], words: str) -> None:
    assert words == reasons.sentence(given)


def test_values_that_are_missing_leave_the_engines_own_sentence() -> None:
    given = reason("format-tried", "avif (lossless) reached 75, webp did not.")

    assert reasons.sentence(given) == "AVIF (lossless) reached 75, WebP did not."


def test_a_code_without_words_is_still_told() -> None:
    given = [reason("brand-new", "Something new happened {here}.")]

    assert reasons.grouped(given) == [
        ("notes", "Worth knowing", ["Something new happened {here}."])
    ]


def test_groups_come_in_their_order_and_say_nothing_twice() -> None:
    given = [
        reason("metadata-stripped", "Gone."),
        reason("format-no-alpha", format="jpeg"),
        reason("content-detected", "It looks like a photo."),
        reason("content-detected", "It looks like a photo."),
    ]

    assert [(name, len(said)) for name, _heading, said in reasons.grouped(given)] == [
        ("result", 1),
        ("formats", 1),
        ("about", 1),
    ]


def test_what_was_foreseen_is_told_from_the_smallest_on() -> None:
    foreseen = {"webp": 15_600, "avif": 12_500, "jpeg": 18_300}

    told = reasons.sentence(reason("formats-foreseen", foreseen=foreseen))
    assert told == "Foreseen before any trial: AVIF 12.5 kB, WebP 15.6 kB, JPEG 18.3 kB."


def test_the_page_speaks_of_no_margins_as_it_makes_none() -> None:
    told = [
        reason("crop-whole", "It is not cut. The whole picture, with margins.", pad=[0, 9, 0, 9]),
        reason("review-crop-none", "No crop keeps everything, so it is first, with margins."),
    ]
    words = " ".join(reasons.sentence(one) for one in told)

    assert "margins" not in words
    assert words.startswith("It is not cropped: nothing is cut.")


def test_a_drawing_tells_why_it_is_not_cropped() -> None:
    assert reasons.sentence(reason("svg-kept", "It passes through as it is.")) == (
        "It passes through as it is. It has no pixels, so it is not cropped here."
    )
