"""One network for several pictures in one file tells of each what it tells of one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from common.levels import share
from common.quantise import Tensor

CHANNELS = 32
LEVELS = {"whole": ("map_whole",), "half": ("map_half",)}
SIDES = {"whole": (1, 3, 24, 32), "half": (1, 3, 12, 16)}


def small_model(path: Path) -> Path:
    """Three convolutions over float32 NCHW, random weights; one channel's are all nothing."""
    draw = np.random.default_rng(1)
    shapes = ((CHANNELS, 3, 3, 3), (CHANNELS, CHANNELS, 3, 3), (4, CHANNELS, 1, 1))
    tensors = []
    for number, shape in enumerate(shapes):
        weights = draw.normal(0, 0.2, shape).astype(np.float32)
        weights[0] = 0
        bias = draw.normal(0, 0.5, shape[0]).astype(np.float32)
        tensors += [numpy_helper.from_array(weights, f"w{number}")]
        tensors += [numpy_helper.from_array(bias, f"b{number}")]
    nodes = [
        helper.make_node("Conv", ["image", "w0", "b0"], ["a"], pads=[1] * 4),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Conv", ["b", "w1", "b1"], ["c"], pads=[1] * 4),
        helper.make_node("Relu", ["c"], ["d"]),
        helper.make_node("Add", ["d", "b"], ["e"]),
        helper.make_node("Conv", ["e", "w2", "b2"], ["map"], pads=[0] * 4),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, None, None])],
        [helper.make_tensor_value_info("map", TensorProto.FLOAT, [1, 4, None, None])],
        tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(path))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("models")
    given = small_model(folder / "float.onnx")
    share(given, folder / "levels.onnx", LEVELS)
    return given, folder / "levels.onnx"


def pictures() -> dict[str, Tensor]:
    draw = np.random.default_rng(2)
    return {name: draw.random(shape).astype(np.float32) for name, shape in SIDES.items()}


def run(path: Path, inputs: dict[str, Tensor]) -> list[Tensor]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return [np.asarray(one) for one in session.run(None, inputs)]


def test_each_level_tells_what_the_network_tells_of_it(made: tuple[Path, Path]) -> None:
    given, levels = made
    expected = [run(given, {"image": picture})[0] for picture in pictures().values()]

    actual = run(levels, pictures())

    assert [one.shape for one in actual] == [one.shape for one in expected]
    for one, other in zip(expected, actual, strict=True):
        assert np.abs(one - other).max() <= 0.02 * np.abs(one).max()


def test_the_network_is_in_the_file_once(made: tuple[Path, Path], tmp_path: Path) -> None:
    given, levels = made
    five = {f"level{number}": (f"map{number}",) for number in range(5)}

    bytes_ = share(given, tmp_path / "five.onnx", five)

    assert bytes_ < 1.1 * levels.stat().st_size
    assert levels.stat().st_size < 0.4 * given.stat().st_size


def test_inputs_and_outputs_have_the_names_of_the_levels(made: tuple[Path, Path]) -> None:
    session = onnxruntime.InferenceSession(str(made[1]), providers=["CPUExecutionProvider"])

    assert [one.name for one in session.get_inputs()] == ["whole", "half"]
    assert [one.name for one in session.get_outputs()] == ["map_whole", "map_half"]


def test_the_same_network_gives_the_same_file(made: tuple[Path, Path], tmp_path: Path) -> None:
    share(made[0], tmp_path / "again.onnx", LEVELS)

    assert made[1].read_bytes() == (tmp_path / "again.onnx").read_bytes()
