"""Weights in int8 keep what a model says, in a third of the bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from common.quantise import Tensor, quantise_weights

CHANNELS = 32


def small_model(path: Path) -> Path:
    """Two convolutions over float32 NCHW, random weights."""
    draw = np.random.default_rng(1)
    weights = [
        numpy_helper.from_array(draw.normal(0, 0.2, shape).astype(np.float32), name)
        for name, shape in (("w1", (CHANNELS, 3, 3, 3)), ("w2", (CHANNELS, CHANNELS, 3, 3)))
    ]
    usual: dict[str, Any] = {"strides": [1, 1], "dilations": [1, 1], "group": 1}
    nodes = [
        helper.make_node("Conv", ["image", "w1"], ["a"], name="first", pads=[1] * 4, **usual),
        helper.make_node("Relu", ["a"], ["b"], name="relu"),
        helper.make_node("Conv", ["b", "w2"], ["map"], name="second", pads=[1] * 4),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, None, None])],
        [helper.make_tensor_value_info("map", TensorProto.FLOAT, None)],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(path))
    return path


def picture(seed: int) -> dict[str, Tensor]:
    return {"image": np.random.default_rng(seed).random((1, 3, 24, 32)).astype(np.float32)}


def run(path: Path, inputs: dict[str, Tensor]) -> Tensor:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, inputs)[0])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("models")
    given = small_model(folder / "float.onnx")
    quantise_weights(given, folder / "int8.onnx")
    return given, folder / "int8.onnx"


def test_the_answer_stays_within_a_percent(made: tuple[Path, Path]) -> None:
    given, int8 = made
    inputs = picture(seed=3)

    expected, actual = run(given, inputs), run(int8, inputs)

    assert np.abs(expected - actual).max() <= 0.01 * np.abs(expected).max()


def test_weights_take_a_byte_each(made: tuple[Path, Path]) -> None:
    given, int8 = made
    initializers = onnx.load(str(int8)).graph.initializer
    weights = [numpy_helper.to_array(t) for t in initializers if len(t.dims) == 4]

    assert int8.stat().st_size < 0.4 * given.stat().st_size
    assert {w.dtype for w in weights} == {np.dtype(np.int8)}


def test_the_same_model_gives_the_same_file(made: tuple[Path, Path], tmp_path: Path) -> None:
    given, int8 = made

    written = quantise_weights(given, tmp_path / "again.onnx")

    assert int8.read_bytes() == (tmp_path / "again.onnx").read_bytes()
    assert written == int8.stat().st_size


def test_only_inputs_and_outputs_keep_their_names(made: tuple[Path, Path]) -> None:
    graph = onnx.load(str(made[1])).graph
    names = {name for node in graph.node for name in (*node.input, *node.output)}

    assert {name for name in names if len(name) > 2} == {"image", "map"}


def test_convolutions_say_only_what_is_not_usual(made: tuple[Path, Path]) -> None:
    nodes = onnx.load(str(made[1])).graph.node

    said = [{one.name for one in node.attribute} for node in nodes if node.op_type == "Conv"]

    assert said == [{"pads"}, {"pads"}]
