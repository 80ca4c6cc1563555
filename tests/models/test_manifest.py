"""The manifest names exactly the files that are there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from common.manifest import ManifestFault, check, read, register

DATA = [{"name": "pictures", "licence": "CC0-1.0"}]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of models with one that halves its input."""
    graph = helper.make_graph(
        [helper.make_node("Mul", ["image", "image"], ["map"])],
        "square",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, "height", 3])],
        [helper.make_tensor_value_info("map", TensorProto.FLOAT, [1, "height", 3])],
    )
    folder = tmp_path / "square"
    folder.mkdir()
    (folder / "square.onnx").write_bytes(helper.make_model(graph).SerializeToString())
    (folder / "card.md").write_text("# Square\n")
    return tmp_path


def test_an_entry_is_read_from_the_file(root: Path) -> None:
    register("square", version="1", preprocessing="none", data=DATA, root=root)

    entry = read(root)["square"]
    whole = (root / "square" / "square.onnx").read_bytes()
    assert entry["sha256"] == hashlib.sha256(whole).hexdigest()
    assert entry["bytes"] == len(whole)
    assert entry["inputs"] == {"image": {"type": "float32", "shape": [1, None, 3]}}
    check(root)


def test_another_file_is_found_out(root: Path) -> None:
    register("square", version="1", preprocessing="none", data=DATA, root=root)
    (root / "square" / "square.onnx").write_bytes(b"another")

    with pytest.raises(ManifestFault, match="not the file that the manifest names"):
        check(root)


def test_a_missing_card_is_found_out(root: Path) -> None:
    register("square", version="1", preprocessing="none", data=DATA, root=root)
    (root / "square" / "card.md").unlink()

    with pytest.raises(ManifestFault, match=r"card\.md is missing"):
        check(root)


def enter(root: Path, version: str) -> None:
    register("square", version=version, preprocessing="none", data=DATA, root=root)


def test_another_file_needs_a_higher_version(root: Path) -> None:
    enter(root, "2")
    path = root / "square" / "square.onnx"
    model = onnx.load(path)
    model.producer_name = "another"
    path.write_bytes(model.SerializeToString())

    for version in ("1", "2"):
        with pytest.raises(ManifestFault, match="raise VERSION"):
            enter(root, version)
    assert read(root)["square"]["sha256"] != hashlib.sha256(path.read_bytes()).hexdigest()
    enter(root, "3")
    assert read(root)["square"]["version"] == "3"


def test_the_same_file_may_be_entered_again(root: Path) -> None:
    for _ in range(2):
        enter(root, "2")

    assert read(root)["square"]["version"] == "2"


def test_data_without_a_licence_is_refused(root: Path) -> None:
    with pytest.raises(ManifestFault, match="licence"):
        register("square", version="1", preprocessing="none", data=[{"name": "x"}], root=root)


def test_our_own_models_are_those_that_the_manifest_names() -> None:
    check()
