"""Runs of the search for the golden file, against made-up encoders that every machine works alike.

An encoder's bytes and scores are sums and products of its few numbers (no powers, whose last bit
differs between C libraries). Three kinds of rows: `sweep` starts one format at one target, `duel`
lets a second format follow a first one whose bytes are given, `decided` takes the plan of a case.
Each holds its inputs, so that a changed table changes what comes of it and not the row itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

from eyebright.policy import canonical_json, choose, formats, motion
from eyebright.policy.motion import Ask
from eyebright.values import Candidate, Choice, Limits, Outcome, Plan, Trial

Json = dict[str, Any]
Draw = Callable[[], float]

CLASSES = ("photo", "graphic")
LOSSY = ("avif", "webp", "jpeg", "jxl")
TARGETS = tuple(range(46, 100, 2))
"""Closer together than the points of the tables, so that each point settles some of them."""

HEAD_STARTS = {"avif": 6, "webp": 8, "jpeg": 10, "jxl": 7, "png": 12}
"""Bytes of the formats beside one another, tenths."""

DUEL_BYTES = 100_000
DUEL_KBPS = 800
DUEL_MS = 2_000
"""The first format's bytes and other milliseconds: at 100 bytes a millisecond, what the second may
spend is known to the byte."""

DECIDED = 150
IN_MODES = 80
"""Searches of decided plans: in the automatic mode, and beside them in all modes."""


def sweeps() -> Iterator[Json]:
    """Each format from its median curve alone: an encoder that falls short, one that exceeds."""
    for number, kind in enumerate(CLASSES):
        for name in LOSSY:
            for target in TARGETS:
                ascent = (target + number) % 4
                encoder = {"offset": (-6, -2, 3, 9)[ascent], "bend": (4, 7, 10, 6)[ascent]}
                yield {"sweep": name, "class": kind, "target": target, "encoder": encoder}


def byte_limits() -> Iterator[Json]:
    """One format under a byte limit: by quality, by size, or where bytes hardly follow the size."""
    for number in range(24):
        encoder = {"offset": 0, "bend": 6, "weight": 10, "overhead": (0, 900, 2_400)[number % 3]}
        limit = (300, 1_000, 2_500, 3_000)[number % 4] + 37 * number
        name = LOSSY[number // 6]
        yield {
            "sweep": name,
            "class": "photo",
            "target": 80,
            "max_bytes": limit,
            "encoder": encoder,
        }


def bounded_limits() -> Iterator[Json]:
    """Two formats under a byte limit, some of them lossless, that may shrink only so far."""
    for number in range(32):
        encoder = {"offset": 0, "bend": 6, "weight": 10, "overhead": (0, 700)[number % 2]}
        row: Json = {"sweep": LOSSY[number % 4], "class": CLASSES[number // 16], "target": 72}
        row |= {
            "also": ("png", "png", "jxl", "webp")[(number + number // 4) % 4],
            "encoder": encoder,
        }
        least = ([1, 1], [250, 1], [1, 190], [400, 300])[number // 4 % 4]
        yield {**row, "least": least, "max_bytes": 500 + 113 * (number % 16)}


def films() -> Iterator[Json]:
    """Animations whose whole falls short of its samples, with lossless files of all densities."""
    for number in range(38):
        fall, dense = (0, 2, 5, 14)[number % 4], 7 + number // 2
        encoder = {"offset": 0, "bend": 6, "fall": fall, "dense": dense}
        row: Json = {"sweep": "webp", "class": "graphic", "target": 75, "frames": 12}
        limit = {"max_bytes": 3_000 + 300 * number} if number % 5 == 4 else {}
        if number >= 26:
            limit = {"max_bytes": 200 * (number - 25)}
            encoder["overhead"] = (0, 500)[number % 2]
        yield {**row, **limit, "encoder": encoder}


def duels() -> Iterator[Json]:
    """Just inside and just outside of what makes a second format worth trying."""
    for kind in CLASSES:
        for (first, second), least in formats.LEAST_RATIO[kind].items():
            yield from _duels(kind, first, second, least / formats.WORTH_TRYING, lossless=False)
        for second in formats.LOSSLESS_BITS_PER_PIXEL[kind]:
            first = "avif" if second != "jxl" else "webp"
            yield from _duels(kind, first, second, formats.LOSSLESS_SPREAD, lossless=True)


def _duels(kind: str, first: str, second: str, ratio: float, *, lossless: bool) -> Iterator[Json]:
    spare_bytes = DUEL_BYTES * (ratio - 1)
    edge_ms = DUEL_MS - int(spare_bytes * 8 / DUEL_KBPS)
    for fixed_ms in (edge_ms - 3, edge_ms + 3):
        yield {"duel": [first, second], "lossless": lossless, "class": kind, "fixed_ms": fixed_ms}


def directed() -> Iterator[Json]:
    """All rows that are there for certain numbers of the tables."""
    for rows in (sweeps, byte_limits, bounded_limits, films, duels):
        yield from rows()


def encoders(draw: Draw) -> Json:
    """Numbers of a made-up encoder; some fail, shift colours, or stay under their target."""
    return {
        "offset": int(draw() * 19) - 9,
        "bend": 2 + int(draw() * 10),
        "noise": int(draw() * 4) if draw() < 0.3 else 0,
        "weight": 1 + int(draw() ** 3 * 60),
        "spread": [5 + int(draw() * 11) for _ in LOSSY],
        "fails": LOSSY[int(draw() * 4)] if draw() < 0.3 else "",
        "delta_e": int(draw() * 9) if draw() < 0.3 else 0,
        "fall": int(draw() * 7) if draw() < 0.5 else 0,
    }


def plan_of(row: Mapping[str, Any]) -> Plan:
    """The plan of a sweep or a duel."""
    if "sweep" in row:
        way = Candidate(format=row["sweep"], expected_bytes=10_000)
        frames = row.get("frames", 1)
        ways = (way,) if frames == 1 else (way, way.replace(lossless=True))
        if row.get("also", way.format) != way.format:
            other = Candidate(
                format=row["also"], lossless=row["also"] == "png", expected_bytes=11_000
            )
            ways = (way, other)
        min_width, min_height = row.get("least", (1, 1))
        plan = _plan(row["class"], row["target"], ways).replace(frames=frames)
        return plan.replace(
            max_bytes=row.get("max_bytes"), min_width=min_width, min_height=min_height
        )
    first, second = row["duel"]
    # The first one has all its bytes at any quality; a lossless one is expected to need as many.
    ways = (
        Candidate(format=first, expected_bytes=DUEL_BYTES, fixed_ms=DUEL_MS),
        Candidate(
            format=second,
            lossless=row["lossless"],
            expected_bytes=DUEL_BYTES,
            fixed_ms=row["fixed_ms"],
        ),
    )
    return _plan(row["class"], 75, ways).replace(throughput_kbps=DUEL_KBPS)


def _plan(kind: str, target: float, ways: tuple[Candidate, ...]) -> Plan:
    return Plan(
        content="general",
        width=400,
        height=300,
        target=float(target),
        floor=20,
        candidates=ways,
        original_bytes=10_000_000,
        picture_class=kind,
        limits=Limits(),
    )


def searched(row: Mapping[str, Any], plan: Plan) -> Json | str:
    """What the search asked for, in order, and what it chose; digests over all the rest."""
    if plan.keep_original:
        return "kept"
    asked: list[str] = []
    choice = _drive(row, plan, asked)
    told = [reason.to_dict() for reason in choice.reasons]
    texts = [reason.pop("text") for reason in told]
    values = {"outcome": choice.outcome.to_dict() if choice.outcome else None, "reasons": told}
    return {
        "asked": " ".join(asked),
        "reached": choice.target_reached,
        "why": " ".join(reason.code for reason in choice.reasons),
        "digest": short_digest(values),
        "said": short_digest(texts),
    }


def sentences(row: Mapping[str, Any], plan: Plan) -> Iterator[tuple[str, str]]:
    """Codes with their sentences, of a search that is not kept."""
    if not plan.keep_original:
        for reason in _drive(row, plan, []).reasons:
            yield reason.code, reason.text


def short_digest(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()[:16]


def _drive(row: Mapping[str, Any], plan: Plan, asked: list[str]) -> Choice:
    searching: Generator[Any, Outcome, Choice]
    searching = motion.choose(plan) if plan.frames > 1 else choose(plan)
    ask = next(searching)
    while True:
        trial = ask.trial if isinstance(ask, Ask) else ask
        whole = isinstance(ask, Ask) and ask.whole
        asked.append(_name(trial, plan, whole=whole))
        outcome = duelled(row, trial) if "duel" in row else made(row["encoder"], trial, whole=whole)
        try:
            ask = searching.send(outcome)
        except StopIteration as stop:
            choice: Choice = stop.value
            return choice


def _name(trial: Trial, plan: Plan, *, whole: bool) -> str:
    quality = f"{trial.format}-lossless" if trial.lossless else f"{trial.format}-{trial.quality}"
    if trial.width != plan.width or trial.height != plan.height:
        quality += f"@{trial.width}x{trial.height}"
    return f"{quality}!" if whole else quality


def duelled(row: Mapping[str, Any], trial: Trial) -> Outcome:
    """The first format settles at once; the second is only to be tried or not."""
    is_first = trial.format == row["duel"][0]
    size = DUEL_BYTES if is_first else DUEL_BYTES // 2
    return Outcome(trial=trial, size_bytes=size, score=100.0 if trial.lossless else 75.5)


def made(encoder: Mapping[str, Any], trial: Trial, *, whole: bool) -> Outcome:
    """One encode: bytes grow with the square of the quality, the score bends towards 100."""
    area = trial.width * trial.height
    if encoder.get("fails") == trial.format:
        return Outcome(trial=trial, size_bytes=0, score=-100.0, passed_checks=False)
    spread = dict(zip(LOSSY, encoder.get("spread", (10,) * 4), strict=True)).get(trial.format, 10)
    weight = area * HEAD_STARTS[trial.format] * spread * encoder.get("weight", 10)
    if trial.lossless:
        size = weight * encoder.get("dense", 100) // 90_000
        return Outcome(trial=trial, size_bytes=60 + size, score=100.0)
    quality = trial.quality
    missing = (100 - quality) / 100
    score = 100 - 45 * missing - encoder["bend"] * 8 * missing * missing
    score += encoder["offset"] * missing - (encoder.get("fall", 0) if whole else 0)
    score -= encoder.get("noise", 0) * (quality * 7919 % 5)
    return Outcome(
        trial=trial,
        size_bytes=60
        + encoder.get("overhead", 0)
        + weight * (quality * quality + 400) // 90_000_000,
        score=score,
        delta_e=encoder.get("delta_e", 0) * missing,
        brand_delta_e=encoder.get("delta_e", 0) * missing * 2,
    )
