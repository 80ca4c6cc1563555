"""Measure the network: on held-out sources by cross-validation, and what ships as it is.

    python models/content/evaluate.py --prepared .cache/models/content

The first answers come from networks that never saw the picture's source (train.py). What ships has
seen every source here but scikit-image's photos, so these figures are of its kind, not its own.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from eyebright.analyse import content
from eyebright.analyse.content import blocks

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common.rows import Row, show  # noqa: E402 - after the path

PREPARED = Path(".cache/models/content")

BINS = 10
"""Of confidence, for the calibration error."""

Whole: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description="measure the content network")
    parser.add_argument("--prepared", type=Path, default=PREPARED)
    options = parser.parse_args()
    answers = Answers(options.prepared)
    show(answers.rows())
    print(answers.by_source())
    print(answers.confusion())


def rows(data: Path) -> list[Row]:
    """The card's figures, of what train.py left in PREPARED."""
    del data
    return Answers(PREPARED).rows()


class Answers:
    """What networks said of sources that they never saw, through the runtime's own `read`."""

    def __init__(self, prepared: Path) -> None:
        data = np.load(prepared / "features.npz")
        logits = np.load(prepared / "crossed.npz")["logits"].astype(np.float64)
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        self.shares: Floats = shares / shares.sum(axis=1, keepdims=True)
        self.features: npt.NDArray[np.float32] = data["features"]
        self.truth: Whole = data["classes"]
        self.sources: npt.NDArray[np.str_] = data["sources"]
        self.plain: npt.NDArray[np.bool_] = ~data["changed"]
        self.read: npt.NDArray[np.bool_] = data["read"]
        seen = [content.read({"classes": row}) for row in self.shares]
        self.told = np.array([content.CLASSES.index(one.content) for one in seen])
        self.sure = np.array([one.confidence_permille for one in seen]) / 1000

    def rows(self) -> list[Row]:
        graphic = self.truth != 0
        found = []
        parts = (
            (self.plain, "as they are", True),
            (self.read & ~self.plain, "scaled, cropped, JPEG", True),
            (~self.read, "likewise, text unknown", False),
        )
        for chosen, name, is_asked in parts:
            photos, others = chosen & ~graphic, chosen & graphic
            told = [
                (f"{name} ({chosen.sum()})", "correct", self._mean(chosen), ">= .97"),
                (f"{name}", "correct, mean of classes", self._mean_of_classes(chosen), ">= .97"),
                (f"{name}", "correct, mean of sources", self._mean_of_sources(chosen), ">= .97"),
                (f"{name}, photos ({photos.sum()})", "recall", self._mean(photos), ">= .99"),
                (f"{name}, others ({others.sum()})", "told as photo", self._photo(others), ""),
                (f"{name}, others ({others.sum()})", "told as another", self._wrong(others), ""),
                (f"{name}", "calibration error", self._calibration(chosen), "<= .03"),
            ]
            found += [
                Row(
                    model="content",
                    split=split,
                    metric=metric,
                    value=value,
                    target=target if is_asked else "",
                )
                for split, metric, value, target in told
            ]
            found.append(
                Row(
                    model="content",
                    split=name,
                    metric="photographed or drawn",
                    value=self._either(chosen),
                    baseline="the statistics' rule",
                    baseline_value=self._rule(chosen),
                )
            )
        return found

    def by_source(self) -> str:
        lines = []
        for source in np.unique(self.sources):
            chosen = self.plain & (self.sources == source)
            kind = content.CLASSES[int(self.truth[chosen][0])]
            most = np.bincount(self.told[chosen], minlength=len(content.CLASSES))
            told = ", ".join(f"{content.CLASSES[i]} {n}" for i, n in enumerate(most) if n)
            lines.append(f"{kind:11} {source:15} {self._mean(chosen):.3f}  {told}")
        return "\n".join(sorted(lines))

    def confusion(self) -> str:
        lines = [" " * 12 + "".join(f"{name[:10]:>11}" for name in content.CLASSES)]
        for place, name in enumerate(content.CLASSES):
            chosen = self.plain & (self.truth == place)
            counts = np.bincount(self.told[chosen], minlength=len(content.CLASSES))
            lines.append(f"{name:12}" + "".join(f"{count:11}" for count in counts))
        return "\n".join(lines)

    def _mean(self, chosen: npt.NDArray[np.bool_]) -> float:
        return float((self.told == self.truth)[chosen].mean())

    def _mean_of_classes(self, chosen: npt.NDArray[np.bool_]) -> float:
        kinds = range(len(content.CLASSES))
        return float(np.mean([self._mean(chosen & (self.truth == kind)) for kind in kinds]))

    def _mean_of_sources(self, chosen: npt.NDArray[np.bool_]) -> float:
        named = np.unique(self.sources)
        return float(np.mean([self._mean(chosen & (self.sources == name)) for name in named]))

    def _photo(self, chosen: npt.NDArray[np.bool_]) -> float:
        return float((self.told == 0)[chosen].mean())

    def _wrong(self, chosen: npt.NDArray[np.bool_]) -> float:
        return float(((self.told != 0) & (self.told != self.truth))[chosen].mean())

    def _either(self, chosen: npt.NDArray[np.bool_]) -> float:
        """Photos and products are photographed, the rest is drawn."""
        return float((_photographed(self.told) == _photographed(self.truth))[chosen].mean())

    def _rule(self, chosen: npt.NDArray[np.bool_]) -> float:
        """The fallback, on the proxy's share of flat blocks and its colours."""
        told = []
        for flat, bits in self.features[chosen][:, [FLAT, COLOURS]]:
            seen = content.fallback(round(1000 * float(flat)), round(2 ** float(bits)))
            told.append(seen.content == "photo")
        return float((np.array(told) == _photographed(self.truth[chosen])).mean())

    def _calibration(self, chosen: npt.NDArray[np.bool_]) -> float:
        """Expected calibration error: sources weigh alike."""
        weight = np.zeros(len(self.truth))
        for name in np.unique(self.sources):
            own = chosen & (self.sources == name)
            weight[own] = 1 / own.sum()
        bins = np.minimum((self.sure * BINS).astype(int), BINS - 1)
        right = self.told == self.truth
        total = 0.0
        for place in range(BINS):
            own = chosen & (bins == place)
            total += abs(float((weight * (right - self.sure))[own].sum()))
        return total / float(weight.sum())


FLAT = 0
COLOURS = len(blocks.RANGES) + len(blocks.TWO_TONED) + 2
"""Places of the share of perfectly flat blocks, and of log2 of the colours, in the features."""


def _photographed(kinds: Whole) -> npt.NDArray[np.bool_]:
    return np.isin(kinds, [content.CLASSES.index("photo"), content.CLASSES.index("product")])


if __name__ == "__main__":
    main()
