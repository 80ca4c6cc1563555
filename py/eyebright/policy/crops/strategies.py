"""Where a crop may lie: each strategy has its own idea, and says why.

Each gives windows of the wished shape, or nothing where it has nothing to go by. `ranking` decides
which of them come first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from eyebright.policy.boxes import (
    around,
    centred,
    holds,
    middle_of,
    rounded,
    shrunk,
)
from eyebright.policy.crops import composition, mass
from eyebright.policy.crops.guards import with_margin
from eyebright.policy.crops.scene import Scene, densest, sizes, sparing, whole
from eyebright.values import Box, Reason

CLOSER = (1000, 800)
"""The largest window, and one with 0.64 of its area, so that the two differ. Our choice."""

THIRDS = (1, 2)
"""Of the side's three parts, how many lie before what draws the eye."""

EYES_PERMILLE = 400
"""Of a window's height above the middle of the faces: near the upper third, as portraits are
framed. Our choice."""

PORTRAIT_PERMILLE = 350
"""Most of a close window's height that the heads take together: more is a passport's picture. Our
choice."""

LARGEST_PRODUCT_PERMILLE = 850
"""Most of a window's side that a product takes (see `guards.PRODUCT_MARGIN_PERMILLE`)."""


class Idea(NamedTuple):
    """A window, whose idea it was, and why."""

    strategy: str
    box: Box
    reason: Reason
    pad: tuple[int, ...] = ()


def ideas(scene: Scene) -> Iterator[Idea]:
    """All that there are for a picture, before any is judged."""
    yield uncropped(scene)
    for name, strategy in STRATEGIES.items():
        for box, text in strategy(scene):
            yield Idea(name, box, Reason(code=f"crop-{name}", text=text))


Windows = Iterator[tuple[Box, str]]


def _saliency(scene: Scene) -> Windows:
    if not scene.facts.saliency:
        return
    for size in sizes(scene, CLOSER):
        box = sparing(scene, densest(scene, size))
        yield box, "It keeps most of what draws the eye."


def _thirds(scene: Scene) -> Windows:
    """What draws the eye on a line that parts the window in thirds, along its freer side."""
    if not scene.facts.saliency:
        return
    for size in sizes(scene, CLOSER):
        box = densest(scene, size)
        x, y = mass.focus(scene.facts, box)
        is_across = scene.within[0] - size[0] >= scene.within[1] - size[1]
        for part in THIRDS:
            shift = rounded(size[0 if is_across else 1] * (3 - 2 * part), 3)
            middle = (x + shift, y) if is_across else (x, y + shift)
            yield (
                sparing(scene, centred(middle, size, scene.within)),
                "What draws the eye stands on a line of thirds.",
            )


def _faces(scene: Scene) -> Windows:
    """All heads at once, the middle of them where portraits have it; and closer."""
    if not scene.heads:
        return
    group = around(scene.heads)
    closest = _around_heads(scene, group)
    for size in dict.fromkeys((scene.size, closest)):
        x, y = middle_of(group)
        lower = rounded(size[1] * (500 - EYES_PERMILLE) * 2, 1000)
        box = sparing(scene, centred((x, y + lower), size, scene.within))
        if holds(box, group):
            yield box, f"{_count(len(scene.heads))} where portraits have it."
        else:
            yield box, "As many faces as fit are inside."


def _composition(scene: Scene) -> Windows:
    """All heads where people like them to stand; and closer."""
    if not scene.heads:
        return
    for size in sizes(scene, CLOSER):
        for box in composition.framed(scene, size, around(scene.heads)):
            yield sparing(scene, box), f"{_count(len(scene.heads))} where people like it to be."


def _count(faces: int) -> str:
    return "The face is" if faces == 1 else f"The middle of {faces} faces is"


def _around_heads(scene: Scene, group: Box) -> tuple[int, int]:
    """The smallest window size in which the heads leave room, none smaller than wished."""
    wish, (width, height) = scene.wish, scene.size
    needed = max(
        rounded(1000 * 1000 * group.height, PORTRAIT_PERMILLE * height),
        rounded(1000 * 1000 * group.width, LARGEST_PRODUCT_PERMILLE * width),
        rounded(1000 * wish.width, width),
        rounded(1000 * wish.height, height),
    )
    return shrunk(scene.size, wish, min(1000, max(1, needed)))


def _text(scene: Scene) -> Windows:
    """Around all lines where the picture is there to be read."""
    if not scene.text_counts:
        return
    group = around(scene.facts.text_lines)
    box = sparing(scene, centred(middle_of(group), scene.size, scene.within))
    if holds(box, group):
        yield box, "All of the text is inside."
    else:
        yield box, "As much of the text as fits is inside."


