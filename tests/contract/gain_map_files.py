"""JPEG files with a gain map behind the picture, as cameras write them; made here."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image
from skimage import data as pictures

ADOBE_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    b'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def saved(name: str, picture: np.ndarray, **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, name, **options)
    return out.getvalue()


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(body)) + body


def with_map(*segments: bytes) -> bytes:
    """A JPEG whose map, a grey picture, stands behind it, with an index of both (CIPA DC-007)."""
    photo = np.ascontiguousarray(pictures.astronaut()[:256, 100:356])
    first = saved("JPEG", photo, quality=92)
    gain = saved("JPEG", photo[::4, ::4, 1], quality=85)
    head = b"".join(segments)
    index_size = 2 + 2 + 4 + 4 + 4 + 2 + 3 * 12 + 4 + 2 * 16
    whole = len(first) + len(head) + index_size
    start_of_index = 2 + len(head) + 8  # offsets count from the byte order mark
    entries = struct.pack(">IIIHH", 0x030000, whole, 0, 0, 0)
    entries += struct.pack(">IIIHH", 0, len(gain), whole - start_of_index, 0, 0)
    tags = struct.pack(">HHI4s", 0xB000, 7, 4, b"0100") + struct.pack(">HHII", 0xB001, 4, 1, 2)
    tags += struct.pack(">HHII", 0xB002, 7, 32, 8 + 2 + 36 + 4)
    index = b"MPF\0" + b"MM\0\x2a" + struct.pack(">IH", 8, 3) + tags + bytes(4) + entries
    made = first[:2] + head + segment(0xE2, index) + first[2:]
    return made + gain


ADOBE = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + ADOBE_XMP)
ISO = segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0" + bytes(4))
