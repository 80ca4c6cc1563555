"""Rectangles in whole pixels: windows of an aspect, what they share, how they are moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from eyebright.policy.wishes import Wish
from eyebright.values import Box, TextLine

Rectangle: TypeAlias = Box | TextLine


def rounded(numerator: int, denominator: int) -> int:
    """The nearest whole number, halves upwards; both are not negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def largest(width: int, height: int, wish: Wish) -> tuple[int, int]:
    """Width and height of the largest window of that aspect in a picture, at least a pixel."""
    if width * wish.down > height * wish.across:
        return min(width, max(1, rounded(height * wish.across, wish.down))), height
    return width, min(height, max(1, rounded(width * wish.down, wish.across)))


def shrunk(size: tuple[int, int], wish: Wish, permille: int) -> tuple[int, int]:
    """A window size of the same aspect, its longer side times `permille`."""
    if wish.across >= wish.down:
        width = max(1, rounded(size[0] * permille, 1000))
        return width, min(size[1], max(1, rounded(width * wish.down, wish.across)))
    height = max(1, rounded(size[1] * permille, 1000))
    return min(size[0], max(1, rounded(height * wish.across, wish.down))), height


def centred(middle: tuple[int, int], size: tuple[int, int], within: tuple[int, int]) -> Box:
    """A window around twice its middle (so that half pixels count), moved into the picture."""
    x, y = ((twice - side) // 2 for twice, side in zip(middle, size, strict=True))
    return moved(Box(x=x, y=y, width=size[0], height=size[1]), within)


def moved(box: Box, within: tuple[int, int]) -> Box:
    """The same size, moved into a picture of width and height `within` that it fits."""
    x = min(max(0, box.x), within[0] - box.width)
    y = min(max(0, box.y), within[1] - box.height)
    return Box(x=x, y=y, width=box.width, height=box.height)


def middle_of(box: Box) -> tuple[int, int]:
    """Twice the middle, as `centred` takes it."""
    return 2 * box.x + box.width, 2 * box.y + box.height


def grown(box: Box, margins: tuple[int, int, int, int], within: tuple[int, int]) -> Box:
    """With so many pixels to the left, top, right and bottom, as far as the picture goes."""
    left, top, right, bottom = margins
    x, y = max(0, box.x - left), max(0, box.y - top)
    end_x = min(within[0], box.x + box.width + right)
    end_y = min(within[1], box.y + box.height + bottom)
    return Box(x=x, y=y, width=end_x - x, height=end_y - y)


def around(boxes: Sequence[Rectangle]) -> Box:
    """The smallest box that holds all of them; there is at least one."""
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    end_x, end_y = (
        max(box.x + box.width for box in boxes),
        max(box.y + box.height for box in boxes),
    )
    return Box(x=x, y=y, width=end_x - x, height=end_y - y)


def area(box: Rectangle) -> int:
    return box.width * box.height


def shared(first: Rectangle, second: Rectangle) -> int:
    """Pixels that two boxes have in common."""
    across = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    down = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    return max(0, across) * max(0, down)


def inside(part: Rectangle, box: Box) -> Box:
    """What of a part lies in a box that it meets, from that box's top left corner."""
    x, y = max(part.x, box.x), max(part.y, box.y)
    end_x = min(part.x + part.width, box.x + box.width)
    end_y = min(part.y + part.height, box.y + box.height)
    return Box(x=x - box.x, y=y - box.y, width=end_x - x, height=end_y - y)


def holds(outer: Rectangle, inner: Rectangle) -> bool:
    return shared(outer, inner) == area(inner)


def alike(first: Box, second: Box, permille: int) -> bool:
    """Whether intersection over union is at least `permille`."""
    both = shared(first, second)
    return 1000 * both >= permille * (area(first) + area(second) - both)
