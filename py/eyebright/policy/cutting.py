"""The region that a goal wants of a picture, and the facts of that region alone.

Everything that is decided after that is decided as if the region were the picture.
"""

from __future__ import annotations

from typing import NamedTuple

from eyebright.policy.boxes import area, inside, rounded, shared
from eyebright.policy.checked_facts import check_inside
from eyebright.policy.content import Policies
from eyebright.policy.sizes import fit
from eyebright.policy.wishes import read_wish
from eyebright.values import Box, Crop, Facts, Goal, Plan, Reason

CHOSEN = Reason(code="crop-user", text="This region was chosen.")

NOT_MADE = Reason(code="crop-not-made", text="The original is kept, so it cannot be cropped.")

WHITE = (255, 255, 255)
"""Of margins where the main colour is not known: most pages are white."""

MOST_PADDED_SIDE = 16_383
"""Pixels: WebP's limit, the smallest of the formats."""

MOST_PADDED_AREA = 4
"""Times the picture's own: beyond it the picture is lost in its margins, and memory in them. Our
choice."""

FORBIDDEN_CODE = "crop-forbidden"
"""Code where a policy allows no crops."""

TOLD_IF_MADE = frozenset({"crop-made", "crop-whole", "review-crop-others"})
"""Codes of reasons that do not hold where the original is kept."""

TOLD_OTHERWISE = "review-crop-context"
"""Code of what `stakes` tells of every picture that stands there."""


class Cut(NamedTuple):
    """What is left of a picture, and why."""

    facts: Facts
    """Of the region, or of the picture with margins: its size, and of faces and text what lies in
    it."""
    crop: Crop | None
    """None where nothing was wished."""
    box: Box | None = None
    """The region; None for all of the picture."""
    pad: tuple[int, ...] = ()
    """Margins to be made, where they are wished."""
    others: tuple[Crop, ...] = ()
    """What else there is to choose from, where a person must."""

    @property
    def reshapes(self) -> bool:
        return self.box is not None or bool(self.pad)


def cut(facts: Facts, goal: Goal, content: str, policies: Policies) -> Cut:
    """The first crop of the goal's shape, or the person's own region.

    `content` is the name of the content policy that holds.

    Raises PolicyError for a region that is not in the picture.
    """
    if goal.crop_box is not None:
        check_inside(goal.crop_box, facts, "crop_box")
    if goal.crop:
        crop, *rest = _ranked(facts, goal, content, policies)
    elif goal.crop_box is not None:
        crop, rest = _own(goal.crop_box), []
    else:
        return Cut(facts, None)
    others = tuple(rest) if crop.review else ()
    if crop.pad and goal.pad and not _is_too_large(facts, crop.pad):
        return Cut(_padded(facts, crop.pad), crop, pad=crop.pad, others=others)
    is_all = (crop.box.width, crop.box.height) == (facts.width, facts.height)
    return Cut(of_region(facts, crop.box), crop, None if is_all else crop.box, others=others)


def _own(box: Box) -> Crop:
    return Crop(box=box, strategy="user", score_permille=1000, reasons=(CHOSEN,))


def _padded(facts: Facts, pad: tuple[int, ...]) -> Facts:
    """With margins around the picture."""
    left, top = pad[:2]
    width, height = _size_padded(facts, pad)
    return facts.replace(
        width=width,
        height=height,
        faces=tuple(face.replace(x=face.x + left, y=face.y + top) for face in facts.faces),
        text_lines=tuple(
            line.replace(x=line.x + left, y=line.y + top) for line in facts.text_lines
        ),
        subject=None,
        saliency=(),
        focal_permille=(),
        spread_permille=0,
    )


def _is_too_large(facts: Facts, pad: tuple[int, ...]) -> bool:
    width, height = _size_padded(facts, pad)
    too_much = width * height > MOST_PADDED_AREA * facts.width * facts.height
    return too_much or max(width, height) > MOST_PADDED_SIDE


def _size_padded(facts: Facts, pad: tuple[int, ...]) -> tuple[int, int]:
    left, top, right, bottom = pad
    return facts.width + left + right, facts.height + top + bottom


def pad_rgb(facts: Facts, goal: Goal, cut: Cut) -> tuple[int, ...]:
    """Of the margins: the colour that was asked for, else the main one; none is transparent."""
    if not cut.pad:
        return ()
    if goal.pad != "auto":
        return tuple(bytes.fromhex(goal.pad.removeprefix("#")))
    return () if facts.transparent_permille else facts.dominant_rgb or WHITE


def _ranked(facts: Facts, goal: Goal, content: str, policies: Policies) -> tuple[Crop, ...]:
    from eyebright.policy.crops import crops  # noqa: PLC0415 - most decisions crop nothing

    return crops(
        facts,
        goal.crop,
        context=goal.context,
        content=content,
        focal_permille=goal.focal_permille,
        box=goal.crop_box,
        policies=policies,
    )


