"""What a format costs on a device: milliseconds until the picture is seen.

    expected cost = transfer (bytes over throughput, and one round trip) + decoding + encoding

Where the throughput is not known, formats compete by expected bytes alone, and the plan says so.
Encoding counts where somebody waits for it: wholly for an upload, shared among its views when
serving, not at all for a conversion that a person asked for.
"""

from __future__ import annotations

from typing import NamedTuple

from eyebright.policy import effort
from eyebright.values import Candidate, Capabilities, Goal, Outcome, Plan, Trial

EXPECTED_TRIALS = 3
"""Encodes that a search takes on average; time budgets count with it."""

ECT_THROUGHPUT_KBPS = {"slow-2g": 50.0, "2g": 70.0, "3g": 700.0}
ECT_RTT_MS = {"slow-2g": 2000.0, "2g": 1400.0, "3g": 270.0}
"""Highest downlink and least round trip of each effective type (WICG Network Information API,
table of effective connection types). 4g has no upper bound, so it tells no throughput."""

DECODE_MS_PER_MP = {"jpeg": 3.0, "webp": 9.8, "avif": 10.9, "jxl": 22.2, "png": 24.1}
"""Fastest of five decodes on one core of a server of 2026, median over astronaut (1024 px), coffee,
rocket and chelsea of scikit-image near SSIMULACRA2 75 (Pillow 13, imagecodecs for JPEG XL)."""

DEVICE_SLOWDOWN = {"high": 1.0, "mid": 4.0, "low": 6.0}
"""Times slower than a desktop core: the mid-tier and low-end mobile presets of Chrome DevTools
(Lighthouse emulates a mid-tier phone with the same 4)."""

LOW_MEMORY_GB = 1.0
MID_MEMORY_GB = 4.0
"""Device-Memory (W3C) at most this: Android Go phones; ordinary phones. More: desktop class."""

PHONE_VIEWPORT_PX = 600
PHONE_DPR = 2.0
"""A narrow and dense screen is a phone's (600 CSS pixels: the compact window class of Material
Design), so mid at best where no memory is told."""

BATTERY_WEIGHT = 2.0
"""A device that saves its battery counts every millisecond of its own work twice: our choice."""

UNKNOWN_FORMAT_MS_PER_MP = 24.1
"""Formats without a row decode like the slowest one."""


class Cost(NamedTuple):
    """Whole milliseconds, so that two machines order alike."""

    transfer_ms: int
    rtt_ms: int
    decode_ms: int
    encode_ms: int

    @property
    def fixed_ms(self) -> int:
        """All that does not depend on the bytes."""
        return self.rtt_ms + self.decode_ms + self.encode_ms

    @property
    def total_ms(self) -> int:
        return self.transfer_ms + self.fixed_ms


def throughput_kbps(capabilities: Capabilities) -> float | None:
    """Measured or hinted throughput, else the effective type's; None where nothing tells."""
    if capabilities.throughput_kbps is not None:
        return max(1.0, capabilities.throughput_kbps)
    return ECT_THROUGHPUT_KBPS.get(capabilities.effective_type)


def device_class(capabilities: Capabilities) -> str:
    """low, mid or high, by what the hints tell; mid where they tell nothing."""
    if capabilities.device_class:
        return capabilities.device_class
    memory = capabilities.device_memory_gb
    if memory is not None:
        return "low" if memory <= LOW_MEMORY_GB else "mid" if memory <= MID_MEMORY_GB else "high"
    return "mid" if _is_phone(capabilities) or capabilities.viewport_width_px is None else "high"


def _is_phone(capabilities: Capabilities) -> bool:
    narrow = (capabilities.viewport_width_px or PHONE_VIEWPORT_PX) < PHONE_VIEWPORT_PX
    return narrow and (capabilities.dpr or PHONE_DPR) >= PHONE_DPR


