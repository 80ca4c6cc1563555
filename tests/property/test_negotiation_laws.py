"""Laws of negotiation, whatever the headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.errors import PolicyError
from eyebright.policy import (
    HEADERS,
    bucketed,
    canonical_json,
    from_network_information,
    from_window,
    negotiate,
    read_headers,
    vary,
)
from eyebright.policy.accept import parse_accept, weigh
from eyebright.policy.formats import HAS_ALPHA
from eyebright.policy.goals import check_capabilities
from eyebright.policy.negotiate import MAX_FIELD_CHARS, MAX_NOTES, SHOWN
from eyebright.policy.structured import Malformed, parse_item
from eyebright.values import FORMATS, MIME, Capabilities

pytestmark = pytest.mark.property

weights = st.sampled_from(
    ["", ";q=1", ";q=0", ";q=0.5", ";q=0.001", "; q=1.000", ";q=2", ";q=", ";v=b3"]
)
types = st.sampled_from([*MIME.values(), "image/*", "*/*", "text/html", "*/jpeg", "image", ""])
elements = st.builds("{}{}".format, types, weights)
accepts = st.lists(elements, max_size=12).map(", ".join)
numbers = st.one_of(
    st.floats(-10, 1e6).map(str), st.integers(-5, 10**16).map(str), st.sampled_from(["?1", '"2"'])
)
words = st.sampled_from(["on", "off", "?1", "?0", "reduce", '"no-preference"', "4g", "slow-2g"])
noise = st.text('image/vf*,;=q.01"\\\t -', max_size=60)
values = st.one_of(accepts, noise, numbers, words, st.text(max_size=40))
names = st.sampled_from([*HEADERS, "User-Agent", "Cookie", "SEC-CH-DPR", "Sec-CH-UA"])
pairs = st.lists(st.tuples(names, values), max_size=12)
floats = st.none() | st.floats(0.001, 1e6)
capabilities = st.builds(
    Capabilities,
    throughput_kbps=floats,
    rtt_ms=floats,
    effective_type=st.sampled_from(["", "slow-2g", "2g", "3g", "4g"]),
    dpr=floats,
    width_px=st.none() | st.integers(1, 65_535),
    viewport_width_px=st.none() | st.integers(1, 65_535),
    device_memory_gb=floats,
)


@given(pairs)
def test_negotiation_is_total_and_gives_valid_capabilities(
    given_pairs: list[tuple[str, str]],
) -> None:
    found = read_headers(given_pairs)

    check_capabilities(found.capabilities)
    canonical_json(found.to_dict())
    assert set(SHOWN) >= set(found.capabilities.decode)
    assert len(found.notes) <= MAX_NOTES + 1


@given(st.dictionaries(names, st.text(max_size=60)))
def test_any_text_at_all_negotiates(headers: dict[str, str]) -> None:
    assert negotiate(headers).encode == Capabilities().encode


@given(pairs)
def test_the_case_of_names_does_not_matter(given_pairs: list[tuple[str, str]]) -> None:
    upper = [(name.upper(), value) for name, value in given_pairs]

    assert read_headers(given_pairs) == read_headers(upper)


@given(pairs)
def test_bytes_and_text_negotiate_alike(given_pairs: list[tuple[str, str]]) -> None:
    latin = [(n, v.encode("latin-1", "replace").decode("latin-1")) for n, v in given_pairs]
    raw = [(n.encode(), v.encode("latin-1")) for n, v in latin]

    assert read_headers(latin) == read_headers(raw)


@given(pairs, pairs, st.sets(st.sampled_from(HEADERS)))
def test_what_vary_does_not_name_never_changes_the_answer(
    first: list[tuple[str, str]], second: list[tuple[str, str]], reads: set[str]
) -> None:
    named = set(vary(reads).lower().split(", "))
    kept = [pair for pair in first if pair[0].lower() in named]
    others = [pair for pair in second if pair[0].lower() not in named]

    assert negotiate(first, reads=reads) == negotiate([*kept, *others], reads=reads)


@given(accepts)
def test_a_refused_type_is_never_shown(accept: str) -> None:
    ranges = parse_accept(accept).ranges
    shown = negotiate({"accept": accept}).decode

    for name in SHOWN:
        weight = weigh(ranges, MIME[name])
        assert not (name in shown and weight is not None and weight.permille == 0)


@given(accepts)
def test_modern_formats_are_shown_only_where_they_are_named(accept: str) -> None:
    shown = negotiate({"accept": accept}).decode

    for name in {"avif", "webp", "jxl"} & set(shown):
        assert MIME[name] in accept


@given(accepts, st.sampled_from(FORMATS))
def test_naming_one_more_format_as_the_least_takes_no_other_away(accept: str, name: str) -> None:
    before = negotiate({"accept": f"{accept}, */*;q=0.1"}).decode
    after = negotiate({"accept": f"{accept}, */*;q=0.1, {MIME[name]};q=0.001"}).decode

    assert set(before) <= set(after) | {name}


@given(accepts)
def test_shown_formats_that_have_transparency_show_it(accept: str) -> None:
    found = negotiate({"accept": accept})

    assert set(found.decode_alpha) == set(found.decode) & HAS_ALPHA


@given(st.integers(MAX_FIELD_CHARS + 1, 3 * MAX_FIELD_CHARS), st.sampled_from(HEADERS))
def test_long_fields_are_ignored_with_a_note(length: int, name: str) -> None:
    found = read_headers({name: "a" * length})

    assert found.capabilities == negotiate({})
    assert [note.code for note in found.notes] == ["header-ignored"]


@given(st.text(max_size=50))
def test_items_parse_or_are_malformed_and_nothing_else(text: str) -> None:
    try:
        item = parse_item(text)
    except Malformed:
        return

    assert isinstance(item.value, (int, float, str, bytes))


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_integers_round_trip(value: int) -> None:
    assert parse_item(str(value)).value == value


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_strings_round_trip(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')

    assert parse_item(f'"{quoted}"').value == text


@given(capabilities)
def test_bucketing_twice_is_bucketing_once(given_capabilities: Capabilities) -> None:
    once = bucketed(given_capabilities)

    check_capabilities(once)
    assert once == bucketed(once)


@given(capabilities)
def test_buckets_never_ask_for_less_within_their_steps(c: Capabilities) -> None:
    rounded = bucketed(c)

    for given_value, step, most in (
        (c.width_px, rounded.width_px, 3840),
        (c.viewport_width_px, rounded.viewport_width_px, 3840),
        (c.dpr, rounded.dpr, 3.0),
    ):
        assert (given_value is None) == (step is None)
        assert step is None or given_value is None or step >= min(given_value, most)


@given(st.dictionaries(
    st.sampled_from(["effectiveType", "rtt", "downlink", "saveData", "devicePixelRatio",
                     "innerWidth", "deviceMemory", "other"]),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
))  # fmt: skip
def test_whatever_a_browser_says_of_itself_gives_valid_capabilities(
    said: dict[str, object],
) -> None:
    changes = from_network_information(said) | from_window(said)

    check_capabilities(Capabilities().replace(**changes))


def test_a_name_that_is_never_read_is_refused() -> None:
    with pytest.raises(PolicyError, match="reads: 'user-agent' is never read"):
        vary(["accept", "User-Agent"])
