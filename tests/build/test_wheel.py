"""Wheels: right tags, right RECORD, the same bytes each time, no C sources."""

import base64
import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

import wheel

PURE = {
    "thing/__init__.py": b"answer = 42\n",
    "thing-1.0.dist-info/METADATA": b"Metadata-Version: 2.4\nName: thing\nVersion: 1.0\n",
    "thing-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nTag: py3-none-any\n",
    "thing-1.0.dist-info/RECORD": b"stale\n",
}


@pytest.fixture
def pure(tmp_path: Path) -> Path:
    path = tmp_path / "thing-1.0-py3-none-any.whl"
    path.write_bytes(wheel.zipped(PURE))
    return path


def test_the_tag_is_in_the_name_and_in_the_wheel(pure: Path, tmp_path: Path) -> None:
    made = wheel.retag(pure, tmp_path / "out", "cp311-abi3-somewhere", {"thing/k.so": b"code"})

    with zipfile.ZipFile(made) as contents:
        declared = contents.read("thing-1.0.dist-info/WHEEL").decode().splitlines()

    assert made.name == "thing-1.0-cp311-abi3-somewhere.whl"
    assert "Tag: cp311-abi3-somewhere" in declared
    assert "Root-Is-Purelib: false" in declared


def test_the_record_names_every_member_with_its_hash_and_size(pure: Path, tmp_path: Path) -> None:
    made = wheel.retag(pure, tmp_path / "out", "cp311-abi3-somewhere", {"thing/k.so": b"code"})

    with zipfile.ZipFile(made) as contents:
        rows = list(csv.reader(io.StringIO(contents.read("thing-1.0.dist-info/RECORD").decode())))
        expected = [
            [name, *record_of(contents.read(name))]
            for name in contents.namelist()
            if not name.endswith("/RECORD")
        ]

    assert rows == [*expected, ["thing-1.0.dist-info/RECORD", "", ""]]


def test_members_of_an_ending_can_be_left_out(pure: Path, tmp_path: Path) -> None:
    with_model = wheel.retag(pure, tmp_path / "with", "any", {"thing/models/faces.onnx": b"net"})

    made = wheel.retag(with_model, tmp_path / "out", "any", {}, without=wheel.MODELS)

    with zipfile.ZipFile(with_model) as given, zipfile.ZipFile(made) as contents:
        assert set(given.namelist()) - set(contents.namelist()) == {"thing/models/faces.onnx"}
        assert "faces.onnx" not in contents.read("thing-1.0.dist-info/RECORD").decode()


def test_what_no_browser_runs_is_left_out_of_its_wheel(tmp_path: Path) -> None:
    made = wheel.retag(
        wheel.build_pure(tmp_path), tmp_path / "out", "any", {}, without_below=wheel.SERVER
    )

    with zipfile.ZipFile(made) as contents:
        names = contents.namelist()
        record = contents.read(f"{wheel.info_folder(names)}/RECORD").decode()
    assert [name for name in names if "/server/" in name] == []
    assert "eyebright/pipeline.py" in names
    assert "/server/" not in record


def models() -> list[str]:
    """Names of the models in the manifest; pyproject.toml's force-include has a line for each."""
    document = json.loads((wheel.ROOT / "models" / "manifest.json").read_text("utf-8"))
    return list(document["models"])


def record_of(data: bytes) -> list[str]:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return [f"sha256={digest}", str(len(data))]


def test_the_same_inputs_give_the_same_bytes(pure: Path, tmp_path: Path) -> None:
    one = wheel.retag(pure, tmp_path / "one", "py3-none-any", {})
    two = wheel.retag(pure, tmp_path / "two", "py3-none-any", {})

    assert one.read_bytes() == two.read_bytes()


def test_the_date_is_that_of_source_date_epoch(
    pure: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")  # 2023-11-14 22:13:20 UTC

    made = wheel.retag(pure, tmp_path / "out", "py3-none-any", {})

    with zipfile.ZipFile(made) as contents:
        dates = {member.date_time for member in contents.infolist()}
    assert dates == {(2023, 11, 14, 22, 13, 20)}


def test_our_own_wheel_has_package_data_and_no_c_sources(tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel.build_pure(tmp_path)) as contents:
        names = contents.namelist()

    assert "eyebright/py.typed" in names
    assert "eyebright/models/manifest.json" in names
    assert {f"eyebright/models/{name}.onnx" for name in models()} <= set(names)
    assert "eyebright/pipeline.py" in names
    assert [n for n in names if n.endswith((".c", ".h", ".o", ".so", ".pyc"))] == []
