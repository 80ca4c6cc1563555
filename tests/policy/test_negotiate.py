"""Headers in, capabilities and notes out."""

from __future__ import annotations

import pytest

from eyebright.errors import PolicyError
from eyebright.policy import (
    ACCEPT_CH,
    CRITICAL_CH,
    HEADERS,
    NETWORK_HEADERS,
    decide,
    from_network_information,
    from_window,
    negotiate,
    read_headers,
    vary,
)
from eyebright.policy.negotiate import MAX_FIELD_CHARS, MAX_HEADERS_CHARS, MAX_NOTES
from eyebright.values import Capabilities, Facts, Goal, Reason

FACTS = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="0" * 64)

CHROMIUM = {
    "Accept": "image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "Sec-CH-UA-Platform": '"Linux"',
    "Viewport-Width": "1280",
    "Sec-CH-Viewport-Width": "1280",
    "Width": "1680",
    "Sec-CH-Width": "1680",
    "DPR": "2.625",
    "Sec-CH-DPR": "2.625",
    "Device-Memory": "16",
    "Sec-CH-Device-Memory": "16",
    "ECT": "4g",
    "RTT": "100",
    "Downlink": "1.35",
}
"""An <img> request of Chromium 156 to a server that had sent every hint's name in Accept-CH."""


def noted(headers: dict[str, str]) -> list[str]:
    return [note.values["header"] for note in read_headers(headers).notes]


def test_all_that_a_real_browser_sends_is_understood() -> None:
    found = read_headers(CHROMIUM)

    expected = Capabilities(
        decode=("avif", "webp", "jpeg", "jxl", "png", "gif"),
        decode_alpha=("avif", "webp", "jxl", "png"),
        throughput_kbps=1350.0,
        rtt_ms=100.0,
        effective_type="4g",
        dpr=2.625,
        width_px=1680,
        viewport_width_px=1280,
        device_memory_gb=16.0,
    )
    assert expected == found.capabilities
    assert found.notes == ()


@pytest.mark.parametrize(
    ("accept", "shown"),
    [
        ("image/avif;q=0,image/webp,*/*", ("webp", "jpeg", "png", "gif")),
        ("image/*;q=0,image/webp", ("webp",)),
        ("*/*;q=0", ()),
        ("image/jpeg;q=0,*/*", ("png", "gif")),
        ("text/html", ("jpeg", "png", "gif")),
        ("text/html,image/jpeg;q=0", ("png", "gif")),
        ("image/webp", ("webp",)),
        ("", ("jpeg", "png", "gif")),
        ("image/avif-sequence,*/*", ("jpeg", "png", "gif")),
    ],
)
def test_accept_is_parsed_not_searched(accept: str, shown: tuple[str, ...]) -> None:
    assert shown == negotiate({"accept": accept}).decode


@pytest.mark.parametrize(
    ("accept", "shown"),
    [
        ("image/avif;q=0.5,image/webp,*/*", ("webp", "jpeg", "png", "gif")),
        ("image/avif;q=0.5,image/webp;q=0.9,*/*", ("webp", "jpeg", "png", "gif")),
        ("image/webp;q=0.5,image/jpeg,image/png;q=0.1", ("jpeg", "png")),
        ("image/avif;q=0.5,image/webp;q=0.5,*/*;q=0.8", ("avif", "webp", "jpeg", "png", "gif")),
        ("image/avif;q=0.5,text/html,*/*", ("avif", "jpeg", "png", "gif")),
    ],
)
def test_lower_weights_are_lower_preferences(accept: str, shown: tuple[str, ...]) -> None:
    assert shown == negotiate({"accept": accept}).decode


def test_a_format_left_out_for_a_preference_is_told() -> None:
    (note,) = read_headers({"accept": "image/avif;q=0.5,image/jxl;q=0.1,image/webp"}).notes

    assert (note.code, note.values) == ("format-not-preferred", {"formats": ["avif", "jxl"]})
    assert note.text == "The receiver shows avif, jxl, but prefers other formats that it names."


