"""What a new file lacks that cannot come back: said before it is used. No browser in here."""

from typing import Any

LOSSES = {
    "provenance-removed": (
        "content credentials (C2PA)",
        "The new file has no content credentials (C2PA): they vouch for your own file's pixels.",
    ),
    "hdr-lost": (
        "gain maps for HDR screens",
        "The new file has no gain map: on HDR screens it shows no brighter lights than others.",
    ),
}
"""By the reason's code: its name among others, and the warning."""


def codes(report: dict[str, Any]) -> list[str]:
    """Which losses this result has, in the order of its reasons."""
    found = [reason["code"] for reason in report["reasons"]]
    return [code for code in found if code in LOSSES]


def warning(report: dict[str, Any]) -> str:
    """What people should know before they use the file; empty for nothing."""
    return " ".join(LOSSES[code][1] for code in codes(report))


def question(reports: list[dict[str, Any]]) -> str:
    """What is asked before all results are downloaded, when nobody has decided about these."""
    lost: list[str] = []
    for report in reports:
        lost += [LOSSES[code][0] for code in codes(report) if LOSSES[code][0] not in lost]
    count = len(reports)
    whose = f"{reports[0]['name']} loses its" if count == 1 else f"{count} pictures lose their"
    return f"{whose} {' and '.join(lost)} in the new file{'' if count == 1 else 's'}."


def answers(count: int) -> tuple[str, str]:
    """What the buttons below the question say: for the own files, and for the new ones."""
    if count == 1:
        return "Keep my own file", "Use the new file"
    return "Keep my own files of these", "Use the new files"
