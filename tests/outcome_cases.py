"""Small files that show each feature of intake, for the pinned outcomes of both hosts."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from gain_map_files import ADOBE, with_map
from metadata_samples import jpeg as with_every_block
from PIL import Image, ImageCms

from avif_grid import avif_grid

HEIC = Path(__file__).parent / "golden" / "heic"
SIDE = (48, 36)
ORIENTATION = 0x0112
PNG_HEAD = 8 + 12 + 13
"""Bytes of a PNG's signature and of its first chunk, IHDR."""

SEED = 5


def cases() -> dict[str, bytes]:
    """All by file name, in the order of the formats."""
    return (
        _jpegs()
        | _pngs()
        | _moving()
        | _modern()
        | _others()
        | _heic()
        | _foreign()
        | _broken()
        | _large()
    )


def picture(mode: str = "RGB") -> Image.Image:
    """A smooth scene with some grain, so that lossy formats win."""
    width, height = SIDE
    across, down = np.meshgrid(np.linspace(0, 180, width), np.linspace(0, 60, height))
    grain = np.random.default_rng(SEED).integers(0, 12, (height, width, 3))
    scene = np.dstack([across + down, 220 - across, down * 3]) + grain
    return Image.fromarray(scene.clip(0, 255).astype(np.uint8)).convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _jpegs() -> dict[str, bytes]:
    turned = {
        f"turned-{value}.jpg": saved(picture(), "JPEG", quality=95, exif=_turned(value))
        for value in range(1, 9)
    }
    plain = saved(picture(), "JPEG", quality=95)
    frame = b"\x08\0\x10\0\x10\x01\x01\x11\0"
    rare = {
        f"{name}.jpg": b"\xff\xd8\xff" + bytes([marker, 0, 11]) + body + b"\xff\xda\0\x08"
        for name, marker, body in (
            ("12-bit", 0xC1, b"\x0c" + frame[1:]),
            ("lossless", 0xC3, frame),
            ("arithmetic", 0xC9, frame),
        )
    }
    return {
        "baseline.jpg": plain,
        "progressive.jpg": saved(picture(), "JPEG", quality=95, progressive=True),
        "grey.jpg": saved(picture("L"), "JPEG", quality=95),
        "cmyk.jpg": saved(picture("CMYK"), "JPEG", quality=95),
        "ycck.jpg": ycck(),
        "gain-map.jpg": with_map(ADOBE),
        "credentials.jpg": with_every_block(has_manifest=True, size=SIDE),
        "profile.jpg": saved(picture(), "JPEG", quality=95, icc_profile=_srgb()),
        "two-pictures.mpo": saved(picture(), "MPO", save_all=True, append_images=[picture()]),
        **turned,
        **rare,
    }


