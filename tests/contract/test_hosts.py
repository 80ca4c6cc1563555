"""The contract, held by the hosts that run on CPython."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import alpha_checks
import checks
import crop_checks
import numpy as np
import onnx
import onnx.checker
import orientation_checks
import pytest
from onnx import TensorProto, helper

from eyebright.errors import HostError
from eyebright.host.base import Host, Tensor
from eyebright.host.fake import FakeHost
from eyebright.host.native import NativeHost

MODULES = (checks, alpha_checks, crop_checks, orientation_checks)

ALL = tuple(check for module in MODULES for check in module.CHECKS)

MODEL = Path(__file__).parent.parent / "golden" / "double.onnx"


def double(model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    if model != MODEL.read_bytes():
        raise HostError("not the model that this fake knows")
    return {"y": inputs["x"] * 2 + 1}


@pytest.fixture(params=["native", "fake"])
def host(request: pytest.FixtureRequest) -> Host:
    return NativeHost() if request.param == "native" else FakeHost(infer=double)


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.__name__)
def test_a_host_keeps_the_contract(host: Host, check: Callable[[Host], Awaitable[None]]) -> None:
    asyncio.run(use(host, check(host)))


@pytest.mark.parametrize("check", checks.MODEL_CHECKS, ids=lambda check: check.__name__)
def test_a_host_runs_models(host: Host, check: Callable[[Host, bytes], Awaitable[None]]) -> None:
    asyncio.run(use(host, check(host, MODEL.read_bytes())))


async def use(host: Host, work: Awaitable[None]) -> None:
    try:
        await work
    finally:
        await host.close()


def test_every_check_is_listed() -> None:
    functions = [f for module in MODULES for f in vars(module).values()]
    written = {f.__name__ for f in functions if asyncio.iscoroutinefunction(f)}
    listed = {check.__name__ for check in (*ALL, *checks.MODEL_CHECKS)}

    assert written - {"round_trip", "raised", "shown", "optimise", "cropped", "crops"} == listed


def test_the_committed_model_is_what_its_recipe_makes() -> None:
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "n"]) for name in ("x", "y"))
    constants = [
        helper.make_tensor("two", TensorProto.FLOAT, [1], [2.0]),
        helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0]),
    ]
    nodes = [
        helper.make_node("Mul", ["x", "two"], ["d"]),
        helper.make_node("Add", ["d", "one"], ["y"]),
    ]
    graph = helper.make_graph(nodes, "double", [x], [y], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)

    assert onnx.load(MODEL) == model


def test_differences_are_seen() -> None:
    picture = checks.photo(8, 8)

    assert checks.difference(picture, np.roll(picture, 4, axis=1)) > checks.CLOSE
