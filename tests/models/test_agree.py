"""Node runs models as the page does, and tells how far they are from onnxruntime's."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import model_files
import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper, save
from PIL import Image
from skimage import data as samples

import agree
from common.pictures import pictures
from common.web import RUNTIME, WebModel, WebRefused
from eyebright import downscale
from eyebright.analyse import registry
from eyebright.host import shipped

CACHED = Path(__file__).resolve().parents[2] / ".cache" / "vendor" / RUNTIME

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not here"),
    pytest.mark.skipif(not CACHED.exists(), reason="the runtime was not fetched yet"),
]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The mean over the channels of a picture of any size, as float32."""
    weights = numpy_helper.from_array(np.full((1, 3, 1, 1), 1 / 3, np.float32), "w")
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["float"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["planes", "w"], ["mean"]),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, [1, "h", "w", 3])
    mean = helper.make_tensor_value_info("mean", TensorProto.FLOAT, [1, 1, "h", "w"])
    graph = helper.make_graph(nodes, "mean", [image], [mean], [weights])
    path = tmp_path / "mean.onnx"
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def test_the_web_runtime_gives_what_the_model_says_for_each_size(model: Path) -> None:
    small = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(1, 2, 3, 3)
    large = np.full((1, 7, 5, 3), 200, np.uint8)
    with WebModel(model) as web:
        first, second = web.run({"image": small}), web.run({"image": large}, repeat=3)

    assert first.outputs["mean"] == pytest.approx(small.mean(axis=3)[:, None], abs=1e-4)
    assert second.outputs["mean"].shape == (1, 1, 7, 5)
    assert (len(first.ms), len(second.ms)) == (1, 3)


def test_a_file_that_is_no_model_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "no.onnx").write_bytes(b"no model")

    with (
        WebModel(tmp_path / "no.onnx") as web,
        pytest.raises(WebRefused, match="the model cannot be opened"),
    ):
        web.run({"image": np.zeros((1, 1, 1, 3), np.uint8)})


def test_a_comparison_tells_the_gap_and_the_times(model: Path) -> None:
    found = agree.compare(model, agree.random_inputs(model, {"image": (1, 32, 48, 3)}))

    assert found.differences["mean"] == pytest.approx(0, abs=1e-3)
    assert 200 < found.scales["mean"] <= 255
    assert found.native_ms > 0
    assert found.web_ms > 0


def test_facts_and_plans_of_both_runtimes_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = {"faces": model_files.mean_model("faces")}
    (tmp_path / "faces").mkdir()
    (tmp_path / "faces" / "faces.onnx").write_bytes(models["faces"])
    monkeypatch.setattr(agree, "MODELS", tmp_path)
    monkeypatch.setattr(shipped, "CHECKOUT", tmp_path)
    model_files.use(monkeypatch, models, model_files.manifest_of(models))
    folder = tmp_path / "pristine"
    folder.mkdir()
    for name, level in (("light", 200), ("dark", 31)):
        Image.new("RGB", (40, 30), (level, level, level)).save(folder / f"{name}.png")

    found = compared(pictures(tmp_path, 5))

    assert (found.count, found.same_facts, found.same_plans, found.stood_in) == (2, 2, 2, 0)
    assert found.apart == {"faces.mean": pytest.approx(0, abs=1e-4)}


def compared(paths: list[Path]) -> agree.Agreement:
    async def work() -> agree.Agreement:
        web = agree.WebHost()
        try:
            return await agree.agreement(paths, web)
        finally:
            await web.close()

    return asyncio.run(work())


def test_the_models_that_ship_see_the_same_in_both_runtimes(tmp_path: Path) -> None:
    Image.fromarray(samples.astronaut()).save(tmp_path / "portrait.png")

    found = compared([tmp_path / "portrait.png"])

    assert (found.count, found.same_facts, found.same_plans, found.stood_in) == (1, 1, 1, 0)
    assert found.same_forecasts == 1
    looking = set(registry.entries()) - {downscale.NAME}  # whose pixels e2e/test_downscale compares
    assert {key.partition(".")[0] for key in found.apart} == looking
    assert max(found.apart.values()) <= agree.MOST_APART
