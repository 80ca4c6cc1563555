"""What searches cost with the forecasts: the policy's own search on the measured curves.

    python models/predictors/searching.py [--out DIR] [--of folds|samples|wholes]

Between the measured qualities, scores and bytes are interpolated over the files that an encoder
makes, so encoders are a little smoother here than they are. For each place the encodes made, the
bytes against the best that any format reaches at any quality, and where the scores ended; beside
them the same search by the tables.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
from encoders import ENCODERS
from prepare import middle, score_at

from evaluate import Pictures, measured_and_told
from eyebright.analyse import foreseeing
from eyebright.policy import choose, forecasts, formats
from eyebright.policy.dials import dial_of
from eyebright.policy.forecasts import Forecasts
from eyebright.policy.search import trial_at
from eyebright.values import Candidate, Choice, Outcome, Plan, Trial

PLACES: Mapping[str, tuple[Candidate, ...]] = {
    "browser": (
        Candidate(format="avif", speed=7, subsampling="444"),
        Candidate(format="webp", speed=4),
        Candidate(format="jpeg", speed=0),
    ),
    "browser, 4:4:4": (
        Candidate(format="avif", speed=7, subsampling="444"),
        Candidate(format="jpeg", speed=0, subsampling="444"),
    ),
    "CPython": (
        Candidate(format="avif", speed=6, subsampling="444"),
        Candidate(format="webp", speed=4),
        Candidate(format="jpeg", speed=0),
    ),
}
ASKED = (60, 70, 75, 80, 85)
NUMBERS = {encoder.name: i for i, encoder in enumerate(ENCODERS)}

Floats = npt.NDArray[Any]


class Curves:
    """One sample's encoders by what was measured of them."""

    def __init__(self, curves: Floats, pixels: int) -> None:
        self._curves, self.pixels = curves, pixels

    def outcome(self, trial: Trial) -> Outcome:
        name = forecasts.encoder_of(trial)
        curve, quality = self._curves[NUMBERS[name]], middle(name, trial.quality)
        size = np.exp(np.interp(quality, curve[:, 0], np.log(curve[:, 1])))
        score = score_at(curve, quality)
        return Outcome(trial=trial, size_bytes=round(float(size)), score=round(score, 4))

    def best(self, candidates: tuple[Candidate, ...], plan: Plan) -> tuple[dict[str, int], int]:
        """Least bytes of each format at the target, and of all, over all qualities."""
        least: dict[str, int] = {}
        for way in candidates:
            tried = (self.outcome(trial_at(way, plan, quality)) for quality in range(1, 101))
            sizes = [o.size_bytes for o in tried if o.score >= plan.target]
            if sizes:
                least[way.format] = min(sizes)
        return least, min(least.values(), default=0)

    def misses_below(self, outcome: Outcome, target: float) -> bool:
        """Whether the encoder's next file of less quality does not reach the target."""
        dial = dial_of(outcome.trial)
        place = dial.place(outcome.trial.quality)
        if place == 0:
            return True
        return self.outcome(outcome.trial.replace(quality=dial.quality(place - 1))).score < target


def main() -> None:
    parser = argparse.ArgumentParser(description="encodes and bytes of searches with forecasts")
    parser.add_argument("--out", type=Path, default=Path(".cache/models/predictors"))
    parser.add_argument("--of", choices=get_args(Pictures), default="folds")
    options = parser.parse_args()
    data, told = measured_and_told(options.out, options.of)
    print(
        "place           target  by         encodes  formats  over oracle  above <= 1  least  below"
    )
    for place, candidates in PLACES.items():
        for target in ASKED:
            for line in _lines(data, told, candidates, target):
                print(f"{place:15} {target:6}  {line}")


def _lines(
    data: dict[str, Floats], told: Floats, candidates: tuple[Candidate, ...], target: int
) -> Iterator[str]:
    kept: dict[str, list[tuple[float, ...]]] = {"forecast": [], "table": []}
    alone: dict[str, list[float]] = {c.format: [] for c in candidates}
    for i, curves in enumerate(data["curves"]):
        sample = Curves(curves, int(data["pixels"][i]))
        known = foreseeing.read({"forecasts": told[i].reshape(1, -1)})
        plan = _plan(sample, candidates, target)
        least, oracle = sample.best(candidates, plan)
        if len(least) < len(candidates):
            continue
        for name, size in least.items():
            alone[name].append(size / oracle - 1)
        for way, used in (("forecast", known), ("table", {})):
            kept[way].append(_ended(sample, plan, used, oracle))
    for way, ends in kept.items():
        encodes, firsts, over, above, settled, below = np.asarray(ends).T
        yield (
            f"{way:10} {encodes.mean():7.2f} {firsts.mean():9.2f} {100 * over.mean():10.2f} % "
            f"{above.mean():10.3f} {settled.mean():7.3f} {below.mean():7.3f}"
        )
    usual = min(alone, key=lambda name: float(np.mean(alone[name])))
    yield f"always {usual}: {100 * np.mean(alone[usual]):.2f} % over the oracle of {len(ends)}"


def _plan(sample: Curves, candidates: tuple[Candidate, ...], target: int) -> Plan:
    """As the tables order the candidates; the search may order them anew."""
    ways = [c.replace(expected_bytes=_usual(c, sample.pixels, target)) for c in candidates]
    return Plan(
        content="general",
        width=sample.pixels,
        height=1,
        target=target,
        floor=1,
        candidates=tuple(sorted(ways, key=lambda c: c.expected_bytes)),
        original_bytes=1 << 40,
    )


def _usual(candidate: Candidate, pixels: int, target: int) -> int:
    growth = 2 ** ((target - 75) / formats.SCORE_DOUBLING["photo"])
    return round(formats.BITS_PER_PIXEL_AT_75["photo"][candidate.format] * growth * pixels / 8)


def _ended(sample: Curves, plan: Plan, used: Forecasts, oracle: int) -> tuple[float, ...]:
    """Encodes, formats tried, bytes over the oracle, and of the score whether it ends well.

    That is within 1 above the target; so, or the next file's would be below it; below it.
    """
    choice, outcomes = _run(plan, used, sample)
    best = choice.outcome
    if best is None:
        return len(outcomes), 0, 1.0, 0, 0, 1
    above = best.score - plan.target
    tried = len({o.trial.format for o in outcomes})
    settled = above <= 1 or sample.misses_below(best, plan.target)
    return len(outcomes), tried, best.size_bytes / oracle - 1, above <= 1, settled, above < 0


def _run(plan: Plan, used: Forecasts, sample: Curves) -> tuple[Choice, list[Outcome]]:
    asking = choose(plan, used)
    trial = next(asking)
    outcomes: list[Outcome] = []
    while True:
        outcomes.append(sample.outcome(trial))
        try:
            trial = asking.send(outcomes[-1])
        except StopIteration as stop:
            return stop.value, outcomes


if __name__ == "__main__":
    main()
