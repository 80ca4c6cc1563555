"""Originals that nothing beats lose what is private, in every format, and not one pixel."""

from __future__ import annotations

import asyncio
import io
import json
import struct
from pathlib import Path

import metadata_samples as samples
import numpy as np
import pytest
from PIL import Image, ImageSequence
from test_round_trip import RIGHTS, exiftool, needs_exiftool

from eyebright import Goal, metadata, optimise_sync
from eyebright.deliver import Optimised
from eyebright.host.native import NativeHost
from eyebright.metadata import containers
from eyebright.metadata.blocks import Blocks
from eyebright.values import Trial

SMALL = (48, 40)
KEEPS = Goal(formats=("jpeg",), target=100)
"""What no JPEG reaches, so that the original is delivered."""


def jpeg() -> bytes:
    plain = samples.save(samples.picture(SMALL), quality=30, comment=samples.PRIVATE.encode())
    extra = samples.segment(0xE1, b"Exif\0\0" + samples.exif_block(orientation=6))
    extra += samples.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + samples.xmp_packet())
    extra += samples.segment(0xED, samples.photoshop(samples.iptc_block()))
    return plain[:2] + extra + plain[2:]


def mpo() -> bytes:
    """Two pictures, each with a block that tells too much, and the index that must stay true."""
    out = io.BytesIO()
    first, second = (
        samples.picture(SMALL),
        samples.picture(SMALL).transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    )
    first.save(
        out,
        "MPO",
        save_all=True,
        append_images=[second],
        quality=30,
        exif=b"Exif\0\0" + samples.exif_block(),
    )
    return out.getvalue()


def gif() -> bytes:
    return samples.gif(size=SMALL)


def avif() -> bytes:
    return samples.save(
        samples.picture(SMALL),
        "AVIF",
        quality=40,
        speed=10,
        exif=samples.exif_block(),
        xmp=samples.xmp_packet(),
    )


def film(kind: str, **options: object) -> bytes:
    frames = [samples.picture(SMALL).rotate(90 * turn) for turn in range(3)]
    how = {"save_all": True, "append_images": frames[1:], "duration": 80} | options
    return samples.save(frames[0], kind, **how)


def film_avif() -> bytes:
    return film("AVIF", quality=30, speed=10, exif=samples.exif_block(), xmp=samples.xmp_packet())


def film_gif() -> bytes:
    return samples.gif_with_metadata(film("GIF", loop=3))


def tiff() -> bytes:
    """Packed well, so that no other file is smaller."""
    return samples.tiff(SMALL, compression="tiff_lzw")


def pages_tiff() -> bytes:
    """Three pages: every one with private tags, the first with EXIF and GPS directories."""
    frames = [samples.picture(SMALL).rotate(90 * turn) for turn in range(3)]
    info = Image.Exif()
    info.load(samples.exif_block(has_thumbnail=False))
    info[0x010E] = samples.private("page")
    info[0x02BC] = samples.xmp_packet()
    return samples.save(
        frames[0], "TIFF", save_all=True, append_images=frames[1:], tiffinfo=info, exif=info
    )


def jxl() -> bytes:
    trial = Trial(format="jxl", width=48, height=40, quality=40, speed=3)
    stream = asyncio.run(NativeHost().encode(np.asarray(samples.picture(SMALL)), trial))
    return samples.jxl(stream)


SOURCES = {
    "jpeg": jpeg,
    "mpo": mpo,
    "gif": gif,
    "film-gif": film_gif,
    "avif": avif,
    "film-avif": film_avif,
    "tiff-pages": pages_tiff,
    "jxl": jxl,
}


LAYOUT = ("GIF", "Track", "MPF", "MPImage", "IFD1", "IFD2")
"""Groups of exiftool that tell how frames and pages lie in the file."""

LAYOUT_TAGS = {"ImageWidth", "ImageHeight", "BitsPerSample", "Compression", "StripOffsets"}
LAYOUT_TAGS |= {"PhotometricInterpretation", "Orientation", "SamplesPerPixel", "RowsPerStrip"}
LAYOUT_TAGS |= {"StripByteCounts", "PlanarConfiguration"}


def frames_of(data: bytes) -> list[bytes]:
    with Image.open(io.BytesIO(data)) as image:
        return [frame.convert("RGBA").tobytes() for frame in ImageSequence.Iterator(image)]


def optimised(source: bytes, **changes: object) -> Optimised:
    return optimise_sync(source, KEEPS.replace(animation="keep", **changes), name="cup")


def codes(result: Optimised) -> set[str]:
    return {reason.code for reason in result.report.reasons}


