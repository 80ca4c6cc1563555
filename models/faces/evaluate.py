"""Measure the face detector on pictures that it never saw.

    python models/faces/evaluate.py [--data .cache/models/faces] [--model FILE.onnx]

The data is what prepare.py packed; without --model it is the file that ships. A box is right with
an intersection over union of at least 0.5; found boxes on backs of heads and on heads below 5 % of
the picture's height are neither right nor false. Cascades' figures are those that baselines.py
measured on the same pictures.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from matching import FALSE_A_PICTURE, LEAST_SHARE, Outcome, counts, judge, recall, threshold
from packed import TEST, VALIDATION, Bytes, Flags, Floats, Item, is_face, load, with_undrawn
from PIL import Image

from eyebright.analyse import faces
from eyebright.metrics.delta_e import lab

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

from common.rows import Row, show  # noqa: E402 - found beside this model's folder
from common.runtime import onnxruntime  # noqa: E402

PREPARED = Path(".cache/models/faces")

LEAST_LOGIT = -6.0
"""Far below any threshold."""

TONES = (
    ("very light, above 55", 55, np.inf),
    ("light, 41 to 55", 41, 55),
    ("intermediate, 28 to 41", 28, 41),
    ("tan, 10 to 28", 10, 28),
    ("brown and dark, below 10", -np.inf, 10),
)
"""Individual typology angle, degrees (Chardon 1991; Del Bino 2013), the two darkest together."""

SIZES = ((0.05, 0.075), (0.075, 0.1), (0.1, 0.2), (0.2, 1.01))
"""Of the picture's height."""

SKIN = (0.3, 0.7, 0.45, 0.8)
"""Left, right, top, bottom of the part of a head's box that is mostly cheeks and nose."""

FEW = 100
"""Groups with fewer cases are listed, but no more is made of them."""

UNDRAWN = ("undrawn face", "undrawn back")
"""Judgements of audit.json by which a false box is none."""

THUMBS = (256, 160)
"""Pixels of the width of small pictures."""

Finder = Callable[[Bytes], tuple[Floats, Floats]]


def main() -> None:
    parser = argparse.ArgumentParser(description="measure the face detector")
    parser.add_argument("--data", type=Path, default=PREPARED)
    parser.add_argument("--model", type=Path, default=HERE / "faces.onnx")
    options = parser.parse_args()
    show(rows(options.data, options.model))


def rows(data: Path = PREPARED, model: Path = HERE / "faces.onnx") -> list[Row]:
    """The card's figures. `data` is the folder that prepare.py wrote to."""
    items = load(data / "data.npz")
    find = finder(model)
    test = [item for item in items if item.fold in TEST]
    portraits = [item for item in test if item.name.startswith("portraits/")]
    crowd = [item for item in test if item.name.startswith("crowd500/")]
    empty = [item for item in test if not len(item.boxes)]
    found = [find(item.pixels) for item in crowd]
    outcomes = [judge(item, one) for item, one in zip(crowd, found, strict=True)]
    clean = _seen(empty, find)
    watched = [item for item in items if item.fold in VALIDATION]
    chosen = threshold(_seen(watched, find))
    return [
        *_curve(crowd, outcomes, clean),
        *_audited(crowd, found),
        *_shipped(
            {
                "crowds": outcomes,
                **_in_small("crowds", crowd, find),
                "without faces": clean,
                **_in_small("without faces", empty, find),
                "portraits": _seen(portraits, find),
            }
        ),
        Row(model="faces", split="validation", metric="logit at 1 false in 10", value=chosen),
        *_groups(crowd, found),
    ]


def finder(model: Path) -> Finder:
    """Boxes of one picture and their logits, as the runtime reads them, at any threshold."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]

    def find(pixels: Bytes) -> tuple[Floats, Floats]:
        told = session.run(names, faces.prepare(pixels))
        return faces.decode(dict(zip(names, told, strict=True)), pixels, LEAST_LOGIT)

    return find


def _seen(items: list[Item], find: Finder) -> list[Outcome]:
    return [judge(item, find(item.pixels)) for item in items]


def _in_small(name: str, items: list[Item], find: Finder) -> dict[str, list[Outcome]]:
    return {f"{name}, {wide} pixels wide": _seen(_thumbs(items, wide), find) for wide in THUMBS}


def _thumbs(items: list[Item], wide: int) -> list[Item]:
    """The same made so many pixels wide, each pixel the mean of those it covers."""
    small = []
    for item in items:
        height, width = item.pixels.shape[:2]
        size = (wide, round(height * wide / width))
        pixels = np.asarray(Image.fromarray(item.pixels).resize(size, Image.Resampling.BOX))
        boxes = item.boxes.copy()
        boxes[:, :4] *= wide / width
        small.append(replace(item, pixels=pixels, boxes=boxes))
    return small


def _curve(crowd: list[Item], outcomes: list[Outcome], clean: list[Outcome]) -> Iterator[Row]:
    """Recall at the issue's rate of false boxes, on pictures of crowds and on all held-out."""
    count = sum(int(counts(item).sum()) for item in crowd)
    split = f"crowds ({len(crowd)} pictures, {count} faces)"
    measured = json.loads((HERE / "baselines.json").read_text())
    best = max(measured, key=lambda name: measured[name]["recall"])
    yield Row(
        model="faces",
        split=split,
        metric="recall at 1 false box in 10 pictures",
        value=recall(outcomes, threshold(outcomes)),
        target=">= .92",
        baseline=best,
        baseline_value=measured[best]["recall"],
    )
    for rate in (0.3, 1.0):
        value = recall(outcomes, threshold(outcomes, rate))
        yield Row(model="faces", split=split, metric=f"recall at {rate} a picture", value=value)
    together = outcomes + clean
    yield Row(
        model="faces",
        split=f"crowds and {len(clean)} without faces",
        metric="recall at 1 false box in 10 pictures",
        value=recall(together, threshold(together)),
        target=">= .92",
    )


