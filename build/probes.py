"""Write web/probes/probes.js: tiny real files whose colours are known, as base64.

    PYTHONPATH=py .venv/bin/python build/probes.py

Each is a 16x16 picture of four flat quarters (red, green, blue, white), written by the native host
at its best quality; `alpha` has its lower half at 128 of 255. Run it again only to change them.
"""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import numpy as np

from eyebright.host.native import NativeHost
from eyebright.values import FORMATS, MIME, Trial

ROOT = Path(__file__).resolve().parent.parent
SIDE = 16
WITHOUT_ALPHA = ("jpeg",)

HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAXxtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAA"
    "AAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoAABAAAAAAAAAKkAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAAB"
    "AABodmMxAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADw"
    "NgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAA"
    "AAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAA"
    "AAEAAAAAEAAAAQAAAAAf///9AAAAAC////0AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYEC"
    "AwWEAAAAsW1kYXQAAAClKAGvBjIbS8qAXUHFdvb5//+q69D6aTf033nv//LL//3FBHXzqIjG7mKf/WF0mQPryP/BBs"
    "bAyX4/XB+xsP2posA0j+8fTSu58cwGNskuMt7HZWAPePGCXsVz1b439El1PJ4p23AB+iVcrML1hNBoeYHuWLFLPmQ9"
    "FaEf/wrT8tVfVv4evZ9j4Lc4MJQjHez7egnE1O6bYRsNRHPbkB2oKyWN0HOA"
)
"""The opaque picture as HEIC, by pillow-heif 1.8.1 (x265) at quality 90: nothing that is
installed here writes it. The alpha of HEIC is not probed."""


def picture(*, alpha: bool) -> np.ndarray:
    quarters = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)
    if alpha:
        opacity = np.array([[[255], [255]], [[128], [128]]], np.uint8)
        quarters = np.concatenate([quarters, opacity], axis=2)
    return quarters.repeat(SIDE // 2, axis=0).repeat(SIDE // 2, axis=1)


async def encode(host: NativeHost, name: str, *, alpha: bool) -> str:
    lossless = name in {"png", "webp", "jxl"}
    trial = Trial(
        format=name,
        width=SIDE,
        height=SIDE,
        quality=95,
        lossless=lossless,
        subsampling="444",
        speed=4,
    )
    return base64.b64encode(await host.encode(picture(alpha=alpha), trial)).decode()


async def main() -> None:
    host = NativeHost()
    probes = {}
    for name in FORMATS:
        kinds = {"opaque": await encode(host, name, alpha=False)}
        if name not in WITHOUT_ALPHA:
            kinds["alpha"] = await encode(host, name, alpha=True)
        probes[name] = {"mime": MIME[name], **kinds}
    probes["heic"] = {"mime": MIME["heic"], "opaque": HEIC}
    head = "// Written by build/probes.py, which says what they show.\n"
    target = ROOT / "web" / "probes" / "probes.js"
    target.write_text(f"{head}export const probes = {json.dumps(probes, indent=2)};\n")
    sizes = {name: len(base64.b64decode(kinds["opaque"])) for name, kinds in probes.items()}
    print(f"{target.name}: {sizes}")


if __name__ == "__main__":
    asyncio.run(main())
