"""High stakes: who must look at a result before it is used."""

from __future__ import annotations

from eyebright.policy.content import Policies
from eyebright.values import Facts, Goal, Reason

SURE_PERMILLE = 700
"""A model less sure of the content than this asks a person: our choice, until the review queue's
own corrections say better."""

UNREVIEWED_CONTEXTS = ("gallery", "feed")
"""Too many pictures for a person, and each seen briefly: doubt alone asks nobody there."""


def reviewers(
    facts: Facts, goal: Goal, content: str, policies: Policies
) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    """Who must review, and why: by context, by content, and by doubt about the content."""
    found: list[str] = []
    reasons: list[Reason] = []
    by_context = policies.contexts.get(goal.context, "")
    if by_context:
        found.append(by_context)
        text = f"It stands as {goal.context}, so somebody ({by_context}) must look at it."
        reasons.append(_reason("review-context", text, by_context, context=goal.context))
    by_content = policies.contents[content].review
    if by_content:
        found.append(by_content)
        text = f"It is {content} content, so somebody ({by_content}) must look at it."
        reasons.append(_reason("review-content", text, by_content, content=content))
    sure = facts.content_confidence_permille
    if sure is not None and sure < SURE_PERMILLE and _asks_in_doubt(goal):
        found.append("editor")
        text = f"The model is only {sure / 10:g} % sure of the content, so a person must look."
        reasons.append(_reason("review-doubt", text, "editor", confidence_permille=sure))
    return tuple(dict.fromkeys(found)), tuple(reasons)


def _asks_in_doubt(goal: Goal) -> bool:
    return goal.content == "auto" and goal.context not in UNREVIEWED_CONTEXTS


def _reason(code: str, text: str, who: str, **values: object) -> Reason:
    return Reason(code=code, text=text, values={"reviewer": who, **values})
