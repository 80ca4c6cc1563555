"""What the page says, in plain words. No browser in here."""

from typing import Any

FORMAT = {
    "avif": "AVIF",
    "webp": "WebP",
    "jpeg": "JPEG",
    "jxl": "JPEG XL",
    "png": "PNG",
    "gif": "GIF",
    "tiff": "TIFF",
    "bmp": "BMP",
    "ico": "ICO",
    "heic": "HEIC",
    "svg": "SVG",
}

STAGE = {
    "intake": "Reading the file",
    "analyse": "Looking at the picture",
    "decide": "Choosing what to try",
    "transform": "Preparing the pixels",
    "encode": "Writing {format}",
    "verify": "Comparing {format} with the original",
    "deliver": "Finishing",
}
"""What is said while a stage runs; the stages are those of `eyebright.values.Progress`."""

CONTENT = {
    "general": "photo",
    "product": "product",
    "art": "art",
    "news": "news",
    "screenshot": "screenshot or text",
    "medical": "medical",
    "legal": "legal evidence",
}

METADATA = {
    "exif": "EXIF",
    "xmp": "XMP",
    "iptc": "IPTC",
    "comment": "comments",
    "c2pa": "content credentials (C2PA)",
}
"""Kinds of metadata, as in `eyebright.values.Source`."""

ERROR = {
    "UnsupportedFormat": "This is not a picture that can be read here.",
    "CorruptImage": "This file is broken or cut short.",
    "LimitExceeded": "This picture is too large.",
    "InputError": "This file cannot be used.",
    "PolicyError": "The settings contradict each other.",
    "CapabilityMissing": "This browser lacks what is needed.",
    "CodecError": "The picture could not be decoded or written.",
    "MetricError": "The result could not be compared with the original.",
    "EngineError": "The engine stopped.",
    "NotReadableError": "This file can no longer be read: it was moved, changed or removed.",
    "NotFoundError": "This file is no longer there.",
}
"""By the stable error names of `eyebright.errors`, and two of the browser's own."""

HOPELESS = ("UnsupportedFormat", "CorruptImage", "LimitExceeded")
"""Errors that lie in the file: trying again gives them again."""

LEVELS = (
    (90, "visually lossless"),
    (80, "very high"),
    (70, "high"),
    (50, "medium"),
    (30, "low"),
)
"""Least SSIMULACRA2 and its name. Source: github.com/cloudinary/ssimulacra2."""

UNITS = (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000))


def size(count: int) -> str:
    """Bytes for people, in decimal units: 34.1 MB."""
    for unit, scale in UNITS:
        if count >= scale * 0.9995:
            value = count / scale
            return f"{value:.0f} {unit}" if value >= 99.95 else f"{value:.1f} {unit}"
    return f"{count} bytes" if count != 1 else "1 byte"


def smaller(before: int, after: int) -> str:
    """How much was saved, never overstated: the percentage is rounded down."""
    if before <= 0 or after >= before:
        return "same size"
    percent = (before - after) * 100 // before
    return f"{percent} % smaller" if percent else "a little smaller"


def pictures(count: int) -> str:
    return f"{count} picture" if count == 1 else f"{count} pictures"


def summary(counts: dict[str, int], before: int, after: int) -> str:
    """One line for all results."""
    done = counts["done"]
    if not done:
        return f"{pictures(counts['open'])} to do" if counts["open"] else "No results"
    return f"{pictures(done)}, {size(before)} to {size(after)}, {smaller(before, after)}"


def remaining(counts: dict[str, int]) -> str:
    """What the summary leaves out: still to do, failed, cancelled."""
    parts = []
    if counts["open"] and counts["done"]:
        parts.append(f"{counts['open']} still to do")
    if counts["failed"]:
        parts.append(f"{counts['failed']} could not be used")
    if counts["cancelled"]:
        parts.append(f"{counts['cancelled']} cancelled")
    return ", ".join(parts)


def stage(progress: dict[str, Any]) -> str:
    """What is being done to a file just now."""
    kind = str(progress["format"])
    if not progress["stage"]:
        return "Waiting for the engine"
    words = STAGE.get(str(progress["stage"]), "Working")
    words = words.replace("{format}", FORMAT.get(kind, kind))
    return f"{words}, trial {progress['trial']}" if progress["trial"] else words


def error(name: str, message: str, file_name: str = "") -> tuple[str, str]:
    """What went wrong in plain words, and the engine's own words beside it.

    The file's name, with which the engine begins, is left out: it stands above.
    """
    plain = ERROR.get(name, "Something went wrong with this file.")
    prefix = f"{file_name}: "
    named = message.startswith(prefix)
    return plain, message[len(prefix) :] if named else message  # MicroPython has no removeprefix


def can_be_tried_again(name: str) -> bool:
    """Whether another try at the same file may end otherwise."""
    return name not in HOPELESS


