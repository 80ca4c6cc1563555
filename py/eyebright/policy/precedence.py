"""Which layer decides: user override > brand policy > content class > default.

Values are taken from the first layer that has one. What any layer forbids stays forbidden: a layer
above that asks for it nevertheless is a conflict, and a conflict is a PolicyError, not a surprise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from eyebright.errors import PolicyError
from eyebright.policy import formats
from eyebright.policy.content import MIN_FACE_PERMILLE, Brand, ContentPolicy, Policies
from eyebright.records import Record
from eyebright.values import Capabilities, Facts, Goal, Limits

NO_BRAND = Brand()


class Rules(Record):
    """What holds for one picture after all layers were settled."""

    content: str
    policy: ContentPolicy
    target: float
    target_from: str
    """goal, brand, content, or lossless where no pixel may change."""
    floor: int
    lossless_only: bool
    max_width: int | None
    """The brand's bound; the goal's own is applied beside it."""
    formats: tuple[str, ...] | None
    """The brand's list where the goal names none."""
    limits: Limits


class Case(NamedTuple):
    """Everything that a decision rests on."""

    facts: Facts
    goal: Goal
    capabilities: Capabilities
    rules: Rules


def resolve(content: str, goal: Goal, policies: Policies) -> Rules:
    """Settle the layers. Raises PolicyError, naming the goal's key, where they contradict."""
    policy, brand = policies.contents[content], policies.brand or NO_BRAND
    _check_conflicts(goal, brand)
    forbid = _all_forbidden(goal, brand, policy)
    lossless_only = "lossy" in forbid
    wanted = {key: getattr(goal, key) for key in ("crops", "crop_box", "focal_permille")}
    refuse_chosen(crop_ban(content, policies), wanted)
    _check_formats(goal, forbid)
    target, source = _target(goal, brand, policy, lossless_only=lossless_only)
    return Rules(
        content=content,
        policy=policy,
        target=target,
        target_from=source,
        floor=policy.floor if brand.floor is None else brand.floor,
        lossless_only=lossless_only,
        max_width=brand.max_width,
        formats=brand.formats if goal.formats is None else goal.formats,
        limits=_limits(goal, brand, policy, forbid),
    )


def _all_forbidden(goal: Goal, brand: Brand, policy: ContentPolicy) -> tuple[str, ...]:
    found = {*goal.forbid, *brand.forbid, *policy.forbid}
    return tuple(sorted(found | {"lossy"} if policy.lossless_only else found))


def _target(
    goal: Goal, brand: Brand, policy: ContentPolicy, *, lossless_only: bool
) -> tuple[float, str]:
    if lossless_only:
        return 100.0, "lossless"
    if goal.target is not None:
        return float(goal.target), "goal"
    if brand.target is not None:
        return brand.target, "brand"
    return policy.target, "content"


def _limits(goal: Goal, brand: Brand, policy: ContentPolicy, forbid: tuple[str, ...]) -> Limits:
    return Limits(
        forbid=forbid,
        min_text_px=_first(goal.min_text_px, brand.min_text_px, policy.min_text_px) or 0.0,
        min_face_permille=MIN_FACE_PERMILLE,
        max_delta_e=_first(goal.max_delta_e, brand.max_delta_e, policy.max_delta_e),
        brand_colours=brand.colours,
        brand_delta_e=brand.colour_delta_e if brand.colours else None,
    )


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _check_conflicts(goal: Goal, brand: Brand) -> None:
    if brand.formats is not None:
        for index, name in enumerate(goal.formats or ()):
            if name not in brand.formats:
                allowed = ", ".join(brand.formats)
                raise PolicyError(
                    f"{name} is asked for, but {brand.name} allows only {allowed}; "
                    "choose one of these or change the brand's list",
                    path=f"formats[{index}]",
                )
    if brand.max_width is not None and (goal.min_width or 0) > brand.max_width:
        raise PolicyError(
            f"{goal.min_width} is above the {brand.max_width} pixels that {brand.name} allows; "
            "lower it or change the brand's max_width",
            path="min_width",
        )


def crop_ban(content: str, policies: Policies) -> str:
    """Whose policy forbids crops, the brand's or the content's; empty where they may be.

    What a goal itself forbids was checked with the goal.
    """
    brand = policies.brand or NO_BRAND
    if "crop" in brand.forbid:
        return brand.name
    return f"The policy for {content}" if "crop" in policies.contents[content].forbid else ""


def refuse_chosen(banned_by: str, wanted: Mapping[str, object]) -> None:
    """Raise PolicyError, by its key, for a region or a point chosen where crops are banned.

    A shape alone is no conflict: the whole picture comes, and a reason says why.
    """
    for path, chosen in wanted.items():
        if banned_by and chosen:
            raise PolicyError(f"{banned_by} allows no crops; drop it", path=path)


def _check_formats(goal: Goal, forbid: tuple[str, ...]) -> None:
    lossless = goal.formats is None or formats.HAS_LOSSLESS.intersection(goal.formats)
    if "lossy" in forbid and not lossless:
        raise PolicyError(
            "only lossless files are allowed here, but none of these formats can be; "
            "allow webp, png or jxl",
            path="formats",
        )
