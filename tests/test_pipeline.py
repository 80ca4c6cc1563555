"""The whole way from bytes to a report, on the fake host and on this machine's codecs."""

from __future__ import annotations

import asyncio
import io
import json
import struct
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms
from skimage import data as samples

from eyebright import Goal, Optimised, aside, optimise, optimise_sync, pipeline
from eyebright.duplicates import LEAST_QUALITY, NEAR_BITS, Fingerprint, distance, fingerprint
from eyebright.errors import (
    CapabilityMissing,
    CodecError,
    CorruptImage,
    PolicyError,
    UnsupportedFormat,
)
from eyebright.host.base import Decoded, Pixels
from eyebright.host.fake import FakeHost
from eyebright.host.native import NativeHost
from eyebright.metrics import ssimulacra2
from eyebright.values import Capabilities, Progress, Report, Trial

ORIENTATION_TAG = 0x0112


def run(work: Coroutine[Any, Any, Optimised]) -> Optimised:
    return asyncio.run(work)


def save(image: Image.Image, name: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def photo(size: tuple[int, int] = (256, 192)) -> Image.Image:
    return Image.fromarray(samples.coffee()).resize(size)


def codes(report: Report) -> set[str]:
    return {reason.code for reason in report.reasons}


def pixels_of(data: bytes) -> Pixels:
    image = Image.open(io.BytesIO(data))
    return np.asarray(image.convert("RGBA" if image.has_transparency_data else "RGB"))


@pytest.fixture
def fake_png() -> bytes:
    """A PNG that the fake host reads."""
    trial = Trial(format="png", width=96, height=64, lossless=True)
    noisy = np.random.default_rng(1).integers(0, 255, (64, 96, 3), np.uint8)
    smooth = np.asarray(photo((96, 64))) // 2 + noisy // 8
    return asyncio.run(FakeHost().encode(np.ascontiguousarray(smooth.astype(np.uint8)), trial))


@pytest.mark.parametrize("name", ["avif", "webp", "jpeg", "jxl"])
def test_a_photo_comes_back_smaller_and_as_good_as_promised(name: str) -> None:
    source = save(photo(), quality=97)

    result = optimise_sync(source, Goal(formats=(name,)), name="coffee.jpg")

    report = result.report
    assert len(result.data) == report.bytes < report.original_bytes == len(source)
    assert (report.format, report.width, report.height) == (name, 256, 192)
    assert report.target_reached
    assert report.target <= report.score <= report.target + 4
    assert 1 <= report.encodes <= 6


def test_the_score_in_the_report_is_that_of_the_delivered_bytes() -> None:
    source = save(photo(), "PNG")

    result = optimise_sync(source, Goal(formats=("webp",)))

    measured = ssimulacra2(pixels_of(source), pixels_of(result.data))
    assert result.report.score == pytest.approx(measured, abs=0.01)


def test_a_lossless_result_changes_no_pixel_and_keeps_transparency() -> None:
    logo = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    logo.paste((200, 30, 60, 255), (8, 8, 40, 40))
    logo.paste((20, 30, 220, 90), (30, 30, 60, 60))
    source = save(logo, "PNG", compress_level=0)

    result = optimise_sync(source, Goal(content="medical"), name="logo.png")

    assert result.report.lossless
    assert result.report.score == 100.0
    np.testing.assert_array_equal(pixels_of(result.data), pixels_of(source))


def test_legal_pictures_come_back_byte_for_byte() -> None:
    source = save(photo())

    result = optimise_sync(source, Goal(content="legal"))

    assert result.data == source
    assert result.report.kept_original
    assert result.report.encodes == 0


def test_what_cannot_be_made_smaller_comes_back_untouched_with_the_reason() -> None:
    source = save(photo(), quality=5)

    result = optimise_sync(source, Goal(formats=("webp",)))

    assert result.data == source
    assert "original-smaller" in codes(result.report)


def test_colours_that_cannot_be_converted_keep_the_original_with_the_reason() -> None:
    plain = save(photo(), "AVIF", quality=100)
    at = plain.index(b"nclx") + 4
    source = plain[:at] + struct.pack(">HH", 9, 16) + plain[at + 4 :]

    result = optimise_sync(source, Goal(max_width=100))

    assert result.data == source
    assert result.report.kept_original
    assert (result.report.encodes, result.report.width) == (0, 256)
    assert "colours-not-converted" in codes(result.report)
    assert "size-fitted" not in codes(result.report)


def test_pictures_that_are_left_out_are_told() -> None:
    source = save(photo(), "MPO", quality=97, save_all=True, append_images=[photo()])

    report = optimise_sync(source, Goal(formats=("webp",))).report

    told = [r.values["number"] for r in report.reasons if r.code == "pictures-left-out"]
    assert told == [1]


def test_an_icon_of_several_sizes_is_kept_whole() -> None:
    source = save(photo(), "ICO", sizes=[(16, 16), (32, 32), (48, 48)])

    result = optimise_sync(source)

    assert result.data == source
    assert any("in 3 sizes" in reason.text for reason in result.report.reasons)
    assert "pictures-left-out" not in codes(result.report)


def test_a_tiff_of_several_pages_is_kept_whole() -> None:
    source = save(photo(), "TIFF", save_all=True, append_images=[photo(), photo()])

    result = optimise_sync(source)

    assert result.data == source
    assert any("3 pages" in reason.text for reason in result.report.reasons)


def test_an_animation_that_shall_be_kept_comes_back_untouched_with_the_reason() -> None:
    frames = [Image.new("RGB", (32, 32), (60 * i, 0, 0)) for i in range(3)]
    source = save(frames[0], "GIF", save_all=True, append_images=frames[1:])

    result = optimise_sync(source, Goal(animation="keep"))

    assert result.data == source
    assert "animated" in codes(result.report)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_applied_once(orientation: int) -> None:
    upright = photo((120, 80))
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    stored = save(_untransposed(upright, orientation), quality=98, exif=exif)

    result = optimise_sync(stored, Goal(formats=("webp",), target=85))

    delivered = Image.open(io.BytesIO(result.data))
    assert delivered.size == (120, 80)
    assert ORIENTATION_TAG not in delivered.getexif()
    assert ssimulacra2(np.asarray(upright), pixels_of(result.data)) > 50


def _untransposed(image: Image.Image, orientation: int) -> Image.Image:
    """The stored picture that its orientation turns into `image`."""
    inverse = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    return image.transpose(inverse[orientation]) if orientation in inverse else image


def test_a_width_limit_scales_without_changing_the_aspect() -> None:
    result = optimise_sync(save(photo((300, 200)), quality=95), Goal(max_width=150))

    assert (result.report.width, result.report.height) == (150, 100)
    assert pixels_of(result.data).shape == (100, 150, 3)


def test_a_width_limit_never_scales_up() -> None:
    result = optimise_sync(save(photo((100, 80)), quality=95), Goal(max_width=4000))

    assert (result.report.width, result.report.height) == (100, 80)


def test_a_byte_limit_is_kept() -> None:
    result = optimise_sync(save(photo(), quality=95), Goal(max_bytes=2500, formats=("webp",)))

    assert result.report.bytes <= 2500
    assert "bytes-met" in codes(result.report)


def test_a_byte_limit_that_cannot_be_kept_says_so() -> None:
    result = optimise_sync(save(photo(), quality=95), Goal(max_bytes=20, formats=("webp",)))

    assert not result.report.target_reached
    assert "bytes-not-met" in codes(result.report)


class SmearingHost(NativeHost):
    """Its JPEG loses a word of pale writing and is fine everywhere else."""

    async def decode(
        self, data: bytes, *, source_format: str, keep_colours: bool = False, divisor: int = 1
    ) -> Decoded:
        decoded = await super().decode(
            data, source_format=source_format, keep_colours=keep_colours, divisor=divisor
        )
        if source_format != "jpeg":
            return decoded
        smeared = decoded.pixels.copy()
        smeared[700:712, 500:540] = smeared[700:712, 500:540].mean(axis=(0, 1))
        return decoded.replace(pixels=smeared)


def test_a_file_with_a_visible_local_fault_is_not_delivered() -> None:
    sky = np.linspace((70, 120, 200), (180, 210, 240), 1024).astype(np.uint8)
    picture = sky[:, None].repeat(1024, axis=1)
    picture[700:712, 500:540:3] = (110, 140, 180)
    data = save(Image.fromarray(picture), "TIFF")
    goal = Goal(formats=("jpeg",), content="general", target=70)

    fine = run(optimise(data, goal, models=False, host=NativeHost()))
    smeared = run(optimise(data, goal, models=False, host=SmearingHost()))

    assert fine.report.format == "jpeg"
    assert "guard-local-fault" not in codes(fine.report)
    assert smeared.report.kept_original
    assert "guard-local-fault" in codes(smeared.report)


def test_transparency_is_never_flattened() -> None:
    image = photo().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))

    result = optimise_sync(save(image, "PNG"), Goal(formats=("jpeg", "webp")))

    assert result.report.format == "webp"
    assert pixels_of(result.data).shape[2] == 4
    assert "format-no-alpha" in codes(result.report)


