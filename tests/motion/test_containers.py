"""Containers of animations: what is taken apart comes back, and other readers agree."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from eyebright import motion
from eyebright.errors import CorruptImage, UnsupportedFormat
from eyebright.motion import Film, Frame, webp
from eyebright.motion.film import CLEAR, KEEP, PREVIOUS
from eyebright.values import Box

SIZE = (24, 16)


def pictures(count: int = 4) -> list[Image.Image]:
    """A square that moves over a plain ground."""
    made = []
    for index in range(count):
        image = Image.new("RGBA", SIZE, (20, 40, 60, 255))
        image.paste((250, 200, 10, 255), (2 + 4 * index, 4, 8 + 4 * index, 10))
        made.append(image)
    return made


def save(images: list[Image.Image], name: str, **options: object) -> bytes:
    out = io.BytesIO()
    images[0].save(out, name, save_all=True, append_images=images[1:], **options)
    return out.getvalue()


def still(size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", size, (9, 8, 7, 100)).save(out, "WEBP", lossless=True)
    return out.getvalue()


@pytest.mark.parametrize(("name", "kind"), [("GIF", "gif"), ("PNG", "png"), ("WEBP", "webp")])
def test_every_frame_is_a_file_of_its_own_with_its_time(name: str, kind: str) -> None:
    film = motion.demux(save(pictures(), name, duration=[40, 50, 60, 70], loop=0), kind)

    assert (film.width, film.height) == SIZE
    assert [frame.duration_ms for frame in film.frames] == [40, 50, 60, 70]
    for frame in film.frames:
        with Image.open(io.BytesIO(frame.data)) as image:
            assert image.size == (frame.box.width, frame.box.height)
            assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("name", "kind", "loop", "plays"),
    [
        ("GIF", "gif", 0, 0),
        ("GIF", "gif", 2, 3),  # GIF counts what comes after the first showing
        ("GIF", "gif", None, 1),
        ("PNG", "png", 0, 0),
        ("PNG", "png", 2, 2),
        ("WEBP", "webp", 0, 0),
        ("WEBP", "webp", 5, 5),
    ],
)
def test_loops_are_counted_alike(name: str, kind: str, loop: int | None, plays: int) -> None:
    options = {} if loop is None else {"loop": loop}

    assert motion.demux(save(pictures(), name, duration=40, **options), kind).plays == plays


@pytest.mark.parametrize(("given", "kept"), [(1, KEEP), (2, CLEAR), (3, PREVIOUS)])
def test_disposals_of_gif_are_read(given: int, kept: str) -> None:
    film = motion.demux(save(pictures(), "GIF", duration=40, disposal=given), "gif")

    assert {frame.dispose for frame in film.frames} == {kept}


def test_a_png_s_default_image_that_is_no_frame_is_left_out() -> None:
    data = save(pictures(), "PNG", duration=40, default_image=True)

    assert len(motion.demux(data, "png").frames) == 3


def test_times_of_png_are_rounded_without_drifting() -> None:
    thirds = [1000 / 30] * 4
    data = bytearray(save(pictures(), "PNG", duration=40))
    at = 0
    for _ in thirds:
        at = data.index(b"fcTL", at) + 4
        data[at + 20 : at + 24] = struct.pack(">HH", 1, 30)

    times = [frame.duration_ms for frame in motion.demux(bytes(data), "png").frames]

    assert sum(times) == round(sum(thirds))
    assert set(times) == {33, 34}


def test_another_reader_sees_what_was_joined() -> None:
    boxes = [Box(x=0, y=0, width=8, height=6), Box(x=2, y=4, width=3, height=1)]
    frames = tuple(
        Frame(data=still((b.width, b.height)), box=b, duration_ms=70 + i, blend=bool(i))
        for i, b in enumerate(boxes)
    )
    data = webp.join(Film(format="webp", width=8, height=6, plays=3, frames=frames))

    with Image.open(io.BytesIO(data)) as image:
        assert (image.n_frames, image.info["loop"], image.size) == (2, 3, (8, 6))
        image.seek(1)
        seen = np.asarray(image.convert("RGBA"))
        assert image.info["duration"] == 71
    assert seen[0, 0].tolist() == [9, 8, 7, 100]
    assert seen[4, 2, 3] > 100  # laid over, not in place of


@st.composite
def films(draw: st.DrawFn) -> Film:
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    frames = []
    for _ in range(draw(st.integers(1, 5))):
        x, y = (
            2 * draw(st.integers(0, (width - 1) // 2)),
            2 * draw(st.integers(0, (height - 1) // 2)),
        )
        size = draw(st.integers(1, width - x)), draw(st.integers(1, height - y))
        frames.append(
            Frame(
                data=still(size),
                box=Box(x=x, y=y, width=size[0], height=size[1]),
                duration_ms=draw(st.integers(0, webp.LONGEST_MS)),
                blend=draw(st.booleans()),
                dispose=draw(st.sampled_from([KEEP, CLEAR])),
            )
        )
    plays = draw(st.integers(0, 65535))
    return Film(format="webp", width=width, height=height, plays=plays, frames=tuple(frames))


@pytest.mark.property
@settings(max_examples=40, deadline=None)
@given(films())
def test_what_is_joined_is_taken_apart_again(film: Film) -> None:
    assert motion.demux(webp.join(film), "webp") == film


@pytest.mark.property
@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["GIF", "PNG", "WEBP"]), st.data())
def test_broken_bytes_give_frames_or_a_typed_error(name: str, data: st.DataObject) -> None:
    whole = bytearray(SAVED[name])
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        film = motion.demux(cut, name.lower())
    except CorruptImage:
        return

    assert all(frame.data for frame in film.frames)


SAVED = {name: save(pictures(), name, duration=40) for name in ("GIF", "PNG", "WEBP")}


@pytest.mark.parametrize(
    "changes", [{"x": 1}, {"y": 3}, {"x": 10}, {"width": 9}], ids=["odd", "odd-y", "out", "wide"]
)
def test_frames_that_webp_cannot_place_are_refused(changes: dict[str, int]) -> None:
    box = Box(x=0, y=0, width=4, height=4).replace(**changes)
    frame = Frame(data=still((box.width, box.height)), box=box, duration_ms=10)

    with pytest.raises(ValueError, match="not on even pixels"):
        webp.join(Film(format="webp", width=8, height=8, plays=0, frames=(frame,)))


def test_other_formats_are_not_taken_apart() -> None:
    with pytest.raises(UnsupportedFormat):
        motion.demux(b"", "avif")
