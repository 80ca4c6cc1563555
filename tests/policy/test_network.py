"""Where the policy lets the network make a picture smaller."""

from __future__ import annotations

import pytest

from eyebright.policy import decide
from eyebright.values import Capabilities, Facts, Goal, Plan

FACTS = Facts(format="jpeg", width=4000, height=3000, size_bytes=4_000_000, sha256="0" * 64)
ASKED = Goal(max_width=1000, scaling="learned")


def planned(goal: Goal, facts: Facts = FACTS) -> Plan:
    return decide(facts, goal, Capabilities())


def told(plan: Plan) -> bool:
    return "scaling-learned" in [reason.code for reason in plan.reasons]


def test_the_network_makes_it_smaller_where_somebody_asks_for_that() -> None:
    plan = planned(ASKED)

    assert plan.learned_scaling
    assert told(plan)
    assert "scaling-chosen" not in [reason.code for reason in plan.reasons]
    assert plan.scaling == planned(ASKED.replace(scaling="auto")).scaling


@pytest.mark.parametrize(
    ("goal", "facts"),
    [
        (Goal(max_width=1000), FACTS),
        (Goal(scaling="learned"), FACTS),
        (ASKED, FACTS.replace(format="gif", frames=5)),
        (ASKED.replace(content="legal"), FACTS),
    ],
    ids=["not asked", "not smaller", "moving", "kept"],
)
def test_else_it_does_not(goal: Goal, facts: Facts) -> None:
    plan = planned(goal, facts)

    assert not plan.learned_scaling
    assert not told(plan)