def test_an_opaque_alpha_channel_is_dropped() -> None:
    result = optimise_sync(save(photo().convert("RGBA"), "PNG"), Goal(formats=("jpeg",)))

    assert result.report.format == "jpeg"


def test_hidden_colours_cost_nothing_and_are_told() -> None:
    noise = np.random.default_rng(2).integers(0, 256, (96, 128, 4), dtype=np.uint8)
    noise[..., 3] = 0
    noise[20:60, 30:90] = (200, 40, 40, 255)
    dirty, clean = noise, np.where(noise[..., 3:] == 0, np.uint8(0), noise)
    goal = Goal(formats=("png",))

    first, second = (optimise_sync(save(Image.fromarray(p), "PNG"), goal) for p in (dirty, clean))

    assert first.report.bytes == second.report.bytes
    assert "hidden-cleaned" in codes(first.report)
    assert "hidden-cleaned" not in codes(second.report)
    np.testing.assert_array_equal(pixels_of(first.data), clean)


def test_hidden_colours_stay_where_no_pixel_may_change() -> None:
    noise = np.random.default_rng(2).integers(0, 256, (40, 50, 4), dtype=np.uint8)
    noise[:20, :, 3] = 0

    result = optimise_sync(
        save(Image.fromarray(noise), "PNG", compress_level=0), Goal(content="medical")
    )

    assert result.report.lossless
    np.testing.assert_array_equal(pixels_of(result.data), noise)


