"""The npm package: which modules are in it, and which files of the site are its engine."""

from __future__ import annotations

from pathlib import Path

import pytest

import npm


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(npm, "WEB", tmp_path)
    return tmp_path


def test_a_module_brings_all_that_it_imports_types_included(web: Path) -> None:
    (web / "adapters").mkdir()
    (web / "adapters" / "one.js").write_text(
        'import { BasePlugin } from "@uppy/core";\nimport { a } from "../a.js";\n'
    )
    (web / "a.js").write_text(
        'const later = () => import("./b.js"); import { RELEASE } from "./release.js";'
    )
    (web / "b.js").write_text('/** @typedef {import("./types.js").Kind} Kind */ export {};')
    (web / "types.js").write_text('import { a } from "./a.js";')
    (web / "alone.js").write_text("")

    assert npm.closure(["adapters/*.js"]) == ["adapters/one.js", "a.js", "b.js", "types.js"]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("engine.worker.js", True),
        ("index.html", False),
        ("sw.js", False),
        ("app-0123456789/engine.worker.js", True),
        ("app-0123456789/codecs/avif.js", True),
        ("app-0123456789/third-party.txt", True),
        ("app-0123456789/page/dom.py", False),
        ("app-0123456789/adapters/uppy.js", False),
        ("pyodide-0123456789/pyodide.asm.wasm", True),
        ("pyscript-0123456789/core.js", False),
    ],
)
def test_the_engine_is_in_the_package_and_the_page_is_not(path: str, *, wanted: bool) -> None:
    assert npm.is_engine(path) is wanted
