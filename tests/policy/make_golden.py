"""Write tests/golden/decisions.json (run: python tests/policy/make_golden.py).

Decides a fixed set of made-up cases, drives the search over many plans, and records what came of
each, with its inputs. A run refuses to overwrite what changed while POLICY_VERSION did not: raise
it first. The sentences may change under the same version; the file shows one for each code.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "py"))

import golden_searches  # noqa: E402 - after the path

from eyebright.errors import PolicyError  # noqa: E402 - after the path
from eyebright.policy import POLICY_VERSION, canonical_json, decide  # noqa: E402 - after the path
from eyebright.policy.content import BUILT_IN, CONTEXTS, POLICIES, Policies  # noqa: E402 - after the path
from eyebright.policy.files import load_policies  # noqa: E402 - after the path
from eyebright.records import Record  # noqa: E402 - after the path
from eyebright.values import (  # noqa: E402 - after the path
    CONTENTS_SEEN,
    FORMATS,
    Artefacts,
    Box,
    Capabilities,
    Facts,
    Goal,
    Plan,
    TextLine,
)

GOLDEN = ROOT / "tests" / "golden" / "decisions.json"

CASES = 560
SHORT_OF_MEMORY = 60
SEEN = 320
MODES = 160
CROPS = 120
SEED = 20_261_121

POLICY_FILES = {
    "acme": """
[content.food]
extends = "product"
target = 82
[brand]
name = "Acme"
target = 78
floor = 60
max_width = 2000
colours = ["#d0103a", "#003366"]
min_text_px = 11
[contexts]
banner = "designer"
""",
    "archive": """
[content.general]
forbid = ["crop"]
max_delta_e = 1.5
[brand]
name = "Archive"
forbid = ["lossy"]
formats = ["png", "webp", "jxl"]
""",
}

Json = dict[str, Any]


def main() -> None:
    made: Json = {
        "policy_version": POLICY_VERSION,
        "policies": POLICY_FILES,
        "decisions": [*rows()],
        "searches": [*search_rows()],
    }
    if GOLDEN.exists():
        refuse_silent_change(json.loads(GOLDEN.read_text()), made)
    made["sentences"] = sentences(made)
    lines = ",\n".join(f'"{key}":{_listed(value)}' for key, value in made.items())
    GOLDEN.write_text(f"{{{lines}}}\n")
    counts = f"{len(made['decisions'])} decisions and {len(made['searches'])} searches"
    sys.stdout.write(f"{counts} of policy {POLICY_VERSION} in {GOLDEN.name}\n")


def _listed(value: Any) -> str:
    """A list or an object with each element on a line of its own."""
    if isinstance(value, list):
        return "[\n" + ",\n".join(canonical_json(row) for row in value) + "\n]"
    if isinstance(value, dict):
        rows = (f"{canonical_json(key)}:{canonical_json(value[key])}" for key in sorted(value))
        return "{\n" + ",\n".join(rows) + "\n}"
    return canonical_json(value)


def refuse_silent_change(old: Json, new: Json) -> None:
    """Raise SystemExit where a known case is decided otherwise under the same version."""
    for kind in ("decisions", "searches"):
        before = {key_of(row): meant(row) for row in old.get(kind, [])}
        changed = [r for r in new[kind] if before.get(key_of(r), meant(r)) != meant(r)]
        if changed and old["policy_version"] == new["policy_version"]:
            raise SystemExit(
                f"{len(changed)} {kind} changed, the first for {canonical_json(changed[0])}; "
                f"raise POLICY_VERSION ({new['policy_version']}) in policy/decide.py first"
            )


def key_of(row: Json) -> str:
    return canonical_json({key: value for key, value in row.items() if key != "decision"})


def meant(row: Json) -> Any:
    """What was decided, without how it was said."""
    decided = row["decision"]
    if isinstance(decided, str):
        return decided
    return {key: value for key, value in decided.items() if key != "said"}


def search_rows() -> Iterator[Json]:
    for row in golden_searches.directed():
        yield {**row, "decision": search(row, POLICY_FILES)}
    draw = random.Random(SEED + 1).random  # noqa: S311 - repeatable test cases, no secrets
    for number in range(golden_searches.DECIDED + golden_searches.IN_MODES):
        row = {**case(draw, 1 + number % 4), "encoder": golden_searches.encoders(draw)}
        if number >= golden_searches.DECIDED:
            row = in_mode(draw, row)
        if number % 4 == 3:
            row["facts"] |= {"frames": 12, "format": "gif", "width": 300, "height": 200}
            row["facts"].pop("faces", None)
        row["goal"].pop("purpose", None)  # what is kept is not searched
        if number % 3 == 0:
            row["goal"]["max_bytes"] = 40 + int(draw() ** 4 * 400_000)
        yield {**row, "decision": search(row, POLICY_FILES)}


def search(row: Json, policy_files: dict[str, str]) -> Any:
    """What came of a row's search."""
    plan = plan_of(row, policy_files)
    return plan if isinstance(plan, str) else golden_searches.searched(row, plan)


