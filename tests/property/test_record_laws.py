"""Laws of cache keys and of the record, whatever the case."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import parity_cases
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.errors import PolicyError
from eyebright.policy import Decision, explain, read_record, record, vary, verify_record
from eyebright.policy.keys import output_of
from eyebright.policy.schema import record_schema

pytestmark = pytest.mark.property

VALIDATOR = jsonschema.Draft202012Validator(record_schema())

numbers = st.integers(0, 2**32)


def decided(number: int) -> Decision | None:
    draw = parity_cases.Draw(number)
    headers, machine = parity_cases.headers(draw), parity_cases.machine(draw)
    negotiated = parity_cases.read_headers(headers, machine)
    try:
        return record(
            parity_cases.facts(draw),
            parity_cases.goal(draw),
            negotiated.capabilities,
            notes=negotiated.notes,
            versions=parity_cases.VERSIONS,
        )
    except PolicyError:
        return None


SOME = next(filter(None, map(decided, range(9))))

decisions = numbers.map(decided).filter(lambda made: made is not None)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)


def output(decision: Decision) -> Any:
    """All that may change the delivered bytes."""
    plan = decision.plan
    return decision.facts.sha256, None if plan.keep_original else output_of(plan)


@given(decisions)
def test_records_round_trip(made: Decision) -> None:
    assert read_record(made.to_json()) == made


@given(decisions)
def test_records_are_valid_by_the_published_schema(made: Decision) -> None:
    VALIDATOR.validate(json.loads(made.to_json()))


@given(decisions)
def test_every_record_can_be_explained(made: Decision) -> None:
    assert all(sentence.endswith((".", "?")) for sentence in explain(made))


@given(decisions)
def test_vary_is_always_complete(made: Decision) -> None:
    assert made.vary == vary()


@given(decisions, decisions)
def test_keys_collide_only_for_equal_outputs(first: Decision, second: Decision) -> None:
    assert (first.cache_key == second.cache_key) == (output(first) == output(second))


@given(decisions)
def test_an_honest_record_is_confirmed(made: Decision) -> None:
    data = json.loads(made.to_json())

    assert verify_record(data, made.facts, made.goal, made.capabilities).same


@given(decisions, decisions)
def test_a_record_of_another_case_is_never_confirmed(made: Decision, other: Decision) -> None:
    found = verify_record(other, made.facts, made.goal, made.capabilities)

    inputs = [(d.facts, d.goal, d.capabilities) for d in (made, other)]
    assert found.acceptable == (inputs[0] == inputs[1])


@given(st.dictionaries(st.sampled_from([*Decision.field_names, "x"]), json_values))
def test_verifying_rubbish_never_fails_and_never_confirms(rubbish: dict[str, Any]) -> None:
    found = verify_record(rubbish, SOME.facts, SOME.goal, SOME.capabilities)

    assert not found.acceptable
    json.dumps(found.to_dict(), allow_nan=False)


@given(st.text(max_size=80) | json_values.map(json.dumps))
def test_what_is_no_record_is_refused_as_such(text: str) -> None:
    with pytest.raises(PolicyError):
        read_record(text)
