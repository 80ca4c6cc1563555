"""What a format costs on a device, in milliseconds until the picture is seen."""

from __future__ import annotations

import pytest

from eyebright.policy import choose, cost, decide
from eyebright.values import Candidate, Capabilities, Facts, Goal, Outcome, Plan, Reason, Trial

PHOTO = Facts(format="jpeg", width=2000, height=1000, size_bytes=2_000_000, sha256="")
AVIF = Candidate(format="avif", expected_bytes=100_000)
PROBED = {"avif": 200.0, "webp": 10.0, "jpeg": 5.0}


def plan(capabilities: Capabilities, **goal: object) -> Plan:
    return decide(PHOTO, Goal.from_dict(goal), capabilities)


def reason(decided: Plan, code: str) -> Reason:
    return next(r for r in decided.reasons if r.code == code)


def test_cost_is_transfer_and_round_trip_and_decoding() -> None:
    device = Capabilities(throughput_kbps=1000, rtt_ms=50, decode_ms_per_mp={"avif": 20})

    found = cost.cost(AVIF, 2_000_000, Goal(), device)

    assert found == cost.Cost(transfer_ms=800, rtt_ms=50, decode_ms=40, encode_ms=0)
    assert found.fixed_ms == 90
    assert found.total_ms == 890


def test_without_a_known_throughput_there_is_no_cost_in_time() -> None:
    assert cost.cost(AVIF, 2_000_000, Goal(), Capabilities(rtt_ms=50)) is None


def test_an_effective_type_stands_in_for_throughput_and_round_trip() -> None:
    found = cost.cost(AVIF, 0, Goal(), Capabilities(effective_type="3g"))

    assert found is not None
    assert (round(100_000 * 8 / 700), 270) == (found.transfer_ms, found.rtt_ms)


def test_a_measured_throughput_beats_the_effective_type() -> None:
    assert cost.throughput_kbps(Capabilities(throughput_kbps=9000, effective_type="2g")) == 9000


def test_4g_alone_tells_no_throughput() -> None:
    assert cost.throughput_kbps(Capabilities(effective_type="4g")) is None


def test_a_throughput_below_one_is_reckoned_as_one() -> None:
    assert cost.throughput_kbps(Capabilities(throughput_kbps=0.01)) == 1.0


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        ({"device_class": "low", "device_memory_gb": 8.0}, "low"),
        ({"device_memory_gb": 0.5}, "low"),
        ({"device_memory_gb": 1.0}, "low"),
        ({"device_memory_gb": 2.0}, "mid"),
        ({"device_memory_gb": 4.0}, "mid"),
        ({"device_memory_gb": 8.0}, "high"),
        ({}, "mid"),
        ({"viewport_width_px": 390, "dpr": 3.0}, "mid"),
        ({"viewport_width_px": 390}, "mid"),
        ({"viewport_width_px": 390, "dpr": 1.0}, "high"),
        ({"viewport_width_px": 600, "dpr": 2.0}, "high"),
        ({"viewport_width_px": 1400, "dpr": 2.0}, "high"),
    ],
)
def test_the_device_class_follows_the_hints(hints: dict[str, object], expected: str) -> None:
    assert expected == cost.device_class(Capabilities.from_dict(hints))


def test_a_probe_beats_the_table_of_device_classes() -> None:
    device = Capabilities(decode_ms_per_mp={"webp": 100}, device_class="low")

    assert cost.decode_ms("webp", 500_000, device) == 50


def test_without_a_probe_the_class_slows_the_table() -> None:
    low = cost.decode_ms("webp", 1_000_000, Capabilities(device_class="low"))

    assert low == pytest.approx(6 * 9.8)


def test_an_unknown_format_decodes_like_the_slowest() -> None:
    found = cost.decode_ms("heic", 1_000_000, Capabilities(device_class="high"))

    assert found == pytest.approx(24.1)


def test_saving_the_battery_doubles_the_device_s_own_time() -> None:
    device = Capabilities(
        decode_ms_per_mp={"avif": 10}, encode_ms_per_mp={"avif": 10}, battery_saving=True
    )

    assert cost.decode_ms("avif", 1_000_000, device) == 20
    assert (
        cost.counted_encode_ms(Candidate(format="avif"), 1_000_000, Goal(purpose="upload"), device)
        == 60
    )


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        (Goal(), 0.0),
        (Goal(purpose="upload", views=10), 300.0),
        (Goal(purpose="serve"), 300.0),
        (Goal(purpose="serve", views=10), 30.0),
    ],
)
def test_encoding_counts_where_somebody_waits_for_it(goal: Goal, expected: float) -> None:
    device = Capabilities(encode_ms_per_mp={"avif": 100})

    assert expected == cost.counted_encode_ms(Candidate(format="avif"), 1_000_000, goal, device)


def test_serving_does_not_count_the_server_s_time_twice_on_battery() -> None:
    device = Capabilities(encode_ms_per_mp={"avif": 100}, battery_saving=True)

    assert (
        cost.counted_encode_ms(Candidate(format="avif"), 1_000_000, Goal(purpose="serve"), device)
        == 300.0
    )


