"""High stakes: who must look at a result before it is used."""

from __future__ import annotations

from eyebright.policy.classify import SURE_PERMILLE, is_graphic
from eyebright.policy.content import Policies
from eyebright.values import Facts, Goal, Reason

UNREVIEWED_CONTEXTS = ("gallery", "feed")
"""Too many pictures for a person, and each seen briefly: doubt alone asks nobody there."""


def reviewers(
    facts: Facts, goal: Goal, content: str, policies: Policies
) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    """Who must review, and why: by context, by content, by doubt about content and faces."""
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
    if goal.crops and faces_unknown(facts):
        found.append("editor")
        text = "No model looked for faces, and crops may cut some, so a person must look."
        reasons.append(_reason("review-faces", text, "editor", crops=list(goal.crops)))
    return tuple(dict.fromkeys(found)), tuple(reasons)


def faces_unknown(facts: Facts) -> bool:
    """Whether nobody looked for faces in what may be a picture of people."""
    return facts.models.get("faces") == "fallback" and not facts.faces and not is_graphic(facts)


def _asks_in_doubt(goal: Goal) -> bool:
    return goal.content == "auto" and goal.context not in UNREVIEWED_CONTEXTS


def _reason(code: str, text: str, who: str, **values: object) -> Reason:
    return Reason(code=code, text=text, values={"reviewer": who, **values})
