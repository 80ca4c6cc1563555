"""Where the frame of a crop may be: whole pixels of the picture, its shape kept. No browser here.

A box is {x, y, width, height}, a size (width, height), a ratio (across, down) in lowest terms or
None where the shape is free. Every answer lies inside the picture.
"""

from typing import Any

LEAST_SIDE = 16
"""Pixels that a side keeps where the picture has them: less is no picture but a speck. Ours."""

FREE, OWN = "free", "own"
NAMED = (FREE, OWN)
"""Shapes besides ratios such as 16:9: any at all, and the picture's own."""

MOST_DIGITS = 5
"""Of a side of a ratio: as many as the sides of pictures have."""

MIDDLE = (500, 500)
"""Of a picture, per thousand of width and height."""

WHOLE_PERMILLE, GONE_PERMILLE = 980, 20
"""Share of a face or a line from which on it counts as wholly inside, and below which as wholly
outside: detectors place their boxes to some pixels."""


def is_shape(text: Any) -> bool:
    """Whether it is one of our names, or a ratio such as 16:9 that `ratio` can read."""
    if not isinstance(text, str) or text in NAMED:
        return isinstance(text, str)
    sides = text.split(":")
    return len(sides) == 2 and all(_is_side(side) for side in sides)


def _is_side(text: str) -> bool:
    """A whole number from 1, in few digits."""
    digits = 0 < len(text) <= MOST_DIGITS and all("0" <= sign <= "9" for sign in text)
    return digits and int(text) > 0


def ratio(shape: str, size: tuple[int, int]) -> tuple[int, int] | None:
    """Of a shape such as 16:9, own or free, for a picture of this size."""
    if shape == FREE:
        return None
    across, down = size if shape == OWN else [int(side) for side in shape.split(":")]
    common = _greatest_divisor(across, down)
    return across // common, down // common


def whole(size: tuple[int, int]) -> dict[str, int]:
    return {"x": 0, "y": 0, "width": size[0], "height": size[1]}


def largest(
    size: tuple[int, int], shape: tuple[int, int] | None, middle: tuple[int, int]
) -> dict[str, int]:
    """The largest box of a shape, as near to a middle as the picture allows."""
    width, height = _sides(size[0], size[1], size, shape)
    return _about(middle, width, height, size)


def placed(box: dict[str, int], size: tuple[int, int]) -> dict[str, int]:
    """The box pushed inside the picture, smaller where it must be."""
    width, height = min(box["width"], size[0]), min(box["height"], size[1])
    x = min(max(0, box["x"]), size[0] - width)
    y = min(max(0, box["y"]), size[1] - height)
    return {"x": x, "y": y, "width": width, "height": height}


def moved(box: dict[str, int], across: int, down: int, size: tuple[int, int]) -> dict[str, int]:
    return placed(box | {"x": box["x"] + across, "y": box["y"] + down}, size)


def scaled(
    box: dict[str, int], wider: int, size: tuple[int, int], shape: tuple[int, int] | None
) -> dict[str, int]:
    """The box so many pixels wider about its middle; narrower, if negative."""
    taller = wider * box["height"] // box["width"] if shape is None else wider
    width, height = _sides(box["width"] + wider, box["height"] + taller, size, shape)
    return _about(middle(box), width, height, size)


