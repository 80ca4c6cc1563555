"""Hints rounded to classes."""

from __future__ import annotations

import pytest

from eyebright.policy.buckets import NETWORKS, bucketed, network_class
from eyebright.values import Capabilities


@pytest.mark.parametrize(
    ("width", "step"), [(1, 160), (160, 160), (161, 240), (1281, 1600), (3840, 3840), (9999, 3840)]
)
def test_widths_go_up_to_the_next_step(width: int, step: int) -> None:
    rounded = bucketed(Capabilities(width_px=width, viewport_width_px=width))

    assert (step, step) == (rounded.width_px, rounded.viewport_width_px)


@pytest.mark.parametrize(("dpr", "step"), [(0.9, 1), (1.1, 1.5), (2, 2), (2.625, 3), (4, 3)])
def test_densities_go_up_to_the_next_step(dpr: float, step: float) -> None:
    assert step == bucketed(Capabilities(dpr=dpr)).dpr


@pytest.mark.parametrize(("memory", "step"), [(0.25, 1), (1, 1), (2, 4), (8, 8), (16, 8)])
def test_memory_becomes_the_greatest_of_its_device_class(memory: float, step: float) -> None:
    assert step == bucketed(Capabilities(device_memory_gb=memory)).device_memory_gb


@pytest.mark.parametrize(
    ("rtt_ms", "kbps", "name"),
    [
        (2000, None, "slow-2g"),
        (1999, None, "2g"),
        (1399, None, "3g"),
        (269, None, "4g"),
        (None, 50, "slow-2g"),
        (None, 51, "2g"),
        (None, 71, "3g"),
        (None, 701, "4g"),
        (100, 60, "2g"),
        (300, 9000, "3g"),
        (None, None, ""),
    ],
)
def test_networks_are_classed_by_the_worse_of_round_trip_and_throughput(
    rtt_ms: float | None, kbps: float | None, name: str
) -> None:
    given = Capabilities(rtt_ms=rtt_ms, throughput_kbps=kbps)

    assert name == network_class(given)
    rounded = bucketed(given)
    assert NETWORKS.get(name, (None, None)) == (rounded.rtt_ms, rounded.throughput_kbps)


def test_a_hinted_type_is_believed_over_its_figures() -> None:
    given = Capabilities(effective_type="3g", rtt_ms=10.0, throughput_kbps=9000.0)

    assert network_class(given) == "3g"


def test_what_is_no_hint_is_left_alone_and_unknown_stays_unknown() -> None:
    assert Capabilities(save_data=True) == bucketed(Capabilities(save_data=True))


def test_every_type_of_the_report_has_its_typical_figures() -> None:
    names = [network_class(Capabilities(rtt_ms=r, throughput_kbps=k)) for r, k in NETWORKS.values()]

    assert list(NETWORKS) == names
