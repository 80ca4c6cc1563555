"""Headers as text."""

from __future__ import annotations

import pytest

from eyebright.errors import PolicyError
from eyebright.policy.header_lines import parse_lines


def test_fields_are_read_line_by_line() -> None:
    text = "GET /a.jpg HTTP/1.1\r\nAccept:image/avif \r\nDPR: 2\r\n\r\n"

    assert parse_lines(text) == ([("Accept", "image/avif"), ("DPR", "2")], ())


def test_the_request_line_of_http_2_is_skipped() -> None:
    text = ":authority: example.com\n:path: /a.jpg\naccept: image/avif\n"

    assert parse_lines(text) == ([("accept", "image/avif")], ())


def test_an_indented_line_continues_the_one_before() -> None:
    assert parse_lines("Accept: a/b,\n\tc/d\n   \n").pairs == [("Accept", "a/b, c/d")]


def test_other_lines_are_noted_with_their_number() -> None:
    pairs, notes = parse_lines(" early\nAccept: */*\nno field\n: empty name\n")

    assert pairs == [("Accept", "*/*")]
    assert [note.values["line"] for note in notes] == [1, 3, 4]
    assert (notes[1].code, notes[1].values["text"]) == ("line-ignored", "no field")
    assert notes[1].text == (
        "Line 3 of the headers ('no field') was ignored: it has no `name: value`."
    )


def test_a_text_without_any_line_is_a_request_without_headers() -> None:
    assert parse_lines("GET / HTTP/1.1\n\n") == ([], ())


@pytest.mark.parametrize(
    "line", ["no field", ": empty name", " early", '{"Accept": "a/b"}', "é: 1"]
)
def test_a_text_of_other_lines_only_is_refused_with_the_first(line: str) -> None:
    with pytest.raises(PolicyError, match=r"^line 2: .* is no header; write Name: value$") as e:
        parse_lines(f"\n{line}\nmore of it\n")

    assert ascii(line) in str(e.value)
