"""Whether the network makes a still picture smaller: where somebody asks for that."""

from __future__ import annotations

from eyebright.policy.precedence import Case
from eyebright.values import Plan, Reason


def asked(case: Case, plan: Plan) -> Plan:
    """The plan, with the network where it was asked for and has something to do, and why."""
    facts = case.facts
    same = (plan.width, plan.height) == (facts.width, facts.height)
    if case.goal.scaling != "learned" or plan.keep_original or same or plan.frames > 1:
        return plan
    text = (
        "You asked that a network make it smaller, which keeps more of what it shows. Where it "
        f"does not answer, {plan.scaling} does."
    )
    reason = Reason(code="scaling-learned", text=text, values={"instead": plan.scaling})
    others = (one for one in plan.reasons if one.code != "scaling-chosen")
    return plan.replace(learned_scaling=True, reasons=(*others, reason))
