"""Compressed siblings: smaller, right, made once."""

import hashlib
from pathlib import Path

import brotli
import pytest

import siblings


def test_siblings_exist_only_where_they_are_smaller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(siblings, "CACHE", tmp_path)
    noise = hashlib.shake_256(b"noise").digest(4000)

    made = siblings.compress({"text.js": b"let a;\n" * 500, "noise.bin": noise})

    assert sorted(made) == ["text.js.br", "text.js.gz"]
    assert brotli.decompress(made["text.js.br"]) == b"let a;\n" * 500


def test_what_is_compressed_already_gets_no_siblings() -> None:
    assert siblings.compress({"a.whl": bytes(5000), "b.zip": bytes(5000)}) == {}


def test_a_sibling_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siblings, "CACHE", tmp_path)
    made = []

    def pack(data: bytes) -> bytes:
        made.append(data)
        return b"packed"

    twice = [siblings.cached_sibling("a.js", b"text", "br", pack) for _ in range(2)]

    assert twice == [b"packed", b"packed"]
    assert made == [b"text"]
