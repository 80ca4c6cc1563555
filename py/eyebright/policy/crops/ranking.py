"""Which of the ideas come first: those that break no guard, then those that keep most."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from eyebright.policy.boxes import alike, area, around, middle_of, rounded, shared
from eyebright.policy.crops import composition, mass
from eyebright.policy.crops.guards import guards_of, is_binding, loses_ink, loses_text
from eyebright.policy.crops.scene import Scene
from eyebright.policy.crops.strategies import Idea
from eyebright.values import Box, Crop, Guard, Reason

ALIKE_PERMILLE = 850
"""Intersection over union from which two crops are one: nobody can choose between them."""

WEIGHTS = {"attention": 700, "faces": 150, "area": 100, "framing": 25, "own": 25}
"""What a crop's parts count, per thousand: the best of a few on training pictures. With 550, 150,
150, 50 and 100, .2 points fewer of the fixations are kept, and first crops move more often when the
picture hardly changes (build/bench_crops.py, crop_smoothness.py)."""

OWN_PERMILLE = {
    "faces": 1000,
    "composition": 1000,
    "text": 1000,
    "product": 1000,
    "whole": 1000,
    "saliency": 800,
    "thirds": 400,
}
"""What an idea is worth by itself: one that goes by what is there comes before the plain middle,
and those come first that go by what people look for. Our choice."""

NEAR_SCORE = 20
"""Ideas that score so much less than the best one still count in the mean that comes first. 20 to
40 do alike on 150 training photos (build/crop_smoothness.py)."""

NEAR_PERMILLE = 400
"""Intersection over union from which another idea's window counts in it; 600 moves more."""

LIKING = 4
"""Thousandths of framing that a hundredth of a grade counts: the worst framing is worth nothing."""

PASSING, NICKING, PADDED = (461, 1000), (400, 460), (301, 399)
LOSING, FAILING = (201, 300), (0, 200)
"""Least and most score: crops that break nothing, then those that cut what surely is text on a
photo, then the whole picture with margins, then crops that leave out much of what is there to be
read or drawn, then crops that break a guard."""


class Judged(NamedTuple):
    """An idea with what was found of it."""

    idea: Idea
    guards: tuple[Guard, ...]
    score_permille: int


def ranked(scene: Scene, ideas: Iterable[Idea], most: int) -> tuple[Crop, ...]:
    """The best first, any two of them apart, the whole picture among three or more."""
    judged = sorted((judge(scene, idea) for idea in ideas), key=_place)
    apart: list[tuple[Judged, list[str]]] = []
    for one in sorted(_settled(scene, judged), key=_place):
        same = next((other for other in apart if _alike(one, other[0])), None)
        if same is None:
            apart.append((one, []))
        elif one.idea.strategy not in (same[0].idea.strategy, *same[1]):
            same[1].append(one.idea.strategy)
    return tuple(_crop(one, agreeing) for one, agreeing in _chosen(apart, most))


def _settled(scene: Scene, judged: list[Judged]) -> list[Judged]:
    """All, the first of them moved towards those of its size that are nearly as good and near.

    Where two ideas are as good, the least change of the picture makes the other one first; from a
    mean of them it moves little. It counts as much as that first, lest another jump before it. One
    that breaks what the first does not is not taken.
    """
    first = judged[0]
    least = first.score_permille - NEAR_SCORE
    if first.idea.strategy in {"user", "whole"}:
        return judged
    weights = [_nearness(first, one) * max(0, one.score_permille - least) ** 2 for one in judged]
    total = sum(weights)
    x, y = (
        rounded(sum(map(int.__mul__, weights, along)), total)
        for along in ([one.idea.box.x for one in judged], [one.idea.box.y for one in judged])
    )
    mean = judge(scene, first.idea._replace(box=first.idea.box.replace(x=x, y=y)))
    if mean.score_permille <= least or not _broken(mean) <= _broken(first):
        return judged
    return [mean._replace(score_permille=first.score_permille), *judged[1:]]


def _broken(one: Judged) -> set[str]:
    """Names of the guards that it breaks."""
    return {guard.name for guard in one.guards if not guard.passes}


