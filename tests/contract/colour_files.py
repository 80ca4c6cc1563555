"""Pictures in other colours than sRGB: profiles are built here, by formula, and none is copied."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
from PIL import Image

from eyebright.host import icc
from eyebright.host.base import Pixels
from eyebright.metadata.containers.jxl_header import Bits, bit_depth, extra_channels, size
from eyebright.metrics.delta_e import lab

D65, D50 = (0.3127, 0.3290), (0.3457, 0.3585)
DISPLAY_P3 = (*D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
ADOBE_RGB = (*D65, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
PROPHOTO = (*D50, 0.734699, 0.265301, 0.159597, 0.840403, 0.036598, 0.000105)

P3_PROFILE = icc.make("Display P3", DISPLAY_P3, icc.SRGB_CURVE)
ADOBE_PROFILE = icc.make("Adobe-like RGB", ADOBE_RGB, (563 / 256,))
PROPHOTO_PROFILE = icc.make("ProPhoto-like RGB", PROPHOTO, (1.8,))
SRGB_PROFILE = icc.make("sRGB", (*D65, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06), icc.SRGB_CURVE)

SIDE = 96
CLUT_POINTS = 9


def assembled(space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A profile of the given tags: those of the maker of matrix profiles, in another order."""
    whole = icc._assembled(tags)  # the header and table are all that is wanted
    kind = b"prtr" if space == b"CMYK" else b"mntr"
    return whole[:12] + kind + space + connection + whole[24:]


def described(name: str) -> dict[bytes, bytes]:
    return {
        b"desc": icc._text(name),
        b"cprt": icc._text("CC0"),
        b"wtpt": icc._xyz_tag(icc.D50),
    }


def grey_profile(gamma: float) -> bytes:
    curve = b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(gamma * 256))
    return assembled(b"GRAY", b"XYZ ", described(f"grey {gamma}") | {b"kTRC": curve})


def table_profile(space: bytes, name: str, colours: npt.NDArray[np.float64]) -> bytes:
    """One whose colours are looked up: `colours` is CIELAB (D50) for each point of the grid."""
    inputs = colours.ndim - 1
    points = colours.shape[0]
    ramp = np.arange(256, dtype=np.uint8).tobytes()
    scaled = np.stack([colours[..., 0] * 2.55, colours[..., 1] + 128, colours[..., 2] + 128], -1)
    grid = np.clip(np.rint(scaled), 0, 255).astype(np.uint8).tobytes()
    unit = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    head = b"mft1" + bytes(4) + bytes((inputs, 3, points, 0)) + unit
    table = head + ramp * inputs + grid + ramp * 3
    return assembled(space, b"Lab ", described(name) | {b"A2B0": table, b"A2B1": table})


def grid_of(inputs: int) -> npt.NDArray[np.float64]:
    axis = np.linspace(0, 1, CLUT_POINTS)
    return np.stack(np.meshgrid(*[axis] * inputs, indexing="ij"), axis=-1)


def cmyk_profile() -> bytes:
    """Inks that let a little light through, on paper that is not quite white."""
    ink = grid_of(4)
    light = (1 - 0.93 * ink[..., :3]) * (1 - 0.9 * ink[..., 3:])
    shown = (0.06 + 0.93 * light) ** (1 / 2.2) * 255
    return table_profile(b"CMYK", "inks", lab(shown.reshape(-1, 3)).reshape(*ink.shape[:-1], 3))


def rgb_table_profile() -> bytes:
    """A display with a milky black, by a table."""
    level = grid_of(3)
    shown = (0.03 + 0.97 * level**2) ** (1 / 2.2) * 255
    mixed = shown @ np.array([[0.9, 0.05, 0.05], [0.05, 0.9, 0.05], [0.05, 0.05, 0.9]])
    return table_profile(b"RGB ", "milky", lab(mixed.reshape(-1, 3)).reshape(*level.shape))


def picture() -> Pixels:
    """Smooth colours all over the cube, with saturated and dark patches."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / (SIDE - 1)
    made = np.stack([x, y, 0.5 + 0.5 * np.sin(7 * x + 5 * y)], axis=-1) * 255
    patches = grid_of(3)[::4, ::4, ::4].reshape(-1, 3) * 255
    for index, colour in enumerate(patches):
        top, left = divmod(index, 9)
        made[top * 10 : top * 10 + 8, left * 10 : left * 10 + 8] = colour
    made[-16:] *= 0.12
    return np.rint(made).astype(np.uint8)


def saved(image: Image.Image, name: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def rgb(name: str, profile: bytes, **options: Any) -> bytes:
    return saved(Image.fromarray(picture()), name, icc_profile=profile, **options)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with(*chunks: bytes) -> bytes:
    data, head = saved(Image.fromarray(picture()), "PNG"), 8 + 12 + 13
    return data[:head] + b"".join(chunks) + data[head:]


def chrm(values: tuple[float, ...]) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *(round(v * 100_000) for v in values)))


def gama(gamma: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(100_000 / gamma)))


def deep_png(profile: bytes, words: npt.NDArray[np.uint16]) -> bytes:
    """16-bit RGB with a profile."""
    height, width = words.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in words)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0))
    packed = chunk(b"iCCP", b"p\0\0" + zlib.compress(profile))
    body = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + head + packed + body + chunk(b"IEND", b"")


def coded_avif(primaries: int, transfer: int, **options: Any) -> bytes:
    """An AVIF whose nclx box says by H.273 what its colours are."""
    data = saved(Image.fromarray(picture()), "AVIF", quality=95, subsampling="4:4:4", **options)
    at = data.index(b"nclx") + 4
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


JXL_P3 = ((0, 1), (0, 1), (0, 2), (1, 2), (2, 2), (9, 4), (0, 1), (2, 2), (11, 4), (1, 2))
"""Value and bits of each field: not the default, no ICC profile, RGB, D65, P3 (11), no gamma,
sRGB's curve (13), relative colorimetric (ISO/IEC 18181-1, annex D; enumerations count from 2)."""


