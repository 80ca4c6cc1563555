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


def framed(scene: Scene, size: tuple[int, int], heads: Box) -> tuple[Box, ...]:
    """The windows of that size around all heads that are liked best; none where they do not fit.

    One with the heads to the left of its middle and one with them to the right, as far as there is
    room for both: which of the two is better may be a matter of little.
    """
    facts, (width, height) = scene.facts, size
    if heads.width > width or heads.height > height:
        return ()
    columns = mass.across(facts, whole(scene))
    least, most = _room(facts.width, width, (heads.x, heads.width))
    middle = min(most, max(least, (2 * heads.x + heads.width - width) // 2))
    along = (columns, facts.width, width, (heads.x, heads.width), _aside_centi)
    places = (_place(*along, room) for room in dict.fromkeys(((least, middle), (middle, most))))
    found = []
    for x in dict.fromkeys(places):
        strip = Box(x=x, y=0, width=width, height=facts.height)
        room = _room(facts.height, height, (heads.y, heads.height))
        rows = mass.down(facts, strip)
        y = _place(rows, facts.height, height, (heads.y, heads.height), _above_centi, room)
        found.append(Box(x=x, y=y, width=width, height=height))
    return tuple(found)


def _room(side: int, window: int, heads: tuple[int, int]) -> tuple[int, int]:
    """First and last place along a side of a window that holds the heads."""
    start, length = heads
    return max(0, start + length - window), min(start, side - window)


def _place(
    profile: Sequence[int],
    side: int,
    window: int,
    heads: tuple[int, int],
    liking: Callable[[int, int, int], int],
    room: tuple[int, int],
) -> int:
    """Where in that room along a side: what is liked and what draws the eye count."""
    start, length = heads
    first, free = room[0], room[1] - room[0]
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
