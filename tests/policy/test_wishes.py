"""What may be wished of a crop."""

from __future__ import annotations

import pytest

from eyebright.errors import PolicyError
from eyebright.policy.wishes import Wish, read_wish


def test_an_aspect_is_two_numbers_and_a_colon() -> None:
    assert Wish(across=16, down=9) == read_wish("16:9")


def test_a_size_is_an_aspect_with_pixels() -> None:
    assert Wish(across=1200, down=630, width=1200, height=630) == read_wish("1200x630")


@pytest.mark.parametrize(
    "text",
    ["", "16", "16:", "16:9:1", "a:b", "1.5x1", "0.0:1", "-1:1", "16 9", "²:1", "1x2x3", "9" * 80],
)
def test_nonsense_is_told_what_to_write(text: str) -> None:
    with pytest.raises(PolicyError, match="neither an aspect nor a size; write an aspect like"):
        read_wish(text)


@pytest.mark.parametrize(
    ("text", "whole"), [("1.91:1", "191:100"), ("1.5:1", "3:2"), ("2:2.5", "4:5")]
)
def test_decimals_are_told_in_whole_numbers(text: str, whole: str) -> None:
    with pytest.raises(PolicyError, match=f"; write it in whole numbers, {whole}$"):
        read_wish(text)


@pytest.mark.parametrize("shape", [(4, 5), 1.5, None])
def test_what_is_no_text_is_told_what_to_write(shape: object) -> None:
    with pytest.raises(PolicyError, match="is no text; write an aspect like 16:9"):
        read_wish(shape)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "path"), [("0x0", "size"), ("0:1", "aspect")])
def test_without_a_key_it_is_named_as_it_was_written(text: str, path: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_wish(text)

    assert caught.value.path == path


@pytest.mark.parametrize("text", ["0:1", "0x0", "1000001:1000001"])
def test_a_side_of_nothing_or_of_too_much_is_refused(text: str) -> None:
    with pytest.raises(PolicyError, match="not between 1 and 1000000; write an aspect like"):
        read_wish(text)


@pytest.mark.parametrize("text", ["1:1000", "51:1", "1x76"])
def test_what_is_thinner_than_a_line_is_refused(text: str) -> None:
    with pytest.raises(PolicyError, match="thinner than 50:1"):
        read_wish(text)


def test_the_fault_names_its_key() -> None:
    with pytest.raises(PolicyError) as caught:
        read_wish("1:0", "crops[2]")

    assert caught.value.path == "crops[2]"
