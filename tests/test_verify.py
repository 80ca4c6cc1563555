"""What is measured on the final bytes, and when."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from eyebright.errors import CapabilityMissing, HostError
from eyebright.host.base import Decoded
from eyebright.host.fake import FakeHost
from eyebright.host.native import NativeHost
from eyebright.values import Limits, Outcome, Trial
from eyebright.verify import verify

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
