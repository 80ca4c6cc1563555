"""The table of framings is fitted to grades of crops, and judged on others."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import composition

PERSON = [400, 200, 500, 800]


def written(data: Path, crops: dict[str, Any], persons: dict[str, Any]) -> Path:
    folder = data / "crop" / "gaicd"
    folder.mkdir(parents=True)
    split = {"train": sorted(crops)[1:], "test": sorted(crops)[:1]}
    documents = {"image_crop": crops, "human_bboxes": persons, "original_data_split": split}
    for name, document in documents.items():
        (folder / f"{name}.json.xz").write_bytes(lzma.compress(json.dumps(document).encode()))
    return data


def made(seed: int) -> dict[str, Any]:
    """Crops whose grade is by how far the person is from their middle."""
    draw = np.random.default_rng(seed)
    starts, ends = draw.integers(0, 300, (40, 2)), draw.integers(600, 1000, (40, 2))
    boxes = [[0, 0, 1000, 1000], *np.concatenate([starts, ends], axis=1).tolist()]
    grades = [5 - 4 * abs(450 - (left + right) / 2) / (right - left) for left, _, right, _ in boxes]
    return {"bbox": boxes, "score": grades}


def test_where_the_person_stands_is_told_of_the_crop() -> None:
    crops = np.array([[0, 0, 1000, 1000], [450, 0, 950, 1000]], float)
    found = composition.features(crops, PERSON)
    whole, half = ({name: values[at] for name, values in found.items()} for at in (0, 1))

    assert whole == pytest.approx(
        {"aside": 0.05, "above": 0.2, "share": 1, "middle": 0, "kept": 1, "below": 0.2}
    )
    assert (half["aside"], half["share"], half["kept"]) == pytest.approx((0.5, 0.5, 0.5))


def test_the_curves_learn_what_grades_go_by(tmp_path: Path) -> None:
    names = [f"{seed}.jpg" for seed in range(12)]
    crops = {name: made(seed) for seed, name in enumerate(names)}
    data = written(tmp_path, crops, dict.fromkeys(names, PERSON))
    train, test = (composition.rated(data, part) for part in ("train", "test"))
    values = composition.fitted(train, composition.TABLE)
    aside = [value for _knot, value in composition.table(values)["aside"]]

    assert composition.agreement(test, composition.TABLE, values) > 0.95
    assert max(aside) == aside[0] == 0
    assert aside[0] > aside[1] > aside[2]
    assert aside[2] < -40


def test_pictures_without_persons_are_left_out(tmp_path: Path) -> None:
    data = written(tmp_path, {"a.jpg": made(1), "b.jpg": made(2)}, {"b.jpg": PERSON})

    assert [len(composition.rated(data, part)) for part in ("train", "test")] == [1, 0]
