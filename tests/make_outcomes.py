"""Write tests/golden/outcomes.json: how each file of outcome_cases ends, by its name.

    PYTHONPATH=py:tests/contract:tests/metadata python tests/make_outcomes.py

Pinned: delivered or refused; of a result its size and orientation, whether the original was kept,
and the codes of what was found and done, without those that depend on an encoder's version; of a
refusal its error and its words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eyebright.errors import EyebrightError
from eyebright.pipeline import optimise_sync
from eyebright.values import Goal
from outcome_cases import cases

GOLDEN = Path(__file__).parent / "golden" / "outcomes.json"

GOAL = {"formats": ["webp", "png"], "target": 70}
"""Formats that both hosts write, so that the same ones compete."""

PINNED = frozenset(
    {
        "animation-kept",
        "cmyk-converted",
        "depth-reduced",
        "depth-truncated",
        "hdr-lost",
        "icon-kept",
        "pages-kept",
        "pictures-left-out",
        "profile-converted",
        "provenance-removed",
        "svg-active",
        "svg-kept",
    }
)
"""Codes that tell what a file is and what that means; the search's own vary with encoders."""


def outcome_of(report: Mapping[str, Any]) -> dict[str, Any]:
    """What is pinned of a report."""
    codes = {reason["code"] for reason in report["reasons"]}
    return {
        "original": report["original_format"],
        "size": f"{report['width']}x{report['height']}",
        "frames": report["frames"],
        "codes": sorted(codes & PINNED),
    }


def refusal_of(name: str, message: str) -> dict[str, Any]:
    """What is pinned of an error: broken data is told in each decoder's own words."""
    return {"error": name} if name == "CorruptImage" else {"error": name, "message": message}


def native(name: str, data: bytes) -> dict[str, Any]:
    try:
        goal = Goal.from_dict(GOAL)
        return outcome_of(optimise_sync(data, goal, name=name).report.to_dict())
    except EyebrightError as exc:
        return refusal_of(exc.kind, str(exc))


def main() -> None:
    found = {name: native(name, data) for name, data in cases().items()}
    GOLDEN.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
