"""What every host must do, as plain coroutines: no pytest, only numpy and eyebright.

Each takes a host and raises AssertionError where it breaks the contract, so that the same checks
run under pytest and, in the browser, inside Pyodide.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Awaitable, Callable

import numpy as np
import numpy.typing as npt

from eyebright.errors import CodecError, CorruptImage, EyebrightError, InputError, UnsupportedFormat
from eyebright.host.base import COLOUR, Host, Pixels
from eyebright.values import FORMATS, MIME, Trial

LOSSLESS = ("webp", "jxl", "png")
LOSSY = ("avif", "webp", "jpeg", "jxl")

CLOSE = 10.0
"""Mean difference, of 255, that no codec makes of a smooth picture at quality 90."""


def photo(width: int, height: int, *, seed: int = 7) -> Pixels:
    """A smooth picture with some texture, by formula."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    waves = [np.sin(x / 9 + k) + np.cos(y / 7 - k) + np.sin((x + y) / 15) for k in range(3)]
    grain = (noise(height, width, 3, seed=seed) - 127.5) / 18  # standard deviation 4
    return np.clip(np.stack(waves, axis=-1) * 35 + 128 + grain, 0, 255).astype(np.uint8)


def noise(*shape: int, seed: int) -> Pixels:
    """Bytes without any order. By the standard library: the site's numpy is without `random`."""
    data = random.Random(seed).randbytes(math.prod(shape))  # noqa: S311  # keeps no secret
    return np.frombuffer(data, np.uint8).reshape(shape).copy()


def transparent_photo(width: int, height: int) -> Pixels:
    """The same with alpha from clear on the left to opaque on the right."""
    alpha = np.broadcast_to(np.linspace(0, 255, width), (height, width)).astype(np.uint8)
    return np.dstack([photo(width, height), alpha])


def trial_for(pixels: Pixels, name: str, **changes: object) -> Trial:
    height, width = pixels.shape[:2]
    base = Trial(format=name, width=width, height=height, quality=90, subsampling="444", speed=6)
    return base.replace(**({"lossless": name == "png"} | changes))


def difference(first: Pixels, second: Pixels) -> float:
    """Mean absolute difference of 255."""
    return float(np.abs(first.astype(np.int16) - second.astype(np.int16)).mean())


async def round_trip(host: Host, pixels: Pixels, name: str, **changes: object) -> Pixels:
    data = await host.encode(pixels, trial_for(pixels, name, **changes))
    return (await host.decode(data, source_format=name)).pixels


async def raised(awaitable: Awaitable[object]) -> BaseException | None:
    try:
        await awaitable
    except EyebrightError as exc:
        return exc
    return None


async def capabilities_are_known_formats(host: Host) -> None:
    able = await host.capabilities()

    assert able.encode, "nothing can be written"
    assert set(able.encode) <= set(FORMATS), able.encode
    assert set(able.decode) <= set(MIME), able.decode
    assert set(able.decode_alpha) <= set(able.decode), able.decode_alpha
    assert able.kernels in {"compiled", "numpy"}, able.kernels


async def every_format_keeps_size_and_looks_alike(host: Host) -> None:
    picture = photo(40, 24)
    for name in (await host.capabilities()).encode:
        back = await round_trip(host, picture, name)

        assert back.dtype == np.uint8, (name, back.dtype)
        assert back.shape == (24, 40, 3), (name, back.shape)
        assert back.flags.c_contiguous, name
        assert difference(picture, back) < CLOSE, (name, difference(picture, back))


async def odd_sizes_come_back_whole(host: Host) -> None:
    for width, height in ((1, 1), (3, 1000), (1000, 3), (17, 9)):
        picture = photo(width, height)
        for name in (await host.capabilities()).encode:
            for subsampling in ("420", "444"):
                back = await round_trip(host, picture, name, subsampling=subsampling)

                assert back.shape == picture.shape, (name, subsampling, back.shape)


async def alpha_is_kept(host: Host) -> None:
    able = await host.capabilities()
    picture = transparent_photo(64, 32)
    for name in set(able.decode_alpha) & set(able.encode):
        back = await round_trip(host, picture, name)

        assert back.shape == (32, 64, 4), (name, back.shape)
        assert difference(picture[..., 3], back[..., 3]) < 3, name
        opaque = picture[..., 3] == 255
        assert difference(picture[opaque][:, :3], back[opaque][:, :3]) < CLOSE, name


