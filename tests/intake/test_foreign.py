"""What is not read here is known by its content and refused with what to do."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile

import pytest
from PIL import Image

from eyebright import intake
from eyebright.errors import UnsupportedFormat
from eyebright.intake.foreign import REFUSED

MAKE, SUBFILE, SUB_DIRECTORIES, DNG_VERSION = 0x10F, 0xFE, 0x14A, 0xC612
COMPRESSION, PHOTOMETRIC, WIDTH, HEIGHT = 0x103, 0x106, 0x100, 0x101


def tiff(make: bytes, *, order: str = "<", **tags: int) -> bytes:
    """A TIFF of one directory: a size, a maker and numbers by the names above."""
    numbers = {WIDTH: 160, HEIGHT: 120} | {globals()[name]: value for name, value in tags.items()}
    count = len(numbers) + 1
    text_at = 8 + 2 + 12 * count + 4
    entries = {tag: struct.pack(f"{order}HHII", tag, 4, 1, n) for tag, n in numbers.items()}
    entries[MAKE] = struct.pack(f"{order}HHII", MAKE, 2, len(make) + 1, text_at)
    mark = b"II*\0" if order == "<" else b"MM\0*"
    body = b"".join(entries[tag] for tag in sorted(entries))
    return (
        mark
        + struct.pack(f"{order}IH", 8, count)
        + body
        + struct.pack(f"{order}I", 0)
        + make
        + b"\0"
    )


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("picture.txt", "none")
    return out.getvalue()


PREVIEW_FIRST = {"SUBFILE": 1, "SUB_DIRECTORIES": 400}

FOREIGN = {
    "CR2": (b"II*\0\x10\0\0\0CR\x02\0" + b"\0" * 32, "Canon raw"),
    "CR3": (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom" + b"\0" * 32, "Canon raw"),
    "CRW": (b"II\x1a\0\0\0HEAPCCDR" + b"\0" * 32, "Canon raw"),
    "NEF": (tiff(b"NIKON CORPORATION", order=">", **PREVIEW_FIRST), "Nikon raw"),
    "ARW": (tiff(b"SONY", **PREVIEW_FIRST), "Sony raw"),
    "PEF": (tiff(b"PENTAX", order=">", COMPRESSION=65535), "Pentax raw"),
    "SRW": (tiff(b"SAMSUNG", **PREVIEW_FIRST), "Samsung raw"),
    "DNG": (tiff(b"Google", DNG_VERSION=0x0401), "DNG"),
    "raw of an unknown maker": (tiff(b"ACME", PHOTOMETRIC=32803), "camera raw"),
    "RAF": (b"FUJIFILMCCD-RAW 0201" + b"\0" * 64, "Fujifilm raw"),
    "ORF": (b"IIRO\x08\0\0\0" + b"\0" * 32, "Olympus raw"),
    "RW2": (b"IIU\0\x18\0\0\0" + b"\0" * 32, "Panasonic raw"),
    "MRW": (b"\0MRM" + b"\0" * 32, "Minolta raw"),
    "X3F": (b"FOVb" + b"\0" * 32, "Sigma raw"),
    "PSD": (b"8BPS\0\x01" + b"\0" * 32, "Photoshop"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
    "EXR": (b"\x76\x2f\x31\x01\x02\0\0\0", "OpenEXR"),
    "JPEG 2000": (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ", "JPEG 2000"),
    "JPEG 2000 codestream": (b"\xff\x4f\xff\x51\0\x29", "JPEG 2000"),
    "JPEG XR": (b"II\xbc\x01\x08\0\0\0", "JPEG XR"),
    "PPM": (b"P6\n2 2\n255\n" + b"\0" * 12, "Netpbm"),
    "MP4": (b"\0\0\0\x18ftypisom\0\0\x02\0isommp41" + b"\0" * 32, "film"),
    "MOV": (b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + b"\0" * 32, "film"),
    "WebM": (b"\x1a\x45\xdf\xa3\x9fB\x86\x81", "film"),
    "AVI": (b"RIFF\x24\0\0\0AVI LIST", "film"),
    "WAV": (b"RIFF\x24\0\0\0WAVEfmt ", "sound"),
    "ZIP": (zipped(), "archive"),
    "gzip": (gzip.compress(b"words"), "archive"),
    "ICC": (b"\0\0\x02\x0clcms" + b"\0" * 28 + b"acsp" + b"\0" * 88, "colour profile"),
    "DICOM": (b"\0" * 128 + b"DICM" + b"\0" * 16, "DICOM"),
    "BigTIFF": (b"II+\0\x08\0\0\0", "BigTIFF"),
    "cursor": (b"\0\0\x02\0\x01\0" + b"\0" * 32, "mouse pointer"),
    "XML": (b"<?xml version='1.0'?><note/>", "XML"),
    "HTML": (b"<!DOCTYPE html><html></html>", "web page"),
}


@pytest.mark.parametrize(("data", "words"), FOREIGN.values(), ids=FOREIGN)
def test_foreign_files_are_named_and_the_way_out_is_told(data: bytes, words: str) -> None:
    with pytest.raises(UnsupportedFormat, match=words) as raised:
        intake.read(data, name="mine.xyz")

    assert str(raised.value).startswith("mine.xyz: ")
    assert ";" in str(raised.value)


def test_every_refusal_says_what_to_do() -> None:
    assert all(";" in words and words[0].islower() for words in REFUSED.values())


@pytest.mark.parametrize("make", ["Canon", "NIKON CORPORATION", "SONY"])
def test_a_plain_tiff_of_a_camera_is_no_raw_file(make: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "TIFF", tiffinfo={MAKE: make})

    assert intake.read(out.getvalue()).format == "tiff"


@pytest.mark.parametrize(
    ("marker", "words"),
    [(0xC3, "lossless"), (0xC5, "hierarchical"), (0xC9, "arithmetic"), (0xCA, "arithmetic")],
)
def test_rare_kinds_of_jpeg_are_refused_by_name(marker: int, words: str) -> None:
    frame = b"\x08\0\x10\0\x10\x01\x01\x11\0"
    data = b"\xff\xd8" + bytes([0xFF, marker, 0, 2 + len(frame)]) + frame + b"\xff\xda\0\x08"

    with pytest.raises(UnsupportedFormat, match=words):
        intake.read(data)


def test_a_jpeg_of_12_bits_is_refused_by_name() -> None:
    frame = b"\x0c\0\x10\0\x10\x01\x01\x11\0"
    data = b"\xff\xd8\xff\xc1" + bytes([0, 2 + len(frame)]) + frame + b"\xff\xda\0\x08"

    with pytest.raises(UnsupportedFormat, match="12 bits per sample"):
        intake.read(data)
