"""An AVIF grid of two tiles beside one another, as cameras write large pictures (MIAF 7.3.11.4)."""

from __future__ import annotations

import io
import struct

from PIL import Image

TILE_PX = 64
"""Side of each tile: the least that MIAF allows."""

GRID, LEFT, RIGHT = 1, 2, 3
"""Numbers of the items; the picture is the grid."""

ESSENTIAL = 0x80


def avif_grid(picture: Image.Image) -> bytes:
    """The picture stretched over two square tiles, each coded by itself."""
    whole = picture.convert("RGB").resize((2 * TILE_PX, TILE_PX))
    files = [_coded(whole.crop((x, 0, x + TILE_PX, TILE_PX))) for x in (0, TILE_PX)]
    tiles = [file[file.index(b"mdat") + 4 :] for file in files]
    layout = struct.pack(">BBBBHH", 0, 0, 0, 1, 2 * TILE_PX, TILE_PX)  # one row of two columns
    head = box(b"ftyp", b"avif\0\0\0\0avifmif1miaf")
    start = len(head) + len(_meta(files[0], [layout, *tiles], 0)) + 8
    return head + _meta(files[0], [layout, *tiles], start) + box(b"mdat", layout, *tiles)


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def full(name: bytes, *parts: bytes, flags: int = 0) -> bytes:
    """A box of version 0."""
    return box(name, struct.pack(">I", flags), *parts)


def _coded(tile: Image.Image) -> bytes:
    out = io.BytesIO()
    tile.save(out, "AVIF", quality=98, subsampling="4:4:4")
    return out.getvalue()


def _meta(tile: bytes, items: list[bytes], start: int) -> bytes:
    """Boxes that tell of the items (ISO/IEC 14496-12, 8.11), whose bytes begin at `start`."""
    places = b""
    for number, item in enumerate(items, GRID):
        places += struct.pack(">HHHII", number, 0, 1, start, len(item))
        start += len(item)
    kinds = ((GRID, b"grid"), (LEFT, b"av01"), (RIGHT, b"av01"))
    entries = [
        box(b"infe", b"\2\0\0\0", struct.pack(">HH", number, 0), kind + b"\0")
        for number, kind in kinds
    ]
    return full(
        b"meta",
        full(b"hdlr", bytes(4), b"pict", bytes(13)),
        full(b"pitm", struct.pack(">H", GRID)),
        full(b"iloc", b"\x44\0", struct.pack(">H", len(items)), places),
        full(b"iinf", struct.pack(">H", len(entries)), *entries),
        full(b"iref", box(b"dimg", struct.pack(">HHHH", GRID, 2, LEFT, RIGHT))),
        _properties(tile),
    )


def _properties(tile: bytes) -> bytes:
    """Sizes of the grid and of its tiles, and what all of them share, taken from a tile's file."""
    sizes = [full(b"ispe", struct.pack(">II", width, TILE_PX)) for width in (2 * TILE_PX, TILE_PX)]
    shared = [_found(tile, name) for name in (b"pixi", b"av1C", b"colr")]
    of_tile = bytes([2, 3, 4 | ESSENTIAL, 5])
    owned = {GRID: bytes([1, 3, 5]), LEFT: of_tile, RIGHT: of_tile}
    pairs = [struct.pack(">HB", item, len(own)) + own for item, own in owned.items()]
    return box(
        b"iprp",
        box(b"ipco", *sizes, *shared),
        full(b"ipma", struct.pack(">I", len(pairs)), *pairs),
    )


def _found(data: bytes, name: bytes) -> bytes:
    start = data.index(name) - 4
    return data[start : start + int.from_bytes(data[start : start + 4], "big")]
