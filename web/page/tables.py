"""What was measured of a file and its result, as labels and values. No browser in here."""

from typing import Any

from page import seen
from page.words import CONTENT, FORMAT, METADATA, level, size

CHROMA = {
    "444": "colour at full resolution",
    "422": "colour at half the resolution",
    "420": "colour at a quarter of the resolution",
    "440": "colour at half the resolution",
    "411": "colour at a quarter of the resolution",
    "410": "colour at an eighth of the resolution",
    "grey": "grey",
}
"""Chroma subsampling of a JPEG, as in `eyebright.values.Facts`."""


def found(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Everything that was found in the visitor's own file."""
    facts = report.get("facts") or {}
    rows = [
        ("Format", FORMAT.get(report["original_format"], report["original_format"])),
        ("Size", size(report["original_bytes"])),
        ("Dimensions", _dimensions(facts)),
        ("JPEG quality", _source_quality(facts)),
        ("Colours", _colours(facts)),
        ("Transparency", "yes" if facts.get("transparent_permille") else ""),
        ("Animation", _frames(report)),
        ("Metadata", ", ".join(METADATA.get(kind, kind) for kind in facts.get("metadata", []))),
        ("Taken as", CONTENT.get(report["content"], report["content"])),
    ]
    rows += seen.rows(facts)
    return [row for row in rows if row[1]]


def _dimensions(facts: dict[str, Any]) -> str:
    if not facts:
        return ""
    megapixels = facts["width"] * facts["height"] / 1e6
    shown = f" ({megapixels:.1f} megapixels)" if megapixels >= 0.95 else ""
    return f"{facts['width']} x {facts['height']} pixels{shown}"


def _source_quality(facts: dict[str, Any]) -> str:
    """What the tables in a JPEG tell of how it was made."""
    quality = facts.get("source_quality", 0)
    if not quality:
        return ""
    chroma = CHROMA.get(facts.get("source_subsampling", ""), "")
    return f"about {quality} of 100, {chroma}" if chroma else f"about {quality} of 100"


def _colours(facts: dict[str, Any]) -> str:
    parts = []
    if facts.get("bit_depth", 8) > 8:
        parts.append(f"{facts['bit_depth']} bits per channel")
    if facts.get("has_icc"):
        parts.append("with a colour profile")
    return ", ".join(parts)


def _frames(report: dict[str, Any]) -> str:
    frames = report.get("frames", 1)
    if frames == 1:
        return ""
    return f"{frames} pages" if report["original_format"] == "tiff" else f"{frames} frames"


def made(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Everything measured of the result."""
    rows = [
        ("Format", _format(report)),
        ("Size", size(report["bytes"])),
        ("Dimensions", f"{report['width']} x {report['height']} pixels"),
        ("Encoder quality", "" if report["quality"] is None else f"{report['quality']} of 100"),
        ("Score", _score(report)),
        ("Encodes made", str(report["encodes"])),
        ("Time", seconds(report["timings_ms"])),
        ("Encoder", _encoder(report)),
    ]
    return [row for row in rows if row[1]]


def _format(report: dict[str, Any]) -> str:
    new = FORMAT.get(report["format"], report["format"])
    if report["kept_original"]:
        return f"{new}, your own file"
    return f"{new}, lossless" if report["lossless"] else new


def _score(report: dict[str, Any]) -> str:
    if report["kept_original"] or report["lossless"]:
        return "identical to the original"
    level_name = level(report["score"])
    return f"{report['score']:.1f} of 100 ({level_name}), {report['target']:g} asked for"


def _encoder(report: dict[str, Any]) -> str:
    encoders = report["versions"].get("encoders", {})
    return "" if report["kept_original"] else str(encoders.get(report["format"], ""))


def seconds(timings_ms: dict[str, float]) -> str:
    total = timings_ms.get("total")
    if total is None:
        total = sum(timings_ms.values())
    return f"{total / 1000:.1f} s"


def tags(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Names of the tags that were kept and left out, as label and names; values never come here."""
    rows: list[tuple[str, str]] = []
    for reason in report["reasons"]:
        names = _names(reason["values"])
        if reason["code"] == "metadata-kept" and names:
            rows.append(("Kept", names))
        elif reason["code"] == "metadata-stripped" and names:
            rows.append(("Left out", names))
    return rows


def _names(values: dict[str, Any]) -> str:
    names = ", ".join(values.get("tags", []))
    more = values.get("count", 0) - len(values.get("tags", []))
    return f"{names} and {more} more" if more > 0 else names
