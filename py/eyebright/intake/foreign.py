"""Files that are not read here, known by their first bytes so that the refusal can say what to do.

Pictures of other kinds, camera raw, documents, films and archives. Sources: the formats' own
specifications, and for camera raw the signatures that LibRaw and ExifTool list.
"""

from __future__ import annotations

import struct

from eyebright.intake.ifd import first_ifd, text_of

_EXPORT_RAW = "export it as JPEG, TIFF or PNG from the camera maker's or any raw program first"
_EXPORT = "export it as PNG or JPEG first"
_FILM = "this is a film, not a picture; export a frame as PNG or JPEG, or use a video tool"
_ARCHIVE = "this is an archive, not a picture; unpack it and give the pictures in it"
_SOUND = "this is sound, not a picture; nothing can be made of it here"

REFUSED = {
    "html": "this is a web page, not a picture; save the picture itself",
    "xml": "this is an XML file, not a picture; give the picture itself",
    "pdf": "this is a PDF document, not a picture; export its pages as pictures",
    "postscript": f"this is PostScript (EPS), a drawing for printers; {_EXPORT}",
    "psd": f"this is a Photoshop document; {_EXPORT}",
    "xcf": f"this is a GIMP document; {_EXPORT}",
    "jp2": f"this is JPEG 2000, which browsers do not show; {_EXPORT}",
    "jxr": f"this is JPEG XR, which browsers do not show; {_EXPORT}",
    "jls": f"this is JPEG-LS, which browsers do not show; {_EXPORT}",
    "exr": f"this is OpenEXR, a picture with more brightness than screens show; {_EXPORT}",
    "hdr": f"this is Radiance HDR, a picture with more brightness than screens show; {_EXPORT}",
    "netpbm": f"this is a Netpbm picture (PBM, PGM, PPM or PAM); {_EXPORT}",
    "qoi": f"this is a QOI picture; {_EXPORT}",
    "dds": f"this is a DirectDraw texture; {_EXPORT}",
    "ktx": f"this is a Khronos texture; {_EXPORT}",
    "icns": f"these are icons of macOS; {_EXPORT}",
    "cur": f"this is a mouse pointer of Windows; {_EXPORT}",
    "wmf": f"this is a Windows metafile, a drawing; {_EXPORT}",
    "djvu": "this is a DjVu document, not a picture; export its pages as pictures",
    "bpg": f"this is a BPG picture, which browsers do not show; {_EXPORT}",
    "flif": f"this is a FLIF picture, which browsers do not show; {_EXPORT}",
    "fits": f"this is a FITS picture of an instrument; {_EXPORT}",
    "dicom": f"this is a DICOM picture of an instrument; {_EXPORT} with the viewer it came from",
    "mng": "this is an MNG animation, which browsers do not show; export it as animated PNG or GIF",
    "bigtiff": f"this is a BigTIFF, for pictures of gigabytes; {_EXPORT}, or as a plain TIFF",
    "icc": "this is a colour profile, not a picture; it belongs into one",
    "film": _FILM,
    "sound": _SOUND,
    "archive": _ARCHIVE,
    "raw-canon": f"this is a Canon raw file; {_EXPORT_RAW}",
    "raw-nikon": f"this is a Nikon raw file; {_EXPORT_RAW}",
    "raw-sony": f"this is a Sony raw file; {_EXPORT_RAW}",
    "raw-fujifilm": f"this is a Fujifilm raw file; {_EXPORT_RAW}",
    "raw-olympus": f"this is an Olympus raw file; {_EXPORT_RAW}",
    "raw-panasonic": f"this is a Panasonic raw file; {_EXPORT_RAW}",
    "raw-pentax": f"this is a Pentax raw file; {_EXPORT_RAW}",
    "raw-samsung": f"this is a Samsung raw file; {_EXPORT_RAW}",
    "raw-minolta": f"this is a Minolta raw file; {_EXPORT_RAW}",
    "raw-sigma": f"this is a Sigma raw file; {_EXPORT_RAW}",
    "raw-kodak": f"this is a Kodak raw file; {_EXPORT_RAW}",
    "raw-hasselblad": f"this is a Hasselblad raw file; {_EXPORT_RAW}",
    "raw-phaseone": f"this is a Phase One raw file; {_EXPORT_RAW}",
    "raw-leica": f"this is a Leica raw file; {_EXPORT_RAW}",
    "raw-dng": f"this is a camera raw file (DNG); {_EXPORT_RAW}",
}
"""What is said of each kind: what it is, and what to do."""

NO_PICTURES = frozenset({"html", "xml", "icc", "film", "sound", "archive"})
"""Kinds that nobody means by a folder of pictures."""

