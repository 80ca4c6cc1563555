"""Kept results: the same bytes again, and nothing from damaged or foreign entries."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import metadata_samples as samples
import pytest

from eyebright import Goal, optimise_sync
from eyebright.errors import CapabilityMissing, CodecError
from eyebright.host.base import COLOUR, Decoded, Pixels
from eyebright.host.fake import FakeHost
from eyebright.host.native import NativeHost
from eyebright.policy.content import BUILT_IN
from eyebright.results import (
    PASSING,
    DamagedResult,
    key_of,
    key_of_facts,
    may_be_kept,
    noting,
    pack,
    unpack,
    unpack_facts,
)
from eyebright.values import Capabilities, Reason, Trial
from eyebright.worker import Dispatcher

SOURCE = samples.jpeg()
GOAL = Goal(formats=("webp",))
MADE = optimise_sync(SOURCE, GOAL, name="cup.jpg")
PACKED = pack(MADE)


def key(data: bytes = SOURCE, goal: Goal = GOAL, able: Capabilities | None = None) -> str:
    return asyncio.run(key_of(data, goal, BUILT_IN, FakeHost(), able))


def test_a_result_comes_back_whole_under_another_name() -> None:
    again = unpack(PACKED, SOURCE, "mug.jpg")

    assert MADE.data == again.data
    assert MADE.record == again.record
    assert again.report.name == "mug.jpg"
    assert "cached" in {reason.code for reason in again.report.reasons}


def test_an_original_that_stayed_takes_no_room() -> None:
    kept = optimise_sync(SOURCE, Goal(content="legal"))

    assert len(pack(kept)) < len(SOURCE)
    assert unpack(pack(kept), SOURCE, "").data == SOURCE


def test_a_kept_result_tells_no_name_and_no_private_value() -> None:
    assert b"cup.jpg" not in PACKED
    assert samples.PRIVATE.encode() not in PACKED


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"{}\n",
        b"[]\n",
        b'{"report": 5}\n',
        PACKED[:200],
        PACKED[:-1],
        PACKED[:-1] + bytes((PACKED[-1] ^ 1,)),
        b"\xff\xfe\n" + PACKED,
    ],
    ids=["empty", "no-report", "list", "number", "cut-head", "cut-file", "one-bit", "no-text"],
)
def test_a_damaged_entry_is_seen(packed: bytes) -> None:
    with pytest.raises(DamagedResult):
        unpack(packed, SOURCE, "cup.jpg")


def test_keys_differ_by_all_that_a_result_is_made_of() -> None:
    slow = Capabilities(throughput_kbps=100.0)
    keys = {
        key(),
        key(SOURCE + b"\0"),
        key(goal=GOAL.replace(metadata="none")),
        key(able=Capabilities()),
        key(able=slow),
        key(able=slow.replace(decode_ms_per_mp={"avif": 9.0})),
    }

    assert len(keys) == 6


class Updated(FakeHost):
    """A host whose libraries of one kind are newer."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    async def encoder_versions(self) -> Mapping[str, str]:
        return await self._of(super().encoder_versions, "encoders", "avif")

    async def decoder_versions(self) -> Mapping[str, str]:
        name = COLOUR if self.kind == COLOUR else "jpeg"
        return await self._of(super().decoder_versions, "decoders", name)

    async def _of(
        self, told: Callable[[], Awaitable[Mapping[str, str]]], kind: str, name: str
    ) -> dict[str, str]:
        changed = {name: "fake 2"} if self.kind in {kind, name} else {}
        return {**await told(), **changed}


def test_keys_differ_by_the_versions_of_encoders_decoders_and_colour_management() -> None:
    hosts = (FakeHost(), Updated("encoders"), Updated("decoders"), Updated(COLOUR))
    keys = {asyncio.run(key_of(SOURCE, GOAL, BUILT_IN, host, None)) for host in hosts}

    assert len(keys) == 4


def test_decoding_times_are_in_no_key_where_time_does_not_count() -> None:
    timed = Capabilities(decode_ms_per_mp={"avif": 9.0})

    assert key(able=Capabilities()) == key(able=timed)


class Store(NativeHost):
    """A host that keeps results in memory, or fails at it."""

    def __init__(self, *, fails: str = "") -> None:
        super().__init__()
        self.kept: dict[str, bytes] = {}
        self.fails = fails

    async def recall(self, key: str) -> bytes | None:
        self._may(reading=True)
        return self.kept.get(key)

    async def keep(self, key: str, data: bytes, most_bytes: int) -> None:
        self._may(reading=False)
        assert most_bytes == 9_000_000
        self.kept[key] = data

    async def forget(self) -> int:
        count = len(self.kept)
        self.kept.clear()
        return count

    def _may(self, *, reading: bool) -> None:
        if self.fails == ("reading" if reading else "writing"):
            raise CapabilityMissing("its storage failed (QuotaExceededError)")


def asked(host: Store, name: str = "cup.jpg", cache: int = 9_000_000) -> tuple[Any, bytes]:
    args = json.dumps({"name": name, "goal": {"formats": ["webp"]}, "cache": cache})
    reply, data = asyncio.run(Dispatcher(host).handle(1, "optimise", args, [SOURCE], print))
    return json.loads(reply)["result"]["report"], data


def codes(report: Any) -> set[str]:
    return {reason["code"] for reason in (*report["reasons"], *report["fallbacks"])}


