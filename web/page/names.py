"""Names of what is saved: right endings, no collisions, safe on every system. No browser here."""

from typing import Any

EXTENSION = {"jpeg": "jpg"}
"""Endings that differ from the format's name, as in `eyebright.values`."""

FORBIDDEN = '<>:"\\|?*'
"""Characters that Windows refuses in names; "/" divides folders."""

DIRECTING = tuple(range(0x202A, 0x202F)) + tuple(range(0x2066, 0x206A))
"""Characters that turn the direction of reading: they make an ending look like another."""

RESERVED = ["CON", "PRN", "AUX", "NUL"] + [f"{p}{n}" for p in ("COM", "LPT") for n in range(1, 10)]
"""Names of devices that Windows refuses whatever their ending."""

TAIL = 14
"""Characters at the end of a long name that are always shown: its number and ending."""

LONG = 36
"""Characters from which on a name is shown in two parts."""


def result_path(path: str, report: dict[str, Any]) -> str:
    """Where the result of `path` is saved: the original's own name, or with the new ending."""
    folder, _, name = path.rpartition("/")
    if not report["kept_original"]:
        kind = str(report["format"])
        stem = name.rpartition(".")[0] or name
        name = f"{stem}.{EXTENSION.get(kind, kind)}"
    return safe(f"{folder}/{name}" if folder else name)


def safe(path: str) -> str:
    """A relative path that stays inside its archive and that every system can write."""
    parts = [_safe_part(part) for part in path.split("/")]
    return "/".join(part for part in parts if part) or "picture"


def _safe_part(part: str) -> str:
    kept = "".join("_" if c in FORBIDDEN or _unseen(c) else c for c in part)
    kept = kept.strip(" ").rstrip(".")
    return f"_{kept}" if kept.split(".")[0].upper() in RESERVED else kept


def _unseen(character: str) -> bool:
    code = ord(character)
    return code < 32 or code in DIRECTING


def unique(path: str, taken: set[str]) -> str:
    """`path`, or with "-2", "-3" before its ending, so that it differs from all in `taken`.

    Capitals do not tell names apart: Windows and macOS would overwrite one with the other.
    """
    lower = {other.lower() for other in taken}
    folder, slash, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    candidate, number = path, 2
    while candidate.lower() in lower:
        candidate = f"{folder}{slash}{stem}-{number}{dot}{ending}"
        number += 1
    return candidate


def file_name(path: str) -> str:
    """The last part, for saving a single file."""
    return path.rpartition("/")[2]


def parts(path: str) -> tuple[str, str, str]:
    """Folder, name and the name's end, of which only the last is never shortened."""
    folder, slash, name = path.rpartition("/")
    at = len(name) - TAIL if len(name) > LONG else len(name)
    return folder + slash, name[:at], name[at:]


def report_name(saved_as: str) -> str:
    """What the report of a result is saved as."""
    name = file_name(saved_as)
    return f"{name}.json"
