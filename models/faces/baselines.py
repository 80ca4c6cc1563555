"""What the classical cascades find on the same held-out pictures, for the card.

    python models/faces/baselines.py --data .cache/models/faces/data.npz

Needs the groups baselines (OpenCV: the wheel of version 4 has the Haar cascades) and test
(scikit-image: the LBP cascade) of pyproject.toml. Writes baselines.json.

Cascades box the face, the data boxes the head: boxes are moved and scaled by the medians that fit
pictures of the training folds best, so that the comparison is of finding, not of conventions.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import skimage
from matching import Outcome, iou, judge, recall, threshold
from packed import TEST, VALIDATION, Bytes, Floats, Item, is_face, load
from skimage.feature import Cascade

LEAST_PX = 12
"""Smallest face looked for: heads of 5 % of 384 pixels are 19 high, their faces less."""

STEP = 1.1
"""Between the scales of a search: both libraries' example."""

NEIGHBOURS = 4
"""Boxes on one spot that scikit-image asks for, its default. It gives no scores, so there is no
threshold to set; asking for more finds less."""

MISSPELT = ("featuhreParams", "featureParams")
"""scikit-image's copy of OpenCV's LBP cascade has a tag that OpenCV does not read."""

FITTED = 40
"""Training pictures that the boxes are fitted on."""

LBP: str = skimage.data.lbp_frontal_face_cascade_filename()  # type: ignore[no-untyped-call]  # a path

Finder = Callable[[Bytes], tuple[Floats, Floats]]


def opencv(file: str) -> Finder:
    cascade = cv2.CascadeClassifier(file)

    def find(pixels: Bytes) -> tuple[Floats, Floats]:
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        boxes, _levels, weights = cascade.detectMultiScale3(
            grey, STEP, 2, minSize=(LEAST_PX, LEAST_PX), outputRejectLevels=True
        )
        return np.array(boxes, np.float32).reshape(-1, 4), np.array(weights, np.float32).ravel()

    return find


def both(frontal: Finder, profile: Finder) -> Finder:
    """The profile cascade looks to one side, so the picture is looked at mirrored, too."""

    def find(pixels: Bytes) -> tuple[Floats, Floats]:
        boxes, scores = zip(
            frontal(pixels), profile(pixels), profile(pixels[:, ::-1].copy()), strict=True
        )
        boxes[2][:, 0] = pixels.shape[1] - boxes[2][:, 0] - boxes[2][:, 2]
        return _apart(np.concatenate(boxes), np.concatenate(scores))

    return find


def scikit(neighbours: int) -> Finder:
    cascade = Cascade(LBP)

    def find(pixels: Bytes) -> tuple[Floats, Floats]:
        found = cascade.detect_multi_scale(
            img=pixels,
            scale_factor=STEP,
            step_ratio=1,
            min_size=(LEAST_PX, LEAST_PX),
            max_size=(pixels.shape[0], pixels.shape[0]),
            min_neighbor_number=neighbours,
        )
        boxes = [(one["c"], one["r"], one["width"], one["height"]) for one in found]
        return np.array(boxes, np.float32).reshape(-1, 4), np.zeros(len(boxes), np.float32)

    return find


def _apart(boxes: Floats, scores: Floats) -> tuple[Floats, Floats]:
    """Of boxes on one face the best scored."""
    order = np.argsort(-scores, kind="stable")
    boxes, scores = boxes[order], scores[order]
    overlap = iou(boxes, boxes)
    kept: list[int] = []
    for index in range(len(boxes)):
        if all(overlap[index, other] < 0.4 for other in kept):
            kept.append(index)
    return boxes[kept], scores[kept]


def fitted(find: Finder, items: list[Item]) -> Finder:
    """The same, with boxes moved and scaled to heads: medians over pairs that overlap."""
    pairs = []
    for item in items[:FITTED]:
        boxes, _scores = find(item.pixels)
        faces = item.boxes[is_face(item.boxes)]
        if not len(boxes) or not len(faces):
            continue
        overlap = iou(boxes, faces)
        near = overlap.max(axis=1) >= 0.25
        own = faces[overlap.argmax(axis=1)][near]
        box = boxes[near]
        middle = (own[:, :2] + own[:, 2:4] / 2 - box[:, :2] - box[:, 2:] / 2) / box[:, 2:]
        pairs.append(np.concatenate((middle, own[:, 2:4] / box[:, 2:]), axis=1))
    shift = np.median(np.concatenate(pairs), axis=0)

    def moved(pixels: Bytes) -> tuple[Floats, Floats]:
        boxes, scores = find(pixels)
        middle = boxes[:, :2] + boxes[:, 2:] / 2 + shift[:2] * boxes[:, 2:]
        sides = boxes[:, 2:] * shift[2:]
        return np.concatenate((middle - sides / 2, sides), axis=1).astype(np.float32), scores

    return moved


def measured(find: Finder, crowd: list[Item], portraits: list[Item]) -> dict[str, float]:
    outcomes = [judge(item, find(item.pixels)) for item in crowd]
    least = threshold(outcomes)
    return {
        "recall": round(recall(outcomes, least), 4),
        "false_a_picture": round(_false(outcomes, least), 4),
        "recall_of_all_found": round(recall(outcomes, -1e9), 4),
        "false_of_all_found": round(_false(outcomes, -1e9), 4),
        "portraits": round(recall([judge(i, find(i.pixels)) for i in portraits], least), 4),
    }


def _false(outcomes: list[Outcome], least: float) -> float:
    return float(np.mean([(o.false & (o.scores >= least)).sum() for o in outcomes]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(".cache/models/faces/data.npz"))
    args = parser.parse_args()
    items = load(args.data)
    train = [i for i in items if i.fold not in TEST + VALIDATION and len(i.boxes)]
    test = [i for i in items if i.fold in TEST and len(i.boxes)]
    portraits = [i for i in test if i.name.startswith("portraits")]
    crowd = [i for i in test if not i.name.startswith("portraits")]
    cv2.setNumThreads(1)
    haar = cv2.data.haarcascades
    frontal = opencv(f"{haar}haarcascade_frontalface_alt2.xml")
    mended = args.data.with_name("lbp.xml")
    text = Path(LBP).read_text()
    mended.write_text(text.replace(*MISSPELT))
    finders = {
        "OpenCV Haar frontal (alt2)": frontal,
        "OpenCV Haar frontal and profile": both(
            frontal, opencv(f"{haar}haarcascade_profileface.xml")
        ),
        "OpenCV LBP frontal": opencv(str(mended)),
        f"scikit-image LBP, {NEIGHBOURS} neighbours": scikit(NEIGHBOURS),
    }
    rows = {}
    for name, find in finders.items():
        rows[name] = measured(fitted(find, train), crowd, portraits)
        print(name, rows[name], flush=True)
    file = Path(__file__).with_name("baselines.json")
    file.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
