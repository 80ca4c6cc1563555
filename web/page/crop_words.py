"""What the dialog of crops says, in plain words. No browser in here.

Crops are those of `eyebright.values.Crop`, facts those of `eyebright.values.Facts`.
"""

from typing import Any

from page import crop_boxes
from page.words import sentence

STRATEGIES = {
    "saliency": "What draws the eye",
    "thirds": "Rule of thirds",
    "faces": "The faces",
    "text": "The text",
    "product": "The product",
    "composition": "Composition",
    "centre": "The middle",
    "whole": "Not cropped",
    "user": "Around your point",
}
"""What a suggestion went by, by `Crop.strategy`."""

FORBIDDEN = "crop-forbidden"
"""Code of the engine's only answer where the policy for the picture's content, or the visitor's
policy file, allows no crops."""

DOUBTS = {
    "review-crop-none": "No crop of this shape keeps everything: each says what it would cut.",
    "review-crop-doubt": "{text}",
    "review-crop-faces": "{text}",
    "review-crop-scene": "{text}",
    "review-crop-context": "{text}",
}
"""By code: what people should know before they take a suggestion; {text} in the engine's words."""

NOT_CROPPED = "Nothing is cut, and the picture keeps its own shape."
"""The page makes no margins."""

PAGE_GUARDS = ("faces", "text")
"""What the page itself says of a crop, and anew while the frame moves."""

ASKING = "Looking for the best crops"
FREE_HAS_NONE = "A free shape has no suggestions: drag the corners as you like."


def title(crop: dict[str, Any]) -> str:
    """What a suggestion is called."""
    return STRATEGIES.get(crop["strategy"], str(crop["strategy"]))


def why(crop: dict[str, Any]) -> str:
    """Why it is suggested: its first reason, as a sentence."""
    if crop["pad"]:
        return NOT_CROPPED
    told = [reason["text"] for reason in crop["reasons"]]
    return sentence(told[0]) if told else ""


def doubt(crops: list[dict[str, Any]]) -> str:
    """What the engine wants people to know before they take the first suggestion."""
    for reason in crops[0]["reasons"] if crops else ():
        if reason["code"] in DOUBTS:
            return DOUBTS[reason["code"]].replace("{text}", sentence(reason["text"]))
    return ""


def ban(crops: list[dict[str, Any]]) -> str:
    """Who forbids crops of this picture, as a sentence; empty where they may be."""
    for reason in crops[0]["reasons"] if crops else ():
        if reason["code"] == FORBIDDEN:
            return f"{sentence(reason['text'])} The picture stays whole."
    return ""


def which(crops: list[dict[str, Any]], box: dict[str, int]) -> str:
    """Which suggestion the frame shows; empty for none of them."""
    for number, crop in enumerate(crops, 1):
        if crop_boxes.same(crop["box"], box):
            return f"Suggestion {number} of {len(crops)}: {title(crop)}"
    return ""


def pixels(box: dict[str, int]) -> str:
    return f"{box['width']} \u00d7 {box['height']}"


def fates(facts: dict[str, Any], box: dict[str, int]) -> list[tuple[str, str]]:
    """What a box does to faces and text, where there are any: good, bad or a note, and words."""
    faces = crop_boxes.fates(facts.get("faces", []), box)
    lines = crop_boxes.fates(facts.get("text_lines", []), box)
    return _of_faces(faces) + _of_text(lines)


def failing(crop: dict[str, Any]) -> list[tuple[str, str]]:
    """What else speaks against a suggestion, as the engine says it."""
    bad = [g for g in crop["guards"] if not g["passes"] and g["name"] not in PAGE_GUARDS]
    return [("bad", sentence(guard["text"]).rstrip(".")) for guard in bad]


def spoken(facts: dict[str, Any], box: dict[str, int]) -> str:
    """Size, place and share of a box, for those who hear it."""
    percent = 100 * box["width"] * box["height"] // (facts["width"] * facts["height"])
    return (
        f"{box['width']} by {box['height']} pixels, {percent} % of the picture, "
        f"{box['x']} from the left, {box['y']} from the top"
    )


def compared(report: dict[str, Any]) -> str:
    """What was done to the original to lay it beside a result."""
    before = report.get("crop") or report.get("facts") or report
    cut = "cut like the result" if report.get("crop") else ""
    scaled = "scaled to the new size" if before["width"] != report["width"] else ""
    done = " and ".join(part for part in (cut, scaled) if part)
    return f" The original is {done} here." if done else ""


def offer(shape: str) -> str:
    """Said on a row whose picture was cropped here before."""
    named = "" if shape in crop_boxes.NAMED else f" to {shape}"
    return f"You cropped this picture{named} before."


def for_all(count: int, shape: str) -> str:
    """The button that crops the other pictures of the list, too."""
    others = "the other picture" if count == 1 else f"the {count} other pictures"
    return f"Crop {others} to {shape}, too"


def refused(message: str) -> str:
    """Why there are no suggestions; the engine's remedy is for those who write to it."""
    fault = message.partition("; ")[0]
    return f"There are no suggestions: {sentence(fault)} The frame can be set by hand."


def _of_faces(found: list[str]) -> list[tuple[str, str]]:
    if not found:
        return []
    cut, out, all_faces = found.count("cut"), found.count("out"), len(found)
    if not cut and not out:
        return [
            ("good", "The face is inside" if all_faces == 1 else f"All {all_faces} faces inside")
        ]
    told = []
    if cut:
        told.append(("bad", f"Cuts {_some(cut, all_faces, 'face')}"))
    if out:
        told.append(("bad", f"Leaves {_some(out, all_faces, 'face')} out"))
    return told


def _of_text(found: list[str]) -> list[tuple[str, str]]:
    if not found:
        return []
    cut, out, lines = found.count("cut"), found.count("out"), len(found)
    told = [("bad", f"Cuts {_some(cut, lines, 'line')} of text")] if cut else []
    if out:
        told.append(("note", f"Leaves {_some(out, lines, 'line')} of text out"))
    return told or [("good", "No text cut")]


def _some(count: int, of: int, name: str) -> str:
    """The face; 1 of 3 faces; all 3 faces."""
    if of == 1:
        return f"the {name}"
    return f"all {of} {name}s" if count == of else f"{count} of {of} {name}s"