def test_the_worker_answers_the_second_time_from_what_it_kept() -> None:
    host = Store()

    first, made = asked(host)
    second, again = asked(host, "mug.jpg")

    assert made == again
    assert "cached" not in codes(first)
    assert "cached" in codes(second)
    assert second["name"] == "mug.jpg"


def test_the_worker_keeps_nothing_unasked() -> None:
    host = Store()
    asked(host, cache=0)

    assert host.kept == {}


def test_a_damaged_entry_is_made_again_with_a_note() -> None:
    host = Store()
    _report, made = asked(host)
    host.kept = {key: data[:-5] for key, data in host.kept.items()}

    report, again = asked(host)
    healed, _data = asked(host)

    assert made == again
    assert "cache-damaged" in codes(report)
    assert "cached" in codes(healed)


@pytest.mark.parametrize("fails", ["reading", "writing"])
def test_a_store_that_fails_costs_no_result(fails: str) -> None:
    report, made = asked(Store(fails=fails))

    assert len(made) == report["bytes"]
    assert "cache-unavailable" in codes(report)


class Troubled(Store):
    """Its WebP encoder has no memory left, until it has."""

    is_healthy = False

    async def encode(self, pixels: Pixels, trial: Trial) -> bytes:
        if self.is_healthy:
            return await super().encode(pixels, trial)
        raise CodecError("memory is at its end")


def test_a_failure_that_may_pass_is_not_kept() -> None:
    host = Troubled()
    failed, _data = asked(host)
    kept = dict(host.kept)
    host.is_healthy = True

    healed, _data = asked(host)

    assert kept == {}
    assert "encoder-failed" in codes(failed)
    assert not {"encoder-failed", "cached"} & codes(healed)
    assert len(host.kept) == 1


@pytest.mark.parametrize("code", sorted(PASSING))
def test_what_failed_tells_that_a_result_may_be_another_next_time(code: str) -> None:
    note = Reason(code=code, text="It did not load.")
    noted = MADE.replace(report=MADE.report.replace(reasons=(*MADE.report.reasons, note)))

    assert may_be_kept(MADE)
    assert not may_be_kept(noted)
    assert not may_be_kept(noting(MADE, note))


def facts_of(host: Store, data: bytes = SOURCE, cache: int = 9_000_000) -> Any:
    args = json.dumps({"name": "cup.jpg", "cache": cache})
    reply, _data = asyncio.run(Dispatcher(host).handle(1, "analyse", args, [data], print))
    return json.loads(reply)


class Decodes(Store):
    """Counts how often it decodes; some of its profiles are not converted."""

    def __init__(self, *, fails: str = "", notes: tuple[Reason, ...] = ()) -> None:
        super().__init__(fails=fails)
        self.count = 0
        self.notes = notes

    async def decode(self, data: bytes, **how: Any) -> Decoded:
        self.count += 1
        return (await super().decode(data, **how)).replace(notes=self.notes)


def test_facts_are_found_once_for_the_same_bytes() -> None:
    host = Decodes()

    assert facts_of(host) == facts_of(host)
    assert host.count == 1
    assert "result" in facts_of(host, samples.png())
    assert host.count == 2


def test_facts_are_kept_only_where_that_is_asked() -> None:
    host = Decodes()
    facts_of(host, cache=0)

    assert host.kept == {}


@pytest.mark.parametrize("fails", ["reading", "writing"])
def test_a_store_that_fails_costs_no_facts(fails: str) -> None:
    assert "result" in facts_of(Decodes(fails=fails))


def test_damaged_facts_are_found_again() -> None:
    host = Decodes()
    facts = facts_of(host)
    host.kept = {key: data[:-1] + b" " for key, data in host.kept.items()}

    assert facts == facts_of(host)
    assert host.count == 2


def test_facts_of_a_picture_whose_profile_nothing_converted_are_not_kept() -> None:
    host = Decodes(notes=(Reason(code="profile-ignored", text="Nothing converts it."),))
    facts_of(host)

    assert host.kept == {}


def test_a_file_that_limits_refuse_is_refused_although_its_facts_are_kept() -> None:
    host = Decodes()
    facts_of(host)
    args = json.dumps({"cache": 9_000_000, "limits": {"max_pixels": 1}})

    reply, _data = asyncio.run(Dispatcher(host).handle(1, "analyse", args, [SOURCE], print))

    assert json.loads(reply)["error"]["name"] == "LimitExceeded"


def test_keys_of_facts_differ_by_the_source_and_by_what_decodes_it() -> None:
    cases = ((SOURCE, FakeHost()), (SOURCE + b"0", FakeHost()), (SOURCE, Updated("decoders")))
    keys = {asyncio.run(key_of_facts(data, host)) for data, host in cases}

    assert len(keys) == 3
    assert asyncio.run(key_of_facts(SOURCE, Updated("encoders"))) in keys


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"format": 5}', b"\xff"], ids=repr)
def test_facts_that_are_none_are_seen_as_damaged(body: bytes) -> None:
    with pytest.raises(DamagedResult):
        unpack_facts(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)


def test_what_was_kept_is_forgotten_on_request() -> None:
    host = Store()
    asked(host)

    reply, _data = asyncio.run(Dispatcher(host).handle(2, "forget", "{}", [], print))

    assert json.loads(reply)["result"] == {"forgotten": 1}
    assert host.kept == {}