def level(score: float) -> str:
    """The name of a score as it is shown, with one decimal: 69.96 reads 70.0, so it is high."""
    shown = float(f"{score:.1f}")
    for least, name in LEVELS:
        if shown >= least:
            return name
    return "very low"


def score(report: dict[str, Any]) -> str:
    """The score of a result, and what it means."""
    if report["kept_original"]:
        return "Your own file"
    if report["lossless"]:
        return "No pixel changed"
    return f"Score {report['score']:.1f}, {level(report['score'])}"


def outcome(report: dict[str, Any]) -> str:
    """One line on the sizes of a result."""
    before, after = report["original_bytes"], report["bytes"]
    if report["kept_original"]:
        return f"{size(before)}, kept as it is"
    return f"{size(before)} to {size(after)}"


def facts(report: dict[str, Any]) -> list[str]:
    """The few facts that stand in the list."""
    chips = [FORMAT.get(report["format"], report["format"])]
    if not report["kept_original"]:
        if report["quality"] is not None:
            chips.append(f"Quality {report['quality']}")
        chips.append(score(report))
    if not report["target_reached"]:
        chips.append("Target not reached")
    return chips


def warning(report: dict[str, Any]) -> str:
    """What people should know before they use the file; empty for nothing."""
    if "provenance-removed" not in [reason["code"] for reason in report["reasons"]]:
        return ""
    return (
        "Its content credentials (C2PA) are not in the new file. Where they matter, keep your own "
        "file, or let the settings leave such pictures as they are."
    )


def metadata(report: dict[str, Any]) -> list[tuple[str, str]]:
    """What the file said about itself, as label and names of tags; nothing where it said none."""
    rows: list[tuple[str, str]] = []
    for reason in report["reasons"]:
        values = reason["values"]
        if reason["code"] == "metadata-stripped":
            kinds = [METADATA.get(kind, kind) for kind in values["kinds"]]
            rows.insert(0, ("Found", ", ".join(kinds)))
            rows.append(("Left out", _names(values)))
        elif reason["code"] == "metadata-kept":
            rows.append(("Kept", _names(values)))
    return [row for row in rows if row[1]]


def _names(values: dict[str, Any]) -> str:
    names = ", ".join(values.get("tags", []))
    more = values.get("count", 0) - len(values.get("tags", []))
    return f"{names} and {more} more" if more > 0 else names


def seconds(timings_ms: dict[str, float]) -> str:
    total = timings_ms.get("total")
    if total is None:
        total = sum(timings_ms.values())
    return f"{total / 1000:.1f} s"


def table(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Everything measured, as label and value."""
    encoders = report["versions"].get("encoders", {})
    rows = [
        ("Dimensions", f"{report['width']} x {report['height']} pixels"),
        ("Format", _format(report)),
        ("Taken as", CONTENT.get(report["content"], report["content"])),
        ("Score", _score(report)),
        ("Encodes made", str(report["encodes"])),
        ("Time", seconds(report["timings_ms"])),
    ]
    if report["quality"] is not None:
        rows.insert(2, ("Encoder quality", f"{report['quality']} of 100"))
    if report["format"] in encoders and not report["kept_original"]:
        rows.append(("Encoder", encoders[report["format"]]))
    return rows


def _format(report: dict[str, Any]) -> str:
    old = FORMAT.get(report["original_format"], report["original_format"])
    new = FORMAT.get(report["format"], report["format"])
    if report["kept_original"]:
        return f"{old}, your own file"
    return f"{new}, lossless (was {old})" if report["lossless"] else f"{new} (was {old})"


def _score(report: dict[str, Any]) -> str:
    if report["kept_original"] or report["lossless"]:
        return "identical to the original"
    level_name = level(report["score"])
    return f"{report['score']:.1f} of 100 ({level_name}), {report['target']:g} asked for"


def added(count: int, skipped: int) -> str:
    """What came in."""
    words = f"{pictures(count)} added." if count else "No pictures found."
    return f"{words} {left_out(skipped)}." if skipped else words


def left_out(skipped: int) -> str:
    """What a folder held beside pictures."""
    if not skipped:
        return ""
    files = "1 file" if skipped == 1 else f"{skipped} files"
    return f"{files} of the folder left out, not pictures"


def settings(goal: dict[str, Any]) -> str:
    """The settings in one line, for the closed panel."""
    parts = []
    if goal["content"] != "auto":
        parts.append(CONTENT.get(goal["content"], goal["content"]))
    if goal["target"] is not None:
        parts.append(f"score {goal['target']:g}")
    if goal["max_width"] is not None:
        parts.append(f"at most {goal['max_width']} pixels wide")
    if goal["formats"] is not None:
        parts.append(" or ".join(FORMAT[f] for f in goal["formats"]))
    if goal.get("metadata", "rights") != "rights":
        parts.append("all metadata kept" if goal["metadata"] == "all" else "no metadata kept")
    if not parts:
        return "Automatic: the best format and quality for each picture"
    line = ", ".join(parts)
    return line[0].upper() + line[1:]