def _nearness(first: Judged, other: Judged) -> int:
    """0 for another size, and where intersection over union is NEAR_PERMILLE or less."""
    one, two = first.idea.box, other.idea.box
    if (one.width, one.height) != (two.width, two.height):
        return 0
    both = shared(one, two)
    return max(0, 1000 * both // (area(one) + area(two) - both) - NEAR_PERMILLE)


def _place(one: Judged) -> tuple[bool, int]:
    """What somebody chose is first; of equals the idea that was told first."""
    return one.idea.strategy != "user", -one.score_permille


def judge(scene: Scene, idea: Idea) -> Judged:
    guards = guards_of(scene, idea.box)
    if idea.strategy == "user":
        return Judged(idea, guards, 1000)
    least, most = PADDED if idea.pad else _range(scene, idea.box, guards)
    worth = rounded((most - least) * _worth(scene, idea), 1000)
    return Judged(idea, guards, least + worth)


def _range(scene: Scene, box: Box, guards: tuple[Guard, ...]) -> tuple[int, int]:
    """Least and most score of a crop that breaks these guards."""
    if not all(guard.passes for guard in guards if is_binding(guard, scene)):
        return FAILING
    if any(guard.name == "text" and not guard.passes for guard in guards):
        return NICKING
    return LOSING if loses_text(scene, box) or loses_ink(scene, box) else PASSING


def _worth(scene: Scene, idea: Idea) -> int:
    """0 to 1000."""
    box, faces = idea.box, scene.facts.faces
    whole = sum(shared(face, box) == area(face) for face in faces)
    parts = {
        "attention": mass.kept_permille(scene.facts, box),
        "faces": rounded(1000 * whole, len(faces)) if faces else 1000,
        "area": _area_permille(scene, box),
        "framing": _framing_permille(scene, box),
        "own": OWN_PERMILLE.get(idea.strategy, 0),
    }
    counted = sum(WEIGHTS[name] * min(1000, part) for name, part in parts.items())
    return rounded(counted, 1000)


def _area_permille(scene: Scene, box: Box) -> int:
    """Of the largest window; of what stands on a plain ground, how near to the middle it stands."""
    subject = scene.subject
    if subject is None:
        return rounded(1000 * area(box), scene.size[0] * scene.size[1])
    sides = ((box.x, box.width), (box.y, box.height))
    off = [
        rounded(1000 * abs(twice - 2 * start - side), side)
        for twice, (start, side) in zip(middle_of(subject), sides, strict=True)
    ]
    return max(0, 1000 - max(off))


def _framing_permille(scene: Scene, box: Box) -> int:
    """How people like heads to stand in a window, else how near to thirds what draws the eye is."""
    if not scene.heads:
        return _thirds_permille(scene, box)
    return max(0, 1000 + LIKING * composition.liking_centi(scene, box, around(scene.heads)))


def _thirds_permille(scene: Scene, box: Box) -> int:
    """How near what draws the eye is to a line of thirds or to the middle, along both sides."""
    focus = mass.focus(scene.facts, box)
    sides = ((box.x, box.width), (box.y, box.height))
    near = [
        _on_thirds(rounded(500 * max(0, twice - 2 * start), side))
        for twice, (start, side) in zip(focus, sides, strict=True)
    ]
    return sum(near) // 2


def _on_thirds(permille: int) -> int:
    """1000 on a line, 0 where a sixth or more of the side lies between."""
    far = min(abs(permille - line) for line in (333, 500, 667))
    return max(0, 1000 - 6 * far)


def _alike(first: Judged, second: Judged) -> bool:
    return alike(first.idea.box, second.idea.box, ALIKE_PERMILLE)


def _chosen(apart: list[tuple[Judged, list[str]]], most: int) -> list[tuple[Judged, list[str]]]:
    """The first ones; of three or more one is the whole picture, where it is not alike to one."""
    chosen, left = apart[:most], apart[most:]
    whole = next((one for one in left if one[0].idea.strategy == "whole"), None)
    if whole is None or most < 3:
        return chosen
    return [*chosen[:-1], whole]


def _crop(one: Judged, agreeing: list[str]) -> Crop:
    reasons = [one.idea.reason]
    if agreeing:
        text = f"So would other means have it: {', '.join(agreeing)}."
        reasons.append(Reason(code="crop-agreed", text=text, values={"strategies": agreeing}))
    return Crop(
        box=one.idea.box,
        strategy=one.idea.strategy,
        score_permille=one.score_permille,
        reasons=tuple(reasons),
        guards=one.guards,
        pad=one.idea.pad,
    )