def _product(scene: Scene) -> Windows:
    """What stands on a plain ground in the middle, with the margin that shops ask for."""
    subject = scene.subject
    if subject is None:
        return
    width, height = scene.size
    needed = max(
        rounded(1000 * 1000 * subject.width, LARGEST_PRODUCT_PERMILLE * width),
        rounded(1000 * 1000 * subject.height, LARGEST_PRODUCT_PERMILLE * height),
        rounded(1000 * scene.wish.width, width),
        rounded(1000 * scene.wish.height, height),
    )
    least = min(1000, max(1, needed))
    most = max(least, _room_permille(scene, subject))
    for permille in dict.fromkeys((most, least)):
        size = shrunk(scene.size, scene.wish, permille)
        box = centred(middle_of(subject), size, scene.within)
        text = "What stands on the plain ground is in the middle."
        if not holds(box, with_margin(scene, subject)):
            text = "As much as fits of what stands on the plain ground is inside."
        yield box, text


def _room_permille(scene: Scene, subject: Box) -> int:
    """Of the largest window's side, the largest one with the subject in its middle."""
    sides = zip(middle_of(subject), scene.within, scene.size, strict=True)
    return min(1000 * min(twice, 2 * side - twice) // size for twice, side, size in sides)


def _centre(scene: Scene) -> Windows:
    box = centred(middle_of(whole(scene)), scene.size, scene.within)
    yield sparing(scene, box), "The middle of the picture."


STRATEGIES: dict[str, Callable[[Scene], Windows]] = {
    "faces": _faces,
    "composition": _composition,
    "text": _text,
    "product": _product,
    "saliency": _saliency,
    "thirds": _thirds,
    "centre": _centre,
}
"""In this order: of two ideas alike the first names the crop."""


def uncropped(scene: Scene) -> Idea:
    """Not to crop: the whole picture, and the margins that would give it the shape."""
    width, height = scene.within
    wish = scene.wish
    wide, tall = width, height
    if scene.size[0] < width:
        tall = max(height, rounded(width * wish.down, wish.across))
    elif scene.size[1] < height:
        wide = max(width, rounded(height * wish.across, wish.down))
    left, top = (wide - width) // 2, (tall - height) // 2
    pad = (left, top, wide - width - left, tall - height - top)
    if not any(pad):
        text = "The picture has this shape already."
        return Idea("whole", whole(scene), Reason(code="crop-whole", text=text))
    text = f"The whole picture, not cropped to {wish.across}:{wish.down}: nothing is cut."
    values = {"pad": list(pad), "width": wide, "height": tall}
    return Idea("whole", whole(scene), Reason(code="crop-whole", text=text, values=values), pad)


def by_user(scene: Scene, focal_permille: tuple[int, ...], box: Box | None) -> Idea | None:
    """What somebody chose: their region, else a window around their focal point."""
    if box is not None:
        fitted = _shaped(scene, box)
        if fitted == box:
            return _chosen(box, "This region was chosen.")
        return _chosen(fitted, "The region that was chosen, in the shape that is wanted.")
    if focal_permille:
        return _chosen(_around_focus(scene, focal_permille), "Around the chosen point.")
    return None


def _chosen(box: Box, text: str) -> Idea:
    return Idea("user", box, Reason(code="crop-user", text=text))


def _shaped(scene: Scene, box: Box) -> Box:
    """The region itself where it has the shape, else the smallest window around it that has it.

    The largest with the same middle where that does not fit.
    """
    wish, most = scene.wish, scene.size
    wide = min(most[0], max(box.width, rounded(box.height * wish.across, wish.down)))
    tall = min(most[1], max(box.height, rounded(box.width * wish.down, wish.across)))
    off = abs(box.width * wish.down - box.height * wish.across)
    is_rounded = wish.width > 0 and 2 * off <= max(box.width, box.height)
    if off <= max(wish.across, wish.down) or is_rounded:
        return box
    return centred(middle_of(box), (wide, tall), scene.within)


def _around_focus(scene: Scene, focal_permille: tuple[int, ...]) -> Box:
    """In the middle as far as the picture goes.

    Moved to spare heads and text only as long as the point stays in the middle half of the window.
    """
    x, y = (
        2 * rounded(side * at, 1000) for side, at in zip(scene.within, focal_permille, strict=True)
    )
    box = centred((x, y), scene.size, scene.within)
    spared = sparing(scene, box)
    off_before, off_after = (
        [abs(at - middle) for at, middle in zip((x, y), middle_of(one), strict=True)]
        for one in (box, spared)
    )
    most = (max(off, side // 2) for off, side in zip(off_before, scene.size, strict=True))
    return spared if all(map(int.__le__, off_after, most)) else box
