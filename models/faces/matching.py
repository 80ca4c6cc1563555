"""Which found boxes are right: recall against false boxes, as the card reports it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from packed import Flags, Floats, Item, is_face

IOU = 0.5
"""Least intersection over union of a right box."""

TOUCHING = 0.25
"""Least intersection over union with a head that does not count for a box to be on it."""

FALSE_A_PICTURE = 0.1
"""The rate of false boxes at which recall is told: one in ten pictures."""


LEAST_SHARE = 0.05
"""Of the picture's height: lower heads are told apart."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One picture's found boxes, best first, against its own."""

    scores: Floats
    right: Flags
    """Of each found box, whether it is a face that counts."""
    false: Flags
    """Whether it is on nothing that was drawn; neither where it is on what does not count."""
    best: Floats
    """Of each face that counts, the score of the box that found it, -inf where none did."""


def counts(item: Item) -> Flags:
    """Which drawn boxes are to be found: frontal and profile, at least 5 % of the height."""
    found: Flags = is_face(item.boxes) & (item.boxes[:, 3] >= LEAST_SHARE * len(item.pixels))
    return found


def judge(item: Item, found: tuple[Floats, Floats], which: Flags | None = None) -> Outcome:
    """Boxes and scores against the picture's own, of which `which` count (else `counts`)."""
    which = counts(item) if which is None else which
    return match(*found, item.boxes, which, least=LEAST_SHARE * len(item.pixels))


def iou(first: Floats, second: Floats) -> Floats:
    """(n, m) intersection over union of boxes (n, 4) and (m, 4): x, y, width, height."""
    a, b = first[:, None, :4], second[None, :, :4]
    start = np.maximum(a[..., :2], b[..., :2])
    end = np.minimum(a[..., :2] + a[..., 2:], b[..., :2] + b[..., 2:])
    both = np.clip(end - start, 0, None).prod(axis=-1)
    whole = a[..., 2:].prod(axis=-1) + b[..., 2:].prod(axis=-1) - both
    found: Floats = both / np.maximum(whole, 1e-9)
    return found


def match(found: Floats, scores: Floats, drawn: Floats, counts: Flags, *, least: float) -> Outcome:
    """Give found boxes, best first, to the drawn faces, each once.

    `counts` says which of the drawn boxes are to be found. A found box is neither right nor false
    on another drawn box (a back of a head, a small face: TOUCHING, or half of it inside), and where
    it is lower than `least` pixels.
    """
    order = np.argsort(-scores, kind="stable")
    found, scores = found[order], scores[order]
    overlap = iou(found, drawn)
    best = np.full(len(drawn), -np.inf, np.float32)
    right = np.zeros(len(found), bool)
    false = np.zeros(len(found), bool)
    others = drawn[~counts]
    for index in range(len(found)):
        open_ = np.where(counts & np.isinf(best), overlap[index], 0)
        face = int(open_.argmax()) if len(open_) else 0
        if len(open_) and open_[face] >= IOU:
            best[face] = scores[index]
            right[index] = True
            continue
        box = found[index : index + 1]
        on_other = len(others) and (
            iou(box, others).max() >= TOUCHING or _inside(box, others).max() >= IOU
        )
        false[index] = not on_other and found[index, 3] >= least
    return Outcome(scores, right, false, best[counts])


def _inside(box: Floats, others: Floats) -> Floats:
    """Shares of the box that lie in each of the others."""
    start = np.maximum(box[:, :2], others[:, :2])
    end = np.minimum(box[:, :2] + box[:, 2:4], others[:, :2] + others[:, 2:4])
    found: Floats = np.clip(end - start, 0, None).prod(axis=1) / max(box[:, 2:4].prod(), 1e-9)
    return found


def threshold(outcomes: list[Outcome], rate: float = FALSE_A_PICTURE) -> float:
    """The lowest score at which false boxes are no more than `rate` a picture."""
    scores = np.concatenate([outcome.scores[outcome.false] for outcome in outcomes])
    allowed = int(rate * len(outcomes))
    if len(scores) <= allowed:
        return float(min(outcome.scores.min(initial=np.inf) for outcome in outcomes))
    return float(np.nextafter(np.sort(scores)[::-1][allowed], np.float32(np.inf)))


def recall(outcomes: list[Outcome], least: float) -> float:
    """Share of the faces that count found at scores of at least `least`."""
    best = np.concatenate([outcome.best for outcome in outcomes])
    return float((best >= least).mean()) if len(best) else 1.0