def test_an_unknown_encoding_time_counts_as_nothing() -> None:
    device = Capabilities(throughput_kbps=1000)
    found = cost.cost(AVIF, 1_000_000, Goal(purpose="upload"), device)

    assert found is not None
    assert (
        cost.counted_encode_ms(Candidate(format="avif"), 1_000_000, Goal(purpose="upload"), device)
        is None
    )
    assert found.encode_ms == 0


def test_an_upload_counts_encoding_and_no_decoding() -> None:
    device = Capabilities(throughput_kbps=1000, encode_ms_per_mp={"avif": 100})
    found = cost.cost(AVIF, 1_000_000, Goal(purpose="upload"), device)

    assert found == cost.Cost(transfer_ms=800, rtt_ms=0, decode_ms=0, encode_ms=300)


def test_avif_on_a_slow_decoder_loses_and_the_reason_shows_both_sums() -> None:
    slow = Capabilities(throughput_kbps=20_000, rtt_ms=30, decode_ms_per_mp=PROBED)

    decided = plan(slow, formats=["avif", "webp"])

    assert [c.format for c in decided.candidates] == ["webp", "avif"]
    webp, avif = decided.candidates
    assert webp.expected_bytes > avif.expected_bytes
    why = reason(decided, "decode-outweighs")
    assert why.values["format"] == "webp"
    assert why.values["loser"] == "avif"
    assert sum(why.values["cost"].values()) == webp.expected_ms
    assert sum(why.values["loser_cost"].values()) == avif.expected_ms
    assert f"{webp.expected_ms} ms" in why.text
    assert f"{avif.expected_ms} ms" in why.text


def test_avif_on_a_slow_network_wins_by_its_bytes() -> None:
    slow = Capabilities(throughput_kbps=100, decode_ms_per_mp=PROBED)

    assert plan(slow).candidates[0].format == "avif"


def test_without_a_network_the_order_is_by_bytes_and_says_so() -> None:
    decided = plan(Capabilities(decode_ms_per_mp=PROBED))

    sizes = [c.expected_bytes for c in decided.candidates]
    assert sizes == sorted(sizes)
    assert "order of expected bytes" in reason(decided, "formats-ordered").text
    assert {c.expected_ms for c in decided.candidates} == {None}
    assert decided.throughput_kbps is None


def test_with_a_network_the_order_is_by_time_and_says_so() -> None:
    decided = plan(Capabilities(throughput_kbps=20_000, decode_ms_per_mp=PROBED))

    times = [c.expected_ms or 0 for c in decided.candidates]
    assert times == sorted(times)
    assert decided.throughput_kbps == 20_000
    costs = reason(decided, "formats-ordered").values["costs"]
    assert list(costs) == [c.format for c in decided.candidates]


def outcome(name: str, size: int) -> Outcome:
    return Outcome(trial=Trial(format=name, width=1, height=1), size_bytes=size, score=80)


def test_the_bytes_to_beat_allow_for_a_slower_decoder() -> None:
    webp = Candidate(format="webp", fixed_ms=10)
    avif = Candidate(format="avif", fixed_ms=110)
    decided = Plan(
        content="general",
        width=1,
        height=1,
        target=75,
        floor=50,
        candidates=(webp, avif),
        throughput_kbps=800,
    )

    assert cost.bytes_to_beat(avif, outcome("webp", 50_000), decided) == 40_000
    assert cost.bytes_to_beat(webp, outcome("avif", 50_000), decided) == 60_000
    assert cost.bytes_to_beat(webp, outcome("jpeg", 50_000), decided) == 49_000
    unknown = decided.replace(throughput_kbps=None)
    assert cost.bytes_to_beat(avif, outcome("webp", 50_000), unknown) == 50_000


def test_a_lossless_way_has_its_own_fixed_time() -> None:
    lossy = Candidate(format="webp", fixed_ms=10)
    lossless = Candidate(format="webp", lossless=True, fixed_ms=70)
    decided = Plan(
        content="general", width=1, height=1, target=75, floor=50, candidates=(lossy, lossless)
    )
    trial = Trial(format="webp", width=1, height=1, lossless=True)

    assert cost.fixed_ms(trial, decided) == 70


def test_the_search_delivers_the_cheaper_way_not_only_the_smaller() -> None:
    slow = Capabilities(throughput_kbps=20_000, decode_ms_per_mp=PROBED)
    decided = plan(slow, formats=["avif", "webp"])
    sizes = {"webp": 200_000, "avif": 150_000}
    search = choose(decided)
    trial = next(search)
    while True:
        try:
            trial = search.send(Outcome(trial=trial, size_bytes=sizes[trial.format], score=75.5))
        except StopIteration as stop:
            choice = stop.value
            break

    assert choice.outcome is not None
    assert choice.outcome.trial.format == "webp"