def test_a_poor_source_is_not_blown_up_and_the_report_warns() -> None:
    source = save(photo(), quality=40)

    result = optimise_sync(source, Goal(formats=("jpeg",), content="product"))

    warnings = [r for r in result.report.reasons if r.code == "source-poor"]
    assert [w.values["source_quality"] for w in warnings] == [40]
    assert result.report.quality is None or result.report.quality <= 40
    assert result.report.bytes <= len(source)


def test_the_report_says_what_was_found_in_the_source() -> None:
    data = save(photo((128, 96)), quality=60)
    report = optimise_sync(data, Goal(max_width=64)).report

    assert report.facts is not None
    assert (report.facts.format, report.facts.width, report.facts.height) == ("jpeg", 128, 96)
    assert report.facts.source_quality == 60
    assert Report.from_dict(report.to_dict()) == report


def test_the_report_tells_by_what_the_source_is_recognised() -> None:
    first = optimise_sync(save(photo(), "PNG"), Goal(formats=("webp",))).report
    second = optimise_sync(save(photo(), quality=80), Goal(formats=("webp",))).report

    assert first.source_sha256 != second.source_sha256
    assert distance(first.pdq, second.pdq) <= NEAR_BITS
    assert first.pdq_quality >= LEAST_QUALITY


def test_stripped_metadata_is_named_and_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    source = save(photo(), quality=97, exif=exif, icc_profile=profile)

    result = optimise_sync(source)

    assert b"SecretCamera" not in result.data
    assert "metadata-stripped" in codes(result.report)
    assert "SecretCamera" not in json.dumps(result.report.to_dict())


def test_a_failing_encoder_costs_its_format_and_is_told(fake_png: bytes) -> None:
    host = FakeHost(failing=("avif",))

    result = run(optimise(fake_png, Goal(formats=("avif", "jpeg")), host=host))

    assert result.report.format == "jpeg"
    assert "encoder-failed" in {reason.code for reason in result.report.fallbacks}


