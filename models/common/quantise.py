"""From a float32 ONNX file to static int8 (QDQ, per channel), calibrated on given inputs.

Weights take 7 bits by default: without VNNI, AVX2's 16-bit sums of U8 x S8 products saturate at 8
bits, and WebAssembly's do not, so that the two runtimes would tell different facts.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import onnx
from onnxruntime import quantization
from onnxruntime.quantization.shape_inference import quant_pre_process

Tensor = npt.NDArray[Any]

METHODS = {
    "minmax": quantization.CalibrationMethod.MinMax,
    "entropy": quantization.CalibrationMethod.Entropy,
    "percentile": quantization.CalibrationMethod.Percentile,
}


def quantise(  # noqa: PLR0913 - one call for everything; all but three by their names
    model: Path,
    calibration: Iterable[Mapping[str, Tensor]],
    out: Path,
    *,
    reduce_range: bool = True,
    exclude: Sequence[str] = (),
    method: Literal["minmax", "entropy", "percentile"] = "minmax",
    options: Mapping[str, Any] | None = None,
) -> int:
    """Write the int8 file and return its bytes.

    `calibration` gives the inputs of some dozens of training pictures, as `prepare` makes them.
    `exclude` names nodes that stay in float32 (heads whose range is wide, for example); `options`
    are onnxruntime's extra options. Names of nodes are those after its graph optimisation.
    """
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(model), str(prepared), skip_symbolic_shape=True)
        quantization.quantize_static(
            str(prepared),
            str(out),
            _Reader(calibration),
            quant_format=quantization.QuantFormat.QDQ,
            per_channel=True,
            reduce_range=reduce_range,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            nodes_to_exclude=[*exclude],
            calibrate_method=METHODS[method],
            extra_options=dict(options or {}),
        )
    return trim(out)


def trim(path: Path) -> int:
    """Rewrite without what no runtime needs (texts of documentation, inferred shapes); its bytes.

    The same model gives the same file.
    """
    model = onnx.load(str(path))
    model.doc_string = ""
    model.producer_name, model.producer_version = "eyebright", ""
    del model.metadata_props[:]
    del model.graph.value_info[:]
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    onnx.checker.check_model(model)
    data = model.SerializeToString(deterministic=True)
    path.write_bytes(data)
    return len(data)


class _Reader(quantization.CalibrationDataReader):
    """The calibration's inputs one after the other, as onnxruntime asks for them."""

    def __init__(self, inputs: Iterable[Mapping[str, Tensor]]) -> None:
        self._inputs: Iterator[Mapping[str, Tensor]] = iter(inputs)

    def get_next(self) -> dict[str, Tensor] | None:
        found = next(self._inputs, None)
        return None if found is None else {k: np.ascontiguousarray(v) for k, v in found.items()}
