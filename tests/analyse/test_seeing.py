"""Models look where they can; where one is missing, wrong, broken or slow, its fallback does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import model_files
import numpy as np
import pytest

from eyebright import Goal, pipeline, results
from eyebright.analyse import looks, registry, seeing
from eyebright.analyse.looks import View
from eyebright.analyse.seeing import Sight
from eyebright.errors import CapabilityMissing, HostError, InputError
from eyebright.host import shipped
from eyebright.host.base import Host, Pixels, Tensor
from eyebright.host.fake import FakeHost
from eyebright.host.native import NativeHost
from eyebright.policy import BUILT_IN
from eyebright.results import key_of, key_of_facts, may_be_kept
from eyebright.room import room
from eyebright.values import Capabilities, Facts, Trial

FACES, TEXT = model_files.mean_model("faces"), model_files.mean_model("text")
BOTH = {"faces": FACES, "text": TEXT}
PIXELS: Pixels = np.full((40, 60, 3), 80, np.uint8)
FACTS = Facts(format="png", width=60, height=40, size_bytes=9, sha256="")


def mean(_model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    return {"mean": np.array([[[[inputs["image"].mean()]]]])}


class Shelf(NativeHost):
    """CPython's host with other files for its models."""

    def __init__(self, models: Mapping[str, bytes]) -> None:
        super().__init__()
        self.models = models
        self.readings = 0

    async def read_model(self, name: str) -> bytes:
        self.readings += 1
        if name not in self.models:
            raise CapabilityMissing(f"no {name}")
        return self.models[name]


@pytest.fixture(autouse=True)
def two_models(monkeypatch: pytest.MonkeyPatch) -> None:
    model_files.use(monkeypatch, BOTH, model_files.manifest_of(BOTH))


def see(host: Host, budget_ms: float = 60_000, opening_ms: float = 0) -> Sight:
    looking = seeing.see(host, FACTS, PIXELS, budget_ms=budget_ms, opening_ms=opening_ms)
    return asyncio.run(looking)


def test_a_model_that_is_there_looks_and_its_version_is_told() -> None:
    facts, notes = see(Shelf(BOTH))

    assert facts.spread_permille == 80
    assert facts.models == {"faces": "7", "text": "7"}
    assert notes == ()


def test_a_missing_model_is_replaced_and_told() -> None:
    facts, notes = see(Shelf({"faces": FACES}))

    assert facts.models == {"faces": "7", "text": "fallback"}
    assert facts.spread_permille == 999
    assert [note.code for note in notes] == ["model-missing"]
    assert notes[0].values["model"] == "text"
    assert "text is guessed" in notes[0].text


