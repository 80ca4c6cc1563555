"""What the bench of ways to resize counts: known ways get the marks that they must."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest

import bench_scaling
import scaling_marks
from common.scaled import log_bytes_at
from eyebright.transform import resize

LANCZOS = partial(resize, method="lanczos3")
DPID = partial(resize, method="dpid-1")


def nearest(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    """Takes single pixels: every fine wave becomes a coarse one."""
    rows, columns = (
        ((np.arange(n) + 0.5) * side / n).astype(int)
        for n, side in ((height, pixels.shape[0]), (width, pixels.shape[1]))
    )
    return np.ascontiguousarray(pixels[rows][:, columns])


def test_fine_waves_are_left_by_single_pixels_and_hardly_by_lanczos() -> None:
    left, _kept = scaling_marks._plate(nearest, 3.0)
    little, kept = scaling_marks._plate(LANCZOS, 3.0)

    assert left > 80
    assert little < 12
    assert kept == pytest.approx(1, abs=0.05)


def test_lanczos_rings_at_edges_and_means_do_not() -> None:
    assert scaling_marks._overshoot(LANCZOS, 2.5) > 20
    assert scaling_marks._overshoot(DPID, 2.5) == 0


def test_a_grey_line_has_less_contrast_than_a_black_one() -> None:
    page = np.full((20, 60, 3), 255, np.uint8)
    page[8:12, :30], page[8:12, 30:] = 0, 128
    found = [scaling_marks._contrast(page, box) for box in ((0, 5, 30, 15), (30, 5, 60, 15))]

    assert found == [255, 127]


def test_bytes_are_read_between_two_points_of_a_curve_and_nowhere_else() -> None:
    curve = [(60.0, 1.0), (80.0, 2.0)]

    assert log_bytes_at(curve, 75) == 1.75
    assert np.isnan(log_bytes_at(curve, 81))
    assert bench_scaling._score_at(curve, 1.75) == 75


def test_a_way_is_no_better_than_itself_and_a_blurred_one_is_worse() -> None:
    y, x = np.mgrid[0:160, 0:200]
    pixels = np.dstack([x * 13 % 256, y * 7 % 256, (x + y) % 256]).astype(np.uint8)
    plain = bench_scaling._row(pixels, 2.0, LANCZOS)
    soft = bench_scaling._row(pixels, 2.0, partial(bench_scaling._sharpened, amount=-0.5))

    cells = bench_scaling._cells(plain, plain)
    assert (cells[1], cells[3], cells[4]) == (0, 0, 0)
    assert soft.back < plain.back


def test_a_picture_stays_in_its_half() -> None:
    names = [Path(f"{number}.png") for number in range(200)]
    halves = [bench_scaling._half(name) for name in names]

    assert halves == [bench_scaling._half(name.with_suffix(".webp")) for name in names]
    assert 70 < halves.count("tuning") < 130
