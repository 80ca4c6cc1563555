"""What was made is kept whole, within its bound, in a folder or in an object store."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from eyebright.server.claims import EXPIRY_S, FOLDER
from eyebright.server.store import Store


def put(store: Store, name: str, data: bytes) -> None:
    asyncio.run(store.put(name, data))


def get(store: Store, name: str) -> bytes | None:
    return asyncio.run(store.get(name))


@pytest.fixture(params=["a folder", "an object store"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    is_folder = request.param == "a folder"
    return Store(str(tmp_path) if is_folder else f"memory://{tmp_path.name}")


def test_what_was_put_comes_back(store: Store) -> None:
    put(store, "variants/a/b", b"one")
    put(store, "variants/a/b", b"two")

    assert get(store, "variants/a/b") == b"two"
    assert get(store, "variants/a/c") is None


def test_names_below_are_those_of_one_folder(store: Store) -> None:
    for name in ("variants/a/b", "variants/a/c", "variants/d/e"):
        put(store, name, b"x")

    assert sorted(asyncio.run(store.names_below("variants/a"))) == ["variants/a/b", "variants/a/c"]
    assert asyncio.run(store.names_below("variants/none")) == []


def test_a_write_that_breaks_off_leaves_the_old_entry_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(str(tmp_path))
    put(store, "variants/a/b", b"old")

    def break_off(self: Path, data: bytes) -> None:
        with self.open("wb") as file:
            file.write(data[:1])
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_bytes", break_off)
    with pytest.raises(OSError, match="no space"):
        put(store, "variants/a/b", b"new")

    assert get(store, "variants/a/b") == b"old"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["b"]


def test_the_least_recently_used_make_room(tmp_path: Path) -> None:
    store = Store(str(tmp_path), most_bytes=1000)
    long_ago = time.time() - 1000
    for index in range(10):
        put(store, f"variants/a/{index}", bytes(100))
        os.utime(tmp_path / f"variants/a/{index}", (long_ago + index, long_ago + index))
    get(store, "variants/a/0")

    put(store, "variants/a/new", bytes(100))

    kept = {path.name for path in (tmp_path / "variants/a").iterdir()}
    assert kept == {"0", *"3456789", "new"}


def test_dead_servers_claims_go_where_room_is_made(tmp_path: Path) -> None:
    dead, held = tmp_path / FOLDER / "dead", tmp_path / FOLDER / "held"
    dead.parent.mkdir()
    for claim in (dead, held):
        claim.write_text("an owner")
    long_ago = time.time() - EXPIRY_S - 1
    os.utime(dead, (long_ago, long_ago))

    put(Store(str(tmp_path), most_bytes=1000), "variants/a/new", bytes(100))

    assert list((tmp_path / FOLDER).iterdir()) == [held]


def test_what_is_not_ours_is_never_deleted(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(bytes(5000))
    store = Store(str(tmp_path), most_bytes=1000)

    for index in range(20):
        put(store, f"facts/{index}", bytes(100))

    assert (tmp_path / "precious").exists()
    assert sum(path.stat().st_size for path in (tmp_path / "facts").iterdir()) <= 1000


def test_without_a_bound_nothing_is_deleted(tmp_path: Path) -> None:
    store = Store(str(tmp_path))

    for index in range(20):
        put(store, f"facts/{index}", bytes(100))

    assert len(list((tmp_path / "facts").iterdir())) == 20
