"""The text model that ships, as the runtime asks it: how a picture's lines of text lie."""

from __future__ import annotations

import sys
from pathlib import Path

from eyebright.analyse import layout, text
from eyebright.analyse.proxy import CLOSER_PX, proxy
from eyebright.pixels import Pixels

MODELS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(MODELS))

from common.runtime import onnxruntime  # noqa: E402 - after the path


class Reader:
    """The text model in onnxruntime on one thread."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        file = MODELS / "text" / "text.onnx"
        self._session = onnxruntime.InferenceSession(file, options)
        self._names = [output.name for output in self._session.get_outputs()]

    def layout(self, pixels: Pixels) -> tuple[float, ...]:
        """The numbers of analyse.layout, of a whole picture."""
        size = {"width": pixels.shape[1], "height": pixels.shape[0]}
        seen = proxy(pixels, CLOSER_PX)
        made = self._session.run(self._names, text.prepare(seen))
        writing = text.read(dict(zip(self._names, made, strict=True)), seen, **size)
        return layout.features(writing.lines, writing.permille, **size)
