"""How people like others framed, by where their heads stand in a crop.

The table is what people thought of 25,000 crops of 289 photos of persons (GAICD, with the persons'
boxes of Human-Centric Image Cropping): hundredths of a grade below the best, of five grades, by
knots per thousand. `build/composition.py` fits it, and tells how well it ranks crops that it never
saw: Spearman's correlation .585, the mean over 50 pictures; the area alone has .276.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from eyebright.policy.boxes import rounded
from eyebright.policy.crops import mass
from eyebright.policy.crops.scene import Scene, whole
from eyebright.values import Box

Curve = tuple[tuple[int, int], ...]

ASIDE: Curve = ((0, -24), (100, -5), (200, 0), (300, -70), (400, -118), (500, -201))
"""By how far the heads' middle is from the window's, of its width: a little aside is liked best."""

ABOVE: Curve = (
    *((-200, -196), (-100, -145), (0, -52), (100, -10)),
    *((200, 0), (300, -24), (400, -32), (600, -106)),
)
"""By the room above the heads, of the window's height."""

SHARE: Curve = ((400, -33), (500, -58), (600, -44), (700, -22), (800, 0))
"""By the window's area, of the picture's."""

NEAR = 6
"""Places worth so much less than the best one still count in the mean that is taken (`mass`): a
hundredth of a grade counts as a thousandth of what draws the eye. Our choice."""


def liking_centi(scene: Scene, box: Box, heads: Box) -> int:
    """Hundredths of a grade below the best framing, 0 or less."""
    share = rounded(1000 * box.width * box.height, scene.facts.width * scene.facts.height)
    along_x, along_y = (heads.x - box.x, heads.width), (heads.y - box.y, heads.height)
    return (
        _aside_centi(*along_x, box.width) + _above_centi(*along_y, box.height) + _on(SHARE, share)
    )


def framed(scene: Scene, size: tuple[int, int], heads: Box) -> Box | None:
    """The window of that size around all heads that is liked best; None where they do not fit."""
    facts, (width, height) = scene.facts, size
    if heads.width > width or heads.height > height:
        return None
    columns = mass.across(facts, whole(scene))
    x = _place(columns, facts.width, width, (heads.x, heads.width), _aside_centi)
    strip = Box(x=x, y=0, width=width, height=facts.height)
    y = _place(mass.down(facts, strip), facts.height, height, (heads.y, heads.height), _above_centi)
    return Box(x=x, y=y, width=width, height=height)


def _place(
    profile: Sequence[int],
    side: int,
    window: int,
    heads: tuple[int, int],
    liking: Callable[[int, int, int], int],
) -> int:
    """Where along a side, the heads inside: what is liked and what draws the eye count."""
    start, length = heads
    first = max(0, start + length - window)
    free = min(start, side - window) - first
    if not free:
        return first
    worth = [
        liking(start - first - at, length, window)
        + mass.kept_along(profile, side, window, first + at)
        for at in mass.places(free)
    ]
    return first + mass.soft_place(worth, NEAR, free)


def _aside_centi(start: int, length: int, window: int) -> int:
    return _on(ASIDE, rounded(500 * abs(2 * start + length - window), window))


def _above_centi(start: int, _length: int, window: int) -> int:
    above = rounded(1000 * abs(start), window)
    return _on(ABOVE, above if start >= 0 else -above)


def _on(curve: Curve, permille: int) -> int:
    """Between two knots on a straight line, beyond the last as there."""
    for (left, low), (right, high) in pairwise(curve):
        if permille <= right:
            return low + (high - low) * max(0, permille - left) // (right - left)
    return curve[-1][1]
