"""Headers as text."""

from __future__ import annotations

import pytest

from eyebright.errors import PolicyError
from eyebright.policy.header_lines import parse_lines


def test_fields_are_read_line_by_line() -> None:
    text = "GET /a.jpg HTTP/1.1\r\nAccept:image/avif \r\nDPR: 2\r\n\r\n"

    assert parse_lines(text) == [("Accept", "image/avif"), ("DPR", "2")]


def test_the_request_line_of_http_2_is_skipped() -> None:
    text = ":authority: example.com\n:path: /a.jpg\naccept: image/avif\n"

    assert parse_lines(text) == [("accept", "image/avif")]


def test_an_indented_line_continues_the_one_before() -> None:
    assert parse_lines("Accept: a/b,\n\tc/d\n   \n") == [("Accept", "a/b, c/d")]


@pytest.mark.parametrize(
    "line", ["no field", ": empty name", " early", '{"Accept": "a/b"}', "é: 1"]
)
def test_any_other_line_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(PolicyError, match=r"^line 2: .* is no header; write Name: value$") as e:
        parse_lines(f"\n{line}\nAccept: */*\n")

    assert ascii(line) in str(e.value)