def _audited(crowd: list[Item], found: list[tuple[Floats, Floats]]) -> Iterator[Row]:
    """The same, with the heads that audit.json says nobody drew neither right nor wrong."""
    judged = json.loads((HERE / "audit.json").read_text())["boxes"]
    heads: dict[str, list[list[float]]] = {}
    for one in judged:
        if one["judged"] in UNDRAWN:
            heads.setdefault(one["picture"], []).append(one["box"])
    items = [with_undrawn(item, heads.get(item.name, [])) for item in crowd]
    outcomes = [judge(item, one) for item, one in zip(items, found, strict=True)]
    for rate in (FALSE_A_PICTURE, 0.3, 1.0):
        value = recall(outcomes, threshold(outcomes, rate))
        split = f"crowds, {sum(map(len, heads.values()))} undrawn heads left out"
        yield Row(model="faces", split=split, metric=f"recall at {rate} a picture", value=value)


def _shipped(splits: dict[str, list[Outcome]]) -> Iterator[Row]:
    """At the threshold that the runtime has."""
    least = faces.LEAST_LOGIT
    for split, ones in splits.items():
        heads = sum(len(one.best) for one in ones)
        if heads:
            told = f"{split}, as shipped ({heads} faces)"
            yield Row(model="faces", split=told, metric="recall", value=recall(ones, least))
    for split, ones in splits.items():
        false = [int((one.false & (one.scores >= least)).sum()) for one in ones]
        yield Row(
            model="faces",
            split=f"{split}, as shipped ({len(ones)} pictures)",
            metric="false boxes a picture",
            value=float(np.mean(false)),
        )


def _groups(crowd: list[Item], found: list[tuple[Floats, Floats]]) -> Iterator[Row]:
    """Recall of groups of faces as shipped, against that of all that count."""
    heights = np.concatenate([item.boxes[:, 3] / len(item.pixels) for item in crowd])
    flags = np.concatenate([item.boxes for item in crowd])[:, 4:].astype(bool)
    faces_ = flags[:, 0] | flags[:, 1]
    large = faces_ & (heights >= LEAST_SHARE)
    angles = np.concatenate([typology_angles(item) for item in crowd])
    groups = {
        f"skin: {name}": large & (angles > least) & (angles <= most) for name, least, most in TONES
    }
    groups |= {
        f"height {100 * a:g} to {100 * min(b, 1):g} %": faces_ & (heights >= a) & (heights < b)
        for a, b in SIZES
    }
    groups |= {
        "frontal": large & flags[:, 0],
        "profile": large & flags[:, 1],
        "occluded": large & flags[:, 3],
        "not occluded": large & ~flags[:, 3],
        "height below 5 %": faces_ & (heights < LEAST_SHARE),
    }
    hit = _hit(crowd, found)
    mean = float(hit[large].mean())
    for name, group in groups.items():
        few = ", few" if group.sum() < FEW else ""
        yield Row(
            model="faces",
            split=f"{name} ({group.sum()} faces{few})",
            metric="recall as shipped",
            value=float(hit[group].mean()) if group.any() else float("nan"),
            baseline="mean",
            baseline_value=mean,
        )


def _hit(crowd: list[Item], found: list[tuple[Floats, Floats]]) -> Flags:
    """Of every drawn box, whether a found one is on it at the runtime's threshold.

    Faces of any size are given their boxes here, so that small ones can be counted apart.
    """
    flags = []
    for item, (boxes, scores) in zip(crowd, found, strict=True):
        own = is_face(item.boxes)
        hot = scores >= faces.LEAST_LOGIT
        outcome = judge(item, (boxes[hot], scores[hot]), own)
        hit = np.zeros(len(own), bool)
        hit[own] = np.isfinite(outcome.best)
        flags.append(hit)
    return np.concatenate(flags)


def typology_angles(item: Item) -> Floats:
    """Degrees for each box: the median lightness against yellowness of the middle of the face.

    The light of the scene is in it as much as the skin is: shade makes every skin darker.
    """
    left, right, top, bottom = SKIN
    angles = []
    for x, y, width, height in item.boxes[:, :4]:
        rows_ = slice(max(0, round(y + top * height)), max(1, round(y + bottom * height)) + 1)
        columns = slice(max(0, round(x + left * width)), max(1, round(x + right * width)) + 1)
        skin = item.pixels[rows_, columns].reshape(-1, 3)
        if not len(skin):
            angles.append(np.nan)
            continue
        lightness, _a, yellow = np.median(lab(skin.astype(np.float64)), axis=0)
        angles.append(np.degrees(np.arctan2(lightness - 50, max(yellow, 1e-6))))
    return np.array(angles)


if __name__ == "__main__":
    main()
