"""The browser's encoders under Node: the codecs of the built site, as the page configures them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import IO, cast

import numpy as np
import numpy.typing as npt

from eyebright.values import Trial

ROOT = Path(__file__).resolve().parent.parent.parent

SITE_SPEED = {"avif": 7, "webp": 4, "jxl": 3, "png": 2, "jpeg": 0}
"""As host/browser, which only a browser can import, asks for (`ENCODE_SPEED`)."""


class SiteCodecs:
    """A Node process that encodes; needs the built site (build/site.py)."""

    def __init__(self, site: Path = ROOT / "dist" / "site") -> None:
        folders = sorted(site.glob("codecs-*"))
        if not folders:
            raise FileNotFoundError(f"{site} holds no codecs: run build/site.py first")
        command = ["node", str(ROOT / "build" / "encode.mjs"), str(folders[0])]
        self._node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._to = cast(IO[bytes], self._node.stdin)
        self._from = cast(IO[bytes], self._node.stdout)

    def encode(self, pixels: npt.NDArray[np.uint8], trial: Trial) -> bytes:
        """Bytes of one file of opaque (H, W, 3) sRGB. Raises OSError where Node has ended."""
        rgba = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
        self._to.write(json.dumps(trial.to_dict()).encode() + b"\n" + rgba.tobytes())
        self._to.flush()
        line = self._from.readline()
        if not line:
            raise OSError("Node ended without an answer; its error stands above")
        return self._from.read(int(line))

    def cpu_seconds(self) -> float:
        """What the process has used so far, its compiler's threads included (Linux)."""
        fields = Path(f"/proc/{self._node.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the process."""
        self._to.close()
        self._node.wait()
        self._from.close()