def coded_jxl(fields: tuple[tuple[int, int], ...] = JXL_P3, pixels: Pixels | None = None) -> bytes:
    """A JPEG XL whose header says by these fields what its colours are; its encoder says sRGB.

    Behind the colours come three bits, no extensions and the usual transform, then whole bytes.
    """
    shown = picture() if pixels is None else pixels
    data = imagecodecs.jpegxl_encode(shown, lossless=True, usecontainer=False)
    bits = Bits(data[2:])
    size(bits)
    assert bits.take(2) == 0, "metadata that are not the default, without extra fields"
    bit_depth(bits)
    bits.take(1)
    assert extra_channels(bits) == 0
    assert bits.take(2) == 0b10, "not XYB, and colours as by default"
    before, whole = 8 * len(data[2:]) - bits._left - 1, int.from_bytes(data[2:], "little")
    made, at = whole & ((1 << before) - 1), before
    for value, count in (*fields, (bits.take(3), 3)):
        made |= value << at
        at += count
    head = made.to_bytes(-(-at // 8), "little")
    return data[:2] + head + data[2 + -(-(before + 1 + 3) // 8) :]


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def clear(name: str, profile: bytes, **options: Any) -> bytes:
    """With an alpha channel that is nowhere 0."""
    alpha = np.broadcast_to(np.linspace(40, 255, SIDE), (SIDE, SIDE)).astype(np.uint8)
    image = Image.fromarray(np.dstack([picture(), alpha]))
    return saved(image, name, icc_profile=profile, **options)


def cmyk_jpeg(**options: Any) -> bytes:
    ink = np.dstack([255 - picture(), 255 - picture().max(axis=2)])
    image = Image.frombytes("CMYK", (SIDE, SIDE), ink.tobytes())
    return saved(image, "JPEG", quality=95, **options)


def grey(name: str, gamma: float) -> bytes:
    image = Image.fromarray(picture()).convert("L")
    return saved(image, name, icc_profile=grey_profile(gamma))


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "P3 in JPEG": ("jpeg", lambda: rgb("JPEG", P3_PROFILE, quality=95)),
    "P3 in PNG": ("png", lambda: rgb("PNG", P3_PROFILE)),
    "P3 in WebP": ("webp", lambda: rgb("WEBP", P3_PROFILE, lossless=True)),
    "P3 in AVIF": ("avif", lambda: rgb("AVIF", P3_PROFILE, quality=95)),
    "P3 by cICP": ("png", lambda: png_with(chunk(b"cICP", bytes((12, 13, 0, 1))))),
    "P3 by nclx": ("avif", lambda: coded_avif(12, 13)),
    "BT.2020 by nclx": ("avif", lambda: coded_avif(9, 14)),
    "P3 by cHRM": ("png", lambda: png_with(chrm(DISPLAY_P3), gama(2.2))),
    "cHRM alone": ("png", lambda: png_with(chrm(ADOBE_RGB))),
    "gAMA alone": ("png", lambda: png_with(gama(1.8))),
    "linear by gAMA": ("png", lambda: png_with(gama(1.0))),
    "Adobe RGB in JPEG": ("jpeg", lambda: rgb("JPEG", ADOBE_PROFILE, quality=95)),
    "Adobe RGB in TIFF": ("tiff", lambda: rgb("TIFF", ADOBE_PROFILE)),
    "ProPhoto in PNG": ("png", lambda: rgb("PNG", PROPHOTO_PROFILE)),
    "ProPhoto in deep PNG": (
        "png",
        lambda: deep_png(PROPHOTO_PROFILE, picture().astype(np.uint16) * 257),
    ),
    "grey gamma 1.8 in PNG": ("png", lambda: grey("PNG", 1.8)),
    "grey gamma 2.6 in JPEG": ("jpeg", lambda: grey("JPEG", 2.6)),
    "CMYK in JPEG": ("jpeg", lambda: cmyk_jpeg(icc_profile=cmyk_profile())),
    "CMYK without a profile": ("jpeg", cmyk_jpeg),
    "table in PNG": ("png", lambda: rgb("PNG", rgb_table_profile())),
    "table in AVIF": ("avif", lambda: rgb("AVIF", rgb_table_profile(), quality=95)),
    "P3 in JPEG XL": ("jxl", coded_jxl),
    "linear words in JPEG XL": (
        "jxl",
        lambda: imagecodecs.jpegxl_encode(picture().astype(np.uint16) * 257, lossless=True),
    ),
    "clear P3 in PNG": ("png", lambda: clear("PNG", P3_PROFILE)),
    "clear P3 in WebP": ("webp", lambda: clear("WEBP", P3_PROFILE, lossless=True)),
    "clear P3 in AVIF": ("avif", lambda: clear("AVIF", P3_PROFILE, quality=95)),
    "clear, turned P3 in AVIF": ("avif", lambda: clear("AVIF", P3_PROFILE, exif=turned(6))),
    "clear table in PNG": ("png", lambda: clear("PNG", rgb_table_profile())),
}
"""Format and maker by what they are."""