def test_an_encode_that_failed_is_not_counted(fake_png: bytes) -> None:
    host = FakeHost(failing=("avif",))

    result = run(optimise(fake_png, Goal(formats=("avif",)), host=host))

    assert result.report.encodes == 0


def test_an_encode_whose_metadata_could_not_be_written_is_counted_and_told(
    fake_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise CodecError("no room for it")

    monkeypatch.setattr("eyebright.metadata.write", refuse)
    result = run(optimise(fake_png, Goal(formats=("avif",)), host=FakeHost()))

    assert result.report.kept_original
    assert result.report.encodes == 1
    assert "metadata-unwritten" in {reason.code for reason in result.report.fallbacks}


class BlindHost(FakeHost):
    """Its AVIF decoder does not load."""

    async def decode(self, data: bytes, *, source_format: str, divisor: int = 1) -> Decoded:
        if source_format == "avif":
            raise CapabilityMissing("the decoder did not load")
        return await super().decode(data, source_format=source_format, divisor=divisor)


class Blind(FakeHost):
    """It decodes nothing."""

    async def decode(
        self,
        data: bytes,  # noqa: ARG002 - the protocol's
        *,
        source_format: str,
        divisor: int = 1,  # noqa: ARG002 - the protocol's
    ) -> Decoded:
        raise CorruptImage(f"the {source_format} data is broken; get the file again")


def test_what_does_not_decode_is_told_with_the_name_of_the_file(fake_png: bytes) -> None:
    with pytest.raises(CorruptImage, match=r"^mine\.png: the png data is broken; get"):
        run(optimise(fake_png, host=Blind(), name="mine.png"))


def test_a_failing_decoder_costs_its_results_and_is_told(fake_png: bytes) -> None:
    result = run(optimise(fake_png, Goal(formats=("avif", "jpeg")), host=BlindHost()))

    assert result.report.format == "jpeg"
    told = [reason for reason in result.report.fallbacks if reason.code == "decoder-failed"]
    assert {reason.values["format"] for reason in told} == {"avif"}


def test_missing_kernels_are_told(fake_png: bytes) -> None:
    result = run(optimise(fake_png, host=FakeHost()))

    assert "kernels-missing" in {reason.code for reason in result.report.fallbacks}


class LyingHost(FakeHost):
    """Encodes something else than what it was given."""

    def __init__(self, spoil: Callable[[Pixels], Pixels]) -> None:
        super().__init__()
        self._spoil = spoil

    async def decode(self, data: bytes, *, source_format: str, divisor: int = 1) -> Decoded:
        decoded = await super().decode(data, source_format=source_format, divisor=divisor)
        if source_format == "png":
            return decoded
        return Decoded(pixels=np.ascontiguousarray(self._spoil(decoded.pixels)))


@pytest.mark.parametrize("spoil", [lambda p: p[:-1], np.zeros_like], ids=["cropped", "black"])
def test_a_codec_that_spoils_the_picture_is_never_delivered(
    fake_png: bytes, spoil: Callable[[Pixels], Pixels]
) -> None:
    result = run(optimise(fake_png, Goal(formats=("jpeg",)), host=LyingHost(spoil)))

    assert result.data == fake_png
    assert result.report.kept_original


def test_the_same_input_gives_the_same_report(fake_png: bytes) -> None:
    first, second = (run(optimise(fake_png, host=FakeHost())) for _ in range(2))

    assert first.data == second.data
    assert first.report == second.report


def test_progress_names_stages_and_formats_and_never_falls(fake_png: bytes) -> None:
    seen: list[Progress] = []

    run(optimise(fake_png, host=FakeHost(), on_progress=seen.append))

    stages = [progress.stage for progress in seen]
    assert stages[:3] == ["intake", "analyse", "decide"]
    assert stages[-1] == "deliver"
    assert "avif" in {progress.format for progress in seen}
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_a_cancelled_call_stops_before_the_next_encode(fake_png: bytes) -> None:
    host = FakeHost(delay_s=0.05)

    async def cancel_in_the_middle() -> None:
        task = asyncio.create_task(optimise(fake_png, host=host))
        await asyncio.sleep(0.12)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel_in_the_middle())

    assert sum(call.method == "encode" for call in host.calls) <= 2