async def an_idle_alpha_channel_is_dropped(host: Host) -> None:
    able = await host.capabilities()
    picture = np.dstack([photo(20, 10), np.full((10, 20), 255, np.uint8)])
    for name in set(able.decode_alpha) & set(able.encode):
        back = await round_trip(host, picture, name)

        assert back.shape == (10, 20, 3), (name, back.shape)


async def jpeg_refuses_alpha(host: Host) -> None:
    picture = transparent_photo(16, 16)
    error = await raised(host.encode(picture, trial_for(picture, "jpeg")))

    assert isinstance(error, CodecError), error


async def lossless_is_exact(host: Host) -> None:
    picture = noise(21, 33, 3, seed=3)
    for name in set(LOSSLESS) & set((await host.capabilities()).encode):
        back = await round_trip(host, picture, name, lossless=True)

        assert np.array_equal(picture, back), name


async def lossless_is_exact_with_alpha(host: Host) -> None:
    able = await host.capabilities()
    picture = noise(21, 33, 4, seed=4)
    seen = picture[..., 3] > 0
    for name in set(LOSSLESS) & set(able.decode_alpha) & set(able.encode):
        back = await round_trip(host, picture, name, lossless=True)

        assert np.array_equal(picture[..., 3], back[..., 3]), name
        assert np.array_equal(picture[seen], back[seen]), name


async def quality_buys_fidelity_with_bytes(host: Host) -> None:
    picture = photo(128, 96)
    for name in set(LOSSY) & set((await host.capabilities()).encode):
        sizes, errors = [], []
        for quality in (20, 60, 95):
            data = await host.encode(picture, trial_for(picture, name, quality=quality))
            sizes.append(len(data))
            back = (await host.decode(data, source_format=name)).pixels
            errors.append(difference(picture, back))

        assert sizes == sorted(set(sizes)), (name, sizes)
        assert errors == sorted(set(errors), reverse=True), (name, errors)


async def every_quality_is_taken(host: Host) -> None:
    picture = photo(16, 16)
    for name in (await host.capabilities()).encode:
        for quality in (0, 1, 29, 30, 99, 100):
            back = await round_trip(host, picture, name, quality=quality)

            assert back.shape == picture.shape, (name, quality)


async def the_same_trial_gives_the_same_bytes(host: Host) -> None:
    picture = photo(50, 40)
    for name in (await host.capabilities()).encode:
        first = await host.encode(picture, trial_for(picture, name))
        second = await host.encode(picture, trial_for(picture, name))

        assert first == second, name


async def encoding_leaves_the_pixels_alone(host: Host) -> None:
    picture = photo(40, 30)[::2, ::2]  # neither contiguous nor, now, writable
    picture.flags.writeable = False
    before = picture.copy()
    for name in (await host.capabilities()).encode:
        back = await round_trip(host, picture, name)

        assert back.shape == picture.shape, name
        assert np.array_equal(before, picture), name


async def calls_may_overlap(host: Host) -> None:
    picture = photo(60, 40)
    names = (await host.capabilities()).encode
    alone = [await host.encode(picture, trial_for(picture, n)) for n in names]
    together = await asyncio.gather(*(host.encode(picture, trial_for(picture, n)) for n in names))

    assert alone == together


async def a_trial_of_another_size_is_refused(host: Host) -> None:
    picture = photo(16, 16)
    for name in (await host.capabilities()).encode:
        error = await raised(host.encode(picture, trial_for(picture, name, width=17)))

        assert isinstance(error, CodecError), (name, error)


async def a_format_that_is_not_written_is_refused(host: Host) -> None:
    picture = photo(16, 16)
    error = await raised(host.encode(picture, trial_for(picture, "gif")))

    assert isinstance(error, CodecError), error


async def a_format_that_is_not_read_is_refused(host: Host) -> None:
    error = await raised(host.decode(b"8BPS\0\1" + bytes(20), source_format="psd"))

    assert isinstance(error, UnsupportedFormat), error


