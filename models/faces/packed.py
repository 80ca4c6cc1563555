"""What `prepare.py` packed, picture by picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.floating[Any]]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Flags: TypeAlias = npt.NDArray[np.bool_]

TEST, VALIDATION = (0, 1), (2,)
"""Folds of ten that are held out; the others are learnt from."""


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    fold: int
    pixels: Bytes
    """(h, w, 3)"""
    boxes: Floats
    """(n, 8): x, y, width, height in pixels; frontal, profile, back, occluded."""


def load(path: Path) -> list[Item]:
    """What `prepare.py` packed."""
    packed = np.load(path)
    pixels, boxes = packed["pixels"], packed["boxes"]
    items: list[Item] = []
    at, row = 0, 0
    for name, fold, (height, width), count in zip(
        packed["names"], packed["folds"], packed["sizes"], packed["counts"], strict=True
    ):
        end = at + height * width * 3
        view = pixels[at:end].reshape(height, width, 3)
        items.append(Item(str(name), int(fold), view, boxes[row : row + count]))
        at, row = end, row + count
    return items


def is_face(boxes: Floats) -> Flags:
    """Frontal and profile faces; the rest are backs of heads."""
    found: Flags = (boxes[:, 4] + boxes[:, 5]) > 0
    return found


def with_undrawn(item: Item, heads: list[list[float]]) -> Item:
    """The picture with heads that nobody drew (x, y, width, height): neither right nor wrong."""
    boxes = np.array(heads, np.float32).reshape(-1, 4)
    flags = np.zeros((len(boxes), item.boxes.shape[1] - 4), np.float32)
    return replace(item, boxes=np.concatenate((item.boxes, np.hstack((boxes, flags)))))
