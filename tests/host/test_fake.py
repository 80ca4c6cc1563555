"""The fake host does as it is told, and its codec behaves enough like a real one to search on."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from skimage import data as pictures

from eyebright.errors import CapabilityMissing, CodecError, CorruptImage, UnsupportedFormat
from eyebright.host.base import Host, Pixels
from eyebright.host.fake import Call, FakeHost, quantise, quantiser_step
from eyebright.metrics import ssimulacra2
from eyebright.values import Trial

ASTRONAUT: Pixels = pictures.astronaut()[100:164, 180:276]


def trial(name: str, quality: int = 80) -> Trial:
    return Trial(format=name, width=96, height=64, quality=quality)


def encoded(host: Host, name: str, quality: int = 80) -> bytes:
    return asyncio.run(host.encode(ASTRONAUT, trial(name, quality)))


def decoded(data: bytes, name: str) -> Pixels:
    return asyncio.run(FakeHost().decode(data, source_format=name)).pixels


def test_its_files_open_in_other_programs() -> None:
    data = encoded(FakeHost(), "avif", 60)
    seen = np.asarray(Image.open(io.BytesIO(data)))

    assert np.array_equal(decoded(data, "avif"), seen)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(rows: bytes, *, depth: int = 8) -> bytes:
    """One pixel wide, two high, its data in two chunks."""
    data = zlib.compress(rows)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 1, 2, depth, 2, 0, 0, 0))]
    parts += [(b"IDAT", data[:5]), (b"IDAT", data[5:]), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def test_it_reads_plain_png_files_of_others() -> None:
    assert decoded(png(b"\0\1\2\3\0\4\5\6"), "png").tolist() == [[[1, 2, 3]], [[4, 5, 6]]]


def test_png_files_that_it_cannot_read_are_refused_rather_than_misread() -> None:
    with pytest.raises(UnsupportedFormat, match="row filters"):
        decoded(png(b"\0\1\2\3\2\4\5\6"), "png")
    with pytest.raises(UnsupportedFormat, match="8-bit"):
        decoded(png(b"\0" * 14, depth=16), "png")


def test_score_rises_and_bytes_grow_with_quality() -> None:
    files = [encoded(FakeHost(), "webp", quality) for quality in (10, 50, 90)]
    scores = [ssimulacra2(ASTRONAUT, decoded(data, "webp")) for data in files]

    assert scores == sorted(scores)
    assert [len(data) for data in files] == sorted(len(data) for data in files)


def test_quality_100_is_exact() -> None:
    assert np.array_equal(ASTRONAUT, decoded(encoded(FakeHost(), "jpeg", 100), "jpeg"))


@given(quality=st.integers(0, 99))
def test_a_higher_quality_never_has_a_coarser_step(quality: int) -> None:
    assert quantiser_step(quality) >= quantiser_step(quality + 1) >= 1


@given(step=st.integers(1, 48), value=st.integers(0, 255))
def test_quantising_errs_by_half_a_step_at_most(step: int, value: int) -> None:
    pixels = np.full((1, 1, 3), value, np.uint8)

    assert abs(int(quantise(pixels, step)[0, 0, 0]) - value) <= step // 2


def test_calls_are_recorded_in_order() -> None:
    host = FakeHost()

    async def work() -> None:
        data = await host.encode(ASTRONAUT, trial("jxl"))
        await host.decode(data, source_format="jxl")
        await host.close()

    asyncio.run(work())

    assert host.calls == [
        Call(method="encode", format="jxl", trial=trial("jxl")),
        Call(method="decode", format="jxl"),
        Call(method="close"),
    ]


def test_a_format_can_be_made_to_fail() -> None:
    host = FakeHost(failing=["avif"])

    assert "avif" in asyncio.run(host.capabilities()).encode
    with pytest.raises(CodecError, match="as told"):
        encoded(host, "avif")


def test_formats_can_be_left_out() -> None:
    host = FakeHost(formats=["png", "jpeg"])
    capabilities = asyncio.run(host.capabilities())

    assert capabilities.encode == ("jpeg", "png")
    assert capabilities.decode_alpha == ("png",)
    with pytest.raises(CodecError):
        encoded(host, "webp")
    with pytest.raises(UnsupportedFormat):
        asyncio.run(host.decode(encoded(FakeHost(), "webp"), source_format="webp"))


def test_a_slow_host_can_be_cancelled_while_it_works() -> None:
    host = FakeHost(delay_s=60)

    async def give_up() -> None:
        async with asyncio.timeout(0.01):
            await host.encode(ASTRONAUT, trial("webp"))

    with pytest.raises(TimeoutError):
        asyncio.run(give_up())


def test_its_clock_counts_looks_and_delays_only() -> None:
    host = FakeHost(delay_s=0.001)
    before = host.now_ms()
    encoded(host, "png")

    assert host.now_ms() - before == pytest.approx(2.0)


def test_without_a_function_it_runs_no_models() -> None:
    with pytest.raises(CapabilityMissing):
        asyncio.run(FakeHost().infer(b"", {}))


def test_a_file_of_one_format_is_no_file_of_another() -> None:
    with pytest.raises(CorruptImage, match="it is no jpeg"):
        decoded(encoded(FakeHost(), "webp"), "jpeg")
