"""The content model's figures, on answers whose figures are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from common.modules import load
from eyebright.analyse.content import CLASSES

evaluate = load("content", "evaluate")

SURE = 0.9


def answers(folder: Path, right: int, wrong: int, sources: list[str]) -> object:
    """So many answers of SURE for the chart, of which some are wrong."""
    count = right + wrong
    chart, drawing = CLASSES.index("chart"), CLASSES.index("drawing")
    shares = np.full((count, len(CLASSES)), (1 - SURE) / (len(CLASSES) - 1))
    shares[:, chart] = SURE
    truth = np.array([chart] * right + [drawing] * wrong)
    np.savez(
        folder / "features.npz",
        features=np.zeros((count, 4), np.float32),
        classes=truth,
        sources=np.array(sources),
        changed=np.zeros(count, bool),
        read=np.ones(count, bool),
    )
    np.savez(folder / "crossed.npz", logits=np.log(shares))
    return evaluate.Answers(folder)


def error(told: object) -> float:
    return float(told._calibration(told.plain))  # type: ignore[attr-defined]  # loaded by name


def test_answers_as_often_right_as_they_are_sure_are_calibrated(tmp_path: Path) -> None:
    assert error(answers(tmp_path, 9, 1, ["a"] * 10)) == pytest.approx(0, abs=1e-6)


def test_too_sure_answers_are_off_by_what_they_are_too_sure(tmp_path: Path) -> None:
    assert error(answers(tmp_path, 5, 5, ["a"] * 10)) == pytest.approx(0.4, abs=1e-6)


def test_sources_weigh_alike_in_the_calibration(tmp_path: Path) -> None:
    """One answer of the second source is wrong: half of the weight."""
    told = answers(tmp_path, 9, 1, ["a"] * 9 + ["b"])

    assert error(told) == pytest.approx(0.4, abs=1e-6)
