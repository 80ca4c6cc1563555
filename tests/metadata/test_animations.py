"""Animations: a new one carries the rights, one that stays loses only what is private."""

from __future__ import annotations

import asyncio
import io
import json
import struct

import metadata_samples as samples
import numpy as np
import pytest
from PIL import Image, ImageSequence

from eyebright import Goal, Optimised, metadata, motion, optimise_sync
from eyebright.host.native import NativeHost
from eyebright.intake import read as read_source
from eyebright.originals import cleaned, metadata_to_keep
from eyebright.values import Plan

DURATIONS = [40, 120, 60, 200]


def frames() -> list[Image.Image]:
    """A photo with a badge that wanders over it."""
    made = []
    for index in range(len(DURATIONS)):
        image = samples.picture()
        image.paste((250, 230, 20), (10 + 20 * index, 20, 34 + 20 * index, 44))
        made.append(image)
    return made


def save(kind: str, **options: object) -> bytes:
    first, *others = frames()
    how: dict[str, object] = {"duration": DURATIONS, "loop": 3, "append_images": others}
    return samples.save(first, kind, save_all=True, **(how | options))


def png() -> bytes:
    plain = save("PNG", exif=samples.exif_block())
    packet = b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + samples.xmp_packet()
    comment = b"Comment\x00" + samples.private("png-comment").encode()
    return (
        plain[:33] + samples.chunk(b"iTXt", packet) + samples.chunk(b"tEXt", comment) + plain[33:]
    )


def webp(quality: int) -> bytes:
    block = b"Exif\x00\x00" + samples.exif_block()
    return save("WEBP", quality=quality, method=6, exif=block, xmp=samples.xmp_packet())


def gif() -> bytes:
    data = save("GIF", comment=samples.private("gif-comment").encode())
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
    return data[:-1] + b"\x21\xff\x0bXMP DataXMP" + samples.xmp_packet() + trailer + data[-1:]


SOURCES = {"png": png(), "webp": webp(100), "gif": gif()}


def times_of(data: bytes) -> list[int]:
    with Image.open(io.BytesIO(data)) as image:
        found = []
        for frame in ImageSequence.Iterator(image):
            frame.load()
            found.append(round(frame.info["duration"]))
        return found


def frames_of(data: bytes) -> list[np.ndarray]:
    with Image.open(io.BytesIO(data)) as image:
        return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]


def codes(result: Optimised) -> set[str]:
    return {reason.code for reason in result.report.reasons}


@pytest.mark.parametrize("name", SOURCES)
def test_a_new_animation_keeps_rights_and_loses_the_private(name: str) -> None:
    result = optimise_sync(SOURCES[name])

    found = metadata.choose(metadata.read(result.data, "webp"), "webp", mode="rights")
    assert (result.report.format, result.report.kept_original) == ("webp", False)
    assert "XMP dc:rights" in found.kept
    assert found.stripped == ()
    assert times_of(result.data) == DURATIONS
    assert {"animation-kept", "metadata-kept", "metadata-stripped"} <= codes(result)
    assert samples.PRIVATE.encode() not in result.data
    assert samples.PRIVATE not in json.dumps(result.report.to_dict())


def test_metadata_counts_in_the_bytes_of_an_animation() -> None:
    sizes = {
        mode: optimise_sync(SOURCES["png"], Goal(metadata=mode)) for mode in ("none", "rights")
    }

    assert all(result.report.bytes == len(result.data) for result in sizes.values())
    assert sizes["none"].report.bytes < sizes["rights"].report.bytes


def test_an_exact_animation_carries_the_marker_of_the_machine() -> None:
    result = optimise_sync(SOURCES["gif"], Goal(content="medical", mark_edited=True))

    assert result.report.lossless
    assert "metadata-marked" in codes(result)
    for before, after in zip(frames_of(SOURCES["gif"]), frames_of(result.data), strict=True):
        np.testing.assert_array_equal(before, after)


def test_an_animation_that_stays_loses_the_private_and_no_frame() -> None:
    source = webp(1)

    result = optimise_sync(source, Goal(content="medical"))

    assert "original-cleaned" in codes(result)
    assert samples.PRIVATE.encode() in source
    assert samples.PRIVATE.encode() not in result.data
    assert motion.demux(result.data, "webp") == motion.demux(source, "webp")


def test_chunks_that_nobody_knows_go_out_of_the_frames_too() -> None:
    source = with_chunk_in_frame(webp(1), b"NOTE", samples.private("frame").encode())

    result = optimise_sync(source, Goal(content="medical"))

    assert "original-cleaned" in codes(result)
    assert samples.PRIVATE.encode() not in result.data
    assert times_of(result.data) == DURATIONS


def with_chunk_in_frame(data: bytes, name: bytes, body: bytes) -> bytes:
    """In the last frame, which is followed by metadata."""
    at = data.rindex(b"ANMF")
    (length,) = struct.unpack_from("<I", data, at + 4)
    end = at + 8 + length + length % 2
    body += b" " * (len(body) % 2)
    extra = name + struct.pack("<I", len(body)) + body
    grown = struct.pack("<I", length + length % 2 + len(extra))
    inside = data[:at] + b"ANMF" + grown + data[at + 8 : end] + extra + data[end:]
    return inside[:4] + struct.pack("<I", len(inside) - 8) + inside[8:]


def test_a_cleaned_file_that_lost_a_frame_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    data = webp(1)
    source = read_source(data)
    plan = Plan(content="photo", width=160, height=120, target=75.0, floor=50)
    kept = metadata_to_keep(data, source, plan, for_original=True)
    host = NativeHost()
    pixels = asyncio.run(host.decode(data, source_format="webp")).pixels
    shorter = without_last_frame(data)
    monkeypatch.setattr(metadata, "clean", lambda *_args, **_options: shorter)

    assert len(times_of(shorter)) == len(DURATIONS) - 1
    assert asyncio.run(cleaned(host, data, source, kept, pixels)) is None


def without_last_frame(data: bytes) -> bytes:
    """A sound file: only the frame, and the metadata behind it, are gone."""
    end = data.rindex(b"ANMF")
    return data[:4] + struct.pack("<I", end - 8) + data[8:end]