def dragged(
    box: dict[str, int],
    corner: str,
    point: tuple[int, int],
    size: tuple[int, int],
    shape: tuple[int, int] | None,
) -> dict[str, int]:
    """The box with a corner (nw, ne, sw, se) pulled to a point; the opposite corner stays."""
    is_left, is_top = "w" in corner, "n" in corner
    anchor_x = box["x"] + (box["width"] if is_left else 0)
    anchor_y = box["y"] + (box["height"] if is_top else 0)
    room = (
        anchor_x if is_left else size[0] - anchor_x,
        anchor_y if is_top else size[1] - anchor_y,
    )
    across = anchor_x - point[0] if is_left else point[0] - anchor_x
    down = anchor_y - point[1] if is_top else point[1] - anchor_y
    if shape:
        across = max(across, down * shape[0] // shape[1])
    width, height = _sides(across, down, room, shape)
    x = anchor_x - width if is_left else anchor_x
    y = anchor_y - height if is_top else anchor_y
    return placed({"x": x, "y": y, "width": width, "height": height}, size)


def typed(
    box: dict[str, int], key: str, value: int, size: tuple[int, int], shape: tuple[int, int] | None
) -> dict[str, int]:
    """The box with one of its numbers as somebody wrote it, as far as the picture allows."""
    if key in {"x", "y"}:
        return placed(box | {key: value}, size)
    width, height = box["width"], box["height"]
    if key == "width":
        width = value
    elif shape:
        width = (2 * value * shape[0] + shape[1]) // (2 * shape[1])
    else:
        height = value
    width, height = _sides(width, height, size, shape)
    return placed({"x": box["x"], "y": box["y"], "width": width, "height": height}, size)


def around(box: dict[str, int], facts: dict[str, Any]) -> dict[str, float]:
    """Where the whole picture lies, in percent of a box of it: left, top, wide and high."""
    return {
        "left": -100 * box["x"] / box["width"],
        "top": -100 * box["y"] / box["height"],
        "wide": 100 * facts["width"] / box["width"],
        "high": 100 * facts["height"] / box["height"],
    }


def middle(box: dict[str, int]) -> tuple[int, int]:
    return box["x"] + box["width"] // 2, box["y"] + box["height"] // 2


def kept_permille(thing: dict[str, int], box: dict[str, int]) -> int:
    """Share of a thing's area that lies in the box."""
    across = _overlap(thing["x"], thing["width"], box["x"], box["width"])
    down = _overlap(thing["y"], thing["height"], box["y"], box["height"])
    return 1000 * across * down // max(1, thing["width"] * thing["height"])


def fates(things: list[dict[str, int]], box: dict[str, int]) -> list[str]:
    """What the box does to each thing: in, cut or out."""
    shares = [kept_permille(thing, box) for thing in things]
    return [_fate(share) for share in shares]


def _fate(share: int) -> str:
    if share >= WHOLE_PERMILLE:
        return "in"
    return "out" if share <= GONE_PERMILLE else "cut"


def same(first: Any, second: Any) -> bool:
    """Whether two boxes are one; nothing is like nothing."""
    return bool(first) and bool(second) and all(first[key] == second[key] for key in first)


def _sides(
    width: int, height: int, room: tuple[int, int], shape: tuple[int, int] | None
) -> tuple[int, int]:
    """Sides as wanted, inside the room, in the shape, and not too small where there is room.

    With a shape, the width decides and the height is the nearest whole pixel of the ratio.
    """
    if shape is None:
        return _within(width, room[0]), _within(height, room[1])
    across, down = shape
    widest = min(room[0], ((2 * room[1] + 1) * across - 1) // (2 * down))
    shortest_first = LEAST_SIDE if across <= down else -(-LEAST_SIDE * across // down)
    width = max(1, min(max(width, shortest_first), widest))
    return width, max(1, (2 * width * down + across) // (2 * across))


def _within(side: int, room: int) -> int:
    return max(1, min(max(side, LEAST_SIDE), room))


def _about(
    point: tuple[int, int], width: int, height: int, size: tuple[int, int]
) -> dict[str, int]:
    x, y = point[0] - width // 2, point[1] - height // 2
    return placed({"x": x, "y": y, "width": width, "height": height}, size)


def _overlap(start: int, length: int, other_start: int, other_length: int) -> int:
    return max(0, min(start + length, other_start + other_length) - max(start, other_start))


def _greatest_divisor(first: int, second: int) -> int:
    while second:
        first, second = second, first % second
    return first