def decode_ms(name: str, pixels: int, capabilities: Capabilities) -> float:
    """Probed on the device, else by its class; dearer where the battery is to be spared."""
    probed = capabilities.decode_ms_per_mp.get(name)
    if probed is None:
        usual = DECODE_MS_PER_MP.get(name, UNKNOWN_FORMAT_MS_PER_MP)
        probed = usual * DEVICE_SLOWDOWN[device_class(capabilities)]
    weight = BATTERY_WEIGHT if capabilities.battery_saving else 1.0
    return probed * pixels / 1e6 * weight


def ms_per_mp(way: Candidate, capabilities: Capabilities) -> float | None:
    """One encode's milliseconds per megapixel on this machine; None where nothing tells."""
    name = way.format
    if way.encoder:
        return capabilities.quick_ms_per_mp.get(name)
    known = capabilities.encode_ms_per_mp.get(name)
    if known is None:
        return None
    usual = int(capabilities.encode_speed.get(name, effort.DEFAULT_SPEED[name]))
    return known * effort.relative_time(name, way.speed, usual)


def encode_ms(way: Candidate, pixels: int, capabilities: Capabilities) -> float | None:
    """One format's whole search on this machine; None where its speed is not known."""
    speed = ms_per_mp(way, capabilities)
    return None if speed is None else speed * pixels / 1e6 * EXPECTED_TRIALS


def counted_encode_ms(
    way: Candidate, pixels: int, goal: Goal, capabilities: Capabilities
) -> float | None:
    """The part of the encoding that somebody waits for; None where it is not known.

    Who asks for the best has said that it does not count.
    """
    if goal.purpose == "convert" or goal.mode == "best":
        return 0.0
    spent = encode_ms(way, pixels, capabilities)
    if spent is None:
        return None
    if goal.purpose == "serve":
        return spent / goal.views
    return spent * (BATTERY_WEIGHT if capabilities.battery_saving else 1.0)


def cost(candidate: Candidate, pixels: int, goal: Goal, capabilities: Capabilities) -> Cost | None:
    """What the candidate is expected to cost, or None where the network is not known.

    An upload is decoded by nobody who waits; encoding of unknown speed counts as nothing.
    """
    speed = throughput_kbps(capabilities)
    if speed is None:
        return None
    rtt = capabilities.rtt_ms
    if rtt is None:
        rtt = ECT_RTT_MS.get(capabilities.effective_type, 0.0)
    seen = goal.purpose != "upload"
    return Cost(
        transfer_ms=round(transfer_ms(candidate.expected_bytes, speed)),
        rtt_ms=round(rtt),
        decode_ms=round(decode_ms(candidate.format, pixels, capabilities)) if seen else 0,
        encode_ms=round(counted_encode_ms(candidate, pixels, goal, capabilities) or 0.0),
    )


def order(candidate: Candidate) -> tuple[int, int, str, bool]:
    """By time where the network is known (all or none of them have one), else by bytes."""
    time = candidate.expected_ms or 0
    return time, candidate.expected_bytes, candidate.format, candidate.lossless


def transfer_ms(size_bytes: int, kbps: float) -> float:
    """Kilobits per second are bits per millisecond."""
    return size_bytes * 8 / kbps


def bytes_to_beat(candidate: Candidate, best: Outcome, plan: Plan) -> int:
    """Bytes under which the candidate costs less than the best encode so far.

    Equal to the best one's bytes where the network is not known; 0 or less where the candidate's
    decoding and encoding alone cost more.
    """
    if plan.throughput_kbps is None:
        return best.size_bytes
    spare_ms = fixed_ms(best.trial, plan) - candidate.fixed_ms
    return best.size_bytes + spare_ms * plan.throughput_kbps // 8


def fixed_ms(way: Trial, plan: Plan) -> int:
    """What the plan reckons for that format beside the transfer."""
    return next(
        (
            c.fixed_ms
            for c in plan.candidates
            if (c.format, c.lossless, c.subsampling) == (way.format, way.lossless, way.subsampling)
        ),
        0,
    )
