"""The facts of a picture in words for people, with units; `--json` has them as they are."""

from __future__ import annotations

from collections.abc import Callable

from eyebright.analyse.asking import FALLBACK
from eyebright.cli.optimise import size
from eyebright.frozen import Frozen
from eyebright.values import GRID_CELLS, Artefacts, Facts

FORMAT_NAMES = {
    "webp": "WebP",
    "jxl": "JPEG XL",
}
"""Those that are not written in capitals alone."""

METADATA_NAMES = {
    "exif": "Exif",
    "xmp": "XMP",
    "icc": "colour profile (ICC)",
    "iptc": "IPTC",
    "comment": "comment",
    "c2pa": "content credentials (C2PA)",
    "gainmap": "gain map",
}

KIND_NAMES = {
    "chart": "chart or diagram",
    "drawing": "drawing or line art",
    "product": "product on plain ground",
}
"""Of `Facts.seen_content`, where the name alone does not say it."""

MOST_BOXES = 4
"""Faces whose places stand on one line."""


class Row(Frozen):
    """One line: its label, the fields that it tells, and their words; none where it is not told."""

    label: str
    fields: tuple[str, ...]
    words: Callable[[Facts], str]


def told_facts(facts: Facts) -> list[str]:
    """Aligned lines, the values of one column."""
    told = [(row.label, row.words(facts)) for row in ROWS]
    shown = [(label, words) for label, words in told if words]
    width = max(len(label) for label, _ in shown)
    return [f"{label:{width}}  {words}" for label, words in shown]


def percent(permille: int) -> str:
    return f"{permille / 10:g} %"


