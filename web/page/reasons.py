"""A sentence for each reason of the engine, by its stable code. No browser in here.

Names in braces are the reason's own values, made readable by `_shown`; {text} is the engine's own
sentence, where that is already said as a visitor would say it.
"""

from typing import Any

from page.words import proper, size

RESULT, FORMATS, COLOURS, ABOUT, NOTES = "result", "formats", "colours", "about", "notes"

GROUPS = (
    (RESULT, "Why"),
    (FORMATS, "Formats"),
    (COLOURS, "Colours"),
    (ABOUT, "What the file says about itself"),
    (NOTES, "Worth knowing"),
)
"""In the order in which they are shown, with their headings."""

SENTENCES = {
    # What it was taken for, and what was aimed at.
    "content-given": (RESULT, "{text}"),
    "content-detected": (RESULT, "{text}"),
    "target-given": (RESULT, "You asked for a score of {target}."),
    "target-policy": (RESULT, "Such pictures are made to score {target} or better."),
    "target-brand": (RESULT, "The policy file asks for a score of {target} or better."),
    "target-shifted": (RESULT, "The score asked for is {to} instead of {from}: {steps}."),
    "source-poor": (NOTES, "{text}"),
    "lossless-only": (RESULT, "No pixel may change, so only lossless files were allowed."),
    "size-fitted": (RESULT, "Scaled from {from} to {to} pixels."),
    "size-kept": (NOTES, "{text}"),
    "scaling-chosen": (RESULT, "{text}"),
    "scaling-learned": (RESULT, "A network made it smaller, as you asked."),
    "bytes-met": (RESULT, "{text}"),
    "bytes-not-met": (
        NOTES,
        "{max_bytes} could not be reached; this is the smallest acceptable file.",
    ),
    "text-chroma": (RESULT, "There is text in it, so its colours are kept at full sharpness."),
    "text-small": (NOTES, "{text}"),
    # What is delivered.
    "original-required": (RESULT, "Not a byte of it may change, so it is your own file."),
    "original-smaller": (RESULT, "The best new file ({format}, {bytes}) is no smaller than yours."),
    "original-cleaned": (
        RESULT,
        "The picture is your own, bit by bit; only private metadata was taken out.",
    ),
    "original-not-shown": (
        NOTES,
        "Your own file is smaller, but this browser does not show its format.",
    ),
    "original-uncut": (NOTES, "Your own file is smaller, but you wanted another shape."),
    # Which part is kept.
    "crop-made": (RESULT, "{text}"),
    "crop-whole": (RESULT, "It is not cropped: nothing is cut."),
    "crop-user": (RESULT, "{text}"),
    "crop-agreed": (NOTES, "{text}"),
    "crop-forbidden": (NOTES, "{text}"),
    "crop-not-made": (NOTES, "{text}"),
    "crop-faces": (NOTES, "{text}"),
    "crop-heads": (NOTES, "{text}"),
    "crop-text": (NOTES, "{text}"),
    "crop-product": (NOTES, "{text}"),
    "crop-size": (NOTES, "{text}"),
    "nothing-passed": (RESULT, "No smaller file looked good enough, so it is your own."),
    "no-format-left": (
        RESULT,
        "None of the allowed formats can be written and shown here, so it is your own file.",
    ),
    "gain-none": (RESULT, "It is already as small as such a picture gets, so it is your own file."),
    "gain-too-slow": (RESULT, "{text}"),
    "animated": (RESULT, "{text}"),
    "animation-kept": (
        RESULT,
        "All that its {frames} frames show, their times and the loops are kept.",
    ),
    "animation-unreadable": (NOTES, "{text}"),
    "svg-kept": (RESULT, "{text} It has no pixels, so it is not cropped here."),
    "icon-kept": (RESULT, "{text}"),
    "deep-kept": (
        RESULT,
        "It has {bit_depth} bits per channel; new formats would round them, so it is your own.",
    ),
    "pictures-left-out": (NOTES, "{text}"),
    "cached": (NOTES, "This result was made before and was still at hand."),
    "cache-damaged": (NOTES, "What was kept of an earlier visit was damaged; it is made again."),
    "cache-unavailable": (NOTES, "This browser keeps no results for the next visit."),
    # Which formats were tried.
    "mode-fast": (RESULT, "{text}"),
    "mode-best": (RESULT, "{text}"),
    "effort-lowered": (
        FORMATS,
        "{format}: written a little less well, as it would take about {seconds} seconds here.",
    ),
    "format-not-fast": (FORMATS, "{format}: takes too long where you ask for speed."),
    "format-not-needed": (FORMATS, "{format}: not tried, as another one is good enough."),
    "quick-not-used": (FORMATS, "{text}"),
    "quick-unmade": (NOTES, "{text}"),
    "formats-ordered": (FORMATS, "Tried in this order, the most promising first: {formats}."),
    "formats-foreseen": (FORMATS, "Foreseen before any trial: {foreseen}."),
    "format-tried": (FORMATS, "{format}: {bytes} at a score of {score}, after {encodes}."),
    "format-beaten": (
        FORMATS,
        "{format}: given up after {encodes}, already larger than the best so far.",
    ),
    "format-failed": (
        FORMATS,
        "{format}: did not look good enough (best score {score}, after {encodes}).",
    ),
    "format-unmade": (FORMATS, "{format}: could not be made here."),
    "format-cannot-win": (FORMATS, "{format}: not tried, as it would hardly be smaller."),
    "format-no-profile": (FORMATS, "{format}: cannot carry its colour profile here."),
    "format-no-alpha": (FORMATS, "{format}: has no transparency, which this picture needs."),
    "format-alpha-not-shown": (FORMATS, "{format}: this browser does not show its transparency."),
    "format-not-shown": (FORMATS, "{format}: this browser does not show it."),
    "format-no-encoder": (FORMATS, "{format}: cannot be written here."),
    "format-not-animated": (FORMATS, "{format}: is not written as an animation here."),
    "format-not-preferred": (FORMATS, "{text}"),
    "format-reserve": (FORMATS, "{text}"),
    "format-no-gain": (FORMATS, "{text}"),
    "format-too-large": (FORMATS, "{format}: this picture takes more memory than there is here."),
    "format-too-slow": (FORMATS, "{format}: would take about {seconds} seconds here."),
    "decode-outweighs": (FORMATS, "{text}"),
    "encoder-failed": (NOTES, "The {format} encoder failed, so that format was left out."),
    "metadata-unwritten": (
        NOTES,
        "{format} could not take what is kept of the metadata, so it was left out.",
    ),
    "decoder-failed": (NOTES, "A {format} result could not be opened again, so it was left out."),
    # Colours.
    "profile-converted": (COLOURS, "{text}"),
    "profile-ignored": (COLOURS, "{text}"),
    "profile-mismatched": (COLOURS, "{text}"),
    "profile-unreadable": (COLOURS, "{text}"),
    "colours-kept": (COLOURS, "Its colours and its colour profile are kept, as you asked."),
    "colours-not-converted": (COLOURS, "{text}"),
    "grey-as-rgb": (COLOURS, "The picture is grey; it is carried as colour."),
    "cmyk-converted": (
        COLOURS,
        "It is for print (CMYK) without a usable profile, so its colours are approximate.",
    ),
    "depth-reduced": (COLOURS, "{text}"),
    "depth-truncated": (
        COLOURS,
        "Of its {bits} bits per channel only the upper 8 could be read here.",
    ),
    "hidden-cleaned": (COLOURS, "{text}"),
    # What the file says about itself.
    "metadata-kept": (ABOUT, "{text}"),
    "metadata-stripped": (ABOUT, "{text}"),
    "svg-active": (ABOUT, "{text}"),
    "metadata-marked": (ABOUT, "{text}"),
    "metadata-damaged": (ABOUT, "{text}"),
    "provenance-removed": (
        ABOUT,
        "The new file has no content credentials (C2PA): they vouch for your own file's pixels.",
    ),
    "provenance-kept": (
        ABOUT,
        "Its content credentials (C2PA) hold for exactly these bytes, so it is your own file.",
    ),
    "hdr-lost": (
        COLOURS,
        "The new file has no gain map: on HDR screens it shows no brighter lights than others.",
    ),
    "hdr-kept": (
        COLOURS,
        "Its gain map for HDR screens cannot be carried by a new file, so it is your own file.",
    ),
    # What the policy mended, and what people must look at.
    "guard-upscaled": (NOTES, "{text}"),
    "guard-scaled": (NOTES, "{text}"),
    "guard-text": (NOTES, "{text}"),
    "guard-lossy": (NOTES, "{text}"),
    "guard-brand-chroma": (NOTES, "{text}"),
    "guard-crop": (NOTES, "{text}"),
    "guard-face": (NOTES, "{text}"),
    "guard-restore": (NOTES, "{text}"),
    "guard-size-floor": (NOTES, "{text}"),
    "guard-delta-e": (NOTES, "{text}"),
    "guard-local-fault": (NOTES, "{text}"),
    "guard-brand-delta-e": (NOTES, "{text}"),
    "review-context": (NOTES, "{text}"),
    "review-crop-context": (NOTES, "{text}"),
    "review-crop-doubt": (NOTES, "{text}"),
    "review-crop-faces": (NOTES, "{text}"),
    "review-crop-none": (
        NOTES,
        "No crop of this shape keeps everything, so somebody must choose what may go.",
    ),
    "review-crop-others": (NOTES, "{text}"),
    "review-crop-scene": (NOTES, "{text}"),
    "review-content": (NOTES, "{text}"),
    "review-doubt": (NOTES, "{text}"),
    "review-faces": (NOTES, "{text}"),
    # Only where pictures are served.
    "variants-bytes": (NOTES, "{text}"),
    "variants-layout": (NOTES, "{text}"),
    "placeholder-dominant": (NOTES, "{text}"),
    "placeholder-lqip": (NOTES, "{text}"),
    "placeholder-transparent": (NOTES, "{text}"),
    "placeholder-unknown": (NOTES, "{text}"),
    "header-ignored": (NOTES, "{text}"),
    "headers-ignored": (NOTES, "{text}"),
    "line-ignored": (NOTES, "{text}"),
    "record-differs": (NOTES, "{text}"),
    # Memory.
    "decode-reduced": (RESULT, "It is so large that it was read at 1/{divisor} of its size."),
    "decode-whole": (NOTES, "{text}"),
    "canvas-noise": (NOTES, "{text}"),
    "memory-planned": (NOTES, "It took about {need_mb} MB of memory."),
    "memory-exceeded": (NOTES, "It needs about {need_mb} MB of memory, more than is sure here."),
    # Models.
    "model-missing": (NOTES, "The {model} model did not load, so a simpler way stood in for it."),
    "model-refused": (
        NOTES,
        "The {model} model that came is not the one that belongs here, so it was not used.",
    ),
    "model-failed": (NOTES, "The {model} model failed, so a simpler way stood in for it."),
    "model-slow": (NOTES, "The {model} model took too long, so a simpler way stood in for it."),
    "models-unloaded": (
        NOTES,
        "What runs the models did not load, so simpler ways stood in for them.",
    ),
    "models-left-out": (NOTES, "{text}"),
    "downscale-alpha": (NOTES, "{text}"),
    "downscale-ratio": (NOTES, "{text}"),
    "models-unavailable": (NOTES, "Models do not run here, so simpler ways stood in for them."),
    "kernels-missing": (NOTES, "The fast parts did not load, so comparing took longer."),
}
"""By code: the group that it stands in, and its words."""


