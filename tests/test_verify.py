"""What is measured on the final bytes, and when."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from eyebright.errors import CapabilityMissing, HostError
from eyebright.host.base import Decoded
from eyebright.host.fake import FakeHost
from eyebright.host.native import NativeHost
from eyebright.policy.guards import check_passing
from eyebright.policy.search import passes
from eyebright.values import Limits, Outcome, Plan, Trial
from eyebright.verify import measure, verify

RED = np.full((64, 64, 3), (208, 16, 58), dtype=np.uint8)


def verified(shown: np.ndarray, limits: Limits | None = None) -> Outcome:
    """RED was to be written, but `shown` was."""
    host = NativeHost()
    trial = Trial(format="jpeg", width=64, height=64, quality=95, subsampling="444")
    data = asyncio.run(host.encode(shown, trial))
    return asyncio.run(verify(host, data, trial, RED, limits))


def test_colours_are_measured_only_where_they_are_bound() -> None:
    free, bound = verified(RED), verified(RED, Limits(max_delta_e=2.0))

    assert free.delta_e is None
    assert free.brand_delta_e is None
    assert bound.delta_e is not None
    assert bound.delta_e < 1.0
    assert bound.brand_delta_e is None


def test_a_brand_colour_that_moved_is_measured() -> None:
    limits = Limits(brand_colours=("#d0103a",), brand_delta_e=2.0)
    other = np.full((64, 64, 3), (180, 40, 58), dtype=np.uint8)

    assert (verified(RED, limits).brand_delta_e or 9) < 1.0
    assert (verified(other, limits).brand_delta_e or 0) > 4.0


def test_the_worst_place_is_measured_of_lossy_encodes() -> None:
    fine = verified(RED)
    marred = RED.copy()
    marred[20:40, 20:40] = (120, 90, 58)

    assert fine.worst_tile is not None
    assert fine.worst_tile > 90
    assert (verified(marred).worst_tile or 100) < 0


def test_a_small_fault_in_a_smooth_picture_does_not_pass_though_the_mean_does() -> None:
    sky = np.linspace((70, 120, 200), (180, 210, 240), 1024).astype(np.uint8)
    reference = sky[:, None].repeat(1024, axis=1)
    with_writing = reference.copy()
    with_writing[700:712, 500:560:3] = (110, 140, 180)
    smeared = with_writing.copy()
    smeared[700:712, 500:560] = with_writing[700:712, 500:560].mean(axis=(0, 1))
    trial = Trial(format="webp", width=1024, height=1024, quality=80)
    plan = Plan(content="general", width=1024, height=1024, target=75, floor=50)

    same, lost = (measure(trial, 9, (with_writing, p), Limits()) for p in (with_writing, smeared))

    assert lost.score > 75
    assert passes(same, plan)
    assert not passes(lost, plan)
    assert [v.code for v in check_passing(plan, lost)] == ["guard-local-fault"]


class BlindHost(FakeHost):
    """Its decoders do not load."""

    async def decode(self, data: bytes, *, source_format: str, divisor: int = 1) -> Decoded:
        what = f"{source_format} decoder at 1/{divisor}"
        raise CapabilityMissing(f"the {what} did not load {len(data)} bytes")


def test_a_decoder_that_does_not_load_fails_the_outcome_and_is_told() -> None:
    told: list[tuple[str, str]] = []

    def tell(trial: Trial, exc: HostError) -> None:
        told.append((trial.format, str(exc)))

    trial = Trial(format="avif", width=64, height=64, quality=50)
    outcome = asyncio.run(verify(BlindHost(), b"made", trial, RED, on_host_error=tell))

    assert (outcome.passed_checks, outcome.size_bytes) == (False, 4)
    assert told == [("avif", "the avif decoder at 1/1 did not load 4 bytes")]


def test_nobody_to_tell_leaves_the_hosts_error_to_the_caller() -> None:
    trial = Trial(format="avif", width=64, height=64, quality=50)

    with pytest.raises(CapabilityMissing):
        asyncio.run(verify(BlindHost(), b"made", trial, RED))
