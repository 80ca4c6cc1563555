"""What was seen in a picture, in words and as shapes. No browser in here.

Facts are those of `eyebright.values.Facts`; pixels are the picture's own, as it is shown.
"""

from typing import Any

CELLS = 16
"""Rows, and columns, of the map of attention."""

MOST = 31
"""Its greatest value."""

KINDS = {
    "photo": "a photo",
    "screenshot": "a screenshot",
    "chart": "a chart or a diagram",
    "drawing": "a drawing",
    "document": "a document",
    "product": "a product on plain ground",
}
"""By `Facts.seen_content`."""

SURE = ((950, "almost certainly"), (800, "very likely"), (600, "probably"), (0, "perhaps"))
"""Least confidence, per thousand, and what people call it. The words are our choice."""

MODELS = {
    "saliency": "what draws the eye",
    "faces": "faces",
    "text": "text",
    "content": "the kind of picture",
    "artefacts": "traces of earlier saving",
}
"""What each model looks for."""

FALLBACK = "fallback"
"""Version of a model that did not run, so that simpler means looked."""

LIKELY = 500
"""Probability, per thousand, from which on a fault of the pixels is named."""

THIRDS = (
    ("upper left", "top", "upper right"),
    ("left", "middle", "right"),
    ("lower left", "bottom", "lower right"),
)


def is_known(facts: dict[str, Any]) -> bool:
    """Whether anybody looked."""
    return bool(facts.get("models"))


def kind(facts: dict[str, Any]) -> str:
    """What it is taken for and how sure that is: almost certainly a photo."""
    named = KINDS.get(facts.get("seen_content", ""), "")
    confidence = facts.get("content_confidence_permille")
    if not named or confidence is None:
        return named
    return f"{next(word for least, word in SURE if confidence >= least)} {named}"


def faces(facts: dict[str, Any]) -> str:
    """How many."""
    return _count(len(facts.get("faces", [])), "face", "faces")


def text(facts: dict[str, Any]) -> str:
    """How many lines, and how high their letters are."""
    heights = [line["x_height_px"] for line in facts.get("text_lines", [])]
    if not heights:
        return ""
    least, most = min(heights), max(heights)
    high = f"{least}" if least == most else f"{least} to {most}"
    return f"{_count(len(heights), 'line', 'lines')}, small letters {high} pixels high"


def focus(facts: dict[str, Any]) -> str:
    """Where the eye goes first: one of nine places."""
    if not facts.get("focal_permille"):
        return ""
    x, y = (min(2, value * 3 // 1000) for value in facts["focal_permille"])
    return THIRDS[y][x]


def traces(facts: dict[str, Any]) -> str:
    """What its past left in the pixels."""
    left = facts.get("artefacts") or {}
    found = []
    if left.get("jpeg_quality"):
        found.append(f"once saved as a JPEG of quality {left['jpeg_quality']} or so")
    for name, words in (("blockiness", "blocks"), ("blur", "blur"), ("banding", "banding")):
        if left.get(f"{name}_permille", 0) >= LIKELY:
            found.append(words)
    return ", ".join(found)


def unseen(facts: dict[str, Any]) -> str:
    """What was looked for by simpler means, because a model did not run; empty for nothing."""
    models = facts.get("models", {})
    missing = [MODELS[name] for name in MODELS if models.get(name) == FALLBACK]
    return ", ".join(missing)


def rows(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Labels and values for a table."""
    found = [
        ("Seen as", kind(facts)),
        ("Faces", faces(facts)),
        ("Text", text(facts)),
        ("First look", focus(facts)),
        ("Traces", traces(facts)),
        ("Only roughly looked for", unseen(facts)),
    ]
    return [row for row in found if row[1]]


def sentences(facts: dict[str, Any]) -> list[str]:
    """The same for those who cannot see the shapes, nothing left out."""
    named, place = kind(facts), focus(facts)
    told = [
        f"This is {named}." if named else "",
        f"The eye goes first to the {place}." if place else "",
        f"Faces: {faces(facts) or 'none found'}.",
        f"Text: {text(facts) or 'none found'}.",
        f"Traces: {traces(facts)}." if traces(facts) else "",
        f"Only roughly looked for, as its model did not run: {unseen(facts)}."
        if unseen(facts)
        else "",
    ]
    return [sentence for sentence in told if sentence]


def boxes(facts: dict[str, Any], key: str) -> list[dict[str, float]]:
    """The boxes under a key of the facts, in percent of the picture."""
    across, down = facts["width"] / 100, facts["height"] / 100
    return [
        {
            "x": box["x"] / across,
            "y": box["y"] / down,
            "width": box["width"] / across,
            "height": box["height"] / down,
        }
        for box in facts.get(key, [])
    ]


def _count(number: int, one: str, many: str) -> str:
    if not number:
        return ""
    return f"1 {one}" if number == 1 else f"{number} {many}"
