"""Facts in words: each is told, aligned, with its unit, and none by the name of its field."""

from __future__ import annotations

from eyebright.cli.told_facts import ROWS, told_facts
from eyebright.values import Artefacts, Box, Facts, TextLine

PLAIN = Facts(format="webp", width=640, height=480, size_bytes=999, sha256="ab" * 32)
SEEN = PLAIN.replace(
    format="jpeg",
    size_bytes=20_676,
    frames=3,
    pictures=2,
    has_alpha=True,
    transparent_permille=125,
    has_icc=True,
    profile_bytes=548,
    metadata=("exif", "c2pa"),
    source_quality=80,
    source_subsampling="420",
    dominant_rgb=(255, 0, 16),
    seen_content="chart",
    content_confidence_permille=995,
    faces=(Box(x=10, y=20, width=30, height=40),),
    text_lines=(TextLine(x=0, y=0, width=50, height=12, x_height_px=6),),
    text_heights_px=(6,),
    text_permille=42,
    saliency=(31,) * 256,
    focal_permille=(451, 296),
    spread_permille=122,
    artefacts=Artefacts(
        jpeg_quality=39,
        blockiness_permille=750,
        noise_centi=20,
        blur_permille=0,
        banding_permille=45,
    ),
    models={"text": "4", "faces": "fallback"},
)


def words(facts: Facts) -> dict[str, str]:
    """By label."""
    return dict(line.split("  ", maxsplit=1) for line in told_facts(facts))


def told(facts: Facts, label: str) -> str:
    return words(facts)[label].strip()


def test_every_fact_has_one_row() -> None:
    fields = [field for row in ROWS for field in row.fields]

    assert sorted(Facts.field_names) == sorted(fields)


def test_values_stand_in_one_column() -> None:
    lines = told_facts(SEEN)
    column = len("Distinct colours") + 2

    assert {line[column - 2 : column] for line in lines} == {"  "}
    assert " " not in {line[column] for line in lines}


def test_no_name_of_a_field_is_told() -> None:
    text = "\n".join(told_facts(SEEN))

    assert "_" not in text


def test_values_have_their_units() -> None:
    assert told(SEEN, "Size") == "640 x 480 pixels"
    assert told(SEEN, "File") == "20.7 kB (20676 bytes)"
    assert told(SEEN, "Frames or pages") == "3, of which the first was looked at"
    assert told(SEEN, "Pictures") == "2, of which one was looked at"
    assert told(SEEN, "Transparency") == "12.5 % of the pixels, wholly or in part"
    assert told(SEEN, "Colours") == "its own, 548 B"
    assert told(SEEN, "Metadata") == "Exif, content credentials (C2PA)"
    assert told(SEEN, "Saved as JPEG") == "quality 80, chroma 4:2:0"
    assert told(SEEN, "Main colour") == "#ff0010"
    assert told(SEEN, "Seen as") == "chart or diagram, 99.5 % sure"
    assert told(SEEN, "Faces") == "1: 30 x 40 at 10, 20 (pixels)"
    assert told(SEEN, "Text") == "1 line, small letters 6 pixels high, 4.2 % of the area"
    assert told(SEEN, "First look") == "45.1 % from the left, 29.6 % from the top"
    assert told(SEEN, "Traces") == (
        "a JPEG of quality 39; noise 0.2 of 255; probably blocks 75 %, blur 0 %, banding 4.5 %"
    )
    assert told(SEEN, "Models") == "text 4; by simpler means: faces"


def test_where_no_model_looked_nothing_is_told_of_what_they_see() -> None:
    labels = words(PLAIN)

    assert not {"Seen as", "Faces", "Text", "First look", "Traces"} & set(labels)
    assert told(PLAIN, "Models") == "none looked"
    assert told(PLAIN, "File") == "999 bytes"
    assert told(PLAIN, "Format") == "WebP"


def test_that_nothing_was_found_is_told() -> None:
    looked = PLAIN.replace(models={"faces": "3", "text": "4"})

    assert told(looked, "Faces") == told(looked, "Text") == "none found"


def test_of_many_faces_some_places_are_told() -> None:
    crowd = PLAIN.replace(models={"faces": "3"}, faces=SEEN.faces * 6)

    assert told(crowd, "Faces").startswith("6: 30 x 40 at 10, 20; ")
    assert told(crowd, "Faces").endswith("; ... (pixels)")


def test_colours_that_nothing_converts_are_named() -> None:
    told_of = PLAIN.replace(has_icc=True, unconverted="BT.2020, PQ")

    assert told(told_of, "Colours") == "BT.2020, PQ, which is not converted to sRGB here"
