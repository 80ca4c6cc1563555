"""Reading decoded pictures, run by Node on stand-ins for a browser with iOS' limit on canvases."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"

CANVAS_PX = 4096 * 4096
"""Largest canvas of iOS: beyond it, drawing leaves it clear and says nothing."""

WIDE, HIGH = 6000, 4000
"""24 megapixels, as phones' cameras take them."""

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")

BROWSER = """
const canvasPx = %d;
let largest = 0;
const shade = (x, y) => 1 + ((x * 7 + y * 13) %% 250);
const bitmap = (width, height, left = 0, top = 0) => ({ width, height, left, top, close() {} });
globalThis.createImageBitmap = async (source, ...rest) => {
  if (source instanceof Blob) return bitmap(%d, %d);
  const [x, y, width, height] = rest;
  return bitmap(width, height, source.left + x, source.top + y);
};
const fill = (source, width, height, left, top) => {
  const data = new Uint8ClampedArray(4 * width * height);
  if (width * height > canvasPx) return data;
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      data.fill(shade(source.left + left + x, source.top + top + y), at, at + 3);
      data[at + 3] = 255;
    }
  }
  return data;
};
globalThis.OffscreenCanvas = class {
  constructor(width, height) { Object.assign(this, { width, height }); }
  getContext(kind) {
    const canvas = this;
    if (kind !== "2d") return null;
    return {
      drawImage(source, left, top, width, height) {
        largest = Math.max(largest, canvas.width * canvas.height);
        canvas.drawn = fill(source, width, height, left, top);
      },
      getImageData: () => ({ data: canvas.drawn }),
    };
  }
};
const { decodeNative } = await import(%s);
const wrong = (pixels, channels) => {
  for (let y = 0, at = 0; y < %d; y += 1) {
    for (let x = 0; x < %d; x += 1, at += channels) {
      if (pixels[at] !== shade(x, y) || pixels[at + channels - 1] === 0) return [x, y, pixels[at]];
    }
  }
  return null;
};
"""

READ = """
const picture = await decodeNative(new Uint8Array(4), "image/jpeg", %s);
const size = picture.width * picture.height;
const rgb = new Uint8Array(3 * size);
const opaque = await picture.copyOpaque((use) => use(rgb));
const rgba = new Uint8Array(4 * size);
picture.copyRoughly(rgba);
picture.close();
console.log(JSON.stringify({ opaque, largest, rgb: wrong(rgb, 3), rgba: wrong(rgba, 4) }));
"""


def read(hints: dict[str, bool], canvas_px: int = CANVAS_PX) -> Any:
    """What became of a picture larger than a canvas, and the largest canvas it took."""
    address = json.dumps((WEB / "decoding.js").as_uri())
    browser = BROWSER % (canvas_px, WIDE, HIGH, address, HIGH, WIDE)
    script = browser + READ % json.dumps(hints)
    command = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)


@pytest.mark.parametrize("turned", [False, True])
def test_no_canvas_holds_a_picture_above_its_limit(turned: bool) -> None:  # noqa: FBT001  # a parameter of pytest
    found = read({"turned": turned})

    assert WIDE * HIGH > CANVAS_PX
    assert 0 < found["largest"] <= CANVAS_PX // 16
    assert [found["opaque"], found["rgb"], found["rgba"]] == [True, None, None]


def test_a_canvas_above_its_limit_would_be_seen() -> None:
    found = read({}, canvas_px=1000)

    assert not found["opaque"]
    assert found["rgba"] == [0, 0, 0]
