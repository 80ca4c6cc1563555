"""`colour: keep`: the picture's own RGB profile goes into the new file, and its colours with it."""

from __future__ import annotations

import asyncio
import io

import colour_files
import numpy as np
import pytest
from PIL import Image, ImageCms
from skimage import data as pictures

from eyebright import Goal, optimise_sync, pipeline
from eyebright.duplicates import distance
from eyebright.errors import PolicyError
from eyebright.host import icc
from eyebright.host.native import NativeHost
from eyebright.metadata import read
from eyebright.metrics.delta_e import colour_shift
from eyebright.values import Facts, Trial
from eyebright.verify import verify

MEAN_DELTA_E = 1.0
"""Of blocks of 8 x 8, between a photograph and its encode at a score of 90: just noticeable."""

SEEN = (
    *("saliency", "focal_permille", "spread_permille", "faces", "text_lines", "text_heights_px"),
    *("text_permille", "seen_content", "content_confidence_permille", "artefacts"),
)
"""Facts that models tell."""

ASTRONAUT = np.ascontiguousarray(pictures.astronaut()[:256, 100:356])


def photo(profile: bytes, name: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(ASTRONAUT).save(out, name, icc_profile=profile, **options)
    return out.getvalue()


def by_littlecms(data: bytes) -> np.ndarray:
    """What LittleCMS makes of a file by its own profile, as sRGB."""
    with Image.open(io.BytesIO(data)) as image:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        transform = ImageCms.buildTransform(
            profile, ImageCms.createProfile("sRGB"), "RGB", "RGB", renderingIntent=1
        )
        return np.asarray(transform.apply(image.convert("RGB")))


def pixels_of(data: bytes) -> np.ndarray:
    """The samples as they are coded."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("name", ["avif", "webp", "jpeg"])
@pytest.mark.parametrize("profile", [colour_files.P3_PROFILE, colour_files.ADOBE_PROFILE])
def test_a_new_file_has_the_profile_and_the_colours(name: str, profile: bytes) -> None:
    data = photo(profile)
    made = optimise_sync(data, Goal(colour="keep", formats=(name,), target=90))

    assert not made.report.kept_original
    assert profile == read(made.data, name).icc
    assert colour_shift(by_littlecms(data), by_littlecms(made.data)).mean < MEAN_DELTA_E
    assert colour_shift(by_littlecms(data), pixels_of(made.data)).mean > MEAN_DELTA_E
    assert "colours-kept" in {reason.code for reason in made.report.reasons}


def test_a_lossless_file_has_every_value_and_the_profile() -> None:
    data = photo(colour_files.P3_PROFILE, compress_level=0)
    made = optimise_sync(data, Goal(colour="keep", content="medical", formats=("png",)))

    with Image.open(io.BytesIO(made.data)) as image:
        assert np.array_equal(ASTRONAUT, np.asarray(image))
        assert image.info["icc_profile"] == colour_files.P3_PROFILE


def test_code_points_become_a_profile() -> None:
    data = colour_files.saved(Image.fromarray(ASTRONAUT), "PNG")
    head = 8 + 12 + 13
    coded = data[:head] + colour_files.chunk(b"cICP", bytes((12, 13, 0, 1))) + data[head:]
    made = optimise_sync(coded, Goal(colour="keep", formats=("webp",)))

    assert icc.name_of(read(made.data, "webp").icc) == "Display P3"


def test_without_it_colours_are_converted_and_no_profile_is_written() -> None:
    made = optimise_sync(photo(colour_files.P3_PROFILE), Goal(formats=("webp",)))

    assert read(made.data, "webp").icc == b""
    assert "profile-converted" in {reason.code for reason in made.report.reasons}


@pytest.mark.parametrize("profile", [colour_files.SRGB_PROFILE, colour_files.rgb_table_profile()])
def test_what_needs_no_profile_or_has_a_table_is_srgb(profile: bytes) -> None:
    made = optimise_sync(photo(profile), Goal(colour="keep", formats=("webp",)))

    assert read(made.data, "webp").icc == b""
    assert "colours-kept" not in {reason.code for reason in made.report.reasons}


def test_jpeg_xl_is_left_out_with_the_reason() -> None:
    made = optimise_sync(photo(colour_files.P3_PROFILE), Goal(colour="keep", formats=("jxl",)))

    assert made.report.kept_original
    assert "format-no-profile" in {reason.code for reason in made.report.reasons}


def test_a_result_that_lost_its_profile_has_failed() -> None:
    trial = Trial(format="png", width=256, height=256, lossless=True)
    without = colour_files.saved(Image.fromarray(ASTRONAUT), "PNG")
    profile = colour_files.P3_PROFILE
    kept = asyncio.run(verify(NativeHost(), photo(profile), trial, ASTRONAUT, profile=profile))
    lost = asyncio.run(verify(NativeHost(), without, trial, ASTRONAUT, profile=profile))

    assert kept.passed_checks
    assert not lost.passed_checks


def test_a_difference_outside_of_srgb_is_seen() -> None:
    """Converted, both are the same red of sRGB; as coded, they differ."""
    strong = np.zeros((128, 128, 3), np.uint8)
    strong[..., 0] = 245
    other = strong.copy()
    other[::2, :, 0] = 255
    matrix = icc.matrix_of(colour_files.PROPHOTO_PROFILE)
    assert matrix is not None
    assert np.abs(matrix.to_srgb(strong).astype(int) - matrix.to_srgb(other)).max() <= 12

    trial = Trial(format="jpeg", width=128, height=128, quality=90)
    data = colour_files.saved(
        Image.fromarray(other), "PNG", icc_profile=colour_files.PROPHOTO_PROFILE
    )
    trial = trial.replace(format="png")
    profile = colour_files.PROPHOTO_PROFILE
    found = asyncio.run(verify(NativeHost(), data, trial, strong, profile=profile))

    assert found.score < 90


def test_facts_tell_the_profile_and_what_cannot_be_converted() -> None:
    wide = asyncio.run(pipeline.analyse(photo(colour_files.P3_PROFILE)))
    plain = asyncio.run(pipeline.analyse(photo(colour_files.SRGB_PROFILE)))
    hdr = asyncio.run(pipeline.analyse(colour_files.coded_avif(9, 16)))

    assert [wide.profile_bytes, plain.profile_bytes] == [len(colour_files.P3_PROFILE), 0]
    assert [wide.unconverted, hdr.unconverted] == ["", "BT.2020, PQ"]


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2, 2.8])
def test_a_picture_that_is_scaled_is_as_bright_as_when_it_is_converted(gamma: float) -> None:
    """Fine black and white loses or gains light where it is scaled by another curve."""
    profile = icc.make("wide", colour_files.DISPLAY_P3, (gamma,))
    fine = np.random.default_rng(3).integers(0, 2, (128, 128, 1)) * np.array([255, 255, 200])
    data = colour_files.saved(
        Image.fromarray(fine.astype(np.uint8)), "PNG", icc_profile=profile, compress_level=0
    )
    kept, converted = (
        optimise_sync(data, Goal(colour=colour, max_width=32, formats=("png",))).data
        for colour in ("keep", "srgb")
    )

    assert read(kept, "png").icc == profile
    assert colour_shift(by_littlecms(kept), pixels_of(converted)).mean < MEAN_DELTA_E


def counted(facts: Facts) -> Facts:
    """What statistics tell, which round off what two ways of converting colours differ by."""
    nothing = {key: Facts.field_defaults[key] for key in SEEN}
    return facts.replace(**nothing, models={})


def looks_like(first: Facts, second: Facts) -> bool:
    """Whether models saw as good as the same: they look at converted means, or means converted."""
    differences = np.abs(np.subtract(first.saliency, second.saliency))
    alike = first.seen_content == second.seen_content and len(first.faces) == len(second.faces)
    return alike and int(differences.max(initial=0)) <= 1


@pytest.mark.parametrize("profile", [colour_files.P3_PROFILE, colour_files.PROPHOTO_PROFILE])
@pytest.mark.parametrize("side", [256, 600])
def test_what_is_found_in_a_picture_does_not_depend_on_keeping_its_colours(
    profile: bytes, side: int
) -> None:
    larger = Image.fromarray(ASTRONAUT).resize((side, side))
    data = colour_files.saved(larger, "PNG", icc_profile=profile)
    kept, converted = (
        optimise_sync(data, Goal(colour=colour, formats=("webp",))).report
        for colour in ("keep", "srgb")
    )

    assert "colours-kept" in {reason.code for reason in kept.reasons}
    alone, mixed, plain = kept.facts, converted.facts, asyncio.run(pipeline.analyse(data))
    assert alone is not None
    assert mixed == plain
    assert counted(alone) == counted(plain)
    assert looks_like(alone, plain)
    assert distance(kept.pdq, converted.pdq) <= 2


def test_another_wish_is_refused() -> None:
    with pytest.raises(PolicyError, match="use one of srgb, keep"):
        optimise_sync(photo(colour_files.P3_PROFILE), Goal(colour="p3"))