def sentences(golden: Json) -> dict[str, str]:
    """One sentence for each code that the rows give, for people to read."""
    found: dict[str, str] = {}
    for row in (*golden["decisions"], *golden["searches"]):
        plan = plan_of(row, golden["policies"])
        if isinstance(plan, str):
            continue
        for reason in plan.reasons:
            found.setdefault(reason.code, reason.text)
        if "encoder" in row or "duel" in row:
            for code, text in golden_searches.sentences(row, plan):
                found.setdefault(code, text)
    return found


def rows() -> Iterator[Json]:
    # Only random() is used: its sequence for a seed is promised over all Python versions.
    draw = random.Random(SEED).random  # noqa: S311 - repeatable test cases, no secrets
    for number in range(CASES):
        row = case(draw, number)
        yield {**row, "decision": decision(row, POLICY_FILES)}
    draw = random.Random(SEED + 2).random  # noqa: S311 - repeatable test cases, no secrets
    for number in range(SHORT_OF_MEMORY):
        row = case(draw, number)
        row["facts"] |= {"bit_depth": 10} if draw() < 0.3 else {}
        row["capabilities"] |= {"memory_mb": _between(draw, 20, 900)}
        yield {**row, "decision": decision(row, POLICY_FILES)}

    draw = random.Random(SEED + 3).random  # noqa: S311 - repeatable test cases, no secrets
    for number in range(SEEN):
        row = case(draw, number)
        found = Facts.from_dict({"sha256": "", **row["facts"]})
        row["facts"] = bare(seen(draw, found))
        yield {**row, "decision": decision(row, POLICY_FILES)}

    draw = random.Random(SEED + 4).random  # noqa: S311 - repeatable test cases, no secrets
    for number in range(MODES):
        row = in_mode(draw, case(draw, 1 + number))
        yield {**row, "decision": decision(row, POLICY_FILES)}

    draw = random.Random(SEED + 5).random  # noqa: S311 - repeatable test cases, no secrets
    for number in range(CROPS):
        row = cropped(draw, case(draw, number))
        yield {**row, "decision": decision(row, POLICY_FILES)}