async def nonsense_is_refused(host: Host) -> None:
    for name in (await host.capabilities()).encode:
        for data in (b"", b"\0", b"Dear Sir or Madam, this is text.\n" * 9, bytes(500)):
            error = await raised(host.decode(data, source_format=name))

            assert isinstance(error, InputError), (name, data[:9], error)


async def cut_files_are_refused_or_whole(host: Host) -> None:
    picture = photo(96, 64)
    for name in (await host.capabilities()).encode:
        data = await host.encode(picture, trial_for(picture, name))
        whole = (await host.decode(data, source_format=name)).pixels
        for length in {len(data) * tenth // 10 for tenth in range(10)} | {len(data) - 1}:
            try:
                cut = (await host.decode(data[:length], source_format=name)).pixels
            except CorruptImage:
                continue
            assert length > len(data) * 9 // 10, (name, length, len(data))
            assert np.array_equal(whole, cut), (name, length, len(data))


async def no_metadata_is_written(host: Host) -> None:
    picture = photo(32, 32)
    for name in (await host.capabilities()).encode:
        data = await host.encode(picture, trial_for(picture, name))

        for mark in (b"Exif", b"eXIf", b"iCCP", b"ICC_PROFILE", b"http://ns.adobe.com", b"tEXt"):
            assert mark not in data, (name, mark)


async def versions_name_every_encoder(host: Host) -> None:
    versions = await host.encoder_versions()
    for name in (await host.capabilities()).encode:
        assert any(letter.isdigit() for letter in versions.get(name, "")), (name, versions)


async def versions_name_every_decoder_and_the_colour_management(host: Host) -> None:
    versions = await host.decoder_versions()
    for name in (*(await host.capabilities()).decode, COLOUR):
        assert versions.get(name), (name, versions)


async def the_clock_never_goes_back(host: Host) -> None:
    readings = [host.now_ms() for _ in range(100)]

    assert readings == sorted(readings)
    await asyncio.sleep(0.02)
    assert host.now_ms() > readings[0]


async def a_model_runs(host: Host, model: bytes) -> None:
    """`model` is tests/golden/double.onnx: y = 2 x + 1 for float32 x of shape (1, n)."""
    for values in ([[1.0, -2.5, 0.0]], [[7.0]]):
        outputs = await host.infer(model, {"x": np.array(values, np.float32)})

        expected: npt.NDArray[np.float32] = np.array(values, np.float32) * 2 + 1
        assert list(outputs) == ["y"], outputs
        assert np.array_equal(expected, np.asarray(outputs["y"])), outputs


async def an_open_model_is_told_until_its_memory_is_given_back(host: Host, model: bytes) -> None:
    host.free_models()  # other checks may have opened it
    told = [host.is_open(model)]
    await host.infer(model, {"x": np.zeros((1, 1), np.float32)})
    told.append(host.is_open(model))
    host.free_models()
    told.append(host.is_open(model))

    assert told == [False, True, False]


async def broken_models_are_refused(host: Host) -> None:
    error = await raised(host.infer(b"no model", {"x": np.zeros((1, 1), np.float32)}))

    assert error is not None, "nonsense ran as a model"


CHECKS: tuple[Callable[[Host], Awaitable[None]], ...] = (
    capabilities_are_known_formats,
    every_format_keeps_size_and_looks_alike,
    odd_sizes_come_back_whole,
    alpha_is_kept,
    an_idle_alpha_channel_is_dropped,
    jpeg_refuses_alpha,
    lossless_is_exact,
    lossless_is_exact_with_alpha,
    quality_buys_fidelity_with_bytes,
    every_quality_is_taken,
    the_same_trial_gives_the_same_bytes,
    encoding_leaves_the_pixels_alone,
    calls_may_overlap,
    a_trial_of_another_size_is_refused,
    a_format_that_is_not_written_is_refused,
    a_format_that_is_not_read_is_refused,
    nonsense_is_refused,
    cut_files_are_refused_or_whole,
    no_metadata_is_written,
    versions_name_every_encoder,
    versions_name_every_decoder_and_the_colour_management,
    the_clock_never_goes_back,
    broken_models_are_refused,
)
MODEL_CHECKS: tuple[Callable[[Host, bytes], Awaitable[None]], ...] = (
    a_model_runs,
    an_open_model_is_told_until_its_memory_is_given_back,
)
