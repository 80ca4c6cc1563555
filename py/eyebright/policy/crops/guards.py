"""What a crop must not break, each with the numbers that it was judged by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from eyebright.policy import writing
from eyebright.policy.boxes import area, grown, holds, rounded, shared
from eyebright.policy.classify import SURE_PERMILLE
from eyebright.policy.content import MIN_FACE_PERMILLE
from eyebright.policy.crops.scene import Scene
from eyebright.values import Box, Guard, TextLine

FACE_PERMILLE: Mapping[str, int] = {"hero": 1000, "social": 1000, "featured": 1000, "article": 950}
"""Share of each face's box that a crop keeps where it stands so. Our choice: what is seen first and
alone keeps all of a face; elsewhere `content.MIN_FACE_PERMILLE`."""

DRAWN = frozenset({"chart", "screenshot", "document"})
"""Kinds of pictures of which every part says something."""

LEAST_INK_PERMILLE = 900
"""Of the box around all that is drawn: a tenth may be left out, as of lines of text. Our choice."""

PRODUCT_MARGIN_PERMILLE = 50
"""Of a product's longer side, kept free around it. Shops want it to fill 85 % of the picture or
more (Amazon's product image requirements), which leaves 7.5 % at each side at most."""


def guards_of(scene: Scene, box: Box) -> tuple[Guard, ...]:
    """Every guard that has something to guard in this picture."""
    found = (_faces(scene, box), _heads(scene, box), _text(scene, box), _product(scene, box))
    return tuple(guard for guard in (*found, _size(scene, box)) if guard is not None)


def is_binding(guard: Guard, scene: Scene) -> bool:
    """Whether a crop that breaks it is none.

    Lines of text on a photo may be none, and what is too small is cropped all the same.
    """
    return guard.name != "size" and (guard.name != "text" or scene.text_counts)


def loses_text(scene: Scene, box: Box) -> bool:
    """Whether so much is left out of what is there to be read that the whole is better."""
    lines = scene.facts.text_lines
    left_out = sum(not shared(line, box) for line in _boxes(lines))
    return scene.text_counts and left_out * writing.STRAY > len(lines)


def loses_ink(scene: Scene, box: Box) -> bool:
    """Whether a good part is left out of what is drawn on the plain ground of a chart or a page.

    For those whose text, where there is any, was not found.
    """
    facts = scene.facts
    ink = facts.subject
    if ink is None or facts.seen_content not in DRAWN:
        return False
    if (facts.content_confidence_permille or 0) < SURE_PERMILLE:
        return False  # it may be a product on white, which crops fit closely
    return 1000 * shared(ink, box) < LEAST_INK_PERMILLE * area(ink)


def least_face_permille(context: str) -> int:
    return FACE_PERMILLE.get(context, MIN_FACE_PERMILLE)


def with_margin(scene: Scene, subject: Box) -> Box:
    """A product and the free space around it, as far as the picture goes."""
    margin = rounded(max(subject.width, subject.height) * PRODUCT_MARGIN_PERMILLE, 1000)
    return grown(subject, (margin, margin, margin, margin), scene.within)


def _faces(scene: Scene, box: Box) -> Guard | None:
    faces = scene.facts.faces
    if not faces:
        return None
    least = least_face_permille(scene.context)
    kept = [1000 * shared(face, box) // area(face) for face in faces]
    lost = sum(share < least for share in kept)
    text = "All faces are inside." if len(faces) > 1 else "The face is inside."
    if lost:
        text = f"Of {len(faces)} faces {lost} would be cut or left out."
    if lost and len(faces) == 1:
        text = "The face would be cut or left out."
    values = {
        "faces": len(faces),
        "lost": lost,
        "least_permille": min(kept),
        "needed_permille": least,
    }
    return Guard(name="faces", passes=not lost, text=text, values=values)


def _heads(scene: Scene, box: Box) -> Guard | None:
    """No head that is seen ends at the brow."""
    if not scene.heads:
        return None
    cut = sum(shared(head, box) > 0 and head.y < box.y for head in scene.heads)
    text = "No head is cut at its top."
    if cut:
        text = f"{cut} head{'s' if cut > 1 else ''} would be cut at the top."
    return Guard(name="heads", passes=not cut, text=text, values={"cut": cut})


def _text(scene: Scene, box: Box) -> Guard | None:
    lines = scene.lines
    if not lines:
        return None
    cut = sum(0 < shared(line, box) < area(line) for line in lines)
    text = "No line of text is cut."
    if cut:
        text = f"{cut} line{'s' if cut > 1 else ''} of text would be cut."
    return Guard(name="text", passes=not cut, text=text, values={"lines": len(lines), "cut": cut})


def _boxes(lines: tuple[TextLine, ...]) -> Iterator[Box]:
    return (Box(x=at.x, y=at.y, width=at.width, height=at.height) for at in lines)


def _product(scene: Scene, box: Box) -> Guard | None:
    subject = scene.subject
    if subject is None:
        return None
    passes = holds(box, with_margin(scene, subject))
    text = "What stands on the plain ground is inside, with space around it."
    if not passes:
        text = "What stands on the plain ground would be cut, or touch the edge."
    values = {"kept_permille": 1000 * shared(subject, box) // area(subject)}
    return Guard(name="product", passes=passes, text=text, values=values)


def _size(scene: Scene, box: Box) -> Guard | None:
    wish = scene.wish
    if not wish.width:
        return None
    passes = box.width >= wish.width and box.height >= wish.height
    size = f"{box.width} x {box.height}"
    text = f"It has the {wish.width} x {wish.height} pixels that are wanted."
    if not passes:
        text = f"It has {size} of the {wish.width} x {wish.height} pixels that are wanted."
    values = {"width": box.width, "height": box.height, "wanted": [wish.width, wish.height]}
    return Guard(name="size", passes=passes, text=text, values=values)
