"""What the predictor learns from: samples that stay on one side, labels out of curves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from common.modules import load
from eyebright.policy.forecasts import ENCODERS, encoder_of

samples = load("predictors", "samples")
prepare = load("predictors", "prepare")
encoders = load("predictors", "encoders")
measure = load("predictors", "measure")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Thirty pictures of noise in one of the sets."""
    folder = tmp_path / "pristine" / "gb82_photo"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(2)
    for number in range(30):
        pixels = rng.integers(0, 256, (150, 170, 3), np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return tmp_path


def test_all_that_is_made_of_a_picture_is_on_one_side(data: Path) -> None:
    found = samples.samples(data)

    sides = {s.path.name: {o.split for o in found if o.path == s.path} for s in found}
    assert len(found) == 30 * len(samples.KINDS)
    assert {len(side) for side in sides.values()} == {1}
    assert {"train", "test"} <= {next(iter(side)) for side in sides.values()}


def test_a_sample_is_the_same_whenever_it_is_made(data: Path) -> None:
    for sample in samples.samples(data)[::31]:
        first, second = sample.pixels(), sample.pixels()

        assert np.array_equal(first, second)
        assert first.dtype == np.uint8
        assert min(first.shape[:2]) >= 60


def test_early_samples_are_of_all_pictures(data: Path) -> None:
    assert len({s.path for s in samples.samples(data)[:30]}) == 30


@pytest.fixture
def photos(data: Path) -> Path:
    """The same, and all of the larger photos, of one grey each."""
    for folder, names in samples.PHOTOS.items():
        (data / folder).mkdir(parents=True, exist_ok=True)
        for name in names:
            Image.new("RGB", (2400, 1800), (90, 90, 90)).save(data / folder / name)
    return data


def test_whole_pictures_are_those_of_the_test_and_photos_that_nothing_learns_from(
    photos: Path,
) -> None:
    found = samples.wholes(photos)

    tested = {s.path for s in samples.samples(photos) if s.split == "test"}
    assert tested | set(photos.glob("torture/**/*.*")) == {s.path for s in found}
    assert len(found) == len(tested) + 10
    assert not {s.path for s in samples.wholes(photos, "train")} & {s.path for s in found}


def test_whole_pictures_are_not_cropped_and_large_ones_are_as_the_web_shows_them(
    photos: Path,
) -> None:
    shapes = {s.path.name: s.pixels().shape for s in samples.wholes(photos)}

    photo_names = {name for names in samples.PHOTOS.values() for name in names}
    small = {shape for name, shape in shapes.items() if name not in photo_names}
    assert {(150, 170, 3)} == small
    for name in photo_names:
        height, width, _ = shapes[name]
        assert 800 <= width <= 1600
        assert height == pytest.approx(0.75 * width, abs=1)


def test_the_curves_that_are_kept_are_whole_and_of_pictures_that_nothing_learnt_from(
    tmp_path: Path,
) -> None:
    rows = measure.measured(tmp_path)

    assert len(rows) == 107
    for key, row in rows.items():
        folder, name = key.removesuffix(f":{samples.WHOLE}").rsplit("/", 1)
        sample = samples.Sample(path=Path(name), folder=folder, kind=samples.WHOLE)
        assert (sample.key, "test") == (key, sample.split)
        assert measure.is_whole(row)
        assert all(len(curve) == 8 for curve in row["curves"].values())


def test_what_is_kept_is_not_measured_again_and_what_is_measured_is_added(tmp_path: Path) -> None:
    kept = measure.measured(tmp_path)
    new = {
        "key": "pristine/gb82_photo/a.png:plain",
        "width": 9,
        "height": 8,
        "curves": {"webp": []},
    }
    (tmp_path / "curves-3.jsonl").write_text(json.dumps(new) + "\n", "utf-8")

    assert measure.measured(tmp_path) == {**kept, new["key"]: new}


def test_the_encoders_are_those_that_the_policy_forecasts_in_its_order() -> None:
    pixels = np.zeros((8, 8, 3), np.uint8)
    names = tuple(e.name for e in encoders.ENCODERS)
    told = [encoder_of(e.trial(pixels, 50)) for e in encoders.ENCODERS if e.where != "canvas"]

    assert names == ENCODERS
    assert told == [name for name in names if not name.startswith("canvas")]


def test_labels_lie_on_the_curve_and_are_missing_where_it_does_not_reach() -> None:
    curve = np.array([[30.0, 1000, 52], [50, 2000, 72], [90, 8000, 88]])
    found = prepare.at_targets(curve, 8000)

    by_target = dict(zip(prepare.TARGETS, found, strict=True))
    assert np.isnan(by_target[50]).all()
    assert np.isnan(by_target[90]).all()
    assert by_target[80] == pytest.approx([70, np.log2(4), 16 / 40], abs=1e-4)
    assert by_target[70][0] == pytest.approx(48, abs=1e-4)


def test_scores_go_on_straight_beyond_what_was_measured() -> None:
    curve = np.array([[30.0, 1000, 52], [50, 2000, 72], [90, 8000, 88]])

    assert prepare.score_at(curve, 20) == pytest.approx(42)
    assert prepare.score_at(curve, 60) == pytest.approx(76)
    assert prepare.score_at(curve, 95) == pytest.approx(90)


def test_a_score_that_falls_with_the_quality_does_not_turn_the_labels_round() -> None:
    curve = np.array([[30.0, 1000, 60], [50, 2000, 58], [90, 8000, 88]])
    found = prepare.at_targets(curve, 8000)[:, 0]

    reached = found[~np.isnan(found)]
    assert (np.diff(reached) >= 0).all()


def test_large_pictures_to_learn_from_are_photos_enlarged_and_drawings_as_shown(
    data: Path, tmp_path: Path
) -> None:
    drawn = tmp_path / samples.DRAWN
    drawn.mkdir()
    for number in range(20):
        Image.new("RGB", (700, 420), (9, 90, number)).save(drawn / f"screen-{number:03}.png")

    found = samples.large(data, drawn)
    drawings = [s for s in found if s.folder == samples.DRAWN]
    photos = [s for s in found if s.folder != samples.DRAWN]

    assert drawings
    assert photos
    assert all(s.split != "test" for s in found)
    assert all(s.pixels().shape == (420, 700, 3) for s in drawings)
    assert all(1000 <= max(s.pixels().shape) <= 1600 for s in photos[:5])


def test_what_is_taken_beside_the_sets_is_never_of_the_test(data: Path, tmp_path: Path) -> None:
    folder = data / "content" / "diagram_sysdesign"
    folder.mkdir(parents=True)
    for number in range(70):
        Image.new("RGB", (160, 150), (9, 90, number)).save(folder / f"{number}.png")
    drawn = tmp_path / samples.DRAWN
    drawn.mkdir()
    for number in range(12):
        Image.new("RGB", (200, 200), (9, 90, number)).save(drawn / f"page-{number:03}.png")
    name = "content/diagram_sysdesign"
    most = samples.SETS[name]

    found = samples.samples(data, drawn)
    paths = {s.path for s in found if s.folder == name}
    further = [s for s in found if s.folder == samples.DRAWN]

    assert most < len(paths) <= most + samples.MORE[name]
    assert len([p for p in paths if samples.split_of(p) == "test"]) <= most
    assert further
    assert all(s.split != "test" for s in further)
