"""onnxruntime for the models' scripts, told before its import to send nothing anywhere."""

from __future__ import annotations

import os

from eyebright.host.native import NO_TELEMETRY

os.environ.setdefault(NO_TELEMETRY, "1")

import onnxruntime
from onnxruntime.quantization.shape_inference import quant_pre_process

__all__ = ["onnxruntime", "quant_pre_process"]
