"""Each client of the table gets a format that it shows."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from eyebright.policy import decide, negotiate, read_headers
from eyebright.values import Facts, Goal

TABLE = Path(__file__).with_name("real_traffic.toml")
ROWS = tomllib.loads(TABLE.read_text(encoding="utf-8"))["row"]

PHOTO = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="0" * 64)
LOGO = PHOTO.replace(format="png", flat_permille=600, colours=40, transparent_permille=300)


def headers(row: dict[str, Any]) -> dict[str, str]:
    return {"Accept": row["accept"]} if "accept" in row else {}


def first_format(facts: Facts, row: dict[str, Any]) -> str:
    return decide(facts, Goal(), negotiate(headers(row))).candidates[0].format


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['client']}: {row['request']}")
def test_real_clients_get_what_they_show(row: dict[str, Any]) -> None:
    assert (row["photo"], row["logo"]) == (first_format(PHOTO, row), first_format(LOGO, row))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['client']}: {row['request']}")
def test_no_real_header_is_malformed(row: dict[str, Any]) -> None:
    assert read_headers(headers(row)).notes == ()


def test_every_row_names_a_source_that_the_table_explains() -> None:
    explained = TABLE.read_text(encoding="utf-8").split("[[row]]")[0]

    assert [row["client"] for row in ROWS if f"#   {row['source']} " not in explained] == []
