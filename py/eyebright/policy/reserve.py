"""What is written where none of the usual formats can be, and the original will not do.

A receiver may name only formats that do not compete elsewhere (`Accept: image/png`), or none that
is written here (`image/gif`). The first get what they name; the others what everything shows, since
a server may disregard Accept (RFC 9110, 12.5.1), and a picture of the size asked for serves better
than one of another size in a format that was not named either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from eyebright.policy import modes
from eyebright.policy.formats import SHOWN_BY_ALL
from eyebright.policy.precedence import Case
from eyebright.values import Plan, Reason

SELDOM = ("jxl", "png")
"""What competes only where somebody asks for it, or where the picture is drawn."""

TOO_DEAR = frozenset({"format-too-slow", "format-too-large"})
"""Codes of refusals of formats that are shown: others would cost as much."""


class Attempt(NamedTuple):
    """Formats to try as though they had been asked for."""

    case: Case
    plan: Plan
    reason: Reason


def attempts(case: Case, plan: Plan, refusals: Sequence[Reason]) -> tuple[Attempt, ...]:
    """In their order; none where formats were named, or the original serves as well.

    Nor where `refusals`, why the usual formats are not written, tell of one that is only too dear.

    In the first, the original is no answer where the receiver shows the new formats and not its.
    """
    if case.goal.formats is not None or _original_does(case, plan):
        return ()
    if any(refusal.code in TOO_DEAR for refusal in refusals):
        return ()
    shown = case.capabilities.decode
    seldom = tuple(name for name in SELDOM if name in shown and _is_allowed(name, case))
    stays = plan.original_shown and case.facts.format in shown
    text = f"Of what can be written here, the receiver shows only {' and '.join(seldom)}."
    first = _attempt(case, plan.replace(original_shown=stays), seldom, text)
    others = tuple(
        _attempt(case, plan, (name,), f"The receiver names none that fits; all show {name}.")
        for name in SHOWN_BY_ALL
        if _is_allowed(name, case)
    )
    return (first, *others) if seldom else others


def _original_does(case: Case, plan: Plan) -> bool:
    """Whether it is shown, of the size that is wanted, and within the byte limit."""
    whole = (plan.width, plan.height) == (case.facts.width, case.facts.height)
    return whole and plan.original_shown and plan.max_bytes is None


def _is_allowed(name: str, case: Case) -> bool:
    return case.rules.formats is None or name in case.rules.formats


def _attempt(case: Case, plan: Plan, names: tuple[str, ...], text: str) -> Attempt:
    goal = case.goal.replace(formats=names, encode_budget_ms=modes.budget_ms(case))
    named = case._replace(goal=goal, rules=case.rules.replace(formats=names))
    reason = Reason(code="format-reserve", text=text, values={"formats": list(names)})
    return Attempt(named, plan, reason)
