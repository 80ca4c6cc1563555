"""TIFF packed by deflate or JPEG, as plain TIFF: the libtiff of Pyodide's Pillow unpacks neither.

The first picture only. Nothing of the file moves: the unpacked strips or tiles and a directory that
names them are put behind it, so that all other tags go on pointing to where they did.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from eyebright.errors import CorruptImage, UnsupportedFormat

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
STRIP_OFFSETS, SAMPLES, ROWS_PER_STRIP, STRIP_BYTES, PLANAR, PREDICTOR = (
    273,
    277,
    278,
    279,
    284,
    317,
)
TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_BYTES, JPEG_TABLES = 322, 323, 324, 325, 347
YCBCR_TAGS = frozenset({529, 530, 531, 532})
"""Tags of TIFF 6.0; 532 is ReferenceBlackWhite."""

NONE, JPEG = 1, 7
DEFLATE = frozenset({8, 32946})
"""Values of Compression (TIFF Technical Note 2; 32946 was there before Adobe's 8)."""

UNREAD = {6: "old-style JPEG", 34887: "LERC", 34925: "LZMA", 50000: "Zstandard", 50001: "WebP"}
"""Compressions that nothing in a browser unpacks here, by name."""

RGB, CMYK, YCBCR = 2, 5, 6
"""Values of PhotometricInterpretation."""

HORIZONTAL = 2
"""Value of Predictor: each sample is told by its difference to the one on its left."""

SEPARATE = 2
"""Value of PlanarConfiguration: each strip holds one sample of every pixel."""

MOST_BITS = 256
"""Of a pixel: eight samples of 32 bits; far more is a broken header."""

MOST_TILE_PX = 1 << 24
"""Larger tiles of a smaller picture are a broken header: writers take up to 1024 x 1024."""

MOST_WASTE = 4
"""Pixels of all strips or tiles together, in pictures: those at two edges may be almost empty."""

_LETTERS = {1: "B", 3: "H", 4: "I"}
"""Of struct, by the field types BYTE, SHORT and LONG; only these tell what is asked here."""

_ENTRY_BYTES = 12


@dataclass(frozen=True, slots=True)
class _Layout:
    """Strips or tiles."""

    offsets: tuple[int, ...]
    sizes: tuple[int, ...]
    width: int
    """Pixels a row of one has."""
    rows: tuple[int, ...]
    samples: int
    bits: int

    def row_bytes(self) -> int:
        return (self.width * self.samples * self.bits + 7) // 8


class _Directory:
    """The first directory, by its raw entries."""

    def __init__(self, data: bytes) -> None:
        self.data, self.order = data, "<" if data[:2] == b"II" else ">"
        (at,) = self.unpack("I", 4)
        (count,) = self.unpack("H", at)
        spans = (at + 2 + _ENTRY_BYTES * index for index in range(count))
        entries = [data[start : start + _ENTRY_BYTES] for start in spans]
        self.entries = {self.unpack("H", 0, entry)[0]: entry for entry in entries}

    def unpack(self, letters: str, at: int, data: bytes | None = None) -> tuple[int, ...]:
        return struct.unpack_from(self.order + letters, self.data if data is None else data, at)

    def place(self, tag: int) -> tuple[int, int, int]:
        """Field type, count, and where the values lie in `data`; in the entry where they fit."""
        kind, count = self.unpack("HI", 2, self.entries[tag])
        return kind, count, self.unpack("I", 8, self.entries[tag])[0]

    def values(self, tag: int, default: int | None = None) -> tuple[int, ...]:
        if tag not in self.entries and default is not None:
            return (default,)
        kind, count, at = self.place(tag)
        letters = f"{count}{_LETTERS[kind]}"
        if struct.calcsize(self.order + letters) <= 4:
            return self.unpack(letters, 8, self.entries[tag])
        return self.unpack(letters, at)

    def one(self, tag: int, default: int | None = None) -> int:
        return self.values(tag, default)[0]


def unpacked(data: bytes) -> bytes:
    """The same picture uncompressed, or `data` itself where its compression is another.

    Raises UnsupportedFormat for compressions that are not read here, CorruptImage.
    """
    try:
        directory = _Directory(data)
        compression = directory.one(COMPRESSION, NONE)
        if compression in UNREAD:
            raise UnsupportedFormat(
                f"this TIFF is compressed by {UNREAD[compression]}, which is not read here; save "
                "it with LZW or deflate, or as PNG"
            )
        if compression not in DEFLATE and compression != JPEG:
            return data
        return _rewritten(directory, compression)
    except (struct.error, zlib.error, KeyError, IndexError, ValueError) as exc:
        raise CorruptImage("the tiff data is broken or cut short; get the file again") from exc


def _rewritten(directory: _Directory, compression: int) -> bytes:
    layout = _layout(directory)
    made = _inflated if compression in DEFLATE else _from_jpeg
    parts, at, offsets, sizes = list[bytes](), len(directory.data), [], []
    for part in made(directory, layout):
        parts.append(part)
        offsets.append(at)
        sizes.append(len(part))
        at += len(part)
    own = memoryview(directory.data)
    place = struct.pack(f"{directory.order}I", at + 8 * len(offsets))
    # Joined once: every other copy is of a whole picture.
    return b"".join(
        [own[:4], place, own[8:], *parts, _new_directory(directory, at, offsets, sizes)]
    )


def _layout(directory: _Directory) -> _Layout:
    """Raises ValueError for more strips or tiles, or larger ones, than the picture has use for."""
    width, height = directory.one(WIDTH), directory.one(HEIGHT)
    samples, bits = directory.one(SAMPLES, 1), directory.one(BITS, 1)
    planes = samples if directory.one(PLANAR, 1) == SEPARATE else 1
    is_tiled = TILE_OFFSETS in directory.entries
    across = directory.one(TILE_WIDTH) if is_tiled else width
    down = directory.one(TILE_HEIGHT) if is_tiled else directory.one(ROWS_PER_STRIP, height)
    if not is_tiled:
        down = min(down, height)
    if not 0 < samples * bits <= MOST_BITS or not across * down > 0:
        raise ValueError("no picture has such pixels")
    number = -(-width // across) * -(-height // down) * planes
    if number * across * down > planes * max(MOST_TILE_PX, MOST_WASTE * width * height):
        raise ValueError("its strips or tiles are larger than the picture")
    offsets_tag = TILE_OFFSETS if is_tiled else STRIP_OFFSETS
    sizes_tag = TILE_BYTES if is_tiled else STRIP_BYTES
    if any(directory.place(tag)[1] != number for tag in (offsets_tag, sizes_tag)):
        raise ValueError("the strips are not as many as the size asks for")
    rows = [down] * (number // planes)
    if not is_tiled:
        rows[-1] = height - down * (len(rows) - 1)
    return _Layout(
        offsets=directory.values(offsets_tag),
        sizes=directory.values(sizes_tag),
        width=across,
        rows=tuple(rows) * planes,
        samples=samples // planes,
        bits=bits,
    )


def _packed(directory: _Directory, layout: _Layout) -> Iterator[tuple[bytes, int]]:
    for offset, size, rows in zip(layout.offsets, layout.sizes, layout.rows, strict=True):
        yield directory.data[offset : offset + size], rows


def _inflated(directory: _Directory, layout: _Layout) -> Iterator[bytes]:
    predictor = directory.one(PREDICTOR, 1)
    if predictor not in {1, HORIZONTAL} or (predictor != 1 and layout.bits not in {8, 16, 32}):
        raise UnsupportedFormat("TIFF of decimal fractions is not read here; save it with 8 bits")
    for packed, rows in _packed(directory, layout):
        most = rows * layout.row_bytes()
        body = zlib.decompressobj().decompress(packed, most)
        if len(body) < most:
            raise ValueError("a strip ends early")
        yield body if predictor == 1 else _summed(body, rows, layout, directory.order)


def _summed(body: bytes, rows: int, layout: _Layout, order: str) -> bytes:
    kind = np.dtype(f"{order}u{layout.bits // 8}")
    samples = np.frombuffer(body, kind).reshape(rows, layout.width, layout.samples)
    return samples.cumsum(axis=1, dtype=kind.newbyteorder("=")).astype(kind).tobytes()


def _from_jpeg(directory: _Directory, layout: _Layout) -> Iterator[bytes]:
    """Strips are JPEG files without the tables that they share (TIFF Technical Note 2)."""
    from PIL import Image

    tables = _tables(directory)
    photometric = directory.one(PHOTOMETRIC)
    head = b"\xff\xd8" + _adobe(photometric, layout.samples) + tables
    for packed, rows in _packed(directory, layout):
        try:
            with Image.open(io.BytesIO(head + packed[2:]), formats=["JPEG"]) as strip:
                if strip.width != layout.width or not rows <= strip.height <= max(layout.rows):
                    raise ValueError("a strip has another size")
                pixels = np.asarray(strip).reshape(strip.height, layout.width, -1)[:rows]
        except (OSError, SyntaxError, TypeError, Image.DecompressionBombError) as exc:
            raise ValueError("a strip is no whole JPEG") from exc
        if pixels.shape[2] != layout.samples:
            raise ValueError("a strip has other samples")
        inverted = photometric == CMYK  # with Adobe's mark Pillow takes all ink for inverted
        yield (255 - pixels if inverted else pixels).tobytes()


def _tables(directory: _Directory) -> bytes:
    """Between the marks of a file of tables alone; empty where each strip has its own."""
    if JPEG_TABLES not in directory.entries:
        return b""
    _kind, count, at = directory.place(JPEG_TABLES)
    return directory.data[at : at + count].removeprefix(b"\xff\xd8").removesuffix(b"\xff\xd9")


def _adobe(photometric: int, samples: int) -> bytes:
    """Adobe's segment, which says whether the samples are YCbCr (Adobe TN 5116); none for grey."""
    if samples < 3:
        return b""
    return b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + bytes([photometric == YCBCR])


def _new_directory(directory: _Directory, at: int, offsets: list[int], sizes: list[int]) -> bytes:
    """Both lists, then the directory that has them instead of the packed ones."""
    order, count = directory.order, len(offsets)
    tiled = TILE_OFFSETS in directory.entries
    lists = struct.pack(f"{order}{2 * count}I", *offsets, *sizes)
    changed = {
        COMPRESSION: [NONE],
        (TILE_OFFSETS if tiled else STRIP_OFFSETS): offsets,
        (TILE_BYTES if tiled else STRIP_BYTES): sizes,
    }
    if directory.one(PHOTOMETRIC) == YCBCR:
        changed[PHOTOMETRIC] = [RGB]
    entries = {t: e for t, e in directory.entries.items() if t not in YCBCR_TAGS}
    entries.pop(JPEG_TABLES, None)
    entries.pop(PREDICTOR, None)
    for tag, values in changed.items():
        where = at + (4 * count if values is sizes else 0)
        value = values[0] if len(values) == 1 else where
        entries[tag] = struct.pack(f"{order}HHII", tag, 4, len(values), value)
    body = b"".join(entries[tag] for tag in sorted(entries))
    return lists + struct.pack(f"{order}H", len(entries)) + body + bytes(4)