def _pngs() -> dict[str, bytes]:
    clear = picture("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(SIDE))
    opaque = picture("RGBA")
    deep = np.asarray(picture()).astype(np.uint16) * 257
    plain = saved(picture(), "PNG")
    linear, display_p3 = _chunk(b"gAMA", struct.pack(">I", 100_000)), bytes([12, 13, 0, 1])
    return {
        "rgb.png": saved(picture(), "PNG"),
        "grey.png": saved(picture("L"), "PNG"),
        "bits.png": saved(picture("1"), "PNG"),
        "palette.png": saved(picture().quantize(16), "PNG"),
        "palette-clear.png": saved(picture().quantize(16), "PNG", transparency=0),
        "clear.png": saved(clear, "PNG"),
        "opaque-alpha.png": saved(opaque, "PNG"),
        "deep.png": bytes(imagecodecs.png_encode(deep)),
        "turned.png": saved(picture(), "PNG", exif=_turned(6)),
        "gamma.png": plain[:PNG_HEAD] + linear + plain[PNG_HEAD:],
        "cicp.png": plain[:PNG_HEAD] + _chunk(b"cICP", display_p3) + plain[PNG_HEAD:],
    }


def _moving() -> dict[str, bytes]:
    frames = [picture().rotate(6 * turn) for turn in range(4)]
    options: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": 80}
    return {
        "film.gif": saved(frames[0], "GIF", loop=0, **options),
        "film.png": saved(frames[0], "PNG", **options),
        "film.webp": saved(frames[0], "WEBP", lossless=True, **options),
        "film.avif": saved(frames[0], "AVIF", **options),
        "pages.tiff": saved(frames[0], "TIFF", save_all=True, append_images=frames[1:]),
    }


def _modern() -> dict[str, bytes]:
    clear = picture("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(SIDE))
    pixels = np.asarray(picture())
    deep = pixels.astype(np.uint16) * 4 + 1
    return {
        "lossy.webp": saved(picture(), "WEBP", quality=98),
        "lossless.webp": saved(picture(), "WEBP", lossless=True),
        "turned.webp": saved(picture(), "WEBP", quality=98, exif=_turned(6)),
        "clear.webp": saved(clear, "WEBP", lossless=True, exact=True),
        "still.avif": saved(picture(), "AVIF", quality=98),
        "clear.avif": saved(clear, "AVIF", quality=98),
        "grid.avif": avif_grid(picture()),
        "deep.avif": bytes(imagecodecs.avif_encode(deep, level=98, bitspersample=10, speed=8)),
        "bare.jxl": bytes(imagecodecs.jpegxl_encode(pixels, lossless=True)),
        "boxed.jxl": bytes(imagecodecs.jpegxl_encode(pixels, lossless=True, usecontainer=True)),
    }


def _others() -> dict[str, bytes]:
    return {
        "plain.gif": saved(picture().quantize(32), "GIF"),
        "plain.bmp": saved(picture(), "BMP"),
        "plain.ico": saved(picture().resize((32, 32)), "ICO", sizes=[(16, 16), (32, 32)]),
        "raw.tiff": saved(picture(), "TIFF"),
        "lzw.tiff": saved(picture(), "TIFF", compression="tiff_lzw"),
        "deflate.tiff": saved(picture(), "TIFF", compression="tiff_adobe_deflate"),
        "jpeg.tiff": saved(picture(), "TIFF", compression="jpeg", quality=95),
        "turned.tiff": saved(picture(), "TIFF", tiffinfo={ORIENTATION: 6}),
        "cmyk.tiff": saved(picture("CMYK"), "TIFF"),
        "drawing.svg": _drawing(),
        "script.svg": _drawing("<script>draw()</script>"),
        "reference.svg": _drawing('<image href="cup.png" width="9" height="9"/>'),
    }


def _heic() -> dict[str, bytes]:
    """Written by x265 once; the folder's test says what they show."""
    return {path.name: path.read_bytes() for path in sorted(HEIC.iterdir())}


def _foreign() -> dict[str, bytes]:
    return {
        "raw.cr2": b"II*\0\x10\0\0\0CR\x02\0" + b"\0" * 32,
        "raw.cr3": b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom" + b"\0" * 32,
        "raw.raf": b"FUJIFILMCCD-RAW 0201" + b"\0" * 64,
        "layers.psd": b"8BPS\0\x01" + b"\0" * 32,
        "pages.pdf": b"%PDF-1.7\n",
        "old.jp2": b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ",
        "film.mp4": b"\0\0\0\x18ftypisom\0\0\x02\0isommp41" + b"\0" * 32,
        "page.html": b"<!DOCTYPE html><html></html>",
        "notes.txt": b"Dear diary, this is no picture at all.",
    }


def _broken() -> dict[str, bytes]:
    jpeg, png = saved(picture(), "JPEG", quality=95), saved(picture(), "PNG")
    return {
        "empty.jpg": b"",
        "cut.jpg": jpeg[: len(jpeg) * 2 // 3],
        "cut.png": png[: len(png) // 2],
        "cut.webp": saved(picture(), "WEBP")[:60],
        "cut.avif": saved(picture(), "AVIF")[:200],
        "cut.jxl": bytes(imagecodecs.jpegxl_encode(np.asarray(picture()), lossless=True))[:300],
    }


def _large() -> dict[str, bytes]:
    def png(side: int) -> bytes:
        head = _chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
        return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", zlib.compress(b"\0" * 99))

    return {"wide.png": png(65_535), "bomb.png": png(10_000)}


def ycck() -> bytes:
    """As Adobe's programs write CMYK: inverted, and its colours as luma and chroma."""
    inks = 255 - np.asarray(picture("CMYK"))
    told = {"colorspace": "CMYK", "outcolorspace": "YCCK"}
    return bytes(imagecodecs.jpeg8_encode(inks, level=95, **told))


def _turned(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = value
    return exif


def _drawing(inside: str = "") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="48" height="36">{inside}</svg>'.encode()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
