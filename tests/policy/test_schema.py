"""The published JSON Schema says what the records say, no more and no less."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from eyebright.policy import read_headers, record
from eyebright.policy.record import SCHEMA_VERSION
from eyebright.policy.schema import decision_schema, record_schema
from eyebright.values import Capabilities, Facts, Goal

FACTS = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="ab" * 32)
HEADERS = {"Accept": "image/avif;q=9", "Sec-CH-DPR": "2", "ECT": "3g", "Save-Data": "on"}


def recorded() -> dict[str, Any]:
    negotiated = read_headers(HEADERS)
    decision = record(FACTS, Goal(), negotiated.capabilities, notes=negotiated.notes)
    parsed: dict[str, Any] = json.loads(decision.to_json())
    return parsed


def test_the_published_schema_is_in_step_with_the_records() -> None:
    assert record_schema() == decision_schema(), "run: python build/schema.py"


def test_the_schema_is_a_schema_and_carries_its_version() -> None:
    schema = record_schema()
    jsonschema.Draft202012Validator.check_schema(schema)

    assert schema["$id"] == f"urn:eyebright:decision:{SCHEMA_VERSION}"


@pytest.mark.parametrize("goal", [Goal(), Goal(content="medical"), Goal(max_bytes=9, target=50)])
def test_records_are_valid(goal: Goal) -> None:
    decision = record(FACTS, goal, Capabilities(decode_ms_per_mp={"avif": 9.5}))

    jsonschema.validate(json.loads(decision.to_json()), record_schema())


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("facts", "width", "wide"),
        ("facts", "width", 1.5),
        ("plan", "candidates", {}),
        ("plan", "unknown", 1),
        ("capabilities", "decode_ms_per_mp", {"avif": "fast"}),
        ("goal", "max_width", [1]),
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(part: str, key: str, value: Any) -> None:
    wrong = recorded()
    wrong[part][key] = value

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, record_schema())


@pytest.mark.parametrize("key", ["facts", "plan", "cache_key", "schema_version"])
def test_no_part_may_be_missing(key: str) -> None:
    wrong = recorded()
    del wrong[key]

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, record_schema())
