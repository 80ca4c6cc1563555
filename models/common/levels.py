"""One small network for several pictures in one file: written once, and called for each.

A local function of ONNX holds the network, others its parts that come again and again; runtimes put
them in where they are called when they open the file. All biases are one float16 tensor, and the
steps of all int8 weights another: small ones cost more for their names than for what they hold.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

from common.runtime import quant_pre_process

DOMAIN = "e"
"""Of the local functions; short, for each call names it."""

LEAST_STEP = np.float16(2**-24)
"""The smallest float16 above nothing, for channels whose weights are all nothing."""

SAID_BY_WEIGHTS = {"kernel_shape", "auto_pad"}
"""Attributes of a convolution that its weights say, or that say that nothing is said."""

Tensor = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Tensors:
    stored: list[onnx.TensorProto]
    nodes: list[onnx.NodeProto]
    """Which make float32 of what is stored."""
    names: list[str]
    """Of what the network is given beside the picture."""


def share(model: Path, out: Path, levels: Mapping[str, Sequence[str]]) -> int:
    """Write the file with int8 weights (per channel), and return its bytes.

    `model` is a float32 file of one input; `levels` gives each input's name the names of its
    outputs, in the order of the model's own. Sides stay as free as they are in the model.
    """
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(model), str(prepared), skip_symbolic_shape=True)
        whole = onnx.load(str(prepared))
    graph = whole.graph
    opsets = [one for one in whole.opset_import if not one.domain]
    opsets.append(helper.make_opsetid(DOMAIN, 1))
    _shorten(graph)
    tensors = _whole_again(graph)
    nodes, functions = _paired(graph.node, opsets)
    inputs, outputs = [graph.input[0].name, *tensors.names], [one.name for one in graph.output]
    functions.append(helper.make_function(DOMAIN, "N", inputs, outputs, nodes, opsets))
    value = [helper.make_node("DequantizeLinear", ["x", "s"], ["y"], axis=0)]
    functions.append(helper.make_function(DOMAIN, "D", ["x", "s"], ["y"], value, opsets))
    calls = [
        helper.make_node("N", [name, *tensors.names], [*told], domain=DOMAIN)
        for name, told in levels.items()
    ]
    seen = [_named(graph.input[0], name) for name in levels]
    pairs = [pair for told in levels.values() for pair in zip(graph.output, told, strict=True)]
    told = [_named(one, name) for one, name in pairs]
    made = helper.make_model(
        helper.make_graph(tensors.nodes + calls, "levels", seen, told, tensors.stored),
        functions=functions,
        opset_imports=opsets,
        ir_version=whole.ir_version,
        producer_name="eyebright",
    )
    onnx.checker.check_model(made)
    data = made.SerializeToString(deterministic=True)
    out.write_bytes(data)
    return len(data)


def _shorten(graph: onnx.GraphProto) -> None:
    """Number all tensors, and drop of each node what tells a runtime nothing."""
    names = {"": ""}
    for node in graph.node:
        for unused in ("name", "doc_string", "metadata_props"):
            node.ClearField(unused)
        said = [one for one in node.attribute if not _is_idle(node, one)]
        del node.attribute[:]
        node.attribute.extend(said)
    nodes = ((node.input, node.output) for node in graph.node)
    for ends in (ends for both in nodes for ends in both):
        ends[:] = [names.setdefault(name, str(len(names))) for name in ends]
    for one in (*graph.input, *graph.output, *graph.initializer):
        one.name = names[one.name]


def _is_idle(node: onnx.NodeProto, attribute: onnx.AttributeProto) -> bool:
    """Whether a convolution does the same without it."""
    if node.op_type != "Conv":
        return False
    if attribute.name == "group":
        return bool(attribute.i == 1)
    usual = {"dilations": {1}, "strides": {1}, "pads": {0}}.get(attribute.name)
    return attribute.name in SAID_BY_WEIGHTS or usual == {*attribute.ints}


def _whole_again(graph: onnx.GraphProto) -> _Tensors:
    """The tensors as int8 and float16, and the nodes that make float32 of them again."""
    values = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    folded = [node for node in graph.node if node.op_type == "Conv"]
    used = {name for node in folded for name in node.input[1:3]}
    others = [one for one in graph.initializer if one.name not in used]
    weights = [node.input[1] for node in folded]
    biases = [f"{name}b" for name in weights]
    steps, scales = zip(*(_steps(values[name]) for name in weights), strict=True)
    made = {f"{name}i": one for name, one in zip(weights, steps, strict=True)}
    made["sh"] = np.concatenate(scales)
    made["bh"] = np.concatenate([values[node.input[2]] for node in folded]).astype(np.float16)
    made["l"] = np.array([len(one) for one in scales], np.int64)
    for node, name in zip(folded, biases, strict=True):
        node.input[2] = name
    ends = [f"{name}s" for name in weights]
    kind = onnx.TensorProto.FLOAT
    nodes = [helper.make_node("Cast", [f"{one}h"], [one], to=kind) for one in "sb"]
    nodes.append(helper.make_node("Split", ["s", "l"], ends, axis=0))
    for name, end in zip(weights, ends, strict=True):
        nodes.append(helper.make_node("D", [f"{name}i", end], [name], domain=DOMAIN))
    tensors = [numpy_helper.from_array(one, name) for name, one in made.items()]
    graph.node.insert(0, helper.make_node("Split", ["b", "l"], biases, axis=0))
    return _Tensors(tensors + others, nodes, ["b", "l", *weights, *(one.name for one in others)])


def _paired(
    nodes: Sequence[onnx.NodeProto], opsets: list[onnx.OperatorSetIdProto]
) -> tuple[list[onnx.NodeProto], list[onnx.FunctionProto]]:
    """Each convolution and the ReLU after it as one call; a function for each kind of them."""
    functions: dict[bytes, onnx.FunctionProto] = {}
    kept: list[onnx.NodeProto] = []
    for node in nodes:
        before = kept[-1] if kept else None
        if before is None or (before.op_type, node.op_type) != ("Conv", "Relu"):
            kept.append(node)
            continue
        kind = onnx.NodeProto(op_type="Conv", input="xwb", output="y", attribute=before.attribute)
        key = kind.SerializeToString(deterministic=True)
        relu = helper.make_node("Relu", ["y"], ["z"])
        name = f"C{len(functions)}"
        made = helper.make_function(DOMAIN, name, "xwb", "z", [kind, relu], opsets)
        name = functions.setdefault(key, made).name
        kept[-1] = helper.make_node(name, before.input, node.output, domain=DOMAIN)
    return kept, [*functions.values()]


def _steps(weights: Tensor) -> tuple[Tensor, Tensor]:
    """int8 and its float16 scale for each output channel, symmetric."""
    most = np.abs(weights).reshape(len(weights), -1).max(axis=1)
    scales = np.maximum((most / 127).astype(np.float16), LEAST_STEP)
    each = scales.astype(np.float32).reshape(-1, *[1] * (weights.ndim - 1))
    return np.clip(np.round(weights / each), -127, 127).astype(np.int8), scales


def _named(value: onnx.ValueInfoProto, name: str) -> onnx.ValueInfoProto:
    """The same type; free sides are not named, for each level has its own."""
    copy = onnx.ValueInfoProto()
    copy.CopyFrom(value)
    copy.name = name
    for side in copy.type.tensor_type.shape.dim:
        side.ClearField("dim_param")
    return copy