_MAGICS = (
    (b"%PDF-", "pdf"),
    (b"%!PS", "postscript"),
    (b"\xc5\xd0\xd3\xc6", "postscript"),
    (b"8BPS", "psd"),
    (b"gimp xcf", "xcf"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"II\xbc\x01", "jxr"),
    (b"\x76\x2f\x31\x01", "exr"),
    (b"#?RADIANCE", "hdr"),
    (b"#?RGBE", "hdr"),
    (b"qoif", "qoi"),
    (b"DDS ", "dds"),
    (b"\xabKTX ", "ktx"),
    (b"icns", "icns"),
    (b"\x00\x00\x02\x00", "cur"),
    (b"\xd7\xcd\xc6\x9a", "wmf"),
    (b"\x01\x00\x00\x00\x58\x00\x00\x00", "wmf"),
    (b"AT&TFORM", "djvu"),
    (b"BPG\xfb", "bpg"),
    (b"FLIF", "flif"),
    (b"SIMPLE  =", "fits"),
    (b"\x8aMNG\r\n\x1a\n", "mng"),
    (b"\x8bJNG\r\n\x1a\n", "mng"),
    (b"II+\x00", "bigtiff"),
    (b"MM\x00+", "bigtiff"),
    (b"FUJIFILMCCD-RAW", "raw-fujifilm"),
    (b"IIRO", "raw-olympus"),
    (b"IIRS", "raw-olympus"),
    (b"MMOR", "raw-olympus"),
    (b"IIU\x00", "raw-panasonic"),
    (b"FOVb", "raw-sigma"),
    (b"II\x1a\x00\x00\x00HEAPCCDR", "raw-canon"),
    (b"\x00MRM", "raw-minolta"),
    (b"\x1a\x45\xdf\xa3", "film"),
    (b"\x00\x00\x01\xba", "film"),
    (b"\x00\x00\x01\xb3", "film"),
    (b"FLV\x01", "film"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "film"),
    (b"OggS", "film"),
    (b"ID3", "sound"),
    (b"fLaC", "sound"),
    (b"PK\x03\x04", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
)

_RIFF_KINDS = {b"AVI ": "film", b"WAVE": "sound", b"ACON": "cur"}

FILM_BRANDS = (b"isom", b"iso2", b"mp4", b"M4V", b"M4A", b"avc1", b"qt  ", b"3gp", b"3g2", b"dash")
"""How the major brands of films in MPEG-4 containers start (the MP4 registration authority)."""

_DICOM_AT, _ICC_AT, _TAR_AT = 128, 36, 257
"""Bytes before the marks of these files."""


def kind_of(data: bytes) -> str | None:
    """A key of REFUSED, or None for what is not known."""
    for magic, kind in _MAGICS:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF":
        return _RIFF_KINDS.get(data[8:12])
    if data[4:8] in {b"moov", b"mdat", b"wide", b"free", b"skip"}:  # QuickTime before brands
        return "film"
    if data[:1] == b"P" and data[1:2] in b"1234567" and data[2:3] in b" \t\r\n#" and data[2:3]:
        return "netpbm"
    marks = (
        (_DICOM_AT, b"DICM", "dicom"),
        (_ICC_AT, b"acsp", "icc"),
        (_TAR_AT, b"ustar", "archive"),
    )
    return next((kind for at, mark, kind in marks if data.startswith(mark, at)), None)


def brand_of(major: bytes) -> str | None:
    """The kind of a container by its major brand (ISO/IEC 14496-12), or None."""
    if major == b"crx ":
        return "raw-canon"
    if major in {b"jp2 ", b"jpx "}:
        return "jp2"
    return "film" if major.startswith(FILM_BRANDS) else None


MAKE_TAG, SUBFILE_TAG, SUB_DIRECTORIES_TAG, DNG_VERSION_TAG = 0x10F, 0xFE, 0x14A, 0xC612
COMPRESSION_TAG, PHOTOMETRIC_TAG = 0x103, 0x106
"""TIFF 6.0, TIFF/EP (ISO 12234-2) and DNG 1.7."""

_MOSAICS = frozenset({32803, 34892})
"""Photometric interpretations of sensors: a colour filter array, linear raw."""

_RAW_COMPRESSIONS = frozenset({32767, 32769, 32770, 34713, 65000, 65535})
"""Of Sony ARW, packed raw, Samsung SRW, Nikon NEF, Kodak DCR and Pentax PEF."""

_REDUCED = 1
"""NewSubfileType's bit for a preview: in a raw file it comes first, the sensor's data below it."""

_MAKERS = (
    (b"canon", "raw-canon"),
    (b"nikon", "raw-nikon"),
    (b"sony", "raw-sony"),
    (b"pentax", "raw-pentax"),
    (b"ricoh", "raw-pentax"),
    (b"samsung", "raw-samsung"),
    (b"olympus", "raw-olympus"),
    (b"om digital", "raw-olympus"),
    (b"panasonic", "raw-panasonic"),
    (b"eastman kodak", "raw-kodak"),
    (b"kodak", "raw-kodak"),
    (b"hasselblad", "raw-hasselblad"),
    (b"phase one", "raw-phaseone"),
    (b"leaf", "raw-phaseone"),
    (b"leica", "raw-leica"),
)


def raw_in_tiff(data: bytes) -> str | None:
    """The kind of a camera raw file that looks like a TIFF; None for a plain TIFF."""
    if data[8:10] == b"CR":
        return "raw-canon"
    if data[8:12] == b"IIII":
        return "raw-phaseone"
    try:
        tags = first_ifd(data)
    except (ValueError, IndexError, struct.error):
        return None
    if DNG_VERSION_TAG in tags:
        return "raw-dng"
    hidden = tags.get(SUBFILE_TAG, 0) & _REDUCED and SUB_DIRECTORIES_TAG in tags
    mosaic = tags.get(PHOTOMETRIC_TAG) in _MOSAICS
    if not hidden and not mosaic and tags.get(COMPRESSION_TAG) not in _RAW_COMPRESSIONS:
        return None
    make = text_of(data, MAKE_TAG).lower()
    return next(
        (kind for start, kind in _MAKERS if make.startswith(start)), "raw-dng" if mosaic else None
    )
