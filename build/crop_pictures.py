"""Pictures that crops are measured on, with what people looked at, drew and labelled in them.

Held out as each model has it: OSIE and Scene by the folds of saliency (fixations), crowd500 by
those of faces (hand-drawn heads); receipts, and pages of the text model's test (labelled lines).
Facts are kept in a file below .cache, since seeing takes a quarter of a second a picture.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "models")]

from common.modules import load  # noqa: E402 - after the path
from eyebright import downscale, pipeline  # noqa: E402 - after the path
from eyebright.analyse import ANALYSIS_VERSION, foreseeing, registry  # noqa: E402 - after the path
from eyebright.pixels import Pixels  # noqa: E402 - after the path
from eyebright.values import Facts  # noqa: E402 - after the path

PACKED = ROOT / ".cache" / "models" / "text"
"""Where models/text/prepare.py leaves its test pages."""

CACHE = ROOT / ".cache" / "bench" / "crops"

UNSEEING = (downscale.NAME, foreseeing.NAME)
"""Models that make no facts."""

HELD_OUT, TRAINED_ON = (0, 1), tuple(range(2, 10))
"""Folds of ten; both models hold out the same two numbers."""

WATCHED = ("osie700", "scene500")
"""Sets with fixations that are measured; crowd500's are the faces'."""

Boxes: TypeAlias = npt.NDArray[np.float64]
"""(n, 4): left, top, right, bottom in pixels."""

Points: TypeAlias = npt.NDArray[np.float64]
"""(n, 2): x and y in pixels."""

Viewers: TypeAlias = npt.NDArray[np.intp]
"""(n,): numbers of people."""


def _no_viewers() -> Viewers:
    return np.zeros(0, np.intp)


def _no_boxes() -> Boxes:
    return np.zeros((0, 4))


def _no_points() -> Points:
    return np.zeros((0, 2))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    name: str
    kind: str
    """What is known of it: fixations, faces or lines."""
    data: bytes
    """A file."""
    size: tuple[int, int]
    """Width and height in pixels."""
    looks: Points = field(default_factory=_no_points)
    viewers: Viewers = field(default_factory=_no_viewers)
    """Whose look each is."""
    faces: Boxes = field(default_factory=_no_boxes)
    lines: Boxes = field(default_factory=_no_boxes)

    def pixels(self) -> Pixels:
        with Image.open(io.BytesIO(self.data)) as image:
            return np.asarray(image.convert("RGB"))


def gathered(data: Path, folds: Iterable[int] = HELD_OUT) -> list[Picture]:
    """All of these folds, with the test's receipts and pages where they are held out."""
    wanted = frozenset(folds)
    found = [*watched(data, wanted), *crowds(data, wanted)]
    return [*found, *written(data)] if wanted == frozenset(HELD_OUT) else found


def watched(data: Path, folds: frozenset[int]) -> Iterator[Picture]:
    """Pictures of OSIE and Scene with their fixations."""
    prepare = load("saliency", "prepare")
    for _, name, path, looks in prepare.watched(data):
        if name.partition("/")[0] not in WATCHED or prepare.fold_of(name) not in folds:
            continue
        content = path.read_bytes()
        size = _size(content)
        points, viewers = looks[:, :2] * size, looks[:, 2].astype(np.intp)
        yield Picture(
            name=name, kind="fixations", data=content, size=size, looks=points, viewers=viewers
        )


def crowds(data: Path, folds: frozenset[int]) -> Iterator[Picture]:
    """crowd500's pictures with the heads that show a face, backs of heads left out."""
    prepare, packed = load("faces", "prepare"), load("faces", "packed")
    names, pictures, boxes = prepare.crowd(data)
    first = prepare.groups([prepare.difference_hash(picture) for picture in pictures])
    for name, of, heads in zip(names, first, boxes, strict=True):
        faces = heads[packed.is_face(heads), :4].astype(float)
        if prepare.fold(names[of]) not in folds or not len(faces):
            continue
        faces[:, 2:] += faces[:, :2]
        path = data / "saliency" / "crowd500" / "images" / f"{Path(name).stem}.webp"
        content = path.read_bytes()
        size = _size(content)
        inside = np.clip(faces, 0, size * 2)  # some are drawn beyond the edge
        yield Picture(name=name, kind="faces", data=content, size=size, faces=inside)


def written(data: Path) -> Iterator[Picture]:
    """Receipts and drawn pages with their lines."""
    evaluate = load("text", "evaluate")
    for number, (pixels, lines) in enumerate(evaluate.receipts(data)):
        yield _with_lines(f"receipt/{number}", pixels, lines)
    if not (PACKED / "test.npz").exists():
        sys.exit("crops: no pages of text; run models/text/prepare.py --data DIR first")
    for number, page in enumerate(evaluate.test_pages(PACKED)):
        yield _with_lines(f"page/{number}", page.picture, page.boxes())


def _with_lines(name: str, pixels: Pixels, lines: Boxes) -> Picture:
    size = (pixels.shape[1], pixels.shape[0])
    return Picture(name=name, kind="lines", data=_png(pixels), size=size, lines=lines)


def facts_of(pictures: Iterable[Picture]) -> list[Facts]:
    """What Eyebright sees in each, from the file of earlier looks where it is there."""
    path = CACHE / f"facts-{_versions()}.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    wanted = list(pictures)
    missing = [picture for picture in wanted if picture.name not in known]
    if missing:
        known |= asyncio.run(_looked(missing))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(known))
    return [Facts.from_dict(known[picture.name]) for picture in wanted]


async def _looked(pictures: list[Picture]) -> dict[str, object]:
    return {
        picture.name: (await pipeline.analyse(picture.data, name=picture.name)).to_dict()
        for picture in pictures
    }


def _versions() -> str:
    """Of all that decides what is seen."""
    entries = sorted(registry.entries().items())
    models = (f"{name}{entry.version}" for name, entry in entries if name not in UNSEEING)
    return "-".join((f"analysis{ANALYSIS_VERSION}", *models))


def _png(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def _size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        return image.size
