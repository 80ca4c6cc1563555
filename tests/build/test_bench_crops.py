"""What the bench of crops counts, and how it asks smartcrop.js."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import bench_crops
import crop_counts
import crop_peers
from crop_counts import counts, summed
from crop_peers import Aspect
from crop_pictures import Picture
from eyebright.values import Box, Facts

SQUARE, WIDE = Aspect(1, 1), Aspect(3, 1)
LEFT = Box(x=0, y=0, width=50, height=50)


def picture(
    looks: Sequence[Sequence[float]] = (),
    faces: Sequence[Sequence[float]] = (),
    lines: Sequence[Sequence[float]] = (),
) -> Picture:
    return Picture(
        name="one",
        kind="fixations",
        data=b"",
        size=(100, 50),
        looks=np.array(looks, float).reshape(-1, 2),
        faces=np.array(faces, float).reshape(-1, 4),
        lines=np.array(lines, float).reshape(-1, 4),
    )


def test_fixations_count_where_they_are_inside() -> None:
    looked_at = picture(looks=[(10, 10), (49.9, 49.9), (50, 10), (90, 10)])

    assert summed([counts(looked_at, LEFT, SQUARE)])["fixations"] == 0.5


def test_a_picture_with_few_fixations_weighs_as_much_as_one_with_many() -> None:
    few, many = picture(looks=[(10, 10)]), picture(looks=[(90, 10)] * 9)
    counted = [counts(one, LEFT, SQUARE) for one in (few, many)]

    assert summed(counted)["fixations"] == 0.5


def test_one_half_of_the_viewers_is_judged_by_the_other() -> None:
    looks, viewers = [(75, 25)] * 4 + [(10, 10), (75, 25)], np.array([2, 2, 4, 4, 1, 3])
    of_four = dataclasses.replace(picture(looks=looks), viewers=viewers)
    rest, box = crop_counts.by_others(of_four, SQUARE)

    assert (box.x in range(37, 51), box.width, len(rest.looks)) == (True, 50, 2)
    assert summed([counts(rest, box, SQUARE)])["fixations"] == 0.5


def test_heads_are_whole_cut_or_out() -> None:
    heads = picture(faces=[(0, 0, 20, 20), (40, 0, 60, 20), (70, 0, 90, 20)])
    found = summed([counts(heads, LEFT, SQUARE)])

    assert pytest.approx((found["faces"], found["faces cut"])) == (1 / 3, 1 / 3)


def test_a_head_that_misses_a_hair_is_whole() -> None:
    heads = picture(faces=[(10, 0, 51, 20)])
    found = summed([counts(heads, LEFT, SQUARE)])

    assert (found["faces"], found["faces cut"]) == (1, 0)


def test_what_is_possible_is_what_the_best_window_holds() -> None:
    heads = picture(faces=[(0, 0, 20, 20), (60, 0, 70, 20), (80, 0, 90, 20)])
    found = [summed([counts(heads, box, SQUARE)]) for box in (LEFT, LEFT.replace(x=50))]

    assert [one["of possible"] for one in found] == [0.5, 1.0]
    assert crop_counts.best(heads, SQUARE).x in range(40, 51)


def test_lines_are_cut_at_either_side() -> None:
    read = picture(lines=[(0, 0, 100, 10), (0, 20, 50, 30), (60, 40, 100, 50)])

    assert summed([counts(read, LEFT, SQUARE)])["lines cut"] == pytest.approx(1 / 3)


def test_what_is_not_known_has_no_figure() -> None:
    found = summed([counts(picture(looks=[(1, 1)]), LEFT, SQUARE)])

    assert [found[name] for name in ("faces", "lines cut", "lines: area")] == [None] * 3
    assert (found["fixations: area"], found["fixations: padded"]) == (0.5, 0)


def test_all_tools_are_given_the_largest_window() -> None:
    assert [crop_peers.largest(100, 50, one) for one in (SQUARE, WIDE)] == [(50, 50), (100, 33)]


def test_vips_tells_where_it_cut() -> None:
    pixels = np.zeros((50, 100, 3), np.uint8)
    pixels[10:40, 70:95] = np.random.default_rng(7).integers(0, 255, (30, 25, 3))
    box = crop_peers._vips(pixels, SQUARE, "entropy")

    assert (box.x in range(45, 51), box.width, box.height) == (True, 50, 50)


FAKE = """module.exports = { crop: async (picture, { width, height, imageOperations }) => {
  const half = await imageOperations.resample(picture, picture.width / 2, picture.height / 2);
  const { data } = await imageOperations.getData(half);
  return { topCrop: { x: data[0], y: data[4 * half.width - 4], width: width * half.width,
                      height: height * half.height, score: 0 } };
} };"""


def test_smartcrop_is_asked_about_the_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "smartcrop.js"
    script.write_text(FAKE)
    monkeypatch.setattr(crop_peers, "_unpacked", lambda: script)
    pixels = np.zeros((4, 8, 3), np.uint8)
    pixels[:2, :2], pixels[:2, -2:] = 10, 30
    with crop_peers._smartcrop([SQUARE, WIDE]) as cut:
        found = [cut(pixels) for _ in range(2)]

    expected = [Box(x=10, y=30, width=4, height=2), Box(x=10, y=30, width=12, height=2)]
    assert [expected, expected] == found


def test_every_tool_has_a_row_for_every_aspect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (100, 50)).save(out, "PNG")
    looks, viewers = [(20, 10), (80, 10)], np.array([1, 2])
    seen = dataclasses.replace(picture(looks=looks), data=out.getvalue(), viewers=viewers)
    heads = (Box(x=2, y=10, width=20, height=20), Box(x=78, y=10, width=20, height=20))
    facts = Facts(format="png", width=100, height=50, size_bytes=9, sha256="0" * 64, faces=heads)

    @contextmanager
    def centre_alone(aspects: Sequence[Aspect]) -> Iterator[dict[str, crop_peers.Cutter]]:
        yield {"centre": lambda pixels: [crop_peers._centre(pixels, one) for one in aspects]}

    monkeypatch.setattr(bench_crops, "peers", centre_alone)
    monkeypatch.setattr(bench_crops, "gathered", lambda _data: [seen])
    monkeypatch.setattr(bench_crops, "facts_of", lambda _pictures: [facts])
    found = bench_crops.rows(Path())
    bench_crops.print_rows(found)
    square = {row["tool"]: row for row in found if row["aspect"] == "1:1"}

    assert len(found) == 5 * len(square) == 25
    assert square["Eyebright"]["fixations"] == square["Eyebright"]["fixations: padded"] == 1
    assert square["Eyebright, first that cuts"]["fixations"] == 0.5
    assert square["half of the viewers"]["fixations"] == 0
    assert "half of the viewers" in capsys.readouterr().out