@pytest.mark.parametrize("name", SOURCES)
def test_an_original_that_stays_loses_what_is_private(name: str) -> None:
    source = SOURCES[name]()

    result = optimised(source)

    assert samples.PRIVATE.encode() in source
    assert samples.PRIVATE.encode() not in result.data
    assert samples.PRIVATE not in json.dumps(result.report.to_dict())
    assert "original-cleaned" in codes(result)
    assert len(result.data) <= len(source)


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "jxl"])
def test_its_pictures_are_the_same_to_the_last_pixel(name: str) -> None:
    source = SOURCES[name]()

    assert frames_of(source) == frames_of(optimised(source).data)


@pytest.mark.parametrize("name", SOURCES)
def test_its_rights_stay(name: str) -> None:
    source = SOURCES[name]()
    kind = optimised(source).report.format

    found = metadata.choose(metadata.read(optimised(source).data, kind), kind, mode="rights")

    assert {"EXIF Copyright", "XMP dc:rights"} & set(found.kept)


@pytest.mark.parametrize("name", SOURCES)
def test_none_takes_the_rights_out_too(name: str) -> None:
    result = optimised(SOURCES[name](), metadata="none")

    assert b"RIGHTS-" not in result.data
    assert "original-cleaned" in codes(result)


@pytest.mark.parametrize("name", SOURCES)
def test_of_legal_pictures_every_byte_stays(name: str) -> None:
    source = SOURCES[name]()

    result = optimise_sync(source, Goal(content="legal"), name="cup")

    assert source == result.data
    assert {"original-required", "metadata-kept"} <= codes(result)


def test_a_file_with_content_credentials_stays_whole_where_they_matter() -> None:
    source = samples.gif(has_manifest=True, size=SMALL)

    assert source == optimised(source, keep_provenance=True).data


@needs_exiftool
@pytest.mark.parametrize("name", SOURCES)
def test_exiftool_finds_rights_alone_in_it(name: str, tmp_path: Path) -> None:
    result = optimised(SOURCES[name]())

    found = exiftool(result.data, result.report.format, tmp_path)

    told = {
        key: value
        for key, value in found.items()
        if not key.startswith(LAYOUT) and key.partition(":")[2] not in LAYOUT_TAGS
    }
    assert {"IFD0:Copyright", "XMP-dc:Rights"} & told.keys()
    assert told.items() <= RIGHTS.items()


def test_the_directories_that_told_of_the_place_are_zeros() -> None:
    source = pages_tiff()

    before, after = (
        Image.open(io.BytesIO(data)).getexif() for data in (source, optimised(source).data)
    )

    assert before.get_ifd(0x8825)
    assert not {0x8825, 0x8769, 0x010E, 0x83BB} & set(after)
    assert after[0x8298] == samples.COPYRIGHT


def test_smaller_copies_of_a_tiff_s_page_are_taken_out() -> None:
    """They may show what was cropped away."""
    out = io.BytesIO()
    picture, small = samples.picture(SMALL), Image.new("L", (9, 7), 77)
    picture.save(out, "TIFF", save_all=True, append_images=[small])
    source = bytearray(out.getvalue())
    (first,) = struct.unpack_from("<I", source, 4)
    (count,) = struct.unpack_from("<H", source, first)
    (second,) = struct.unpack_from("<I", source, first + 2 + 12 * count)
    struct.pack_into("<HHII", source, second + 2, 0x00FE, 4, 1, 1)  # in the place of its width

    made = containers.clean(bytes(source), "tiff", Blocks())

    assert made is not None
    assert bytes([77] * 63) in source
    assert bytes([77] * 63) not in made
    assert len(frames_of(made)) == 1


def test_thumbnails_that_jfif_holds_are_taken_out() -> None:
    plain = jpeg()
    at = plain.index(b"JFIF") - 4
    head = plain[at + 4 : at + 16]
    small = bytes([9, 8, 7] * 4)
    with_small = plain[:at] + samples.segment(0xE0, head + b"\2\2" + small) + plain[at + 18 :]
    with_both = with_small[:at] + with_small[at:].replace(
        small, small + samples.segment(0xE0, b"JFXX\0\x10" + samples.private("jfxx").encode()), 1
    )

    result = optimised(with_both)

    assert frames_of(plain) == frames_of(result.data)
    assert small not in result.data
    assert b"JFXX" not in result.data


def test_what_cannot_be_cleaned_in_place_stays_and_is_told() -> None:
    """A gain map, which is found by metadata of its own."""
    source = mpo().replace(b"RIGHTS-Owner", b"hdrgm-Owner1")

    result = optimised(source)

    assert source == result.data
    assert "metadata-kept" in codes(result)
