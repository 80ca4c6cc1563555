"""What is sent where there is no time to measure it: one quick encode at a safe quality."""

from __future__ import annotations

import pytest

from eyebright.policy import decide, formats
from eyebright.policy.unmeasured import safe_quality, unmeasured
from eyebright.values import FORMATS, Candidate, Capabilities, Facts, Goal, Plan

PHOTO = Facts(format="jpeg", width=400, height=300, size_bytes=500_000, sha256="0" * 64)
DRAWN = PHOTO.replace(flat_permille=600, colours=40)
CLEAR = PHOTO.replace(format="png", has_alpha=True, transparent_permille=300)
SERVER = Capabilities(
    encode=FORMATS,
    encode_ms_per_mp={"jpeg": 65, "webp": 170, "avif": 390, "jxl": 350, "png": 940},
    quick_ms_per_mp={"jpeg": 5, "webp": 75},
)


def plan(facts: Facts = PHOTO, **goal: object) -> Plan:
    return decide(facts, Goal.from_dict({"mode": "fast", "purpose": "serve", **goal}), SERVER)


def test_a_photo_is_written_by_the_quickest_encoder() -> None:
    trial = unmeasured(plan(max_width=200), SERVER)

    assert trial is not None
    assert (trial.format, trial.encoder, trial.width) == ("jpeg", "quick", 200)
    assert trial.quality == 87


def test_transparency_is_kept() -> None:
    trial = unmeasured(plan(CLEAR), SERVER)

    assert trial is not None
    assert trial.format in {"webp", "avif"}


def test_what_nobody_timed_comes_last() -> None:
    untimed = SERVER.replace(encode_ms_per_mp={"webp": 170})
    two = (Candidate(format="avif"), Candidate(format="webp"))

    trial = unmeasured(plan().replace(candidates=two), untimed)

    assert trial is not None
    assert trial.format == "webp"


@pytest.mark.parametrize("kind", ["photo", "graphic"])
@pytest.mark.parametrize("name", ["jpeg", "webp", "avif"])
@pytest.mark.parametrize("target", [50, 75, 90])
def test_the_quality_is_above_what_the_median_picture_needs(
    kind: str, name: str, target: int
) -> None:
    way = Candidate(format=name)
    near = plan(PHOTO if kind == "photo" else DRAWN, target=target).replace(floor=1)

    median = formats.first_quality(way, near, target)

    assert near.picture_class == kind
    assert median < safe_quality(way, near) <= 100


def test_the_quality_keeps_to_the_floor_and_to_what_the_source_holds() -> None:
    low = plan(content="product", target=30)

    assert safe_quality(Candidate(format="jpeg"), low) == 85
    assert safe_quality(Candidate(format="jpeg", max_quality=60), plan()) == 60


@pytest.mark.parametrize(
    "wanted",
    [
        plan(content="medical"),
        plan(content="legal"),
        plan(max_bytes=10_000),
        plan().replace(frames=4),
        plan().replace(candidates=(Candidate(format="webp", lossless=True),)),
    ],
    ids=["no pixel may change", "no byte may", "few bytes", "it moves", "lossless formats only"],
)
def test_there_is_none_where_only_a_measured_file_will_do(wanted: Plan) -> None:
    assert unmeasured(wanted, SERVER) is None
