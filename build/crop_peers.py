"""Where others would cut a picture: the centre, libvips by attention or entropy, smartcrop.js."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, cast

import numpy as np
import pyvips

from eyebright.pixels import Pixels
from eyebright.values import Box
from vendor import members, vendored, write_whole

SMARTCROP = "2.0.5"

ROOT = Path(__file__).resolve().parent.parent


class Aspect(NamedTuple):
    across: int
    down: int

    def __str__(self) -> str:
        return f"{self.across}:{self.down}"


Cutter = Callable[[Pixels], Sequence[Box]]
"""One box for each aspect."""


def largest(width: int, height: int, aspect: Aspect) -> tuple[int, int]:
    """Sides of the largest window of that aspect, rounded down."""
    across = max(1, min(width, height * aspect.across // aspect.down))
    down = max(1, min(height, width * aspect.down // aspect.across))
    return across, down


@contextmanager
def peers(aspects: Sequence[Aspect]) -> Iterator[Mapping[str, Cutter]]:
    """By name."""
    with _smartcrop(aspects) as smartcrop:
        yield {
            "centre": lambda pixels: [_centre(pixels, aspect) for aspect in aspects],
            "libvips attention": lambda pixels: [_vips(pixels, a, "attention") for a in aspects],
            "libvips entropy": lambda pixels: [_vips(pixels, a, "entropy") for a in aspects],
            f"smartcrop.js {SMARTCROP}": smartcrop,
        }


def _centre(pixels: Pixels, aspect: Aspect) -> Box:
    height, width = pixels.shape[:2]
    across, down = largest(width, height, aspect)
    return Box(x=(width - across) // 2, y=(height - down) // 2, width=across, height=down)


def _vips(pixels: Pixels, aspect: Aspect, interesting: str) -> Box:
    """The offsets are those that libvips notes in what it cuts out."""
    height, width = pixels.shape[:2]
    across, down = largest(width, height, aspect)
    image = pyvips.Image.new_from_array(pixels)
    cut = image.copy(interpretation="srgb").smartcrop(across, down, interesting=interesting)
    return Box(x=-cut.xoffset, y=-cut.yoffset, width=across, height=down)


@contextmanager
def _smartcrop(aspects: Sequence[Aspect]) -> Iterator[Cutter]:
    """At its defaults: it looks for the best of the largest windows."""
    command = ["node", str(ROOT / "build" / "smartcrop.mjs"), str(_unpacked())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as node:
        to, of = cast(IO[bytes], node.stdin), cast(IO[bytes], node.stdout)

        def cut(pixels: Pixels) -> Sequence[Box]:
            height, width = pixels.shape[:2]
            head = {"width": width, "height": height, "aspects": aspects}
            opaque = np.dstack((pixels, np.full((height, width), 255, np.uint8)))
            to.write(json.dumps(head).encode() + b"\n" + opaque.tobytes())
            to.flush()
            line = of.readline()
            if not line:
                raise RuntimeError("smartcrop.js ended without an answer; its error stands above")
            return [Box.from_dict(box) for box in json.loads(line)]

        yield cut


def _unpacked() -> Path:
    """Its script, taken out of the package once."""
    path = ROOT / ".cache" / "bench" / f"smartcrop-{SMARTCROP}.js"
    if not path.exists():
        [(_name, script)] = members(vendored(f"smartcrop-{SMARTCROP}.tgz"), ["smartcrop.js"])
        write_whole(path, script)
    return path
