"""The build script: what it makes, when it skips, and what it says when it cannot."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from eyebright import kernels

SCRIPT = Path(__file__).parents[2] / "build" / "kernels.py"

PYTHON_ABI = {
    "PyArg_ParseTuple",
    "PyBuffer_Release",
    "PyErr_SetString",
    "PyEval_RestoreThread",
    "PyEval_SaveThread",
    "PyExc_ValueError",
    "PyLong_FromSsize_t",
    "PyModuleDef_Init",
    "PyModule_AddIntConstant",
    "Py_BuildValue",
}
LINKAGE = {"memory", "__indirect_function_table", "__memory_base", "__table_base"}
STACK = {"__stack_pointer"}


def loaded(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(name="script")
def _script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, with a cache of its own."""
    script = loaded("build_kernels", SCRIPT)
    monkeypatch.setattr(script, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(script, "NATIVE", tmp_path / "_kernels.abi3.so")
    return script


def test_the_pyodide_module_needs_only_pythons_stable_abi(
    script: ModuleType, tmp_path: Path
) -> None:
    wasm = script.build_wasm(tmp_path / "wasm" / "_kernels.abi3.so").read_bytes()
    imported = {name for _, name in imports(wasm)}

    assert imported <= PYTHON_ABI | LINKAGE | STACK
    assert "PyModuleDef_Init" in imported


def test_the_native_module_loads_from_where_it_was_built(script: ModuleType) -> None:
    module = loaded("_kernels", script.build_native())

    assert module.version == kernels.VERSION


def test_a_second_build_does_nothing(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    built = script.build_native()
    before = built.stat().st_mtime_ns
    monkeypatch.setattr(script, "run", lambda command: pytest.fail(f"ran {command}"))

    assert built == script.build_native()
    assert before == built.stat().st_mtime_ns


def test_a_damaged_module_is_built_again(script: ModuleType) -> None:
    built = script.build_native()
    good = built.read_bytes()
    built.write_bytes(good[:100])

    assert good == script.build_native().read_bytes()


def test_without_a_compiler_there_is_no_module_and_no_error(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(script, "find_spec", lambda _name: None)

    assert script.build_native() is None


def test_a_compilers_complaint_reaches_the_reader(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "native_compiler", lambda: [sys.executable, "-c", "1/0"])
    monkeypatch.setattr(sys, "argv", ["kernels.py", "--native"])

    assert script.main() == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


# ---- WebAssembly's import section (webassembly.github.io/spec/core/binary) ----


def imports(wasm: bytes) -> Iterator[tuple[str, str]]:
    reader = Reader(wasm, 8)
    while reader.at < len(wasm):
        section, size = reader.byte(), reader.number()
        if section != 2:
            reader.at += size
            continue
        for _ in range(reader.number()):
            yield reader.text(), reader.text()
            reader.skip_description()


class Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        value, shift, more = 0, 0, True
        while more:
            part = self.byte()
            value, shift, more = value | (part & 127) << shift, shift + 7, part > 127
        return value

    def text(self) -> str:
        size = self.number()
        self.at += size
        return self.data[self.at - size : self.at].decode()

    def skip_description(self) -> None:
        kind = self.byte()
        if kind == 0:
            self.number()
        elif kind == 3:
            self.at += 2
        else:
            self.at += kind == 1
            self.skip_limits()

    def skip_limits(self) -> None:
        has_maximum = self.byte() & 1
        for _ in range(1 + has_maximum):
            self.number()
