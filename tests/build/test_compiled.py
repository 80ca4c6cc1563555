"""Compiling for Pyodide: what is replaced, what is left out, and what is cached."""

from pathlib import Path

import pytest

import compiled
import wheel

PYODIDE = {"pyodide.asm.wasm": b"wasm"}


def test_compiled_modules_stand_in_for_their_sources() -> None:
    replaced = compiled.replace_compiled(
        {"a.py": b"a", "b.py": b"b", "notes.txt": b"n"}, {"a.pyc": b"compiled"}
    )

    assert replaced == {"a.pyc": b"compiled", "b.py": b"b", "notes.txt": b"n"}


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[bytes]:
    """Sources that were compiled, by a compiler that is quick: it writes `compiled` everywhere."""
    seen: list[bytes] = []

    def compile_quickly(_: object, sources: bytes, *__: object) -> bytes:
        seen.append(sources)
        names = [name for name in compiled.members_of(sources) if name.endswith(".py")]
        return wheel.zipped({f"{name}c": b"compiled" for name in names})

    monkeypatch.setattr(compiled, "run_compile", compile_quickly)
    monkeypatch.setattr(compiled, "CACHE", tmp_path)
    return seen


def test_the_same_sources_are_compiled_once(compilations: list[bytes]) -> None:
    sources = wheel.zipped({"a.py": b"a"})

    first = compiled.compile_zip(PYODIDE, sources, "/lib")
    again = compiled.compile_zip(PYODIDE, sources, "/lib")

    assert first == again == {"a.pyc": b"compiled"}
    assert compilations == [sources]


@pytest.mark.usefixtures("compilations")
def test_numpy_loses_what_only_compilers_and_editors_read() -> None:
    name = "numpy-2.4.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
    kept = {"numpy/__init__.py": b"", "numpy/linalg/k.so": b"", "numpy-2.4.3.dist-info/WHEEL": b""}
    left = {"numpy/__init__.pyi": b"", "numpy/_core/a.h": b"", "numpy/random/__init__.py": b""}

    repacked, data = compiled.numpy_wheel({**PYODIDE, name: wheel.zipped(kept | left)}, name)

    assert repacked == "numpy-2.4.3-1eyebright-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
    assert sorted(compiled.members_of(data)) == [
        "numpy-2.4.3.dist-info/RECORD",
        "numpy-2.4.3.dist-info/WHEEL",
        "numpy/__init__.pyc",
        "numpy/linalg/k.so",
    ]


@pytest.mark.usefixtures("compilations")
def test_our_wheel_says_for_which_python_it_is_compiled() -> None:
    name = "eyebright-1.2-cp311-abi3-pyemscripten_2026_0_wasm32.whl"
    given = {"eyebright/a.py": b"", "eyebright/k.so": b"", "eyebright-1.2.dist-info/WHEEL": b""}

    renamed, data = compiled.own_wheel(PYODIDE, name, wheel.zipped(given))
    made = compiled.members_of(data)

    assert renamed == "eyebright-1.2-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
    assert b"Tag: cp314-cp314-pyemscripten_2026_0_wasm32\n" in made["eyebright-1.2.dist-info/WHEEL"]
    assert {"eyebright/a.pyc", "eyebright/k.so"} == {n for n in made if n.startswith("eyebright/")}


@pytest.mark.usefixtures("compilations")
def test_the_command_line_is_not_sent_to_the_browser() -> None:
    name = "eyebright-1.2-cp311-abi3-pyemscripten_2026_0_wasm32.whl"
    given = {
        "eyebright/cli/files.py": b"",
        "eyebright/__main__.py": b"",
        "eyebright-1.2.dist-info/WHEEL": b"",
        "eyebright-1.2.dist-info/entry_points.txt": b"",
    }

    _name, data = compiled.own_wheel(PYODIDE, name, wheel.zipped(given))

    assert {"eyebright-1.2.dist-info/RECORD", "eyebright-1.2.dist-info/WHEEL"} == set(
        compiled.members_of(data)
    )
