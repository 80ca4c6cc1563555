"""Whether client and server decide alike: facts and plans of the same pictures on both hosts.

    python build/agreement.py DATA [--pictures 200]

DATA is a folder of pictures, from which as many are taken, evenly spread. Each is looked at on
CPython and in Chromium, on the built site; then each side plans by its own facts, once for each of
six receivers. Printed, as JSON: how many facts and plans are the same, byte for byte in canonical
JSON, which facts differ in how many pictures, and each picture whose plans differ. Exit code 1
where a plan differs.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page

from eyebright import Capabilities, Facts, Goal, pipeline
from eyebright.host import default_host
from eyebright.policy import bucketed, canonical_json, decide, negotiate
from eyebright.values import Plan

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench_browser import open_browser
from serve import serving

ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".jxl"})

RECEIVERS = {
    "a new browser": {"Accept": "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"},
    "one without AVIF": {"Accept": "image/webp,image/apng,image/*,*/*;q=0.8"},
    "an old one": {"Accept": "*/*"},
    "a phone": {
        "Accept": "image/avif,image/webp,*/*",
        "Sec-CH-Width": "750",
        "Sec-CH-DPR": "3",
        "Device-Memory": "4",
    },
    "a slow network": {
        "Accept": "image/avif,image/webp,*/*",
        "Save-Data": "on",
        "ECT": "2g",
        "RTT": "1400",
        "Downlink": "0.05",
    },
}
"""By the headers that each sends; the sixth is the browser itself, before an upload."""

UPLOAD = Goal(purpose="upload", max_width=1600)
SERVE = Goal(purpose="serve", views=100)

START = """async () => {
  const { createEyebright } = await import("./eyebright.js");
  window.eyebright = await createEyebright();
}"""

ANALYSE = """async (text) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return eyebright.analyse(new Blob([bytes]));
}"""

DECIDE = """([facts, asked]) => Promise.all(
  asked.map(([goal, capabilities]) => eyebright.decide(facts, goal, capabilities)))"""


class Asked(NamedTuple):
    """What is wanted, by whom."""

    receiver: str
    goal: Goal
    able: Capabilities


class Compared(NamedTuple):
    """One picture on both hosts."""

    name: str
    facts: tuple[str, ...]
    """Names of those that differ."""
    plans: tuple[str, ...]
    """Receivers whose plans differ."""


async def looked_at(paths: Sequence[Path]) -> tuple[Capabilities, list[Facts]]:
    """What this machine can do, and the facts of each file."""
    host = default_host()
    facts = [await pipeline.analyse(path, host=host) for path in paths]
    return await host.capabilities(), facts


def compare(page: Page, path: Path, here: Facts, asked: Sequence[Asked]) -> Compared:
    """Facts and plans of one file, here and in the page."""
    there = Facts.from_dict(page.evaluate(ANALYSE, base64.b64encode(path.read_bytes()).decode()))
    told = [[one.goal.to_dict(), one.able.to_dict()] for one in asked]
    plans = page.evaluate(DECIDE, [there.to_dict(), told])
    ours, theirs = here.to_dict(), there.to_dict()
    return Compared(
        name=path.name,
        facts=tuple(key for key in ours if ours[key] != theirs[key]),
        plans=tuple(
            one.receiver
            for one, plan in zip(asked, plans, strict=True)
            if written(decide(here, one.goal, one.able)) != written(Plan.from_dict(plan))
        ),
    )


def written(plan: Plan) -> str:
    """In canonical JSON, numbers as JavaScript writes them: it knows no 75.0 beside 75."""
    return canonical_json(_as_javascript(plan.to_dict()))


def _as_javascript(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _as_javascript(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_javascript(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def receivers(page: Page, machine: Capabilities) -> list[Asked]:
    """The browser itself, and five that ask a server of this machine."""
    browser = Capabilities.from_dict(page.evaluate("() => eyebright.capabilities()"))
    return [
        Asked("this browser", UPLOAD, browser),
        *(
            Asked(name, SERVE, bucketed(negotiate(headers, machine)))
            for name, headers in RECEIVERS.items()
        ),
    ]


@contextmanager
def opened() -> Iterator[Page]:
    """A page of the built site with the engine, the worker of the page itself unused."""
    with open_browser() as browser, serving() as address:
        page = browser.new_page()
        page.goto(address)
        page.evaluate(START)
        yield page


def chosen(folder: Path, count: int) -> list[Path]:
    """As many pictures of a folder as are wanted, evenly spread over their names."""
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS)
    if not found:
        sys.exit(f"agreement: there are no pictures in {folder}; name another folder")
    step = max(1.0, len(found) / count)
    return [found[int(index * step)] for index in range(min(count, len(found)))]


def agreement(paths: Sequence[Path]) -> dict[str, Any]:
    """The counts, and what differs."""
    machine, facts = asyncio.run(looked_at(paths))  # Playwright, later, keeps a loop of its own
    with opened() as page:
        asked = receivers(page, machine)
        pairs = zip(paths, facts, strict=True)
        found = [compare(page, path, here, asked) for path, here in pairs]
    differing = [one for one in found if one.facts]
    return {
        "pictures": len(found),
        "facts_equal": len(found) - len(differing),
        "facts_differing": dict(Counter(name for one in differing for name in one.facts)),
        "pictures_with_differing_facts": [one.name for one in differing],
        "plans": len(found) * len(asked),
        "plans_equal": len(found) * len(asked) - sum(len(one.plans) for one in found),
        "plans_differing": {one.name: one.plans for one in found if one.plans},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path, help="folder of pictures")
    parser.add_argument("--pictures", type=int, default=200)
    arguments = parser.parse_args()
    found = agreement(chosen(arguments.data, arguments.pictures))
    print(json.dumps(found, indent=2))
    sys.exit(bool(found["plans_differing"]))


if __name__ == "__main__":
    main()
