"""Items of RFC 9651, with the examples and the borders of its grammar."""

from __future__ import annotations

import pytest

from eyebright.policy.structured import Date, DisplayString, Malformed, Token, parse_item


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", 42),
        ("-0", 0),
        ("  7  ", 7),
        ("999999999999999", 999999999999999),
        ("4.5", 4.5),
        ("-123456789012.125", -123456789012.125),
        ('"hello world"', "hello world"),
        (r'"a \"quoted\" \\ word"', r'a "quoted" \ word'),
        ("foo123/456", "foo123/456"),
        ("*star", "*star"),
        (":cHJldGVuZCB0aGlzIGlzIGJpbmFyeSBjb250ZW50Lg==:", b"pretend this is binary content."),
        (":aGVsbG8:", b"hello"),
        (":aGVsbG8=:", b"hello"),
        (":aGk:", b"hi"),
        (":aGk==:", b"hi"),
        (":YWJj:", b"abc"),
        ("::", b""),
        ("?1", True),
        ("?0", False),
        ("@1659578233", 1659578233),
        (
            '%"This is intended for display to %c3%bcsers."',
            "This is intended for display to üsers.",
        ),
    ],
)
def test_bare_items_are_read(text: str, value: object) -> None:
    parsed = parse_item(text).value

    assert value == parsed
    assert isinstance(parsed, type(value))


def test_words_dates_and_display_strings_are_told_from_plain_values() -> None:
    kinds = [type(parse_item(text).value) for text in ("on", "@1", '%"a"', '"on"')]

    assert [Token, Date, DisplayString, str] == kinds


def test_parameters_are_read_with_their_defaults() -> None:
    assert parse_item('1;a;  b=2;*c="x"').parameters == {"a": True, "b": 2, "*c": "x"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1000000000000000",
        "1.",
        "1.2345",
        "1234567890123.1",
        "--1",
        "1 2",
        "2, 3",
        "4g",
        '"open',
        '"tab\there"',
        r'"bad \escape"',
        ":a:",
        ":?:",
        "?2",
        "@1.5",
        '%"%C3"',
        '%"%c3"',
        "1;",
        "1;A",
        "1;a=",
        "ü",
    ],
)
def test_what_the_grammar_does_not_have_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        parse_item(text)
