"""Crops: several regions of a picture that may stand for it, the best first, and why.

    wish -> scene -> ideas (strategies) -> judged by guards -> ranked -> Crops

What somebody chose comes first; then what breaks no guard; then what keeps most of what draws the
eye. Not to crop is always an idea, too. Whole numbers only, so that all machines crop alike.
"""

from __future__ import annotations

from eyebright.policy.bounds import one_of, positive, within
from eyebright.policy.checked_facts import check_facts, check_inside
from eyebright.policy.classify import content_of
from eyebright.policy.content import BUILT_IN, Policies
from eyebright.policy.crops import review
from eyebright.policy.crops.ranking import ranked
from eyebright.policy.crops.scene import scene_of
from eyebright.policy.crops.strategies import by_user, ideas, uncropped
from eyebright.policy.goals import check_focal
from eyebright.policy.precedence import crop_ban, refuse_chosen
from eyebright.policy.wishes import read_wish
from eyebright.values import Box, Crop, Facts

__all__ = ["MOST_CROPS", "crops"]

MOST_CROPS = 12
"""More cannot be told apart (`ranking.ALIKE_PERMILLE`) in most pictures, nor chosen between."""


def crops(  # noqa: PLR0913 - one question; all but two by their names
    facts: Facts,
    aspect_or_size: str,
    *,
    context: str = "",
    content: str = "auto",
    n: int = 3,
    focal_permille: tuple[int, ...] = (),
    box: Box | None = None,
    policies: Policies = BUILT_IN,
) -> tuple[Crop, ...]:
    """At most `n` crops of a shape ("16:9", or "1200x630" pixels), ranked, the best first.

    Any two have an intersection over union below .85. A somebody's own `box`, else their
    `focal_permille` (x and y, per thousand of width and height), comes first whatever the rest
    says; a box of another shape is fitted. Nothing is enlarged: of a picture that is too small for
    a size, the largest windows of its shape come, and the guard `size` fails.
    Where a person must choose (`context`), each crop names who in `review`.
    Where the brand's policy or that for its `content` forbids crops, the whole picture is the only
    answer, and a region or a point that somebody chose is refused; `decide` does the same.
    Raises PolicyError, with the key's path and the remedy, for what cannot be meant.
    """
    check_facts(facts)
    wish = read_wish(aspect_or_size)
    one_of(context, ("", *policies.contexts), "context")
    one_of(content, ("auto", *policies.contents), "content")
    positive(n, "n")
    within(n, 1, MOST_CROPS, "n")
    check_focal(focal_permille)
    if box is not None:
        check_inside(box, facts, "box")
    scene = scene_of(facts, wish, context)
    banned_by = crop_ban(content_of(facts)[0] if content == "auto" else content, policies)
    if banned_by:
        refuse_chosen(banned_by, {"box": box, "focal_permille": focal_permille})
        return review.forbidden(ranked(scene, (uncropped(scene),), 1), banned_by)
    chosen = by_user(scene, focal_permille, box)
    found = ranked(scene, (*((chosen,) if chosen else ()), *ideas(scene)), n)
    return review.told(scene, found, policies)