def _counted(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def _format(facts: Facts) -> str:
    return FORMAT_NAMES.get(facts.format, facts.format.upper())


def _file(facts: Facts) -> str:
    whole = _counted(facts.size_bytes, "byte")
    return f"{size(facts.size_bytes)} ({whole})" if facts.size_bytes >= 1000 else whole


def _frames(facts: Facts) -> str:
    return f"{facts.frames}, of which the first was looked at" if facts.frames > 1 else ""


def _pictures(facts: Facts) -> str:
    return f"{facts.pictures}, of which one was looked at" if facts.pictures > 1 else ""


def _transparency(facts: Facts) -> str:
    if facts.transparent_permille:
        return f"{percent(facts.transparent_permille)} of the pixels, wholly or in part"
    return "none, though it has an alpha channel" if facts.has_alpha else "none"


def _profile(facts: Facts) -> str:
    if facts.unconverted:
        return f"{facts.unconverted}, which is not converted to sRGB here"
    if facts.profile_bytes:
        return f"its own, {size(facts.profile_bytes)}"
    return "sRGB, or converted to it" if facts.has_icc else "sRGB, as no profile says otherwise"


def _metadata(facts: Facts) -> str:
    return ", ".join(METADATA_NAMES.get(name, name) for name in facts.metadata) or "none"


def _earlier(facts: Facts) -> str:
    """What the JPEG's tables tell."""
    if not facts.source_quality and not facts.source_subsampling:
        return ""
    quality = f"quality {facts.source_quality or 'unknown'}"
    chroma = facts.source_subsampling
    if not chroma:
        return quality
    if chroma == "grey":
        return f"{quality}, grey"
    return f"{quality}, chroma {':'.join(chroma) if chroma.isdigit() else chroma}"


def _colour(facts: Facts) -> str:
    return "#" + bytes(facts.dominant_rgb).hex() if facts.dominant_rgb else ""


def _kind(facts: Facts) -> str:
    kind = KIND_NAMES.get(facts.seen_content, facts.seen_content)
    sure = facts.content_confidence_permille
    return kind if not kind or sure is None else f"{kind}, {percent(sure)} sure"


def _faces(facts: Facts) -> str:
    if "faces" not in facts.models:
        return ""
    if not facts.faces:
        return "none found"
    places = [f"{b.width} x {b.height} at {b.x}, {b.y}" for b in facts.faces[:MOST_BOXES]]
    rest = ["..."] if len(facts.faces) > MOST_BOXES else []
    return f"{len(facts.faces)}: {'; '.join([*places, *rest])} (pixels)"


def _subject(facts: Facts) -> str:
    box = facts.subject
    return f"{box.width} x {box.height} at {box.x}, {box.y} (pixels)" if box else ""


def _text(facts: Facts) -> str:
    """Lines, the height of their letters, and the area."""
    if "text" not in facts.models:
        return ""
    if not facts.text_lines:
        return "none found"
    heights = facts.text_heights_px or tuple(line.x_height_px for line in facts.text_lines)
    least, most = min(heights), max(heights)
    high = f"{least}" if least == most else f"{least} to {most}"
    lines = _counted(len(facts.text_lines), "line")
    return f"{lines}, small letters {high} pixels high, {percent(facts.text_permille)} of the area"


def _look(facts: Facts) -> str:
    if not facts.focal_permille:
        return ""
    across, down = map(percent, facts.focal_permille)
    return f"{across} from the left, {down} from the top"


def _spread(facts: Facts) -> str:
    if not facts.saliency:
        return ""
    map_size = f"{GRID_CELLS} x {GRID_CELLS}"
    return f"{percent(facts.spread_permille)} of the diagonal around it (--json: map of {map_size})"


def _traces(facts: Facts) -> str:
    left = facts.artefacts
    if left is None:
        return ""
    was = f"a JPEG of quality {left.jpeg_quality}" if left.jpeg_quality else "no JPEG seen"
    return f"{was}; noise {left.noise_centi / 100:g} of 255; {_probabilities(left)}"


def _probabilities(left: Artefacts) -> str:
    named = ("blocks", left.blockiness_permille), ("blur", left.blur_permille)
    told = [f"{name} {percent(permille)}" for name, permille in named]
    return f"probably {', '.join(told)}, banding {percent(left.banding_permille)}"


def _models(facts: Facts) -> str:
    """Those that looked, with their versions, and those that did not."""
    looked = [f"{name} {one}" for name, one in facts.models.items() if one != FALLBACK]
    missing = [name for name, one in facts.models.items() if one == FALLBACK]
    if not facts.models:
        return "none looked"
    told = ", ".join(looked) or "none looked"
    return f"{told}; by simpler means: {', '.join(missing)}" if missing else told


ROWS = (
    Row(label="Format", fields=("format",), words=_format),
    Row(
        label="Size",
        fields=("width", "height"),
        words=lambda facts: f"{facts.width} x {facts.height} pixels",
    ),
    Row(label="File", fields=("size_bytes",), words=_file),
    Row(label="SHA-256", fields=("sha256",), words=lambda facts: facts.sha256),
    Row(label="Frames or pages", fields=("frames",), words=_frames),
    Row(label="Pictures", fields=("pictures",), words=_pictures),
    Row(
        label="Depth",
        fields=("bit_depth",),
        words=lambda facts: f"{_counted(facts.bit_depth, 'bit')} a channel",
    ),
    Row(label="Transparency", fields=("has_alpha", "transparent_permille"), words=_transparency),
    Row(label="Colours", fields=("has_icc", "profile_bytes", "unconverted"), words=_profile),
    Row(label="Metadata", fields=("metadata",), words=_metadata),
    Row(label="Saved as JPEG", fields=("source_quality", "source_subsampling"), words=_earlier),
    Row(label="Main colour", fields=("dominant_rgb",), words=_colour),
    Row(
        label="Distinct colours",
        fields=("colours",),
        words=lambda facts: f"{facts.colours} of 4096, at 4 bits a channel",
    ),
    Row(
        label="Flat",
        fields=("flat_permille",),
        words=lambda facts: f"{percent(facts.flat_permille)} of its 8 x 8 blocks",
    ),
    Row(
        label="Hard edges",
        fields=("edge_permille",),
        words=lambda facts: f"{percent(facts.edge_permille)} of its pixels",
    ),
    Row(
        label="Detail",
        fields=("detail_centibits",),
        words=lambda facts: f"{facts.detail_centibits / 100:g} bits a pixel",
    ),
    Row(label="Seen as", fields=("seen_content", "content_confidence_permille"), words=_kind),
    Row(label="Faces", fields=("faces",), words=_faces),
    Row(label="On plain ground", fields=("subject",), words=_subject),
    Row(label="Text", fields=("text_lines", "text_heights_px", "text_permille"), words=_text),
    Row(label="First look", fields=("focal_permille",), words=_look),
    Row(label="Looks spread", fields=("saliency", "spread_permille"), words=_spread),
    Row(label="Traces", fields=("artefacts",), words=_traces),
    Row(label="Models", fields=("models",), words=_models),
)
"""In the order in which they are told; every field of Facts has its row."""
