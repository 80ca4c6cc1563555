"""What becomes of transparency on every host, from file to file; like `checks` without pytest."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Awaitable, Callable

import checks
import numpy as np

from eyebright import Goal, optimise
from eyebright.deliver import Optimised
from eyebright.host.base import Host, Pixels

PNG_RGBA = 6
"""Colour type (PNG third edition, 11.2.1)."""

ALPHA_CLOSE = 3.0
"""Mean difference of alpha, of 255, at the qualities that a target of 75 takes."""


def png_of(pixels: Pixels) -> bytes:
    """(H, W, 4) pixels as they are, not compressed, so that a smaller file is easily found."""
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + width * 4), np.uint8)  # each begins with filter type 0
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, PNG_RGBA, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, body) for kind, body in parts)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_hidden_colours() -> Pixels:
    """Noise where nothing shows, then half transparent, then opaque."""
    picture = np.dstack([checks.photo(96, 64), np.full((64, 96), 255, np.uint8)])
    picture[:, :32, :3] = checks.noise(64, 32, 3, seed=5)
    picture[:, :32, 3] = 0
    picture[:, 32:64, 3] = 1 + np.arange(32) * 8
    return picture


def codes(made: Optimised) -> set[str]:
    return {reason.code for reason in made.report.reasons}


async def shown(host: Host, made: Optimised) -> Pixels:
    return (await host.decode(made.data, source_format=made.report.format)).pixels


async def an_opaque_alpha_channel_is_left_out(host: Host) -> None:
    opaque = np.dstack([checks.photo(96, 64), np.full((64, 96), 255, np.uint8)])
    made = await optimise(png_of(opaque), Goal(formats=("jpeg",)), host=host)

    assert made.report.format == "jpeg", codes(made)
    assert (await shown(host, made)).shape == (64, 96, 3)


async def one_clear_pixel_is_not_left_out(host: Host) -> None:
    picture = np.dstack([checks.photo(96, 64), np.full((64, 96), 255, np.uint8)])
    picture[30, 40, 3] = 254
    made = await optimise(png_of(picture), Goal(formats=("png",)), host=host)

    assert not made.report.kept_original, codes(made)
    assert np.array_equal(picture, await shown(host, made))


async def transparency_is_never_flattened(host: Host) -> None:
    picture = checks.transparent_photo(96, 64)
    able = await host.capabilities()
    for name in able.encode:
        made = await optimise(png_of(picture), Goal(formats=(name,)), host=host)
        seen = await shown(host, made)

        assert seen.shape == (64, 96, 4), (name, seen.shape)
        assert checks.difference(picture[..., 3], seen[..., 3]) < ALPHA_CLOSE, name
        if name not in able.decode_alpha:
            assert made.report.kept_original, name
            assert "format-no-alpha" in codes(made), (name, codes(made))


async def hidden_colours_go_and_all_others_stay(host: Host) -> None:
    picture = with_hidden_colours()
    seen = picture[..., 3] > 0
    made = await optimise(png_of(picture), Goal(formats=("png",)), host=host)
    back = await shown(host, made)

    assert "hidden-cleaned" in codes(made), codes(made)
    assert np.array_equal(picture[..., 3], back[..., 3])
    assert np.array_equal(picture[seen], back[seen])
    assert not back[~seen][:, :3].any()


async def hidden_colours_do_not_reach_what_shows(host: Host) -> None:
    picture = with_hidden_colours()
    seen = picture[..., 3] == 255
    for name in set((await host.capabilities()).decode_alpha) & {"avif", "webp", "jxl"}:
        made = await optimise(png_of(picture), Goal(formats=(name,), target=85), host=host)
        back = await shown(host, made)

        assert not made.report.kept_original, (name, codes(made))
        assert checks.difference(picture[seen], back[seen]) < checks.CLOSE, name


async def hidden_colours_stay_where_no_pixel_may_change(host: Host) -> None:
    picture = with_hidden_colours()
    goal = Goal(content="medical", formats=("png", "webp"))
    made = await optimise(png_of(picture), goal, host=host)

    assert not made.report.kept_original, codes(made)
    assert "hidden-cleaned" not in codes(made)
    assert np.array_equal(picture, await shown(host, made))


CHECKS: tuple[Callable[[Host], Awaitable[None]], ...] = (
    an_opaque_alpha_channel_is_left_out,
    one_clear_pixel_is_not_left_out,
    transparency_is_never_flattened,
    hidden_colours_go_and_all_others_stay,
    hidden_colours_do_not_reach_what_shows,
    hidden_colours_stay_where_no_pixel_may_change,
)
