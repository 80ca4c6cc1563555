"""A model in onnxruntime-web, as the page runs it: Node, the WebAssembly back end, one thread."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "build"))

from vendor import members, vendored, write_whole  # noqa: E402 - after the path

RUNTIME = "onnxruntime-web-1.30.0.tgz"
"""As build/vendor.toml pins it, and as the page has it."""

MEMBERS = (
    "dist/ort.wasm.min.mjs",
    "dist/ort-wasm-simd-threaded.mjs",
    "dist/ort-wasm-simd-threaded.wasm",
)

Tensor = npt.NDArray[np.generic]


class WebRefused(Exception):
    """onnxruntime-web does not open the model, or does not run it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    outputs: Mapping[str, Tensor]
    ms: tuple[float, ...]
    """Processor milliseconds of each run; the first makes the session, too."""


class WebModel:
    """One model, opened once; `with` ends its process."""

    def __init__(self, model: Path) -> None:
        command = ["node", str(ROOT / "models" / "agree.mjs"), str(_unpacked()), str(model)]
        self._node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._to = cast(IO[bytes], self._node.stdin)
        self._from = cast(IO[bytes], self._node.stdout)

    def run(self, inputs: Mapping[str, Tensor], *, repeat: int = 1) -> Answer:
        """What the model gives for these inputs. Raises WebRefused."""
        whole = {name: np.ascontiguousarray(tensor) for name, tensor in inputs.items()}
        head = {"repeat": repeat, "inputs": [_head(name, t) for name, t in whole.items()]}
        self._to.write(json.dumps(head).encode() + b"\n")
        for tensor in whole.values():
            self._to.write(tensor.tobytes())
        self._to.flush()
        line = self._from.readline()
        if not line:
            raise WebRefused("Node ended without an answer; its error stands above")
        told = json.loads(line)
        if "error" in told:
            raise WebRefused(told["error"])
        return Answer(
            outputs={o["name"]: self._tensor(o) for o in told["outputs"]}, ms=tuple(told["ms"])
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End its process."""
        self._to.close()
        self._node.wait()
        self._from.close()

    def _tensor(self, head: Mapping[str, object]) -> Tensor:
        data = self._from.read(cast(int, head["length"]))
        return np.frombuffer(data, cast(str, head["type"])).reshape(cast(list[int], head["shape"]))


def _head(name: str, tensor: Tensor) -> dict[str, object]:
    return {
        "name": name,
        "type": tensor.dtype.name,
        "shape": list(tensor.shape),
        "length": tensor.nbytes,
    }


def _unpacked() -> Path:
    """The folder of the runtime's files, taken out of its package once."""
    folder = ROOT / ".cache" / "models" / RUNTIME.removesuffix(".tgz")
    if not all((folder / Path(member).name).exists() for member in MEMBERS):
        for path, data in members(vendored(RUNTIME), MEMBERS):
            write_whole(folder / Path(path).name, data)
    return folder
