"""Each kind of file ends in Chromium as it is pinned for CPython."""

from __future__ import annotations

import json
from typing import Any

from helpers.engine import Engine, text

from make_outcomes import GOAL, GOLDEN, outcome_of, refusal_of
from outcome_cases import cases

WITHOUT_HEIC = "this browser does not read HEIC"
"""What Chromium says of HEIC; CPython reads it by pi-heif."""

END = """async ([name, base64, goal]) => {
  try {
    return { report: (await eyebright.optimise(file(name, base64), goal)).report };
  } catch (error) {
    return { name: error.name, message: error.message };
  }
}"""


def ended(engine: Engine, name: str, data: bytes) -> dict[str, Any]:
    told = engine.page.evaluate(END, [name, text(data), GOAL])
    if "report" in told:
        return outcome_of(told["report"])
    return refusal_of(told["name"], told["message"])


def test_all_kinds_of_files_end_as_on_cpython(engine: Engine) -> None:
    pinned = json.loads(GOLDEN.read_text())

    found = {name: ended(engine, name, data) for name, data in cases().items()}

    heic = {name: found.pop(name) for name in sorted(found) if name.endswith(".heic")}
    assert all(WITHOUT_HEIC in told["message"] for told in heic.values())
    assert heic
    assert {n: f for n, f in found.items() if f != pinned[n]} == {}