def cropped(draw: Draw, row: Json) -> Json:
    """The same case, cut to a shape; by somebody's own choice, or with margins, now and then."""
    found = seen(draw, Facts.from_dict({"sha256": "", **row["facts"]}))
    wishes: Json = {"crop": _one(draw, ("1:1", "4:5", "16:9", "9:16", "3:1", "640x360"))}
    if draw() < 0.2:
        wishes["focal_permille"] = [_between(draw, 0, 1000), _between(draw, 0, 1000)]
    if draw() < 0.2:
        half = {"width": -(-found.width // 2), "height": -(-found.height // 2)}
        wishes["crop_box"] = {"x": 0, "y": 0, **half}
    if draw() < 0.4:
        wishes["pad"] = "auto"
    row["goal"].pop("forbid", None)
    return {**row, "facts": bare(found), "goal": row["goal"] | wishes}


def decision(row: Json, policy_files: dict[str, str]) -> Any:
    """What was decided: the essence to read, and digests over everything, and over the words."""
    plan = plan_of(row, policy_files)
    if isinstance(plan, str):
        return plan
    return {
        "size": f"{plan.width}x{plan.height}",
        "target": plan.target,
        "formats": " ".join(
            c.format + ("-lossless" if c.lossless else "") for c in plan.candidates
        ),
        "why": " ".join(reason.code for reason in plan.reasons),
        "digest": digest(plan),
        "said": golden_searches.short_digest([reason.text for reason in plan.reasons]),
    }


def plan_of(row: Json, policy_files: dict[str, str]) -> Plan | str:
    """The plan that a row is about, or where it was refused."""
    if "facts" not in row:
        return golden_searches.plan_of(row)
    try:
        return decide(
            Facts.from_dict({"sha256": "", **row["facts"]}),
            Goal.from_dict(row["goal"]),
            Capabilities.from_dict(row["capabilities"]),
            _policies(row["policies"], policy_files),
        )
    except PolicyError as exc:
        return f"refused at {exc.path}"


_loaded: dict[str, Policies] = {"": BUILT_IN}


def _policies(name: str, policy_files: dict[str, str]) -> Policies:
    if name not in _loaded:
        _loaded[name] = load_policies(policy_files[name])
    return _loaded[name]


def digest(plan: Plan) -> str:
    whole = plan.to_dict()
    del whole["policy_version"]  # so that a new version shows only what it changed
    for reason in whole["reasons"]:
        del reason["text"]
    return golden_searches.short_digest(whole)


Draw = Callable[[], float]


def case(draw: Draw, number: int) -> Json:
    """One case; every fifth uses a policy file, every seventh is plain; some hold pictures."""
    name = ("acme", "archive")[number % 2] if number % 5 == 0 else ""
    contents = (*POLICIES, "food") if name == "acme" else tuple(POLICIES)
    contexts = (*CONTEXTS, "banner") if name == "acme" else tuple(CONTEXTS)
    plain = number % 7 == 0
    found = facts(draw)
    if number % 20 == 3:
        kind = ("ico", "tiff", "jpeg")[number % 3]
        found = found.replace(format=kind, pictures=1 + number % 5, source_quality=0)
    return {
        "facts": bare(found),
        "goal": {} if plain else bare(goal(draw, contents, contexts)),
        "capabilities": {} if plain else bare(capabilities(draw)),
        "policies": name,
    }


def in_mode(draw: Draw, row: Json) -> Json:
    """The same case, done fast or as well as can be, on a machine whose quick encoders differ."""
    goal, able = row["goal"], row["capabilities"]
    quick = {name: float(_between(draw, 1, 150)) for name in ("jpeg", "webp") if draw() < 0.7}
    usual = {name: float(_between(draw, 20, 300)) for name in FORMATS}
    hurried = {"encode_budget_ms": float(_between(draw, 0, 9000))} if draw() < 0.4 else {}
    return {
        **row,
        "goal": {**goal, "mode": _one(draw, ("auto", "fast", "fast", "best", "best")), **hurried},
        "capabilities": {**able, "encode_ms_per_mp": usual, "quick_ms_per_mp": quick},
    }


def bare(record: Record) -> Json:
    """A record's JSON without what is at its default, and without the facts' hash."""
    return {
        key: value
        for key, value in record.to_dict().items()
        if key != "sha256"
        and getattr(record, key) not in (type(record).field_defaults.get(key), {})
    }


def facts(draw: Draw) -> Facts:
    width, height = _between(draw, 1, 6000), _between(draw, 1, 6000)
    drawn = draw() < 0.35
    name = _one(draw, ("jpeg", "png", "webp", "gif", "avif"))
    found = Facts(
        format=name,
        width=width,
        height=height,
        size_bytes=1 + int(width * height * draw() ** 3 * 2),
        sha256="",
        frames=2 if draw() < 0.03 else 1,
        bit_depth=16 if draw() < 0.06 else 8,
        transparent_permille=_between(draw, 1, 1000) if draw() < 0.2 else 0,
        flat_permille=_between(draw, 100, 950) if drawn else _between(draw, 0, 120),
        colours=_between(draw, 2, 200) if drawn else _between(draw, 80, 3000),
        detail_centibits=_between(draw, 0, 250) if drawn else _between(draw, 150, 700),
        text_heights_px=tuple(_between(draw, 2, 60) for _ in range(_between(draw, 0, 3))),
        faces=_faces(draw, width, height),
        dominant_rgb=tuple(_between(draw, 0, 255) for _ in range(3)) if draw() < 0.5 else (),
        content_confidence_permille=_between(draw, 0, 1000) if draw() < 0.3 else None,
        source_quality=_between(draw, 1, 100) if name == "jpeg" and draw() < 0.7 else 0,
    )
    return found.replace(has_alpha=found.transparent_permille > 0)


def seen(draw: Draw, found: Facts) -> Facts:
    """The same with what models see; numbers often lie just where the policy turns."""
    lines = tuple(_line(draw, found) for _ in range(_between(draw, -3, 12)))
    much, sure = _between(draw, 30, 50), _between(draw, 600, 800)
    quality = _between(draw, 70, 90) if draw() < 0.5 else _between(draw, 20, 95)
    artefacts = Artefacts(
        jpeg_quality=quality if draw() < 0.7 else 0,
        blockiness_permille=_between(draw, 0, 1000),
        noise_centi=_between(draw, 0, 900),
        blur_permille=_between(draw, 0, 1000),
        banding_permille=_between(draw, 0, 1000),
    )
    return found.replace(
        saliency=tuple(_between(draw, 0, 31) for _ in range(256)) if draw() < 0.05 else (),
        focal_permille=(_between(draw, 0, 1000), _between(draw, 0, 1000)),
        text_lines=lines,
        text_heights_px=tuple(line.x_height_px for line in lines),
        text_permille=much if draw() < 0.6 else _between(draw, 0, 300),
        seen_content=_one(draw, CONTENTS_SEEN) if draw() < 0.8 else "",
        content_confidence_permille=sure if draw() < 0.5 else _between(draw, 0, 1000),
        artefacts=artefacts if draw() < 0.6 else None,
        models={
            "faces": "fallback" if draw() < 0.3 else "1",
            "text": "fallback" if draw() < 0.3 else "1",
        },
    )


def _line(draw: Draw, found: Facts) -> TextLine:
    x, y = _between(draw, 0, found.width - 1), _between(draw, 0, found.height - 1)
    return TextLine(
        x=x,
        y=y,
        width=_between(draw, 1, found.width - x),
        height=_between(draw, 1, found.height - y),
        x_height_px=_between(draw, 2, 8) if draw() < 0.3 else _between(draw, 8, 60),
    )


def _faces(draw: Draw, width: int, height: int) -> tuple[Box, ...]:
    """None to two faces, anywhere."""
    count = 0 if min(width, height) < 50 else _between(draw, -4, 2)
    found = []
    for _ in range(count):
        side = _between(draw, 10, min(width, height) // 2)
        x, y = _between(draw, 0, width - side), _between(draw, 0, height - side)
        found.append(Box(x=x, y=y, width=side, height=side))
    return tuple(found)


def goal(draw: Draw, contents: tuple[str, ...], contexts: tuple[str, ...]) -> Goal:
    crops = ("1:1", "16:9", "1:4")[: _between(draw, 0, 3)] if draw() < 0.3 else ()
    return Goal(
        content=_one(draw, contents) if draw() < 0.6 else "auto",
        target=_between(draw, 40, 95) if draw() < 0.3 else None,
        max_width=_between(draw, 16, 3000) if draw() < 0.5 else None,
        max_height=_between(draw, 16, 3000) if draw() < 0.2 else None,
        max_bytes=_between(draw, 500, 10**6) if draw() < 0.2 else None,
        formats=_some(draw, FORMATS) or None if draw() < 0.3 else None,
        purpose=_one(draw, ("convert", "upload", "serve")),
        context=_one(draw, contexts) if draw() < 0.5 else "",
        forbid=_some(draw, ("lossy", "crop", "restore")) if draw() < 0.2 else (),
        min_width=_between(draw, 1, 200) if draw() < 0.1 else None,
        min_text_px=_between(draw, 0, 20) if draw() < 0.15 else None,
        max_delta_e=_between(draw, 1, 5) if draw() < 0.1 else None,
        crops=crops,
        encode_budget_ms=_between(draw, 0, 9000) if draw() < 0.15 else None,
        views=_between(draw, 1, 1000) if draw() < 0.3 else 1,
        layout_widths=_some(draw, (160, 320, 640, 1200)) if draw() < 0.25 else (),
        variants=_between(draw, 1, 8) if draw() < 0.25 else 0,
        byte_step=_between(draw, 500, 60_000) if draw() < 0.2 else None,
        placeholder=_one(draw, ("", "dominant", "lqip")),
    )


def capabilities(draw: Draw) -> Capabilities:
    known = Capabilities()
    return Capabilities(
        decode=_some(draw, FORMATS) if draw() < 0.4 else known.decode,
        decode_alpha=_some(draw, FORMATS) if draw() < 0.2 else known.decode_alpha,
        encode=FORMATS if draw() < 0.5 else known.encode,
        decode_ms_per_mp=_times(draw, 150) if draw() < 0.4 else {},
        encode_ms_per_mp=_times(draw, 9000) if draw() < 0.6 else {},
        encode_speed={"avif": _between(draw, 4, 9)} if draw() < 0.3 else {},
        throughput_kbps=_between(draw, 20, 60_000) if draw() < 0.5 else None,
        rtt_ms=_between(draw, 0, 900) if draw() < 0.4 else None,
        effective_type=_one(draw, ("", "slow-2g", "2g", "3g", "4g")),
        save_data=draw() < 0.15,
        battery_saving=draw() < 0.15,
        dpr=_one(draw, (1.0, 1.25, 1.5, 2.0, 2.625, 3.0, 4.0)) if draw() < 0.6 else None,
        width_px=_between(draw, 50, 4000) if draw() < 0.3 else None,
        viewport_width_px=_between(draw, 300, 2000) if draw() < 0.4 else None,
        device_memory_gb=_one(draw, (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)) if draw() < 0.5 else None,
        device_class=_one(draw, ("low", "mid", "high")) if draw() < 0.15 else "",
    )


def _times(draw: Draw, most: int) -> dict[str, float]:
    return {name: float(_between(draw, 1, most)) for name in FORMATS if draw() < 0.8}


def _between(draw: Draw, least: int, most: int) -> int:
    return least + int(draw() * (most - least + 1))


def _one(draw: Draw, options: tuple[Any, ...]) -> Any:
    return options[int(draw() * len(options))]


def _some(draw: Draw, options: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(option for option in options if draw() < 0.5)


if __name__ == "__main__":
    main()
