"""What the JavaScript side asks of the models: opened early, given back, left out."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping
from typing import Any

import model_files
import pytest
from PIL import Image

from eyebright.host.base import Tensor
from eyebright.host.native import NativeHost
from eyebright.worker import Dispatcher

BOTH = {"faces": model_files.mean_model("faces"), "text": model_files.mean_model("text")}


@pytest.fixture(autouse=True)
def two_models(monkeypatch: pytest.MonkeyPatch) -> None:
    model_files.use(monkeypatch, BOTH, model_files.manifest_of(BOTH))


class Counted(NativeHost):
    """CPython's host with other models, which counts their runs."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[bytes] = []
        self.is_free = False

    async def read_model(self, name: str) -> bytes:
        return BOTH[name]

    async def infer(self, model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        self.runs.append(model)
        return await super().infer(model, inputs)

    def free_models(self) -> None:
        super().free_models()
        self.is_free = True

    def ask(self, method: str, args: dict[str, Any], *files: bytes) -> dict[str, Any]:
        answering = Dispatcher(self).handle(1, method, json.dumps(args), files, print)
        reply, _data = asyncio.run(answering)
        told: dict[str, Any] = json.loads(reply)
        return told


@pytest.fixture
def counted() -> Counted:
    return Counted()


def png() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, "PNG")
    return out.getvalue()


def test_models_are_opened_before_there_is_a_picture(counted: Counted) -> None:
    assert counted.ask("warm", {}) == {"result": {}}
    assert counted.runs == [BOTH["faces"], BOTH["text"]]


def test_what_the_models_take_is_given_back_on_request(counted: Counted) -> None:
    counted.ask("warm", {})

    assert counted.ask("free", {}) == {"result": {}}
    assert counted.is_free


def test_facts_name_the_models_that_looked_unless_they_are_not_wanted(counted: Counted) -> None:
    with_models = counted.ask("analyse", {}, png())
    without = counted.ask("analyse", {"models": False}, png())

    assert set(with_models["result"]["models"]) == {"faces", "text"}
    assert without["result"]["models"] == {}


def test_a_wish_that_is_neither_yes_nor_no_is_refused(counted: Counted) -> None:
    error = counted.ask("analyse", {"models": "some"}, png())["error"]

    assert error["name"] == "PolicyError"
    assert error["message"] == "models: expected true or false, got 'some'"
