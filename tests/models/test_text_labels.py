"""What the text model is taught of a page: cores, heights and weights of its lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from common.modules import load

labels = load("text", "labels")


def line(left: float, top: float, width: float, height: float) -> Any:
    right, bottom = left + width, top + height
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    quad = np.array(corners, np.float32)
    return labels.Line(quad=quad, height=height, x_height=height / 2, script="latin")


def taught(*lines: Any) -> Any:
    return labels.label_maps(lines, 128, 64)


def test_a_line_is_text_all_over_and_its_core_runs_along_its_middle() -> None:
    shares = taught(line(20, 20, 80, 20)).shares

    assert shares[10:20, 10:50, 0].min() == 255
    assert np.flatnonzero(shares[:, 30, 1] > 127).tolist() == [13, 14, 15, 16]
    assert np.flatnonzero(shares[15, :, 1] > 127).tolist() == list(range(12, 48))


@pytest.mark.parametrize("left", [20, 20.5, 21, 21.5])
@pytest.mark.parametrize("top", [20, 20.5, 21, 21.5])
def test_a_single_figure_has_two_cells_of_core_wherever_it_stands(left: float, top: float) -> None:
    core = taught(line(left, top, 3, 6)).shares[..., 1]

    assert (core > 0.4 * 255).sum() >= 2


def test_cores_of_small_lines_that_touch_stay_apart() -> None:
    core = taught(line(20, 20, 80, 6), line(20, 26, 80, 6)).shares[..., 1]
    column = core[10:16, 30]

    assert np.flatnonzero(column < 0.4 * 255).size >= 2
    assert column[0] < column[1] > column[2]
    assert column[3] < column[4] > column[5]


def test_heights_are_told_in_steps_of_an_octave() -> None:
    heights = taught(line(20, 20, 80, 16)).heights

    assert heights[14, 30].tolist() == [4 * 32, 3 * 32]
    assert heights[2, 30].tolist() == [0, 0]


def test_a_cell_of_a_single_figure_weighs_more_than_one_of_a_headline() -> None:
    weights = taught(line(20, 20, 3, 6), line(40, 20, 80, 30)).weights

    assert weights[11, 10] == round(32 * (600 / 18) ** 0.5)
    assert weights[15, 30] == round(32 * (600 / 2400) ** 0.5)
    assert weights[2, 2] == 32