def test_without_any_header_only_what_everybody_shows_is_sent() -> None:
    assert negotiate({}).decode == ("jpeg", "png", "gif")


def test_a_refused_format_is_not_planned() -> None:
    refused = negotiate({"accept": "image/avif;q=0,image/webp,*/*;q=0.8"})

    assert [c.format for c in decide(FACTS, Goal(), refused).candidates] == ["webp", "jpeg"]


def test_repeated_lines_and_bytes_count_like_one_field() -> None:
    pairs = [
        (b"accept", b"image/avif"),
        (b"ACCEPT", b"image/webp;q=0.5"),
        (b"accept", b"*/*;q=0.1"),
    ]

    one = negotiate({"accept": "image/avif, image/webp;q=0.5, */*;q=0.1"})
    assert one == negotiate(pairs)


def test_what_the_machine_writes_is_kept_and_its_decoding_times_are_not() -> None:
    machine = Capabilities(encode=("jpeg",), decode_ms_per_mp={"jpeg": 9.0}, kernels="numpy")

    found = negotiate({"accept": "image/webp"}, machine)

    assert (found.encode, found.kernels, found.decode_ms_per_mp) == (("jpeg",), "numpy", {})


@pytest.mark.parametrize(
    ("headers", "changes"),
    [
        ({"Sec-CH-DPR": "2.0"}, {"dpr": 2.0}),
        ({"DPR": "1.100000023841858"}, {"dpr": 1.100000023841858}),
        ({"Sec-CH-DPR": "3", "DPR": "1"}, {"dpr": 3.0}),
        ({"Sec-CH-DPR": "many", "DPR": "1.5"}, {"dpr": 1.5}),
        ({"Sec-CH-DPR": "2;x=1"}, {"dpr": 2.0}),
        ({"Sec-CH-Width": "320"}, {"width_px": 320}),
        ({"Width": "320.0"}, {"width_px": 320}),
        ({"Viewport-Width": "800"}, {"viewport_width_px": 800}),
        ({"Device-Memory": "0.5"}, {"device_memory_gb": 0.5}),
        ({"Save-Data": "on"}, {"save_data": True}),
        ({"Save-Data": "?1"}, {"save_data": True}),
        ({"Save-Data": "off"}, {}),
        ({"Save-Data": '"on";q=1'}, {"save_data": True}),
        ({"Sec-CH-Prefers-Reduced-Data": '"reduce"'}, {"save_data": True}),
        ({"Sec-CH-Prefers-Reduced-Data": "reduce"}, {"save_data": True}),
        ({"Sec-CH-Prefers-Reduced-Data": '"no-preference"'}, {}),
        ({"Save-Data": "on", "Sec-CH-Prefers-Reduced-Data": "no-preference"}, {"save_data": True}),
        ({"ECT": "slow-2g"}, {"effective_type": "slow-2g"}),
        ({"ECT": ' "3G" '}, {"effective_type": "3g"}),
        ({"RTT": "0"}, {"rtt_ms": 0.0}),
        ({"Downlink": "0.025"}, {"throughput_kbps": 25.0}),
    ],
)
def test_each_hint_is_read(headers: dict[str, str], changes: dict[str, object]) -> None:
    assert negotiate({}).replace(**changes) == negotiate(headers)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Sec-CH-DPR", "0"),
        ("Sec-CH-DPR", "-1"),
        ("Sec-CH-DPR", "nan"),
        ("Sec-CH-DPR", "?1"),
        ("Sec-CH-DPR", '"2"'),
        ("Sec-CH-DPR", "2, 3"),
        ("Sec-CH-DPR", "1e2"),
        ("Sec-CH-Width", "0"),
        ("Sec-CH-Width", "320.5"),
        ("Sec-CH-Width", "65536"),
        ("Viewport-Width", "wide"),
        ("Device-Memory", "0"),
        ("Save-Data", ""),
        ("Sec-CH-Prefers-Reduced-Data", "maybe"),
        ("ECT", "5g"),
        ("RTT", "soon"),
        ("Downlink", "0"),
        ("Downlink", "Infinity"),
        ("Accept", "image/avif;q=high"),
    ],
)
def test_malformed_fields_are_ignored_with_a_note(name: str, value: str) -> None:
    assert [name] == noted({name: value})
    assert negotiate({}) == negotiate({name: value})


