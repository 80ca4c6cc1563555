"""The built site: complete, repeatable, and made of files whose names say what is in them."""

import gzip
import hashlib
import json
import re
import zipfile
from pathlib import Path
from types import ModuleType

import brotli
import pytest

from vendor import VendorError

SITE = Path(__file__).parents[2] / "dist" / "site"

LOCK = {
    "info": {"python": "3.14.0"},
    "packages": {
        "numpy": {"file_name": "numpy-1.whl", "sha256": hashlib.sha256(b"numpy").hexdigest()},
        "scipy": {"file_name": "scipy-1.whl", "sha256": "0" * 64},
    },
}


def python_files(**changed: bytes) -> dict[str, bytes]:
    files = {"pyodide-lock.json": json.dumps(LOCK).encode(), "numpy-1.whl": b"numpy"}
    return files | {f"{name}-1.whl": data for name, data in changed.items()}


def test_only_what_is_shipped_is_in_the_lock_file(site_script: ModuleType) -> None:
    packages = site_script.locked_packages(python_files())

    assert packages == {"numpy": LOCK["packages"]["numpy"]}


def test_a_wheel_that_is_not_the_locked_one_stops_the_build(site_script: ModuleType) -> None:
    with pytest.raises(VendorError, match=r"numpy-1\.whl: the lock file expects sha256"):
        site_script.locked_packages(python_files(numpy=b"another numpy"))


def test_our_own_package_is_locked_by_its_hash_and_needs_numpy_only(
    site_script: ModuleType,
) -> None:
    package = site_script.package_entry("eyebright-1.2.3-py3-none-any.whl", b"ours")

    assert package["sha256"] == hashlib.sha256(b"ours").hexdigest()
    assert package["version"] == "1.2.3"
    assert package["depends"] == ["numpy"]


def test_the_name_of_a_group_tells_its_contents_apart(site_script: ModuleType) -> None:
    digest = site_script.digest

    assert digest({"a": b"1", "b": b"2"}) == digest({"b": b"2", "a": b"1"})
    assert digest({"a": b"1"}) != digest({"a": b"2"})
    assert digest({"a": b"1"}) != digest({"b": b"1"})


def test_the_bridge_is_told_the_version_of_what_runs_the_models(site_script: ModuleType) -> None:
    own = ("eyebright-0.1.0-py3-none-any.whl", "0.1.0")
    told = site_script.assets_js({}, {}, {}, own).decode()
    version = told.partition('onnxVersion: "')[2].partition('"')[0]

    assert f"onnxruntime-web-{version}.tgz" in {row.name for row in site_script.table()}


def test_the_top_files_get_the_hashed_names(site_script: ModuleType) -> None:
    text = '<script src="./app/shell.js"></script><a href="./pyscript/core.js">'

    hashed = site_script.with_hashes(text, {"app": "app-1", "pyscript": "pyscript-2"})

    assert hashed == b'<script src="./app-1/shell.js"></script><a href="./pyscript-2/core.js">'


def test_a_new_site_takes_the_place_of_the_old_one(site_script: ModuleType, tmp_path: Path) -> None:
    out = tmp_path / "site"
    site_script.put_in_place(out, {"index.html": b"old", "old/file": b"x"}, {})
    site_script.put_in_place(out, {"index.html": b"new"}, {"index.html.br": b"packed"})

    assert sorted(p.name for p in out.iterdir()) == ["index.html", "index.html.br"]
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


# ---- The site as it was built: `build/check.py` builds it before the tests run.

built = pytest.mark.skipif(not SITE.exists(), reason="dist/site is not built")


@built
def test_the_manifest_names_every_file_with_its_size_and_hash() -> None:
    manifest = json.loads((SITE / "site.json").read_text())
    on_disk = {p.relative_to(SITE).as_posix() for p in SITE.rglob("*") if p.is_file()}
    plain = {p for p in on_disk if not p.endswith((".br", ".gz"))} - {"site.json", "sw.js"}

    assert {f["path"] for f in manifest["files"]} == plain
    for file in manifest["files"]:
        data = (SITE / file["path"]).read_bytes()
        assert (file["path"], len(data)) == (file["path"], file["bytes"])
        assert hashlib.sha256(data).hexdigest() == file["sha256"]


@built
def test_compressed_siblings_hold_what_the_file_holds() -> None:
    unpack = {".br": brotli.decompress, ".gz": gzip.decompress}
    siblings = [p for p in SITE.rglob("*") if p.suffix in unpack]

    wrong = [
        p.name
        for p in siblings
        if unpack[p.suffix](p.read_bytes()) != p.with_suffix("").read_bytes()
    ]

    assert siblings
    assert wrong == []


@built
def test_everything_that_may_be_cached_for_ever_stands_in_a_hashed_group() -> None:
    folders = [p.name for p in SITE.iterdir() if p.is_dir()]

    assert [f for f in folders if not re.fullmatch(r"[a-z]+-[0-9a-f]{10}", f)] == []
    assert {f.partition("-")[0] for f in folders} == {
        "app",
        "codecs",
        "models",
        "onnx",
        "pyodide",
        "pyscript",
    }


@built
def test_the_lock_file_of_the_site_matches_its_wheels() -> None:
    [folder] = SITE.glob("pyodide-*")
    packages = json.loads((folder / "pyodide-lock.json").read_text())["packages"]

    found = {
        name: hashlib.sha256((folder / package["file_name"]).read_bytes()).hexdigest()
        for name, package in packages.items()
    }

    assert sorted(found) == ["eyebright", "imagecodecs", "micropip", "numpy", "pillow"]
    assert found == {name: package["sha256"] for name, package in packages.items()}


@built
def test_the_standard_library_is_compiled_where_the_engine_needs_it_and_complete() -> None:
    [path] = SITE.glob("pyodide-*/python_stdlib.zip")
    with zipfile.ZipFile(path) as library:
        names = set(library.namelist())

    assert {"asyncio/__init__.pyc", "typing.pyc", "json/decoder.pyc", "_pyodide/_base.pyc"} <= names
    assert "pydoc.py" in names
    assert {n for n in names if n.endswith(".py") and f"{n}c" in names} == set()


@built
def test_numpy_is_compiled_and_says_that_it_was_repacked() -> None:
    [path] = SITE.glob("pyodide-*/numpy-*.whl")
    with zipfile.ZipFile(path) as numpy:
        names = numpy.namelist()

    assert "-1eyebright-" in path.name
    assert "numpy/__init__.pyc" in names
    assert [n for n in names if n.endswith((".py", ".pyi", ".h"))] == []


@built
def test_no_file_of_the_site_points_to_another_origin_for_code() -> None:
    """Content networks that our copies of PyScript and Pyodide name are never asked: see e2e."""
    own = [p for p in SITE.rglob("*") if p.suffix in {".html", ".js", ".py"} and "app-" in str(p)]
    own += [SITE / name for name in ("index.html", "eyebright.js", "sw.js")]

    named = {
        p.name for p in own if re.search(r"(?:import|src|href)[^\n]{0,20}https?://", p.read_text())
    }

    assert named == set()
