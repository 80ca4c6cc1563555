"""What the scripts and tests import can be installed from pyproject.toml."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("py", "models", "build", "tests", "e2e", "web")

INSTALLED_AS = {
    "PIL": "pillow",
    "cv2": "opencv-python-headless",
    "dicebear": "dicebear-core",
    "oxipng": "pyoxipng",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
}
"""Distributions whose name is not that of the module, but for hyphens."""

OF_THE_BROWSER = {"eyebright_js", "js", "jsffi", "pyodide", "pyodide_js", "pyscript"}
"""Pyodide and MicroPython have them built in."""


def imported() -> Iterator[tuple[str, Path]]:
    """Every top-level module, and the file that imports it."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((alias.name.partition(".")[0], path) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    yield node.module.partition(".")[0], path


def own() -> set[str]:
    """Modules and packages of the repository."""
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return {path.stem for path in paths} | {path.parent.name for path in paths}


def declared() -> set[str]:
    """Distributions that pyproject.toml names, anywhere."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = document["project"]
    lists = [
        project["dependencies"],
        *project["optional-dependencies"].values(),
        *document["dependency-groups"].values(),
    ]
    return {re.split(r"[^\w.-]", line)[0] for lines in lists for line in lines}


def test_every_import_is_declared() -> None:
    known = declared()
    foreign = {
        (INSTALLED_AS.get(name, name.replace("_", "-")), str(path.relative_to(ROOT)))
        for name, path in imported()
        if name not in sys.stdlib_module_names | OF_THE_BROWSER
    }

    own_names = {name.replace("_", "-") for name in own()} | {"eyebright"}
    missing = {(name, path) for name, path in foreign if name not in known | own_names}
    assert missing == set()


@pytest.mark.parametrize("group", ["test", "e2e", "lint", "types", "train", "pictures"])
def test_what_figures_rest_on_is_pinned(group: str) -> None:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

    assert [line for line in document["dependency-groups"][group] if "==" not in line] == []
