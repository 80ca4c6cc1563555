"""Each rule from file to file, read by an outside tool: exiftool where it is, Pillow always."""

import asyncio
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import metadata_samples as samples
import pytest
from PIL import Image

from eyebright import Goal, optimise, optimise_sync
from eyebright.deliver import Optimised
from eyebright.metadata.rights import MACHINE_EDITED
from eyebright.values import EXTENSION

FORMATS = ("jpeg", "webp", "avif", "jxl", "png")

needs_exiftool = pytest.mark.skipif(
    shutil.which("exiftool") is None,
    reason="exiftool is not installed (Debian: libimage-exiftool-perl)",
)

RIGHTS = {
    "IFD0:Artist": samples.CREATOR,
    "IFD0:Copyright": samples.COPYRIGHT,
    "XMP-dc:Creator": samples.CREATOR,
    "XMP-dc:Rights": samples.COPYRIGHT,
    "XMP-photoshop:Credit": samples.CREDIT,
    "XMP-xmpRights:UsageTerms": samples.TERMS,
    "XMP-xmpRights:WebStatement": samples.STATEMENT,
    "XMP-cc:License": samples.LICENCE,
    "XMP-plus:LicensorURL": samples.LICENSOR,
    "XMP-iptcExt:DigitalSourceType": samples.SOURCE_TYPE,
}
TOLD_BY_ITSELF = ("SourceFile", "ExifTool", "System", "File", "Composite", "JFIF", "RIFF", "PNG")
TOLD_BY_ITSELF += ("QuickTime", "Meta", "Jpeg2000", "JXL", "XMP-x:")
"""Groups that tell of the file and its format, not of metadata."""


def made(mode: str, form: str, source: bytes | None = None, **goal: Any) -> Optimised:
    """An optimised file of a large source; PNG is larger than a JPEG, so it starts from a PNG."""
    source = source or (samples.jpeg(orientation=6) if form != "png" else samples.png())
    return optimise_sync(source, Goal(formats=(form,), metadata=mode, **goal), name="cup")


def exiftool(data: bytes, form: str, folder: Path) -> dict[str, Any]:
    path = folder / f"cup{EXTENSION.get(form, f'.{form}')}"
    path.write_bytes(data)
    done = subprocess.run(
        ["exiftool", "-json", "-G1", "-struct", "-n", str(path)], capture_output=True, check=True
    )
    tags: dict[str, Any] = json.loads(done.stdout)[0]
    licensors = tags.pop("XMP-plus:Licensor", None)
    if licensors:
        tags["XMP-plus:LicensorURL"] = licensors[0]["LicensorURL"]
    return {
        key: value[0] if isinstance(value, list) and len(value) == 1 else value
        for key, value in tags.items()
        if not key.startswith(TOLD_BY_ITSELF)
    }


@needs_exiftool
@pytest.mark.parametrize("form", FORMATS)
def test_rights_and_nothing_else_are_found_by_exiftool(form: str, tmp_path: Path) -> None:
    result = made("rights", form)

    assert (form, False) == (result.report.format, result.report.kept_original)
    assert exiftool(result.data, form, tmp_path) == RIGHTS


@needs_exiftool
@pytest.mark.parametrize("form", FORMATS)
def test_none_leaves_nothing_for_exiftool_to_find(form: str, tmp_path: Path) -> None:
    assert exiftool(made("none", form).data, form, tmp_path) == {}


@needs_exiftool
@pytest.mark.parametrize("form", FORMATS)
def test_all_is_found_by_exiftool_without_orientation_and_thumbnail(
    form: str, tmp_path: Path
) -> None:
    result = made("all", form, max_width=60)

    found = exiftool(result.data, form, tmp_path)
    assert found["ExifIFD:SerialNumber"] == samples.private("serial")
    assert found["XMP-photoshop:City"] == samples.private("xmp-city")
    assert found["GPS:GPSLatitude"] == pytest.approx(48 + 51 / 60 + 29 / 3600)
    assert found["IFD0:Orientation"] == 1
    assert found["ExifIFD:ExifImageWidth"] == result.report.width
    assert not [key for key in found if key.startswith("IFD1") or "Thumbnail" in key]


@needs_exiftool
def test_exiftool_finds_no_fault_in_the_files(tmp_path: Path) -> None:
    for form in FORMATS:
        path = tmp_path / f"cup{EXTENSION.get(form, f'.{form}')}"
        path.write_bytes(made("rights", form).data)
    done = subprocess.run(
        ["exiftool", "-json", "-validate", "-error", "-warning", "-a", str(tmp_path)],
        capture_output=True,
        check=True,
    )

    told = [tags for tags in json.loads(done.stdout) if not tags["SourceFile"].endswith(".jpg")]
    assert {tags["Validate"] for tags in told} == {"OK"}  # JPEG misses tags that tell nothing
    assert not [tags for tags in json.loads(done.stdout) if "Error" in tags]


@needs_exiftool
@pytest.mark.parametrize("form", FORMATS)
def test_the_marker_is_found_by_exiftool(form: str, tmp_path: Path) -> None:
    found = exiftool(made("none", form, mark_edited=True).data, form, tmp_path)

    assert found == {"XMP-iptcExt:DigitalSourceType": MACHINE_EDITED}


@needs_exiftool
@pytest.mark.parametrize("name", ["gif", "tiff", "webp", "avif"])
def test_rights_are_taken_from_every_source(name: str, tmp_path: Path) -> None:
    source = samples.SOURCES[name]() if name in samples.SOURCES else samples.tiff()

    found = exiftool(made("rights", "jpeg", source).data, "jpeg", tmp_path)

    assert found == RIGHTS


