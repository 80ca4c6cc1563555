"""The Accept field: weights, wildcards, specificity, and what is malformed."""

from __future__ import annotations

import pytest

from eyebright.policy.accept import Range, Weight, parse_accept, weigh


def weight_of(media_type: str, accept: str) -> Weight | None:
    return weigh(parse_accept(accept).ranges, media_type)


def test_elements_are_read_in_order_with_weights_in_thousandths() -> None:
    parsed = parse_accept("Image/AVIF , image/webp;q=0.75,, */* ; Q=0.001")

    expected = (Range("image", "avif", 1000), Range("image", "webp", 750), Range("*", "*", 1))
    assert expected == parsed.ranges
    assert parsed.malformed == ()


@pytest.mark.parametrize(
    ("weight", "permille"),
    [("0", 0), ("0.", 0), ("0.5", 500), ("0.123", 123), ("1", 1000), ("1.000", 1000)],
)
def test_weights_have_three_digits(weight: str, permille: int) -> None:
    assert Weight(permille, named=True) == weight_of("image/avif", f"image/avif;q={weight}")


@pytest.mark.parametrize(
    "element",
    [
        "image",
        "image/",
        "/avif",
        "*/avif",
        "image/avif;q=1.5",
        "image/avif;q=-1",
        "image/avif;q=0.1234",
        "image/avif;q=",
        "image/avif;q",
        "image/avif;q=NaN",
        "image / avif",
        "image/avif;q = 1",
        'image/avif;a="open',
        "image/av if",
        ";",
        ";;",
        ";image/avif",
        '"image/avif"',
    ],
)
def test_malformed_elements_are_set_aside_one_by_one(element: str) -> None:
    parsed = parse_accept(f"image/webp,{element},*/*")

    assert (Range("image", "webp", 1000), Range("*", "*", 1000)) == parsed.ranges[:2]
    assert (element,) == parsed.malformed


def test_the_most_specific_range_decides_wherever_it_stands() -> None:
    accept = "*/*;q=0.1, image/*;q=0.5, image/avif;q=0.9"

    assert Weight(900, named=True) == weight_of("image/avif", accept)
    assert Weight(500, named=False) == weight_of("image/webp", accept)
    assert Weight(100, named=False) == weight_of("text/html", accept)


def test_nothing_is_said_of_types_that_no_range_covers() -> None:
    assert weight_of("image/avif", "text/html, video/*") is None


def test_a_refusal_is_not_undone_by_a_wildcard_or_by_repetition() -> None:
    accept = "image/avif, image/avif;q=0, image/*"

    assert Weight(0, named=True) == weight_of("image/avif", accept)


def test_ranges_for_special_kinds_of_a_type_promise_nothing() -> None:
    parsed = parse_accept('image/webp;animated=1, image/avif;a="x,y;q=1", image/png;q=0.5')

    assert (Range("image", "png", 500),) == parsed.ranges
    assert parsed.malformed == ()


def test_empty_parameters_mean_nothing() -> None:
    assert Weight(500, named=True) == weight_of("image/avif", "image/avif; ;q=0.5;")


def test_quotes_hide_commas_and_semicolons_only_where_they_are_closed() -> None:
    assert parse_accept('text/a;b="x\\",y;q=0", image/avif').malformed == ()
    assert parse_accept('image/a;b="x, image/avif').malformed == ('image/a;b="x',)


def test_names_that_only_contain_a_type_are_other_types() -> None:
    assert weight_of("image/avif", "image/avif-sequence, ximage/avif, image/avi") is None