def grouped(reasons: list[dict[str, Any]]) -> list[tuple[str, str, list[str]]]:
    """Groups that have something to say: name, heading and sentences, none of them twice."""
    found: dict[str, list[str]] = {}
    for reason in reasons:
        said = found.setdefault(group(reason), [])
        words = sentence(reason)
        if words in said or _is_in_table(reason):
            continue
        said.insert(0 if reason["code"] == "formats-ordered" else len(said), words)
    return [(name, heading, found[name]) for name, heading in GROUPS if name in found]


def _is_in_table(reason: dict[str, Any]) -> bool:
    """What was kept in a new file: the table of tags beside it says so, too."""
    return reason["code"] == "metadata-kept" and "kinds" not in reason["values"]


def group(reason: dict[str, Any]) -> str:
    """Where it is shown; what nobody wrote words for is worth knowing."""
    return SENTENCES.get(reason["code"], (NOTES, ""))[0]


def sentence(reason: dict[str, Any]) -> str:
    """The reason in plain words; the engine's own where its values lack what the words need."""
    text = proper(reason["text"])
    words = SENTENCES.get(reason["code"], (NOTES, "{text}"))[1]
    try:
        return words.format(**_shown(reason["values"]) | {"text": text})
    except KeyError:
        return text


def _shown(values: dict[str, Any]) -> dict[str, str]:
    shown = {key: _readable(key, value) for key, value in values.items()}
    if values.get("lossless") and "format" in shown:
        shown["format"] += ", lossless"
    if values.get("subsampling") == "444" and "format" in shown:
        shown["format"] += ", colours at full sharpness"
    return shown


def _readable(key: str, value: Any) -> str:
    if key in READABLE:
        return str(READABLE[key](value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_readable('', part)}" for name, part in value.items())
    if isinstance(value, list):
        numbers = len(value) == 2 and all(isinstance(part, int) for part in value)
        return (" x " if numbers else ", ").join(_readable("", part) for part in value)
    return f"{value:g}" if isinstance(value, float) else proper(str(value))


READABLE: dict[str, Any] = {
    "bytes": size,
    "max_bytes": size,
    "foreseen": lambda sums: ", ".join(
        f"{proper(name)} {size(sums[name])}" for name in sorted(sums, key=lambda n: sums[n])
    ),
    "score": lambda score: f"{score:.1f}",
    "encodes": lambda count: "1 trial" if count == 1 else f"{count} trials",
}
"""How values are written that need more than their type tells, by their name."""