def of_region(facts: Facts, box: Box) -> Facts:
    """The facts as if the region were the whole picture: places are from its top left corner.

    What is known of the whole alone (colours, detail, kind) is taken to hold for the region, too.
    """
    if (box.width, box.height) == (facts.width, facts.height):
        return facts
    lines = tuple(line for line in facts.text_lines if shared(line, box))
    heights = tuple(line.x_height_px for line in lines)
    return facts.replace(
        width=box.width,
        height=box.height,
        faces=tuple(inside(face, box) for face in facts.faces if shared(face, box)),
        text_lines=tuple(line.replace(**inside(line, box).to_dict()) for line in lines),
        text_heights_px=heights if facts.text_lines else facts.text_heights_px,
        text_permille=_text_permille(facts, box),
        subject=None,
        saliency=(),
        focal_permille=(),
        spread_permille=0,
    )


def _text_permille(facts: Facts, box: Box) -> int:
    """Share of the region's area that is text, by the share of its lines that lie in it."""
    every = sum(area(line) for line in facts.text_lines)
    if not every:
        return facts.text_permille
    kept = sum(shared(line, box) for line in facts.text_lines)
    whole = facts.text_permille * facts.width * facts.height
    return min(1000, rounded(whole * kept, every * area(box)))


def size_of(cut: Cut, goal: Goal) -> tuple[int, int]:
    """What is to come out before any bound: the pixels wished, where the region has as many."""
    region, crop = cut.facts, cut.crop
    whole = region.width, region.height
    if crop is None or not goal.crop:
        return whole
    wish = read_wish(goal.crop, "crop")
    if not wish.width:
        return whole
    if crop.pad and not cut.pad:
        return fit(*whole, wish.width, wish.height)
    if region.width < wish.width or region.height < wish.height:
        return whole
    return wish.width, wish.height


def exact_width(cut: Cut, goal: Goal) -> int | None:
    """Of the pixels wished, where exactly these come out.

    None where the picture's own shape, its size or the goal's bounds decide.
    """
    if cut.crop is None or not goal.crop:
        return None
    wish = read_wish(goal.crop, "crop")
    size = size_of(cut, goal)
    if size != (wish.width, wish.height) or fit(*size, goal.max_width, goal.max_height) != size:
        return None
    return wish.width


def reasons(cut: Cut, goal: Goal) -> tuple[Reason, ...]:
    """For the report: what is kept, why, and the guards that it breaks all the same."""
    crop = cut.crop
    if crop is None:
        return ()
    box, why = crop.box, crop.reasons[0].text
    values = {"box": box.to_dict(), "strategy": crop.strategy, "pad": list(crop.pad)}
    text = _uncropped(cut, goal, crop.pad) if crop.pad else f"It is not cut. {why}"
    if cut.box is not None:
        text = f"Cut to {box.width} x {box.height} pixels at {box.x}, {box.y}. {why}"
    told = Reason(code="crop-made" if cut.box else "crop-whole", text=text, values=values)
    more = (reason for reason in crop.reasons[1:] if reason.code != TOLD_OTHERWISE)
    broken = (
        Reason(code=f"crop-{guard.name}", text=guard.text, values=guard.values)
        for guard in crop.guards
        if not guard.passes
    )
    return (told, *more, *broken, *_others(cut.others))


def _uncropped(cut: Cut, goal: Goal, pad: tuple[int, ...]) -> str:
    """Why the whole picture comes, which has another shape, and what is done about it."""
    if cut.pad:
        return "It is not cut; margins give it the shape."
    if _is_forbidden(cut):
        return f"It is not cropped to {goal.crop}."
    text = f"It is not cropped to {goal.crop}, as no part of that shape keeps all that matters"
    if not goal.pad:
        return f"{text}; pad makes margins."
    width, height = _size_padded(cut.facts, pad)
    return f"{text}; with margins, {width} x {height} pixels, it would be too large."


def _is_forbidden(cut: Cut) -> bool:
    return cut.crop is not None and FORBIDDEN_CODE in {reason.code for reason in cut.crop.reasons}


def _others(crops: tuple[Crop, ...]) -> tuple[Reason, ...]:
    if not crops:
        return ()
    names = ("box", "strategy", "score_permille", "pad")
    told = [{name: crop.to_dict()[name] for name in names} for crop in crops]
    places = ", ".join(f"{c.box.width} x {c.box.height} at {c.box.x}, {c.box.y}" for c in crops)
    text = f"Other regions to choose from: {places}."
    return (Reason(code="review-crop-others", text=text, values={"crops": told}),)


def uncut(facts: Facts, plan: Plan) -> Plan:
    """The plan for an original that is kept: all of it."""
    reasons = (*not_made(plan.reasons), NOT_MADE)
    width, height = facts.width, facts.height
    return plan.replace(crop=None, pad=(), pad_rgb=(), width=width, height=height, reasons=reasons)


def not_made(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Without those that tell of a region or of margins, where none are made after all."""
    return tuple(reason for reason in reasons if reason.code not in TOLD_IF_MADE)
