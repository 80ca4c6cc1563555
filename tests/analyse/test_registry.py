"""The manifest that ships is read, and its files are the ones that it names."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest

from eyebright.analyse import registry
from eyebright.errors import CapabilityMissing, ModelRefused
from eyebright.host import shipped
from eyebright.host.fake import FakeHost
from eyebright.host.native import NativeHost

ENTRY = registry.Entry(name="faces", version="1", sha256="0" * 64)


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    registry.entries.cache_clear()
    yield
    registry.entries.cache_clear()


def test_every_model_of_this_build_passes_its_check() -> None:
    host = NativeHost()

    for entry in registry.entries().values():
        assert asyncio.run(registry.load(host, entry))


def test_another_file_is_refused_with_both_hashes() -> None:
    host = FakeHost(models={"faces": b"another"})

    with pytest.raises(ModelRefused, match=r"SHA-256 [0-9a-f]{64}, the manifest names 0{64}"):
        asyncio.run(registry.load(host, ENTRY))


@pytest.mark.parametrize(
    "manifest", [b"", b"[]", b'{"schema": 1}', b'{"schema": 1, "models": {"faces": {}}}']
)
def test_a_broken_manifest_is_told(monkeypatch: pytest.MonkeyPatch, manifest: bytes) -> None:
    monkeypatch.setattr(shipped, "manifest", lambda: manifest)

    with pytest.raises(CapabilityMissing, match="cannot be read"):
        registry.entries()
    assert registry.fingerprints() == {}


def test_a_manifest_of_another_form_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = json.dumps({"schema": 2, "models": {}}).encode()
    monkeypatch.setattr(shipped, "manifest", lambda: newer)

    with pytest.raises(CapabilityMissing, match="form 2, 1 is needed"):
        registry.entries()


def test_a_model_that_does_not_ship_is_told() -> None:
    with pytest.raises(CapabilityMissing, match=r"kitten\.onnx of the models cannot be read"):
        asyncio.run(NativeHost().read_model("kitten"))
