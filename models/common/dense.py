"""Dense networks on features as ONNX: standardised inputs, int8 weights per channel, float sums.

For a few thousand weights static quantisation of the activations saves no time, and costs the last
steps of a fine scale; with weights alone in int8 both runtimes do the same float32 arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Floats = npt.NDArray[np.float32]

OPSET = 17
IR_VERSION = 9
"""Of ONNX 1.14: what goes with that opset."""

MOST_INT8 = 127


class Graph:
    """A graph from `features` (1, n) float32 onwards; every method gives the name of its result."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, npt.NDArray[Any]] = {}

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"{kind.lower()}{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, [*inputs], [name], **attributes))
        return name

    def constant(self, value: npt.NDArray[Any]) -> str:
        name = f"c{len(self._constants)}"
        self._constants[name] = value
        return name

    def standardised(self, mean: Floats, scale: Floats, clip: float) -> str:
        centred = self.node("Sub", "features", self.constant(mean[None]))
        scaled = self.node("Mul", centred, self.constant((1 / scale)[None].astype(np.float32)))
        limits = [self.constant(np.asarray(limit, np.float32)) for limit in (-clip, clip)]
        return self.node("Clip", scaled, *limits)

    def layer(self, source: str, weights: Floats, bias: Floats) -> str:
        """`weights` (in, out), kept in int8 with a step for each column; `bias` (out)."""
        steps = np.maximum(np.abs(weights).max(axis=0), 1e-8) / MOST_INT8
        whole = self.constant(np.rint(weights / steps).astype(np.int8))
        step = self.constant(steps.astype(np.float32))
        dense = self.node("DequantizeLinear", whole, step, axis=1)
        product = self.node("MatMul", source, dense)
        return self.node("Add", product, self.constant(bias[None].astype(np.float32)))

    def columns(self, source: str, places: Sequence[int]) -> str:
        return self.node("Gather", source, self.constant(np.asarray(places, np.int64)), axis=1)

    def model(self, output: str, result: str, width: int) -> onnx.ModelProto:
        """The whole, whose `result` (1, width) float32 is given as `output`."""
        last = helper.make_node("Identity", [result], [output])
        graph = helper.make_graph(
            [*self._nodes, last],
            "dense",
            [helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, self._count])],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, width])],
            [numpy_helper.from_array(value, name) for name, value in self._constants.items()],
        )
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(
            graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="eyebright"
        )
        onnx.checker.check_model(model, full_check=True)
        return model
