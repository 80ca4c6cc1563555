"""What a working process finds of an upload.

Whether it is a picture, what its record is worth, and, where the original came along, whether it
looks as promised.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eyebright import drawings, intake, metadata, pipeline
from eyebright.aside import aside
from eyebright.errors import LimitExceeded, PolicyError, UnsupportedFormat
from eyebright.host.base import Host, Pixels
from eyebright.intake import Limits
from eyebright.metadata import Kept, drawing
from eyebright.metrics import ssimulacra2
from eyebright.originals import cleaned
from eyebright.policy import Policies, decide, verify_record
from eyebright.records import Record
from eyebright.transform import reshaped, resize
from eyebright.values import Capabilities, Facts, Goal, Plan, Source

METADATA = "rights"
"""What is left in uploads at the most (`Goal.metadata`)."""

SCORE_TOLERANCE = 0.5
"""SSIMULACRA2 by which two machines' decoders and scales may differ: decoders of JPEG round
differently by one of 255. Our choice."""


class Checked(Record):
    """What is told of an upload, beside the verification of its record."""

    format: str
    width: int
    height: int
    bytes: int
    original_bytes: int | None = None
    score: float | None = None
    """SSIMULACRA2 against the original, made as the plan says; None where there is none."""
    target: float | None = None
    accepted: bool
    """Kept as it is: its record is right, or the original shows that it looks as promised."""
    why_not: str = ""
    """A word. drawing: nobody sees its pixels, and the report tells what became of it."""
    rests_on: str = ""
    """original: the server looked itself; record: only the client says of what it was made, and how
    it looks beside that. Empty: no record came."""
    stripped: tuple[str, ...] = ()
    """Metadata that were taken out of an accepted file, by name; its picture is as it came."""


async def check(
    host: Host, task: Mapping[str, Any], policies: Policies
) -> tuple[dict[str, Any], bytes]:
    """As JSON: `checked`, and `verification` where a record came. Raises EyebrightError.

    Beside it an accepted file without its private metadata; empty where it had none.
    """
    data, given = _bytes(task["path"]), task["record"]
    limits = Limits.from_dict(task["limits"])
    if task["original"]:
        _check_drawing(_bytes(task["original"]), "original", limits)
    drawn = _check_drawing(data, "file", limits)
    if drawn is not None:
        told = Checked(
            format=drawn.format,
            width=drawn.width,
            height=drawn.height,
            bytes=len(data),
            accepted=False,
            why_not="drawing",
        )
        return {"checked": told.to_dict()}, b""
    source, shown = await pipeline.decode(data, name="file", host=host, limits=limits)
    checked = Checked(
        format=source.format,
        width=shown.shape[1],
        height=shown.shape[0],
        bytes=len(data),
        accepted=False,
        why_not="no-record",
    )
    if given is None:
        return {"checked": checked.to_dict()}, b""
    goal = Goal.from_dict(_part(given, "goal"), path="record.goal")
    able = Capabilities.from_dict(_part(given, "capabilities"), path="record.capabilities")
    original = await _original(host, task, limits)
    facts = original[0] if original else Facts.from_dict(_part(given, "facts"), path="record.facts")
    verified = verify_record(given, facts, goal, able, policies)
    plan = decide(facts, goal, able, policies)
    checked = checked.replace(target=plan.target)
    if original is None:
        why_not = "" if verified.acceptable else "record-differs"
    else:
        check_room(original[1], plan, limits)
        score = await aside(_score, original[1], shown, plan)
        checked = checked.replace(score=score, original_bytes=facts.size_bytes)
        why_not = _unlike(score, plan)
    why_not = why_not or _off_plan(source, shown, plan, facts)
    checked = checked.replace(rests_on="original" if original else "record")
    kept, clean = _kept(data, source, goal), b""
    if kept.stripped and not why_not:
        clean = await cleaned(host, data, source, kept, shown) or b""
        checked = checked.replace(stripped=kept.stripped if clean else ())
        why_not = "" if clean else "metadata-stays"
    checked = checked.replace(accepted=not why_not, why_not=why_not)
    return {"checked": checked.to_dict(), "verification": verified.to_dict()}, clean


def _check_drawing(data: bytes, name: str, limits: Limits) -> Source | None:
    """The drawing that it is; None for pixels. Raises UnsupportedFormat for one that is more."""
    source = intake.read(data, name=name, limits=limits)
    if source.format != drawings.FORMAT:
        return None
    held = drawing.contents(data).beside_shapes
    if held:
        raise UnsupportedFormat(
            f"{name}: the drawing holds {' and '.join(held)} and is not taken; take that out, or "
            "send pixels"
        )
    return source


def _kept(data: bytes, source: Source, goal: Goal) -> Kept:
    """Rights at the most, whatever the client's goal says."""
    mode = "none" if goal.metadata == "none" else METADATA
    return metadata.choose(
        metadata.read(data, source.format), source.format, mode=mode, is_srgb=False
    )


async def _original(
    host: Host, task: Mapping[str, Any], limits: Limits
) -> tuple[Facts, Pixels] | None:
    """What the server itself sees of the original, where it came along."""
    if not task["original"]:
        return None
    data, models = _bytes(task["original"]), bool(task["models"])
    facts, _notes = await pipeline.analyse_noting(
        data, name="original", host=host, limits=limits, models=models
    )
    _source, pixels = await pipeline.decode(data, name="original", host=host, limits=limits)
    return facts, pixels


def _bytes(path: str) -> bytes:
    return Path(path).read_bytes()


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = record.get(name)
    if not isinstance(part, Mapping):
        raise PolicyError("missing required value", path=f"record.{name}")
    return part


def _off_plan(source: Source, shown: Pixels, plan: Plan, facts: Facts) -> str:
    """A word for what the plan does not allow; empty where it does."""
    formats = {candidate.format for candidate in plan.candidates} | {facts.format}
    if source.format not in formats:
        return "format-not-planned"
    if shown.shape[1] > plan.width or shown.shape[0] > plan.height:
        return "larger-than-planned"
    return ""


def check_room(original: Pixels, plan: Plan, limits: Limits) -> None:
    """Margins may make any picture large. Raises LimitExceeded."""
    left, top, right, bottom = plan.pad or (0, 0, 0, 0)
    pixels = (left + original.shape[1] + right) * (top + original.shape[0] + bottom)
    if pixels > limits.max_pixels:
        raise LimitExceeded(
            f"with its margins it has {pixels} pixels; at most {limits.max_pixels} are taken"
        )


def _unlike(score: float | None, plan: Plan) -> str:
    if score is None:
        return "another-shape"
    return "" if score >= plan.target - SCORE_TOLERANCE else "below-target"


def _score(original: Pixels, shown: Pixels, plan: Plan) -> float | None:
    """Against the original, cut and scaled to the upload's size; None for another aspect."""
    reference = reshaped(original, plan)
    height, width = shown.shape[:2]
    if abs(reference.shape[1] * height - reference.shape[0] * width) > max(reference.shape):
        return None
    if (height, width) != reference.shape[:2]:
        reference = resize(reference, width, height, method=plan.scaling)
    return round(float(ssimulacra2(reference, shown)), 3)
