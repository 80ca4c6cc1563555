"""The record of a decision: written, read, explained, and checked by a server."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

from eyebright.errors import PolicyError
from eyebright.policy import (
    POLICY_VERSION,
    Decision,
    decide,
    explain,
    load_policies,
    read_headers,
    read_record,
    record,
    vary,
    verify_record,
)
from eyebright.policy.check_record import MAX_DIFFERENCES, MISSING, Difference
from eyebright.policy.record import MAX_RECORD_CHARS
from eyebright.values import Capabilities, Facts, Goal, Plan, Reason

FACTS = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="ab" * 32)
GOAL = Goal(target=80, max_width=800)
VERSIONS = {"eyebright": "0.1.0", "encoders": {"avif": "libaom 3"}, "models": {}}
NEGOTIATED = read_headers({"Accept": "image/avif,image/webp;q=2,*/*", "ECT": "5g"})
DECISION = record(FACTS, GOAL, NEGOTIATED.capabilities, notes=NEGOTIATED.notes, versions=VERSIONS)


def data() -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(DECISION.to_json())
    return parsed


def check(recorded: Any, facts: Facts = FACTS, goal: Goal = GOAL) -> Any:
    return verify_record(recorded, facts, goal, NEGOTIATED.capabilities)


def test_a_record_holds_the_plan_that_its_own_words_give() -> None:
    assert DECISION.plan == decide(DECISION.facts, DECISION.goal, DECISION.capabilities)
    assert vary() == DECISION.vary
    assert DECISION.cache_key.startswith("eb3-800x600-avif.")


def test_records_round_trip_through_json() -> None:
    again = read_record(DECISION.to_json())

    assert again == DECISION
    assert again.to_json() == DECISION.to_json()


def test_whole_numbers_and_fractions_are_written_alike() -> None:
    whole = record(FACTS, GOAL, Capabilities(dpr=2, rtt_ms=100))
    fraction = record(FACTS, Goal(target=80.0, max_width=800), Capabilities(dpr=2.0, rtt_ms=100.0))

    assert whole.to_json() == fraction.to_json()


def test_explaining_tells_notes_first_and_nothing_twice() -> None:
    sentences = explain(DECISION)

    assert sentences[0] == "Accept ('image/webp;q=2') was ignored: an element is malformed."
    assert sentences[1] == "ECT ('5g') was ignored: expected one of slow-2g, 2g, 3g, 4g."
    assert {reason.text for reason in DECISION.plan.reasons} <= set(sentences)
    assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "this is no JSON"),
        ("[" * 100_000, "this is no JSON"),
        ("[]", "expected an object"),
        ("{}", "missing required value"),
        (" " * (MAX_RECORD_CHARS + 1), "longer than"),
    ],
)
def test_what_is_no_record_is_refused(text: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        read_record(text)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"schema_version": 2}, "schema_version"),
        ({"unknown": 1}, "unknown"),
        ({"goal": {"target": "high"}}, "goal.target"),
        ({"facts": {}}, "facts.format"),
    ],
)
def test_faults_in_a_record_are_named_by_path(change: dict[str, Any], path: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_record(json.dumps(data() | change))

    assert path == caught.value.path


def test_an_honest_record_is_confirmed() -> None:
    for recorded in (DECISION, data()):
        found = check(recorded)

        assert (found.same, found.acceptable, found.differences) == (True, True, ())
        assert found.reasons == ()


def test_a_changed_plan_is_told_by_path_and_value() -> None:
    changed = data()
    changed["plan"]["candidates"][0]["format"] = "jxl"

    found = check(changed)

    expected = Difference(path="plan.candidates[0].format", recorded="jxl", recomputed="avif")
    assert (expected,) == found.differences
    assert (found.same, found.acceptable) == (False, False)
    assert found.reasons[0].text == "The record differs in plan.candidates[0].format."


def test_missing_and_additional_values_are_told() -> None:
    changed = data()
    del changed["plan"]["floor"]
    changed["plan"]["candidates"].append({"format": "gif"})
    changed["goal"]["wish"] = [1]
    changed["facts"]["frames"] = True

    told = {d.path: (d.recorded, d.recomputed) for d in check(changed).differences}

    last = f"plan.candidates[{len(DECISION.plan.candidates)}]"
    expected = {
        "plan.floor": (MISSING, DECISION.plan.floor),
        last: ("{'format': 'gif'}", MISSING),
        "goal.wish": ("[1]", MISSING),
        "facts.frames": (True, 1),
    }
    assert expected == told


def test_a_record_of_other_facts_is_not_acceptable() -> None:
    found = check(DECISION, facts=FACTS.replace(width=1601))

    assert not found.acceptable
    assert "facts.width" in {d.path for d in found.differences}


def test_an_older_policy_is_told_and_does_not_fail_the_upload() -> None:
    older = data()
    older["plan"] |= {"policy_version": "0", "target": 70.0}
    del older["plan"]["picture_class"]

    found = check(older)

    assert (found.same, found.acceptable) == (False, True)
    assert {"plan.policy_version", "plan.target", "plan.picture_class"} == {
        d.path for d in found.differences
    }
    assert found.reasons[0].text == f"It was decided by policy version 0, here is {POLICY_VERSION}."


def test_reasons_carry_their_values() -> None:
    foreign = data() | {"schema_version": 10**30, "facts": 1}
    foreign["plan"] = []

    policy, form, differs = check(foreign).reasons

    assert policy == Reason(
        code="policy-version",
        text=f"It was decided by policy version (missing), here is {POLICY_VERSION}.",
        values={"recorded": "(missing)", "here": POLICY_VERSION},
    )
    assert form == Reason(
        code="record-version",
        text="It was decided by record form version 10000000000000000000, here is 1.",
        values={"recorded": "1" + "0" * 19, "here": "1"},
    )
    assert differs == Reason(
        code="record-differs",
        text="The record differs in 2 places, first in facts.",
        values={"count": 2},
    )


def test_one_difference_is_told_as_one() -> None:
    (reason,) = check(data() | {"vary": "Accept"}).reasons

    assert reason == Reason(
        code="record-differs", text="The record differs in vary.", values={"count": 1}
    )


def test_each_input_must_be_the_same_whatever_the_version() -> None:
    for part in ("facts", "goal", "capabilities"):
        older = data()
        older["plan"]["policy_version"] = "0"
        older[part] = {}

        assert not check(older).acceptable


def test_an_older_policy_excuses_no_other_inputs() -> None:
    older = data()
    older["plan"]["policy_version"] = "0"
    older["facts"]["width"] = 1

    assert not check(older).acceptable


def test_an_older_record_form_is_told_too() -> None:
    older = data()
    del older["schema_version"]

    found = check(older)

    assert (found.same, found.acceptable) == (False, True)
    assert [reason.code for reason in found.reasons] == ["record-version"]


def test_a_record_full_of_rubbish_is_compared_and_bounded() -> None:
    rubbish = {"plan": [], "facts": {str(i): "x" * 999 for i in range(500)}, "versions": 3}

    found = check(rubbish)

    assert not found.acceptable
    assert len(found.differences) == MAX_DIFFERENCES
    assert max(len(str(d.recorded)) for d in found.differences) <= 200


DEEP: Any = functools.reduce(lambda inner, _: {"a": [inner]}, range(5000), 1)


@pytest.mark.parametrize(
    "versions",
    [{"encoders": 1}, {"policy": float("nan")}, {"models": {1, 2}}, ["1"], {"models": DEEP}],
)
def test_versions_that_no_key_can_hold_count_as_nothing(versions: Any) -> None:
    found = check(data() | {"versions": versions})

    assert [d.path for d in found.differences] == ["cache_key"]


def test_values_that_json_cannot_hold_are_told_as_text() -> None:
    wrong = data()
    wrong["plan"]["target"] = float("inf")

    assert [d.recorded for d in check(wrong).differences] == ["inf"]


@pytest.mark.parametrize("part", ["facts", "goal", "plan", "vary", "schema_version"])
def test_values_nested_without_end_are_told_in_short(part: str) -> None:
    found = check(data() | {part: [DEEP]})

    assert not found.same
    assert len(str(found.differences)) < 100_000


def test_what_is_no_object_cannot_be_verified() -> None:
    with pytest.raises(PolicyError, match="expected a decision's JSON object, got list"):
        check([])


def test_a_contradictory_goal_is_refused_not_recorded() -> None:
    with pytest.raises(PolicyError, match="max_width"):
        record(FACTS, Goal(max_width=-1), Capabilities())


def test_a_decision_is_made_of_plain_records_only() -> None:
    assert data() == Decision.from_dict(data()).to_dict()


HOUSE = load_policies('[content.food]\nextends = "product"\ntarget = 82\n')
FOOD = Goal(content="food")


def test_a_record_by_a_policy_file_is_verified_by_the_same_file() -> None:
    able = Capabilities()
    made = record(FACTS, FOOD, able, policies=HOUSE)

    assert made.plan == Plan.from_dict(decide(FACTS, FOOD, able, HOUSE).to_dict())
    assert made.plan.target == 82
    assert verify_record(made, FACTS, FOOD, able, HOUSE).same


def test_a_record_by_another_policy_file_is_told_by_its_version() -> None:
    able, other = Capabilities(), load_policies("[content.food]\ntarget = 70\n")
    made = record(FACTS, FOOD, able, policies=HOUSE)

    found = verify_record(made, FACTS, FOOD, able, other)

    assert (found.same, found.acceptable) == (False, True)
    assert [reason.code for reason in found.reasons] == ["policy-version", "record-differs"]
    assert found.reasons[0].text == (
        f"It was decided by policy version {POLICY_VERSION}+{HOUSE.fingerprint}, "
        f"here is {POLICY_VERSION}+{other.fingerprint}."
    )


def test_a_record_without_its_parts_is_told_what_is_missing() -> None:
    found = check({"plan": {}})

    assert {d.path: d.recorded for d in found.differences} | {
        "facts": MISSING,
        "goal": MISSING,
        "cache_key": MISSING,
        "vary": MISSING,
    } == {d.path: d.recorded for d in found.differences}
    assert found.reasons[0].values == {"recorded": MISSING, "here": POLICY_VERSION}
    assert found.reasons[1].values == {"recorded": MISSING, "here": "1"}


def test_another_form_of_record_is_refused_with_the_remedy() -> None:
    with pytest.raises(PolicyError) as caught:
        read_record(json.dumps({**data(), "schema_version": 9}))

    assert str(caught.value) == (
        "schema_version: version 9 is not 1; use the eyebright that wrote it"
    )


def test_a_record_of_exactly_the_longest_length_is_read() -> None:
    text = DECISION.to_json()

    assert read_record(text + " " * (MAX_RECORD_CHARS - len(text))) == DECISION
