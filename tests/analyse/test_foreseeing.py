"""The predictor's answers as forecasts; where it gives none, the tables go on."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping

import model_files
import numpy as np
import pytest
from PIL import Image

from eyebright import Goal, pipeline
from eyebright.analyse import foreseeing, registry
from eyebright.analyse.foreseeing import NO_FORESIGHT, Foresight, foresee, read
from eyebright.errors import CapabilityMissing, HostError
from eyebright.host.base import Host, Tensor
from eyebright.host.fake import FakeHost
from eyebright.host.native import NativeHost
from eyebright.pixels import Pixels
from eyebright.policy.forecasts import ENCODERS
from eyebright.policy.search import MAX_TRIALS
from eyebright.results import may_be_kept
from eyebright.values import FORECAST_TARGETS, Trial

PIXELS: Pixels = np.full((40, 60, 3), 80, np.uint8)
SHAPE = 3, len(ENCODERS), len(FORECAST_TARGETS)


def answer() -> dict[str, Tensor]:
    """Quality as the target, one bit per pixel, two points of margin."""
    told = np.zeros(SHAPE, np.float32)
    told[0], told[2] = FORECAST_TARGETS, 2.0
    return {"forecasts": told.reshape(1, -1)}


class Shelf(FakeHost):
    """A host whose predictor answers as it is told to."""

    def __init__(self, outputs: Mapping[str, Tensor] | Exception) -> None:
        super().__init__(infer=self._answer, models={"predictors": b"model"})
        self.outputs = outputs

    def _answer(self, _model: bytes, _inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        if isinstance(self.outputs, Exception):
            raise self.outputs
        return self.outputs


class Broken(FakeHost):
    """A host whose installed runtime does not load."""

    async def runtime_version(self) -> str:
        return "broken 1"


@pytest.fixture
def one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    models = {"predictors": b"model"}
    model_files.use(monkeypatch, models, model_files.manifest_of(models))


def foreseen(host: Host) -> Foresight:
    return asyncio.run(foresee(host, PIXELS))


def test_answers_become_whole_numbers_by_encoder() -> None:
    found = read(answer())

    assert tuple(found) == ENCODERS
    assert found["webp"].quality_tenths == tuple(10 * t for t in FORECAST_TARGETS)
    assert set(found["webp"].log2_bits_centi) == {0}
    assert set(found["webp"].margin_centi) == {200}


def test_what_falls_with_the_target_is_made_to_rise() -> None:
    told = answer()
    told["forecasts"].reshape(SHAPE)[0, 2, 4] = 20.0

    assert read(told)["webp"].quality_tenths[3:6] == (650, 650, 750)


@pytest.mark.parametrize("shape", [(1, 4), (3, 110), (330,)])
def test_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        read({"forecasts": np.zeros(shape, np.float32)})


@pytest.mark.usefixtures("one_model")
def test_a_model_that_answers_is_named_with_its_version() -> None:
    found = foreseen(Shelf(answer()))

    assert found.models == {"predictors": "7"}
    assert found.notes == ()
    assert len(found.forecasts) == len(ENCODERS)


@pytest.mark.usefixtures("one_model")
@pytest.mark.parametrize(
    ("outputs", "code"),
    [
        (HostError("it fell over"), "model-failed"),
        (CapabilityMissing("no library"), "models-unloaded"),
        ({"forecasts": np.zeros((1, 3), np.float32)}, "model-failed"),
        ({"others": np.zeros((1, 330), np.float32)}, "model-failed"),
        ({"forecasts": np.full((1, 330), np.nan, np.float32)}, "model-failed"),
    ],
)
def test_one_that_does_not_is_told_and_nothing_is_foreseen(
    outputs: Mapping[str, Tensor] | Exception, code: str
) -> None:
    found = foreseen(Shelf(outputs))

    assert found.forecasts == {}
    assert found.models == {"predictors": "fallback"}
    assert [note.code for note in found.notes] == [code]
    assert "the tables tell where to begin" in found.notes[0].text


def test_a_build_without_the_model_foresees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    model_files.use(monkeypatch, {}, model_files.manifest_of({}))

    assert foreseen(Shelf(answer())) == NO_FORESIGHT


def test_a_broken_manifest_is_told_by_those_that_look(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise CapabilityMissing("no manifest")

    monkeypatch.setattr(registry, "entries", broken)

    assert foreseen(Shelf(answer())) == NO_FORESIGHT


def test_nothing_that_runs_models_foresees_nothing() -> None:
    assert foreseen(FakeHost()) == NO_FORESIGHT


def test_what_did_not_load_for_those_that_look_is_not_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    models = {"faces": b"one", "text": b"two", "predictors": b"model"}
    model_files.use(monkeypatch, ["faces", "text"], model_files.manifest_of(models))
    host = Broken(models=models)
    picture = asyncio.run(FakeHost().encode(PIXELS, Trial(format="png", width=60, height=40)))

    made = asyncio.run(pipeline.optimise(picture, host=host))

    assert [call.method for call in host.calls].count("infer") == 1
    assert [n.code for n in made.report.fallbacks if n.code.startswith("model")] == [
        "models-unloaded"
    ]
    assert made.report.versions["models"] == {"faces": "fallback", "text": "fallback"}
    assert not may_be_kept(made)


def photo() -> bytes:
    """A soft gradient with grain, as PNG: what two lossy formats compete for."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:200, 0:260]
    base = np.stack([x / 2, y, 255 - x / 2], axis=2)
    grain = rng.normal(0, 6, base.shape)
    out = io.BytesIO()
    Image.fromarray(np.clip(base + grain, 0, 255).astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def test_with_the_real_model_the_report_says_what_was_foreseen() -> None:
    host = NativeHost()
    report = asyncio.run(pipeline.optimise(photo(), Goal(), host=host)).report

    assert "formats-foreseen" in [reason.code for reason in report.reasons]
    assert report.versions["models"]["predictors"] == registry.entries()["predictors"].version


def test_without_models_nothing_is_foreseen() -> None:
    report = asyncio.run(pipeline.optimise(photo(), Goal(), host=NativeHost(), models=False)).report

    assert "formats-foreseen" not in [reason.code for reason in report.reasons]
    assert "predictors" not in report.versions["models"]


def test_the_name_is_the_manifest_s() -> None:
    assert foreseeing.NAME in registry.entries()


class Lying(NativeHost):
    """Real encoders, and a predictor that tells one quality and one size for everything."""

    def __init__(self, quality: float, bits: float) -> None:
        super().__init__()
        told = np.zeros(SHAPE, np.float32)
        told[0], told[1], told[2] = quality, bits, 0.1
        self.answer = {"forecasts": told.reshape(1, -1)}

    async def infer(
        self,
        model: bytes,  # noqa: ARG002  # any model
        inputs: Mapping[str, Tensor],
    ) -> Mapping[str, Tensor]:
        return self.answer if "features" in inputs else {}


@pytest.mark.parametrize("mode", ["auto", "fast"])
@pytest.mark.parametrize(("quality", "bits"), [(-900, 30), (4, -30), (99, -30), (900, 0)])
def test_a_predictor_that_is_far_off_costs_encodes_and_never_quality(
    mode: str, quality: float, bits: float
) -> None:
    goal = Goal(target=75, mode=mode, content="general")

    made = asyncio.run(pipeline.optimise(photo(), goal, host=Lying(quality, bits)))

    assert made.report.versions["models"]["predictors"] != "fallback"
    assert made.report.target_reached
    assert 75 <= made.report.score <= 76.6
    assert 2 <= made.report.encodes <= 3 * MAX_TRIALS
