"""High stakes ask a person; galleries and feeds do not."""

from __future__ import annotations

import pytest

from eyebright.policy import decide
from eyebright.policy.content import Policies
from eyebright.values import Box, Capabilities, Facts, Goal, Plan

PHOTO = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="")


def plan(sure: int | None = None, policies: Policies | None = None, **goal: object) -> Plan:
    facts = PHOTO.replace(content_confidence_permille=sure)
    return decide(facts, Goal.from_dict(goal), Capabilities(), policies or Policies())


@pytest.mark.parametrize("context", ["hero", "social", "featured"])
def test_contexts_that_are_seen_first_ask_an_editor(context: str) -> None:
    decided = plan(context=context)

    assert decided.reviewers == ("editor",)
    why = decided.reasons[-1]
    assert why.code == "review-context"
    assert why.values == {"reviewer": "editor", "context": context}
    assert f"It stands as {context}, so somebody (editor) must look at it." == why.text


@pytest.mark.parametrize("context", ["", "article", "gallery", "feed"])
def test_other_contexts_ask_nobody(context: str) -> None:
    assert plan(context=context).reviewers == ()


@pytest.mark.parametrize(
    ("content", "who"), [("medical", "clinician"), ("legal", "legal"), ("news", "editor")]
)
def test_delicate_content_asks_its_own_reviewer(content: str, who: str) -> None:
    decided = plan(content=content, context="gallery")

    assert decided.reviewers == (who,)
    assert decided.reasons[-1].code == "review-content"
    assert decided.reasons[-1].values == {"reviewer": who, "content": content}


@pytest.mark.parametrize(("sure", "asked"), [(None, False), (699, True), (700, False), (0, True)])
def test_doubt_about_the_content_asks_an_editor(sure: int | None, *, asked: bool) -> None:
    decided = plan(sure)

    assert (("editor",) if asked else ()) == decided.reviewers


def test_the_doubt_is_told_in_per_cent() -> None:
    why = plan(455).reasons[-1]

    assert why.code == "review-doubt"
    assert why.values == {"reviewer": "editor", "confidence_permille": 455}
    assert why.text.startswith("The model is only 45.5 % sure")


@pytest.mark.parametrize("context", ["gallery", "feed"])
def test_doubt_asks_nobody_in_galleries_and_feeds(context: str) -> None:
    assert plan(100, context=context).reviewers == ()


def test_doubt_does_not_matter_where_a_person_named_the_content() -> None:
    assert plan(100, content="general").reviewers == ()


def test_a_reviewer_is_named_once_with_every_reason() -> None:
    decided = plan(100, context="hero")

    assert decided.reviewers == ("editor",)
    assert [r.code for r in decided.reasons[-2:]] == ["review-context", "review-doubt"]


def test_several_reviewers_are_all_named() -> None:
    assert plan(content="medical", context="hero").reviewers == ("editor", "clinician")


def crops_of(**facts: object) -> Plan:
    return decide(PHOTO.replace(**facts), Goal(crops=("1:1",)), Capabilities())


def test_crops_of_photos_whose_faces_nobody_looked_for_are_reviewed() -> None:
    decided = crops_of(models={"faces": "fallback"})

    assert decided.reviewers == ("editor",)
    why = decided.reasons[-1]
    assert why.code == "review-faces"
    assert why.values == {"reviewer": "editor", "crops": ["1:1"]}
    assert why.text == "No model looked for faces, and crops may cut some, so a person must look."


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"models": {"faces": "1"}},
        {"models": {"text": "fallback"}},
        {"models": {"faces": "fallback"}, "faces": (Box(x=0, y=0, width=9, height=9),)},
        {"models": {"faces": "fallback"}, "flat_permille": 900},
    ],
)
def test_other_crops_are_not(facts: dict[str, object]) -> None:
    assert crops_of(**facts).reviewers == ()


def test_without_crops_unknown_faces_ask_nobody() -> None:
    facts = PHOTO.replace(models={"faces": "fallback"})

    assert decide(facts, Goal(), Capabilities()).reviewers == ()
