"""A few classes instead of every value a hint can take, so that caches are not fragmented.

Decide on `bucketed(negotiate(headers))` behind a cache. Rounding never serves less than was asked
for: widths and densities go up to the next step, networks and devices become their class.
A picture has at most MAX_KEYS_PER_IMAGE cache keys then, far fewer in practice, and
MAX_KEYS_WITHOUT_NETWORK where the network's and the device's hints are not read.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TypeVar

from eyebright.policy.cost import LOW_MEMORY_GB, MID_MEMORY_GB
from eyebright.values import Capabilities

N = TypeVar("N", int, float)

WIDTHS_PX = (160, 240, 320, 480, 640, 800, 960, 1280, 1600, 1920, 2560, 3840)
"""Widths of slots in device pixels and of viewports in CSS pixels: our choice. Steps of at most
1.5 cost at most 2.25 times the pixels that the slot shows, about 1.3 times at the median of a slot
between two steps; 160 is a thumbnail, 3840 the widest common screen."""

DPRS = (1.0, 1.5, 2.0, 3.0)
"""Densities that screens are sold with, by and large; more than three is not told from three at
arm's length (about 60 pixels per degree, the eye's 20/20, are reached below it)."""

NETWORKS = {
    "slow-2g": (3600.0, 40.0),
    "2g": (1800.0, 75.0),
    "3g": (450.0, 400.0),
    "4g": (175.0, 1600.0),
}
"""(round-trip time in ms, throughput in kbit/s) typical of each effective connection type:
Chromium, net/nqe/network_quality_estimator_params.cc, kTypicalHttpRtt... and kTypicalDownlink..."""

BORDERS = (("slow-2g", 2000.0, 50.0), ("2g", 1400.0, 70.0), ("3g", 270.0, 700.0))
"""(type, least round-trip time in ms, greatest throughput in kbit/s): Network Information, table of
effective connection types."""

MEMORIES_GB = (LOW_MEMORY_GB, MID_MEMORY_GB, 8.0)
"""The greatest of each device class of `cost.py`, the only thing that memory decides."""

MAX_KEYS_PER_IMAGE = 4_000
MAX_KEYS_WITHOUT_NETWORK = 500
"""Formats named or not (4) x widths (13 with none) x what densities and Save-Data make of the
target (7), and for the first x networks (5 with none) x device classes: counted over all classes
for a photo and a drawing at `purpose="serve"` (352 and 3,344 in November 2026), rounded up."""


def bucketed(capabilities: Capabilities) -> Capabilities:
    """The same capabilities with hints rounded to their class; unknown stays unknown."""
    name = network_class(capabilities)
    rtt_ms, throughput_kbps = NETWORKS.get(name, (None, None))
    return capabilities.replace(
        width_px=_up(capabilities.width_px, WIDTHS_PX),
        viewport_width_px=_up(capabilities.viewport_width_px, WIDTHS_PX),
        dpr=_up(capabilities.dpr, DPRS),
        effective_type=name,
        rtt_ms=rtt_ms,
        throughput_kbps=throughput_kbps,
        device_memory_gb=_up(capabilities.device_memory_gb, MEMORIES_GB),
    )


def network_class(capabilities: Capabilities) -> str:
    """slow-2g, 2g, 3g or 4g as hinted, else by the worse of round trip and throughput, else ""."""
    if capabilities.effective_type in NETWORKS:
        return capabilities.effective_type
    rtt_ms, kbps = capabilities.rtt_ms, capabilities.throughput_kbps
    if rtt_ms is None and kbps is None:
        return ""
    for name, least_rtt_ms, most_kbps in BORDERS:
        is_far = rtt_ms is not None and rtt_ms >= least_rtt_ms
        is_thin = kbps is not None and kbps <= most_kbps
        if is_far or is_thin:
            return name
    return "4g"


def _up(value: float | None, steps: tuple[N, ...]) -> N | None:
    """The least step that is not below the value, else the greatest."""
    if value is None:
        return None
    return steps[min(bisect_left(steps, value), len(steps) - 1)]