def test_a_file_of_another_hash_is_refused_and_never_run() -> None:
    asked: list[bytes] = []

    def infer(model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        asked.append(model)
        return mean(model, inputs)

    facts, notes = see(FakeHost(models={"faces": FACES, "text": FACES}, infer=infer))

    assert facts.models == {"faces": "7", "text": "fallback"}
    assert [note.code for note in notes] == ["model-refused"]
    assert "the manifest names" in notes[0].text
    assert asked == [FACES]


def test_a_model_that_raises_is_replaced_and_told() -> None:
    def infer(_model: bytes, _inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        raise HostError("out of memory")

    facts, notes = see(FakeHost(models=BOTH, infer=infer))

    assert set(facts.models.values()) == {"fallback"}
    assert [note.code for note in notes] == ["model-failed", "model-failed"]
    assert "out of memory" in notes[0].text


@pytest.mark.parametrize("answer", [{}, {"mean": np.array([])}, {"mean": np.array([5000.0])}])
def test_an_answer_without_sense_is_replaced_and_told(answer: Mapping[str, Tensor]) -> None:
    host = FakeHost(models=BOTH, infer=lambda _m, _i: answer)

    facts, notes = see(host)

    assert facts.spread_permille == 999
    assert [note.code for note in notes] == ["model-failed", "model-failed"]
    assert "makes no sense" in notes[0].text


def test_a_picture_that_cannot_be_made_ready_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def prepare(_view: View) -> Mapping[str, Tensor]:
        raise InputError("too odd")

    monkeypatch.setattr(looks, "LOOKS", (model_files.look("faces").replace(prepare=prepare),))

    facts, notes = see(FakeHost(models=BOTH, infer=mean))

    assert facts.models == {"faces": "fallback"}
    assert notes[0].values["why"] == "the picture could not be made ready for it: too odd"


def test_a_file_that_is_no_model_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"faces": b"no model"}
    model_files.use(monkeypatch, files, model_files.manifest_of(files))

    facts, notes = see(Shelf(files))

    assert facts.models == {"faces": "fallback"}
    assert [note.code for note in notes] == ["model-failed"]


def test_slow_models_are_given_up_in_time() -> None:
    host = FakeHost(models=BOTH, infer=mean, delay_s=30)
    begun = time.monotonic()

    facts, notes = see(host, budget_ms=50)

    assert time.monotonic() - begun < 10
    assert set(facts.models.values()) == {"fallback"}
    assert [note.code for note in notes] == ["model-slow", "model-slow"]


def test_opening_has_its_own_time_once() -> None:
    host = FakeHost(models=BOTH, infer=mean, delay_s=0.2)

    first, second = see(host, 50, 60_000), see(host, 50, 60_000)

    assert set(first.facts.models.values()) == {"7"}
    assert set(second.facts.models.values()) == {"fallback"}


def test_opening_again_has_its_own_time_again() -> None:
    host = FakeHost(models=BOTH, infer=mean, delay_s=0.2)

    see(host, 50, 60_000)
    host.free_models()  # as the page's worker does when long idle; its files stay known

    assert set(see(host, 50, 60_000).facts.models.values()) == {"7"}


def test_where_no_runtime_is_installed_it_is_told_once() -> None:
    facts, notes = see(FakeHost(models=BOTH))

    assert facts.models == {"faces": "fallback", "text": "fallback"}
    assert [note.code for note in notes] == ["models-unavailable"]
    assert "pip install eyebright[models]" in notes[0].text


def test_a_runtime_that_does_not_load_is_asked_and_told_once() -> None:
    asked: list[bytes] = []

    def infer(model: bytes, _inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        asked.append(model)
        raise CapabilityMissing("the runtime cannot be imported (no libgomp)")

    facts, notes = see(FakeHost(models=BOTH, infer=infer))

    assert asked == [FACES]
    assert facts.models == {"faces": "fallback", "text": "fallback"}
    assert [note.code for note in notes] == ["models-unloaded"]
    assert "the runtime cannot be imported (no libgomp)" in notes[0].text
    assert "faces is guessed; text is guessed" in notes[0].text


def test_what_looked_before_the_runtime_was_lost_stays() -> None:
    def infer(model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        if model == TEXT:
            raise CapabilityMissing("the worker did not load")
        return mean(model, inputs)

    facts, notes = see(FakeHost(models=BOTH, infer=infer))

    assert facts.models == {"faces": "7", "text": "fallback"}
    assert notes[0].values["models"] == ["text"]


def test_a_manifest_that_cannot_be_read_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "manifest", lambda: b"{}")
    registry.entries.cache_clear()

    facts, notes = see(Shelf(BOTH))

    assert set(facts.models.values()) == {"fallback"}
    assert [note.code for note in notes] == ["models-unavailable"]


def test_a_file_is_read_once_until_its_memory_is_given_back() -> None:
    host = Shelf(BOTH)

    see(host)
    see(host)
    assert host.readings == 2

    seeing.free(host)
    see(host)

    assert host.readings == 4


def test_warming_opens_every_model() -> None:
    host = Shelf(BOTH)

    asyncio.run(seeing.warm(host))

    assert host.readings == 2
    assert len(host._sessions) == 2


def png(host: FakeHost | None = None) -> bytes:
    trial = Trial(format="png", width=60, height=40, lossless=True)
    return asyncio.run((host or FakeHost()).encode(PIXELS, trial))


def test_the_report_tells_versions_and_fallbacks() -> None:
    host = FakeHost(models={"faces": FACES}, infer=mean)

    report = asyncio.run(pipeline.optimise(png(), host=host)).report

    assert report.versions["models"] == {"faces": "7", "text": "fallback"}
    assert report.facts is not None
    assert report.facts.models == report.versions["models"]
    assert "model-missing" in {note.code for note in report.fallbacks}


class Bounded(FakeHost):
    """A host that tells how much memory it has."""

    async def capabilities(self) -> Capabilities:
        return (await super().capabilities()).replace(memory_mb=1000)


def test_a_picture_keeps_its_share_of_memory_while_models_look() -> None:
    data, taken_mb = png(), list[int]()

    def infer(model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        taken_mb.append(room().taken_mb)
        return mean(model, inputs)

    async def story() -> int:
        await pipeline.analyse(data, host=Bounded(models=BOTH, infer=infer))
        return room().taken_mb

    left_mb = asyncio.run(story())

    assert len(taken_mb) == 2
    assert min(taken_mb) > 0
    assert left_mb == 0


def test_models_can_be_left_out_and_do_not_look_where_no_pixel_may_change() -> None:
    host = FakeHost(models=BOTH, infer=mean)

    without = asyncio.run(pipeline.optimise(png(), host=host, models=False)).report
    legal = asyncio.run(pipeline.optimise(png(), Goal(content="legal"), host=host)).report

    assert without.versions["models"] == legal.versions["models"] == {}
    assert "infer" not in {call.method for call in host.calls}


def test_what_a_missing_model_led_to_is_not_kept_for_the_next_time() -> None:
    known = FakeHost(models=BOTH, infer=mean)
    short = FakeHost(models={"faces": FACES}, infer=mean)

    made = [asyncio.run(pipeline.optimise(png(), host=host)) for host in (known, short)]

    assert [may_be_kept(one) for one in made] == [True, False]


def test_facts_are_kept_only_where_every_model_looked() -> None:
    hosts = (
        FakeHost(models=BOTH, infer=mean),
        FakeHost(models=BOTH),
        FakeHost(models={"faces": FACES}, infer=mean),
    )

    assert [results.may_facts_be_kept(*see(host)) for host in hosts] == [True, False, False]


def test_keys_of_caches_change_with_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    host = FakeHost(infer=mean)

    before = keys(host)
    model_files.use(monkeypatch, ["faces"], model_files.manifest_of({"faces": b"another"}))

    assert len(before) == 4
    assert len(keys(host) & before) == 2  # those without models


def test_keys_of_caches_change_with_what_runs_models(monkeypatch: pytest.MonkeyPatch) -> None:
    host = FakeHost(infer=mean)

    async def newer() -> str:
        return "fake 2"

    before = keys(host)
    monkeypatch.setattr(host, "runtime_version", newer)

    assert len(keys(host) & before) == 2  # those without models


def test_keys_of_caches_change_with_the_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    host = FakeHost(infer=mean)
    before = keys(host)
    monkeypatch.setattr(results, "ANALYSIS_VERSION", "another")

    assert keys(host).isdisjoint(before)


def keys(host: Host) -> set[str]:
    """Of facts and of results, with models and without."""
    facts = (key_of_facts(b"x", host, models=models) for models in (True, False))
    made = (key_of(b"x", Goal(), BUILT_IN, host, None, models=m) for m in (True, False))
    return {asyncio.run(key) for key in (*facts, *made)}


def test_a_look_knows_what_earlier_ones_told(monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[tuple[int, dict[str, str]]] = []

    def prepare(view: View) -> Mapping[str, Tensor]:
        known.append((view.facts.spread_permille, dict(view.facts.models)))
        return model_files.prepare(view)

    asked = tuple(model_files.look(name).replace(prepare=prepare) for name in BOTH)
    monkeypatch.setattr(looks, "LOOKS", asked)

    see(Shelf({"text": TEXT}))

    assert known == [(0, {}), (999, {"faces": "fallback"})]
