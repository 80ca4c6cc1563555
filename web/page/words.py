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
    "gainmap": "a gain map for HDR screens",
}
"""Kinds of metadata, as in `eyebright.values.Source`."""

ERROR = {
    "UnsupportedFormat": "This is not a picture that can be read here.",
    "CorruptImage": "This file is broken or cut short.",
    "LimitExceeded": "This picture is too large.",
    "InputError": "This file cannot be used.",
    "PolicyError": "The settings contradict each other.",
    "CapabilityMissing": "This browser lacks what is needed.",
    "ModelRefused": "A model is not the one that belongs here.",
    "CodecError": "The picture could not be decoded or written.",
    "MetricError": "The result could not be compared with the original.",
    "EngineError": "The engine stopped.",
    "NotReadableError": "This file can no longer be read: it was moved, changed or removed.",
    "NotFoundError": "This file is no longer there.",
}
"""By the stable error names of `eyebright.errors`, and two of the browser's own."""

CRASHED = (
    "it stopped twice at this picture, the second time with nothing else to do; a smaller copy of "
    "the picture may work"
)
"""Said of a file that the engine died of, again."""

TERMS = FORMAT | {"exif": "EXIF", "xmp": "XMP", "iptc": "IPTC", "icc": "ICC", "c2pa": "C2PA"}
"""Names as people write them, by those of the engine."""

NOT_HERE = (
    (", or raise the limit (max_bytes)", ""),
    (", or raise the limit (max_parts)", ""),
    (", or raise the limit (max_pixels)", ""),
    (", or raise the limit (max_frames)", ""),
    (
        "raise the limit (max_pixels_per_byte) if you trust the file",
        "save it again with a picture program",
    ),
    (", SVG and HEIC", ", SVG and, in some browsers, HEIC"),
)
"""What the engine says that does not hold for the page, which sets no limits, and what does."""

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
    """What went wrong, and more about it: where the file is at fault, what to do.

    The file's name, with which the engine begins, is left out: it stands above.
    """
    prefix = f"{file_name}: "
    named = message.startswith(prefix)
    own = message[len(prefix) :] if named else message
    for said, here in NOT_HERE:
        own = own.replace(said, here)
    fault, _, remedy = own.partition("; ")
    if name in HOPELESS and remedy:
        return sentence(proper(fault)), sentence(proper(remedy))
    plain = ERROR.get(name, "Something went wrong with this file.")
    return plain, sentence(proper(own))


def proper(text: str) -> str:
    """With the names of formats and of kinds of metadata as people write them."""
    words = text.split(" ")
    return " ".join(_proper_word(word) for word in words)


def _proper_word(word: str) -> str:
    bare = word.strip("(),.:;")
    return word.replace(bare, TERMS[bare]) if bare in TERMS else word


def sentence(text: str) -> str:
    """With a capital at its beginning, unless it begins with a file's name, and a full stop."""
    if not text:
        return ""
    is_name = "." in text.partition(" ")[0]
    whole = text if is_name else text[0].upper() + text[1:]
    return whole if whole[-1] in ".!?" else f"{whole}."


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


def outcome(report: dict[str, Any], *, chosen: bool = False) -> str:
    """One line on the sizes of a result; `chosen` where the visitor prefers the own file."""
    before, after = report["original_bytes"], report["bytes"]
    if report["kept_original"]:
        return f"{size(before)}, kept as it is"
    if chosen:
        return f"{size(before)}, kept as you chose"
    return f"{size(before)} to {size(after)}"


def still_holds(report: dict[str, Any]) -> str:
    """What a visitor's own file, unchanged, holds beside the picture; empty for nothing."""
    if not report["kept_original"]:
        return ""
    kinds: list[str] = []
    for reason in report["reasons"]:
        if reason["code"] in {"metadata-kept", "svg-active"}:
            kinds += [METADATA.get(kind, kind) for kind in reason["values"].get("kinds", [])]
    if not kinds:
        return ""
    first = ", ".join(kinds[:-1])
    return f"Still holds {first} and {kinds[-1]}" if first else f"Still holds {kinds[-1]}"


def facts(report: dict[str, Any]) -> list[tuple[str, str]]:
    """The few facts that stand in the list, each with its kind."""
    chips = [("format", FORMAT.get(report["format"], report["format"]))]
    if not report["kept_original"]:
        if report["quality"] is not None:
            chips.append(("quality", f"Quality {report['quality']}"))
        chips.append(("score", score(report)))
    if report.get("crop"):
        chips.append(("cropped", f"Cropped to {report['width']} \u00d7 {report['height']}"))
    if report.get("frames", 1) > 1 and report["format"] != "tiff":
        chips.append(("frames", f"{report['frames']} frames"))
    if not report["target_reached"]:
        chips.append(("missed", "Target not reached"))
    return chips


def is_uncropped(report: dict[str, Any]) -> bool:
    """Whether a crop was asked for that would have had to leave something out, and was not made."""
    reasons = report["reasons"]
    padded = any(r["code"] == "crop-whole" and r["values"].get("pad") for r in reasons)
    return padded or any(r["code"] in {"crop-not-made", "crop-forbidden"} for r in reasons)


def holds_several(report: dict[str, Any]) -> str:
    """Why a file of several pictures was kept whole, in short; empty for all others."""
    for reason in report["reasons"] if report["kept_original"] else ():
        values = reason["values"]
        if reason["code"] == "icon-kept":
            return f"{values['pictures']} sizes"
        if reason["code"] == "animated":
            return f"{values['frames']} {'pages' if values['format'] == 'tiff' else 'frames'}"
    return ""


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


def stale(count: int) -> str:
    """Said when results do not match the settings any more."""
    which = "One result was" if count == 1 else f"{count} results were"
    return f"{which} made with other settings."


def forgotten(count: int) -> str:
    """What became of the results of earlier visits."""
    if not count:
        return "No results were kept in this browser."
    return "1 kept result deleted." if count == 1 else f"{count} kept results deleted."
