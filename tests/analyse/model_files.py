"""Small ONNX models of known answers, the looks that use them, and a manifest that names them."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Mapping

import numpy as np
import pytest
from onnx import TensorProto, helper

from eyebright.analyse import looks, registry
from eyebright.analyse.looks import Fields, Look, View
from eyebright.host import shipped
from eyebright.host.base import Tensor


def mean_model(name: str) -> bytes:
    """`image` uint8 (1, h, w, 3) to `mean` float32 (1, 1, 1, 1): its brightness."""
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["float"], ["mean"], axes=[1, 2, 3]),
    ]
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("image", TensorProto.UINT8, [1, None, None, 3])],
        [helper.make_tensor_value_info("mean", TensorProto.FLOAT, [1, 1, 1, 1])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    data: bytes = model.SerializeToString()
    return data


def prepare(view: View) -> Mapping[str, Tensor]:
    return {"image": view.seen[None]}


def read(outputs: Mapping[str, Tensor], _view: View) -> Fields:
    """The brightness stands where the spread of attention would."""
    return {"spread_permille": round(float(np.asarray(outputs["mean"]).ravel()[0]))}


def fallback(_view: View) -> Fields:
    return {"spread_permille": 999}


def look(name: str) -> Look:
    return Look(
        name=name, prepare=prepare, read=read, fallback=fallback, instead=f"{name} is guessed"
    )


def manifest_of(models: Mapping[str, bytes]) -> bytes:
    entries = {
        name: {"version": "7", "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in models.items()
    }
    return json.dumps({"schema": 1, "models": entries}).encode()


def use(monkeypatch: pytest.MonkeyPatch, names: Iterable[str], manifest: bytes) -> None:
    """Let the models of these names be all that there are."""
    monkeypatch.setattr(looks, "LOOKS", tuple(look(name) for name in names))
    monkeypatch.setattr(shipped, "manifest", lambda: manifest)
    monkeypatch.setattr(registry, "entries", functools.cache(registry.entries.__wrapped__))