def test_one_malformed_field_does_not_spoil_the_others() -> None:
    headers = {"Accept": "image/avif,,;;,image/webp", "Sec-CH-DPR": "x", "Sec-CH-Width": "640"}

    found = read_headers(headers)

    assert (found.capabilities.decode, found.capabilities.width_px) == (("avif", "webp"), 640)
    assert noted(headers) == ["Accept", "Sec-CH-DPR"]


def test_a_note_tells_the_field_the_value_and_what_was_expected() -> None:
    (note,) = read_headers({"ECT": "5g"}).notes

    assert note.text == "ECT ('5g') was ignored: expected one of slow-2g, 2g, 3g, 4g."


def test_notes_carry_their_values() -> None:
    long = "a" * 61
    notes = [
        read_headers({name: value}).notes[0]
        for name, value in (("ECT", long), ("dpr", "b" * 60), ("Save-Data", "c" * 9000))
    ]

    assert notes[0].values == {
        "header": "ECT",
        "value": "a" * 60 + "...",
        "why": "expected one of slow-2g, 2g, 3g, 4g",
    }
    assert notes[0].text.startswith(f"ECT ('{'a' * 60}...') was ignored: ")
    assert notes[1].values == {"header": "DPR", "value": "b" * 60, "why": "expected a number"}
    assert notes[2] == Reason(
        code="header-ignored",
        text="Save-Data was ignored: it has more than 8190 characters.",
        values={"header": "Save-Data", "value": "", "why": "it has more than 8190 characters"},
    )


def test_an_accept_without_any_picture_is_told() -> None:
    (note,) = read_headers({"accept": "text/html"}).notes

    assert note.text == "Accept ('text/html') was ignored: it names no picture that could be sent."


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("width", "1.5", "expected whole pixels"),
        ("rtt", "-1", "-1 is not between 0 and 600000"),
        ("sec-ch-prefers-reduced-data", "3", "expected reduce or no-preference"),
        ("dpr", "?1", "expected a number"),
        ("dpr", "21", "21 is not between 0.1 and 20"),
        ("dpr", "1 2", "unexpected text at 1"),
        ("dpr", "", "expected a value at 0"),
        ("dpr", "2;", "expected a parameter's name after 1"),
        ("dpr", "1234567890123.5", "more than 12 digits before the point"),
        ("dpr", ":a:", "a byte sequence is not base64"),
        ("dpr", '%"%c3"', "a display string is not UTF-8"),
    ],
)
def test_a_note_says_what_was_expected(name: str, value: str, why: str) -> None:
    (note,) = read_headers({name: value}).notes

    assert note.values["why"] == why


def test_borders_belong_to_what_is_sound() -> None:
    edges = {"sec-ch-width": "65535", "viewport-width": "1", "dpr": "20", "device-memory": "0.25"}
    far = {"rtt": "600000", "downlink": "0.001", "sec-ch-dpr": "0.1"}

    assert () == read_headers(edges).notes == read_headers(far).notes
    longest = "image/webp,".ljust(MAX_FIELD_CHARS, ",")
    assert read_headers({"accept": longest}).capabilities.decode == ("webp",)
    assert noted({"accept": longest + ","}) == ["Accept"]


def test_exactly_as_many_notes_as_allowed_are_all_told() -> None:
    found = read_headers({"accept": ",".join(["x"] * MAX_NOTES + ["*/*"])})

    assert len(found.notes) == MAX_NOTES
    more = read_headers({"accept": ",".join(["x"] * (MAX_NOTES + 1))}).notes[-1]
    assert (more.code, more.values) == ("headers-ignored", {"more": 1})


