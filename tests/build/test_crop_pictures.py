"""The bench's pictures: held out, their faces inside, seen once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import crop_pictures
from crop_pictures import Picture
from eyebright.values import Facts

FACTS = Facts(format="png", width=100, height=50, size_bytes=9, sha256="0" * 64)


def test_each_picture_is_seen_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    async def look(pictures: list[Picture]) -> dict[str, object]:
        looked.extend(picture.name for picture in pictures)
        return {picture.name: FACTS.to_dict() for picture in pictures}

    monkeypatch.setattr(crop_pictures, "CACHE", tmp_path / "new")
    monkeypatch.setattr(crop_pictures, "_looked", look)
    one, two = (Picture(name=name, kind="faces", data=b"", size=(9, 9)) for name in ("a", "b"))
    found = [crop_pictures.facts_of(asked) for asked in ([one], [one, two], [two])]

    assert looked == ["a", "b"]
    assert found == [[FACTS], [FACTS, FACTS], [FACTS]]


def test_heads_are_cut_at_the_edge_and_those_of_other_folds_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "saliency" / "crowd500" / "images"
    folder.mkdir(parents=True)
    names = ["crowd500/1.jpg", "crowd500/2.jpg", "crowd500/3.jpg"]
    for name in names:
        Image.new("RGB", (100, 50)).save(folder / f"{Path(name).stem}.webp")
    frontal, back = [-10, 10, 30, 60, 1, 0, 0, 0], [50, 10, 20, 20, 0, 0, 1, 0]
    heads = [np.array(rows, float) for rows in ([frontal, back], [frontal], [back])]
    prepare = SimpleNamespace(
        crowd=lambda _data: (names, [None] * 3, heads),
        difference_hash=lambda picture: picture,
        groups=lambda hashes: list(range(len(hashes))),
        fold=lambda name: int(Path(name).stem) % 2,
    )
    packed = SimpleNamespace(is_face=lambda boxes: boxes[:, 4] + boxes[:, 5] > 0)
    monkeypatch.setattr(
        crop_pictures, "load", lambda _model, name: prepare if name == "prepare" else packed
    )
    found = list(crop_pictures.crowds(tmp_path, frozenset({1})))

    assert [(one.name, one.size) for one in found] == [("crowd500/1.jpg", (100, 50))]
    assert found[0].faces.tolist() == [[0, 10, 20, 50]]


def test_pictures_are_seen_again_after_models_that_see_have_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    versions = {name: SimpleNamespace(version=1) for name in ("downscale", "faces", "predictors")}
    monkeypatch.setattr(crop_pictures.registry, "entries", lambda: versions)
    first = crop_pictures._versions()
    versions["downscale"] = versions["predictors"] = SimpleNamespace(version=2)

    assert first == crop_pictures._versions()

    versions["faces"] = SimpleNamespace(version=2)

    assert first != crop_pictures._versions()
