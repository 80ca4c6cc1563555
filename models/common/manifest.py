"""models/manifest.json: what the runtime may load, each file with its SHA-256 and its story.

    python models/common/manifest.py        checks every file against the manifest

A model's export.py calls `register`; the file lies at models/NAME/NAME.onnx, its card beside it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import onnx

MODELS = Path(__file__).resolve().parent.parent

SCHEMA = 1
"""Of the manifest's form, as eyebright.analyse.registry reads it."""


class ManifestFault(Exception):
    """A file is missing, or is not the one that the manifest names."""


def register(
    name: str,
    *,
    version: str,
    preprocessing: str,
    data: Sequence[Mapping[str, str]],
    root: Path = MODELS,
) -> dict[str, Any]:
    """Write or replace one model's entry; inputs and outputs are read from its file.

    `version` rises whenever the file changes, else ManifestFault is raised: results are kept, and
    told, by it. `preprocessing` says in a sentence what `prepare`
    does; `data` names what it was trained on, as {"name": ..., "licence": ...}.
    """
    if not data or any(set(one) != {"name", "licence"} for one in data):
        raise ManifestFault(f"{name}: name each data set with its licence: name, licence")
    file = f"{name}/{name}.onnx"
    whole = (root / file).read_bytes()
    graph = onnx.load_from_string(whole).graph
    entry = {
        "file": file,
        "sha256": hashlib.sha256(whole).hexdigest(),
        "bytes": len(whole),
        "version": version,
        "inputs": {one.name: _tensor(one) for one in graph.input},
        "outputs": {one.name: _tensor(one) for one in graph.output},
        "preprocessing": preprocessing,
        "data": [dict(one) for one in data],
        "card": f"{name}/card.md",
    }
    known = read(root)
    _check_version(name, known.get(name, entry), entry)
    path = root / "manifest.json"
    models = known | {name: entry}
    document = {"schema": SCHEMA, "models": dict(sorted(models.items()))}
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return entry


def read(root: Path = MODELS) -> dict[str, Any]:
    """The entries by name; none where nothing is registered yet."""
    path = root / "manifest.json"
    if not path.exists():
        return {}
    models: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["models"]
    return models


def check(root: Path = MODELS) -> None:
    """Raise ManifestFault unless every file and card is there, and each file is the named one."""
    for name, entry in read(root).items():
        for part in ("file", "card"):
            if not (root / entry[part]).is_file():
                raise ManifestFault(f"{name}: {entry[part]} is missing; run its export.py")
        file = entry["file"]
        found = hashlib.sha256((root / file).read_bytes()).hexdigest()
        if found != entry["sha256"]:
            raise ManifestFault(
                f"{name}: {file} is not the file that the manifest names; export it again"
            )


def _check_version(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    is_same = before["sha256"] == after["sha256"]
    if not is_same and int(after["version"]) <= int(before["version"]):
        raise ManifestFault(
            f"{name}: version {before['version']} is another file, so {after['version']} cannot be "
            "this one; raise VERSION in its export.py, or take the old file from the repository"
        )


def _tensor(value: onnx.ValueInfoProto) -> dict[str, Any]:
    """Type and shape; a side of any length is null."""
    kind = value.type.tensor_type
    shape = [d.dim_value if d.HasField("dim_value") else None for d in kind.shape.dim]
    return {"type": str(onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type)), "shape": shape}


def main() -> None:
    try:
        check()
    except ManifestFault as exc:
        sys.exit(f"manifest: {exc}")
    for name, entry in read().items():
        print(f"{name:10} version {entry['version']:3} {entry['bytes']:>8,} bytes")


if __name__ == "__main__":
    main()