def test_notes_are_bounded_in_number_and_length() -> None:
    found = read_headers({"accept": ",".join(["a" * 100] * 50)})

    assert len(found.notes) == MAX_NOTES + 1
    assert found.notes[-1].text == "30 more faults in the headers were ignored."
    assert max(len(note.text) for note in found.notes) < 200


def test_long_fields_are_ignored_and_endless_ones_refused() -> None:
    assert noted({"Accept": "image/avif," * 1000}) == ["Accept"]
    with pytest.raises(PolicyError, match=r"headers\.accept: .* refuse such requests in front"):
        negotiate({"Accept": "a" * 1_000_000})
    with pytest.raises(PolicyError, match=r"headers\.dpr: "):
        negotiate(("dpr", "1" * 1000) for _ in iter(int, 1))  # a stream without an end
    assert negotiate({}) == negotiate({"Cookie": "c" * (MAX_HEADERS_CHARS * 2)})


def test_the_name_of_the_browser_is_never_read() -> None:
    agents = {
        "User-Agent": "Chrome/156",
        "Sec-CH-UA": '"Chromium";v="156"',
        "Sec-CH-UA-Mobile": "?1",
    }

    assert negotiate({}) == negotiate(agents)
    assert not any("ua" in name.split("-") or "agent" in name for name in HEADERS)


def test_vary_names_everything_that_is_read_also_where_the_source_is_kept() -> None:
    kept = decide(FACTS, Goal(content="legal"), negotiate({}))

    complete = (
        "Accept, Sec-CH-DPR, DPR, Sec-CH-Width, Width, Sec-CH-Viewport-Width, Viewport-Width, "
        "Sec-CH-Device-Memory, Device-Memory, Save-Data, Sec-CH-Prefers-Reduced-Data, ECT, RTT, "
        "Downlink"
    )
    assert kept.keep_original
    assert complete == vary(kept) == vary() == vary(read_headers({}))


def test_fields_that_are_not_read_are_neither_varied_on_nor_believed() -> None:
    reads = [name for name in HEADERS if name not in NETWORK_HEADERS]
    found = read_headers({"ECT": "2g", "DPR": "2"}, reads=reads)

    assert (found.capabilities.effective_type, found.capabilities.dpr) == ("", 2.0)
    assert "ECT" not in vary(found)
    assert vary(reads) == vary(found)
    assert vary([]) == "Accept"


def test_a_field_that_is_never_read_cannot_be_asked_for() -> None:
    with pytest.raises(PolicyError, match="reads: 'user-agent' is never read"):
        read_headers({}, reads=["User-Agent"])


def test_hints_to_ask_for_are_those_that_are_read() -> None:
    asked = {name.lower() for name in ACCEPT_CH.split(", ")}

    assert set(HEADERS) - asked == {"accept", "dpr", "width", "viewport-width"}
    assert {name.lower() for name in CRITICAL_CH.split(", ")} <= asked <= set(HEADERS)


def test_a_browser_s_own_values_give_the_same_record_as_its_headers() -> None:
    connection = {"effectiveType": "4g", "rtt": 100, "downlink": 1.35, "saveData": False}
    window = {"devicePixelRatio": 2.625, "innerWidth": 1280, "deviceMemory": 16}

    probed = negotiate({"accept": CHROMIUM["Accept"], "sec-ch-width": "1680"}).replace(
        **from_network_information(connection), **from_window(window)
    )

    assert negotiate(CHROMIUM) == probed


def test_unsound_values_of_a_browser_change_nothing() -> None:
    assert from_network_information({"rtt": -5, "downlink": float("nan"), "type": "wifi"}) == {}
    assert from_window({"devicePixelRatio": 0, "innerWidth": None, "deviceMemory": "lots"}) == {}
    assert from_network_information({"saveData": True}) == {"save_data": True}
    assert from_network_information({"rtt": -5, "saveData": False}) == {"save_data": False}