@pytest.mark.parametrize("form", ["jpeg", "webp", "avif", "png"])
@pytest.mark.parametrize("mode", ["rights", "all", "none"])
def test_pillow_finds_what_the_rule_keeps(form: str, mode: str) -> None:
    image = Image.open(io.BytesIO(made(mode, form).data))
    image.load()

    block = image.getexif()
    assert {0x8298: samples.COPYRIGHT}.get(0x8298 if mode != "none" else 0) == block.get(0x8298)
    assert block.get(0x0112, 1) == 1
    assert bool(block.get_ifd(0x8825)) == (mode == "all")
    assert "icc_profile" not in image.info


@pytest.mark.parametrize("form", FORMATS)
def test_the_report_counts_the_metadata_s_bytes(form: str) -> None:
    with_rights, without = (made(mode, form) for mode in ("rights", "none"))

    assert with_rights.report.bytes == len(with_rights.data)
    assert with_rights.report.bytes - without.report.bytes > 500
    assert with_rights.report.cache_key != without.report.cache_key


def test_metadata_that_would_make_the_file_larger_than_the_original_is_not_delivered() -> None:
    rights = samples.rights_blocks().exif
    source = samples.save(samples.picture((48, 48)), quality=40, exif=b"Exif\x00\x00" + rights)

    result = optimise_sync(source, Goal(formats=("webp",), mark_edited=True))

    assert result.report.bytes <= len(source)


def test_the_report_names_what_was_kept_and_stripped() -> None:
    reasons = {r.code: r for r in made("rights", "webp").report.reasons}

    assert "XMP dc:rights" in reasons["metadata-kept"].values["tags"]
    assert "GPS GPSLatitude" in reasons["metadata-stripped"].values["tags"]
    assert "where it was taken" in reasons["metadata-stripped"].text


def test_lost_credentials_are_told() -> None:
    result = made("rights", "webp", samples.jpeg(has_manifest=True))

    assert "provenance-removed" in {r.code for r in result.report.reasons}
    assert b"c2pa" not in result.data


@pytest.mark.parametrize(
    "goal",
    [Goal(content="news"), Goal(content="legal"), Goal(keep_provenance=True)],
    ids=["news", "legal", "asked"],
)
def test_credentials_that_matter_pass_through(goal: Goal) -> None:
    source = samples.jpeg(has_manifest=True)

    result = optimise_sync(source, goal)

    assert result.data == source
    codes = {r.code for r in result.report.reasons}
    assert codes & {"provenance-kept", "original-required"}


def test_news_without_credentials_is_optimised() -> None:
    assert not optimise_sync(samples.jpeg(), Goal(content="news")).report.kept_original


def test_many_at_once_do_not_mix_their_metadata() -> None:
    async def both() -> list[Optimised]:
        goal = Goal(formats=("webp",))
        bare = samples.save(samples.picture(), quality=97)
        return await asyncio.gather(optimise(samples.jpeg(), goal), optimise(bare, goal))

    laden, bare = asyncio.run(both())

    assert samples.COPYRIGHT.encode() in laden.data
    assert b"EXIF" not in bare.data


def test_an_original_that_cannot_be_beaten_loses_its_private_metadata_too() -> None:
    source = samples.save(samples.picture(), quality=5)
    laden = source[:2] + samples.segment(0xE1, b"Exif\x00\x00" + samples.exif_block(orientation=6))
    laden += source[2:]

    result = optimise_sync(laden, Goal(formats=("jpeg",), target=95))

    before, after = (Image.open(io.BytesIO(data)) for data in (laden, result.data))
    assert "original-cleaned" in {r.code for r in result.report.reasons}
    assert not result.report.kept_original
    assert samples.PRIVATE.encode() not in result.data
    assert before.tobytes() == after.tobytes()
    assert {0x0112: 6, 0x8298: samples.COPYRIGHT}.items() <= dict(after.getexif()).items()


@pytest.mark.parametrize(
    ("behind", "code"), [(b"", "original-cleaned"), (b"\xff\xd8\xff private", "metadata-kept")]
)
def test_an_original_with_something_behind_its_picture_is_left_alone(
    behind: bytes, code: str
) -> None:
    source = samples.save(samples.picture(), quality=5, comment=samples.private("c").encode())

    result = optimise_sync(source + behind, Goal(formats=("jpeg",), target=95))

    assert code in {r.code for r in result.report.reasons}
    assert result.report.kept_original == (result.data == source + behind)


@pytest.mark.parametrize("name", ["png", "webp"])
def test_other_originals_are_cleaned_without_changing_a_pixel(name: str) -> None:
    source = samples.SOURCES[name]()

    result = optimise_sync(source, Goal(formats=("png",), forbid=("lossy",)))

    before, after = (Image.open(io.BytesIO(data)) for data in (source, result.data))
    assert samples.PRIVATE.encode() not in result.data
    assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()


def test_all_takes_only_the_thumbnail_out_of_such_an_original() -> None:
    source = samples.save(samples.picture(), quality=5)
    laden = source[:2] + samples.segment(0xE1, b"Exif\x00\x00" + samples.exif_block(orientation=6))
    laden += source[2:]

    result = optimise_sync(laden, Goal(formats=("jpeg",), target=95, metadata="all"))

    block = Image.open(io.BytesIO(result.data)).getexif()
    assert samples.private("thumbnail").encode() not in result.data
    assert block[0x0112] == 6
    assert block.get_ifd(0x8769)[0xA431] == samples.private("serial")


def test_all_leaves_an_original_that_cannot_be_beaten_as_it_is() -> None:
    source = samples.save(
        samples.picture(), quality=5, exif=samples.exif_block(has_thumbnail=False)
    )

    result = optimise_sync(source, Goal(formats=("jpeg",), target=95, metadata="all"))

    assert result.data == source
