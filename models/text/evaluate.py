"""How good the text model is on held-out renders, receipts and photos without text.

    python models/text/evaluate.py --data ../shared/data [--packed DIR] [--model FILE]

Everything goes through the runtime's own `prepare`, `read` and `fallback`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from canvas import Line
from found import CONTEST, Boxes, match
from labels import label_maps
from PIL import Image
from prepare import grounds
from scripts import ONE_FONT, RANGES, UNSEEN

from eyebright.analyse import text
from eyebright.analyse.proxy import CLOSER_PX, proxy
from eyebright.values import Writing

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common.rows import Row, show  # noqa: E402 - after the path
from common.runtime import onnxruntime  # noqa: E402

Picture = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

METRICS = {
    "lines' recall": ("found", "labels"),
    "lines' recall, 80 % covered": ("found_well", "labels"),
    "lines' precision": ("right", "boxes"),
}
"""What is counted, of what."""

MOST_MARKED_PERMILLE = 20
"""Of a photo without text."""


class Model:
    """The model in onnxruntime on one thread, as the runtime runs it."""

    def __init__(self, file: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(file, options)
        self._names = [output.name for output in self._session.get_outputs()]

    def outputs(self, picture: Picture) -> dict[str, npt.NDArray[np.float32]]:
        made = self._session.run(self._names, text.prepare(picture))
        return dict(zip(self._names, made, strict=True))

    def __call__(self, picture: Picture) -> Writing:
        seen = proxy(picture, CLOSER_PX)
        return text.read(self.outputs(seen), seen, **_size(picture))

    def mask(self, picture: Picture) -> Mask:
        rows, columns = (-(-side // text.CELL_PX) for side in picture.shape[:2])
        found: Mask = self.outputs(picture)["maps"][0, 0, :rows, :columns] > text.TEXT_LOGIT
        return found


def classical(picture: Picture) -> Writing:
    return text.fallback(proxy(picture, CLOSER_PX), **_size(picture))


def _size(picture: Picture) -> dict[str, int]:
    return {"width": picture.shape[1], "height": picture.shape[0]}


@dataclass(slots=True)
class Tally:
    """What is counted over many pictures."""

    labels: int = 0
    found: int = 0
    found_well: int = 0
    """With as much covered as the contests want."""
    boxes: int = 0
    right: int = 0
    heights: list[float] = field(default_factory=list)
    """Errors of the heights of lines that one box finds, as parts of the height."""
    x_heights: list[float] = field(default_factory=list)

    def add(
        self,
        writing: Writing,
        labels: Boxes,
        heights: npt.NDArray[np.float64],
        x_heights: npt.NDArray[np.float64] | None = None,
    ) -> None:
        boxes = boxes_of(writing)
        matching = match(labels, boxes)
        self.labels += len(labels)
        self.found += int(matching.found.sum())
        self.found_well += int(match(labels, boxes, CONTEST).found.sum())
        self.boxes += len(boxes)
        self.right += int(matching.right.sum())
        for label, partner in enumerate(matching.partner):
            if partner < 0:
                continue
            line = writing.lines[partner]
            self.heights.append(abs(line.height / heights[label] - 1))
            if x_heights is not None:
                self.x_heights.append(abs(line.x_height_px / x_heights[label] - 1))

    @property
    def recall(self) -> float:
        return self.found / max(1, self.labels)

    @property
    def contest(self) -> float:
        return self.found_well / max(1, self.labels)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.boxes)


def boxes_of(writing: Writing) -> Boxes:
    rows = [(b.x, b.y, b.x + b.width, b.y + b.height) for b in writing.lines]
    return np.array(rows, np.float64).reshape(-1, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPage:
    picture: Picture
    lines: tuple[Line, ...]

    @property
    def script(self) -> str:
        return self.lines[0].script

    def boxes(self) -> Boxes:
        corners = [(*line.quad.min(axis=0), *line.quad.max(axis=0)) for line in self.lines]
        return np.array(corners, np.float64)


def test_pages(packed: Path) -> Iterator[TestPage]:
    """Held-out pages with text, as `prepare.py` packed them."""
    names = list(RANGES)
    with np.load(packed / "test.npz") as stored:
        pictures, rows = stored["pictures"], stored["lines"]
    for index, picture in enumerate(pictures):
        lines = tuple(
            Line(
                quad=row[1:9].reshape(4, 2),
                height=float(row[9]),
                x_height=float(row[10]),
                script=names[int(row[11])],
            )
            for row in rows[rows[:, 0] == index]
        )
        if lines:
            yield TestPage(picture=picture, lines=lines)


def receipts(data: Path) -> Iterator[tuple[Picture, Boxes]]:
    """Pictures, and their labelled segments in pixels."""
    folder = data / "text" / "sroie_receipts"
    for row in (folder / "boxes.jsonl").read_text(encoding="utf-8").splitlines():
        told = json.loads(row)
        picture = np.asarray(Image.open(folder / "images" / told["img"]).convert("RGB"))
        height, width = picture.shape[:2]
        boxes = np.array([line[:4] for line in told["lines_xywh_norm_text"]], np.float64)
        boxes[:, 2:] += boxes[:, :2]
        yield picture, boxes * (width, height, width, height)


def over_renders(write: Callable[[Picture], Writing], packed: Path) -> dict[str, Tally]:
    """By script."""
    tallies = {name: Tally() for name in RANGES}
    for page in test_pages(packed):
        heights = np.array([line.height for line in page.lines])
        x_heights = np.array([line.x_height for line in page.lines])
        tallies[page.script].add(write(page.picture), page.boxes(), heights, x_heights)
    return tallies


def over_receipts(write: Callable[[Picture], Writing], data: Path) -> Tally:
    tally = Tally()
    for picture, boxes in receipts(data):
        tally.add(write(picture), boxes, boxes[:, 3] - boxes[:, 1])
    return tally


def pixel_f(mask: Callable[[Picture], Mask], packed: Path) -> float:
    """F of cells in lines of text, over all held-out pages in fonts that training never saw."""
    both = told = meant = 0
    for page in test_pages(packed):
        if page.script in ONE_FONT:
            continue
        height, width = page.picture.shape[:2]
        truth = label_maps(page.lines, width, height).shares[..., 0] > 127
        found = mask(page.picture)
        both += int((truth & found).sum())
        told += int(found.sum())
        meant += int(truth.sum())
    return 2 * both / (told + meant)


def classical_mask(picture: Picture) -> Mask:
    """The cells of the fallback's boxes."""
    rows, columns = (side // text.CELL_PX for side in picture.shape[:2])
    mask = np.zeros((rows, columns), bool)
    for left, top, right, bottom in (boxes_of(classical(picture)) / text.CELL_PX).astype(int):
        mask[top:bottom, left:right] = True
    return mask


def marked(write: Callable[[Picture], Writing], data: Path) -> list[int]:
    """Permille of each held-out photo without writing that is told to be text."""
    return [write(np.asarray(photo)).permille for photo in grounds(data, test=True)]


def rows(
    data: Path, packed: Path = Path(".cache/models/text"), file: Path = HERE / "text.onnx"
) -> list[Row]:
    """All figures of the model, with those of the fallback as their baseline."""
    model = Model(file)
    made: list[Row] = []

    def row(split: str, metric: str, values: Sequence[float], target: str = "") -> None:
        made.append(
            Row(
                model=text.NAME,
                split=split,
                metric=metric,
                value=values[0],
                target=target,
                baseline="gradients",
                baseline_value=values[1],
            )
        )

    areas = [pixel_f(mask, packed) for mask in (model.mask, classical_mask)]
    row("renders", "pixel F", areas, ">= .75")
    by_script, before = over_renders(model, packed), over_renders(classical, packed)
    fresh = [name for name in RANGES if name not in ONE_FONT]
    for name, scripts in (("renders", fresh), ("renders, seen fonts", list(ONE_FONT))):
        for metric, fields in METRICS.items():
            values = [_pooled(tallies, scripts, *fields) for tallies in (by_script, before)]
            row(name, metric, values)
    for metric in ("heights", "x_heights"):
        values = [_median(tallies, fresh, metric) for tallies in (by_script, before)]
        row("renders", f"median error of {metric.replace('_', '-')}", values, "<= .15")
    for name in RANGES:
        kind = "unseen script" if name in UNSEEN else "seen font" if name in ONE_FONT else "renders"
        cases = by_script[name].labels
        recalls = [tallies[name].recall for tallies in (by_script, before)]
        row(f"{kind}: {name} ({cases})", "lines' recall", recalls)
    papers = [over_receipts(write, data) for write in (model, classical)]
    row("receipts", "lines' recall", [t.recall for t in papers], ">= .90")
    row("receipts", "lines' recall, 80 % covered", [t.contest for t in papers])
    row("receipts", "lines' precision", [t.precision for t in papers])
    errors = [float(np.median(tally.heights)) for tally in papers]
    row("receipts", "median error of heights", errors, "<= .15")
    photos, photos_before = marked(model, data), marked(classical, data)
    means = [float(np.mean(p)) / 10 for p in (photos, photos_before)]
    row("photos without text", "mean % marked", means, "<= 2")
    over = [float(np.mean(np.array(p) > MOST_MARKED_PERMILLE)) for p in (photos, photos_before)]
    row("photos without text", "share of them over 2 %", over)
    return made


def _pooled(tallies: dict[str, Tally], scripts: list[str], part: str, whole: str) -> float:
    chosen = [tallies[name] for name in scripts]
    counts = [sum(int(getattr(tally, name)) for tally in chosen) for name in (part, whole)]
    return counts[0] / max(1, counts[1])


def _median(tallies: dict[str, Tally], scripts: list[str], metric: str) -> float:
    return float(np.median([error for name in scripts for error in getattr(tallies[name], metric)]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--packed", type=Path, default=Path(".cache/models/text"))
    parser.add_argument("--model", type=Path, default=HERE / "text.onnx")
    args = parser.parse_args()
    show(rows(args.data, args.packed, args.model))


if __name__ == "__main__":
    main()
