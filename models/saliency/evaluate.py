"""How well saliency.onnx tells where people look, on folds 0 and 1, beside simple means.

python models/saliency/evaluate.py --data ../shared/data
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import baselines
import fairness
import numpy as np
import numpy.typing as npt
from looks import SCORES, TEST, Fixations, Map, density, enlarged, score
from prepare import SETS, faces, fold_of, pixels, watched
from scipy.ndimage import zoom

from eyebright.analyse import saliency

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common.rows import Row, show  # noqa: E402 - after the path
from common.runtime import onnxruntime  # noqa: E402

MODEL = HERE / "saliency.onnx"
TARGETS = {"CC": ">= .75", "NSS": ">= 2.16", "AUC": ">= .872", "KLD": "<= .48"}
STRONGEST = "spectral residual with centre bias"
"""Of the simple means: the one that the targets are told beside."""

GRAPHICS = ("chart_vegalite", "diagram_sysdesign", "screenshot_sysinternals")

BLOCK = 8
"""Pixels of the sides of the blocks in which something is drawn or not."""

Picture = npt.NDArray[np.uint8]


class Case(NamedTuple):
    """A picture of the test, as the model sees it."""

    group: str
    name: str
    path: Path
    picture: Picture
    fixations: Fixations


class Model:
    """The file saliency.onnx in onnxruntime, one thread."""

    def __init__(self, path: Path = MODEL) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(path), options)

    def shares(self, picture: Picture) -> Map:
        """The density at the model's stride."""
        outputs = self._session.run(["logits"], saliency.prepare(picture))
        return saliency.density(outputs[0])

    def __call__(self, picture: Picture) -> Map:
        return enlarged(self.shares(picture), *picture.shape[:2])


def cases(data: Path) -> Iterator[Case]:
    for index, name, path, fixations in watched(data):
        if fold_of(name) in TEST:
            picture = saliency.prepare(pixels(path))["image"][0]
            yield Case(SETS[index], name, path, picture, fixations)


def scores(guess: Callable[[Picture], Map], chosen: list[Case]) -> npt.NDArray[np.float64]:
    """Four figures of each case: (cases, 4)."""
    return np.array([score(guess(case.picture), case.fixations) for case in chosen])


def simple_means(data: Path) -> dict[str, Callable[[Picture], Map]]:
    mean = baselines.mean_map(
        fixations for _, name, _, fixations in watched(data) if fold_of(name) not in TEST
    )

    def training_mean(picture: Picture) -> Map:
        return stretched(mean, *picture.shape[:2])

    return {
        "Gaussian centre bias": baselines.centre,
        "mean of the training": training_mean,
        STRONGEST: lambda p: stretched(saliency.residual_density(p), *p.shape[:2]),
        "libvips attention": baselines.libvips,
        "smartcrop-style": baselines.smartcrop,
    }


def stretched(shares: Map, height: int, width: int) -> Map:
    """A map at another size, linear, not negative."""
    factors = (height / shares.shape[0], width / shares.shape[1])
    made: Map = np.maximum(zoom(shares, factors, order=1, mode="nearest", grid_mode=True), 0)
    return made


def ceiling(chosen: list[Case]) -> npt.NDArray[np.float64]:
    """Half of the observers against the other half."""
    random = np.random.default_rng(0)
    found = []
    for case in chosen:
        who = random.permutation(np.unique(case.fixations[:, 2]))
        first = np.isin(case.fixations[:, 2], who[: len(who) // 2])
        half = density(case.fixations[first], *case.picture.shape[:2])
        found.append(score(half, case.fixations[~first]))
    means: Map = np.array(found).mean(0)
    return means


def on_faces(data: Path, chosen: list[Case], model: Model) -> Iterator[fairness.Seen]:
    """Pictures with drawn faces, and the looks told and taken there."""
    boxes = faces(data)
    for case in chosen:
        if case.name in boxes:
            told = model(case.picture)
            taken = density(case.fixations, *told.shape)
            yield fairness.Seen(pixels(case.path), boxes[case.name], told, taken)


def on_groups(data: Path, chosen: list[Case], model: Model) -> Iterator[Row]:
    for group in fairness.groups(on_faces(data, chosen, model)):
        yield Row(
            model=saliency.NAME,
            split=f"faces, {group.name} ({group.faces})",
            metric="looks told over looks taken",
            value=group.ratio,
        )


def drawn_share(shares: Map, picture: Picture) -> float:
    """Looks on blocks that hold anything, over those blocks' share of the area."""
    height, width = (side // BLOCK for side in picture.shape[:2])
    blocks = picture.reshape(height, BLOCK, width, BLOCK, 3)
    drawn = np.ptp(blocks, axis=(1, 3)).max(axis=2) > 0
    places = shares.shape[0] // height
    drawn = drawn.repeat(places, axis=0).repeat(places, axis=1)
    return float(shares[drawn].sum() / shares.sum() / max(drawn.mean(), 1e-9))


def graphics(data: Path, model: Model) -> Iterator[Row]:
    """No one's fixations are known there: whether looks fall on what is drawn can be told."""
    for folder in GRAPHICS:
        files = sorted((data / "content" / folder).glob("*.webp"))
        seen = [saliency.prepare(pixels(path))["image"][0] for path in files]
        told = np.mean([drawn_share(model.shares(p), p) for p in seen])
        plain = np.mean([drawn_share(baselines.centre(p[::BLOCK, ::BLOCK]), p) for p in seen])
        yield Row(
            model=saliency.NAME,
            split=f"{folder} ({len(files)})",
            metric="looks on drawn blocks, over their area",
            value=float(told),
            baseline="Gaussian centre bias",
            baseline_value=float(plain),
        )


def rows(data: Path) -> list[Row]:
    model, chosen = Model(), list(cases(data))
    told = scores(model, chosen)
    found = []
    means = {name: scores(guess, chosen).mean(0) for name, guess in simple_means(data).items()}
    means["half of the observers (ceiling)"] = ceiling(chosen)
    for baseline, figures in means.items():
        for column, metric in enumerate(SCORES):
            found.append(
                Row(
                    model=saliency.NAME,
                    split=f"folds 0 and 1 ({len(chosen)})",
                    metric=metric,
                    value=float(told[:, column].mean()),
                    target=TARGETS[metric] if baseline == STRONGEST else "",
                    baseline=baseline,
                    baseline_value=float(figures[column]),
                )
            )
    for group in SETS:
        inside = [case.group == group for case in chosen]
        for column, metric in enumerate(SCORES):
            split = f"{group} ({sum(inside)})"
            value = float(told[inside, column].mean())
            found.append(Row(model=saliency.NAME, split=split, metric=metric, value=value))
    return [*found, *on_groups(data, chosen, model), *graphics(data, model)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of the data sets")
    show(rows(parser.parse_args().data))


if __name__ == "__main__":
    main()