def test_twenty_pictures_can_run_at_once(fake_png: bytes) -> None:
    async def all_at_once() -> list[Optimised]:
        host = FakeHost()
        return await asyncio.gather(*(optimise(fake_png, host=host) for _ in range(20)))

    results = asyncio.run(all_at_once())

    assert len({result.report.cache_key for result in results}) == 1


def test_every_reported_key_of_the_design_is_there(fake_png: bytes) -> None:
    report = run(optimise(fake_png, host=FakeHost())).report.to_dict()

    promised = {
        "format", "mime", "width", "height", "bytes", "original_bytes", "score", "target",
        "quality", "encodes", "content", "reasons", "fallbacks", "timings_ms", "versions",
        "cache_key",
    }  # fmt: skip
    assert promised <= report.keys()
    assert {"policy", "models", "encoders", "decoders"} <= report["versions"].keys()
    assert report == Report.from_dict(json.loads(json.dumps(report))).to_dict()


def test_decoding_is_timed_apart_from_the_stages_that_it_is_part_of(fake_png: bytes) -> None:
    class Slow(FakeHost):
        """Its clock goes on by a second with every decode, and stands otherwise."""

        seconds = 0

        async def decode(self, data: bytes, **options: Any) -> Decoded:
            self.seconds += 1
            return await super().decode(data, **options)

        def now_ms(self) -> float:
            return 1000.0 * self.seconds

    report = run(optimise(fake_png, host=(host := Slow()))).report

    assert report.encodes >= 1
    assert report.timings_ms["decode"] == report.timings_ms["total"] == 1000 * host.seconds
    assert report.timings_ms["verify"] == 0


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", CorruptImage),
        (b"plain text", UnsupportedFormat),
        (save(photo())[:900], CorruptImage),
        (save(photo(), "PNG")[:-200], CorruptImage),
    ],
    ids=["empty", "text", "truncated-jpeg", "truncated-png"],
)
def test_unusable_files_raise_typed_errors(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        optimise_sync(data, name="bad")


def test_a_bad_goal_is_refused_before_the_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="target"):
        optimise_sync(tmp_path / "missing.jpg", Goal(target=200))


def test_a_path_can_be_given_instead_of_bytes(tmp_path: Path) -> None:
    path = tmp_path / "cup.jpg"
    path.write_bytes(save(photo(), quality=97))

    assert optimise_sync(path).report.name == "cup.jpg"
    assert optimise_sync(str(path)).report.name == "cup.jpg"


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_bytes_may_come_in_any_of_their_kinds(kind: Callable[[bytes], Any]) -> None:
    data = save(photo())

    assert optimise_sync(kind(data)).data == optimise_sync(data).data


@pytest.mark.parametrize("data", [5, 10**9, None, [1, 2]])
def test_what_is_neither_bytes_nor_a_path_is_refused(data: Any) -> None:
    with pytest.raises(TypeError, match=r"the picture is of type .*; give its bytes or its path"):
        optimise_sync(data)


def test_capabilities_can_be_another_receiver_s() -> None:
    old_browser = Capabilities(decode=("jpeg", "png"), decode_alpha=("png",))

    result = run(optimise(save(photo(), quality=97), host=NativeHost(), capabilities=old_browser))

    assert result.report.format == "jpeg"
    assert "format-not-shown" in codes(result.report)


def test_the_fingerprint_is_taken_while_the_encoder_works(
    fake_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    class Elsewhere(FakeHost):
        """Encodes in another thread, as the real hosts do."""

        async def encode(self, pixels: Pixels, trial: Trial) -> bytes:
            order.append("encoding")
            await asyncio.sleep(0)
            order.append("encoded")
            return await super().encode(pixels, trial)

    def noted(pixels: Pixels, *, sha256: str, profile: bytes) -> Fingerprint:
        order.append("fingerprint")
        return fingerprint(pixels, sha256=sha256, profile=profile)

    monkeypatch.setattr(pipeline, "fingerprint", noted)
    monkeypatch.setattr(aside, "HAS_THREADS", False)  # as in the page, whose codecs are elsewhere
    run(optimise(fake_png, host=Elsewhere()))

    assert order[:3] == ["encoding", "fingerprint", "encoded"]
    assert order.count("fingerprint") == 1
