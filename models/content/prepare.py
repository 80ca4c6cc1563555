"""Gather and draw the pictures of every class and source, and prepare them as the runtime does.

    python models/content/fetch.py --out PACKAGES
    python models/content/prepare.py --data DIR --packages PACKAGES [--out .cache/models/content]

Needs Chromium, gnuplot and graphviz (of Debian 12), and the groups train, test, e2e and pictures
(pyproject.toml). Pictures drawn here are kept under --out/drawn, so that a second run draws only
what is missing. Writes features.npz: features, classes, sources and names; every picture
as it is, and VARIANTS times changed (scaled, cropped, saved as JPEG), which `changed` tells. The
first READ are read by the text model, which `read` tells; the others stand for a machine on which
that did not look. A source that is done lies in --out/sources and is not done again. Takes about
twenty minutes of one core.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image
from reading import Reader
from sources import Source, sources

from eyebright.analyse import content, layout
from eyebright.analyse.proxy import SEEN_PX, proxy

VARIANTS = 3
SEED = 5

READ = 2
"""Of a picture as it is and its variants."""

EXPECTED = (22816, "22bb908a2b1909ca")
"""Rows, and the start of the SHA-256 of their sources and names."""

Random: TypeAlias = np.random.Generator


def main() -> None:
    parser = argparse.ArgumentParser(description="features of pictures of known content")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(".cache/models/content"))
    parser.add_argument("--chromium", default=shutil.which("chromium") or "chromium")
    parser.add_argument("--only", help="this source alone")
    options = parser.parse_args()
    parts = options.out / "sources"
    parts.mkdir(parents=True, exist_ok=True)
    found = sources(options.data, options.packages, options.out / "drawn", options.chromium)
    for source in found:
        file = parts / f"{source.name}.npz"
        if options.only in (None, source.name) and not file.exists():
            save(file, prepared(source))
            print(f"{source.kind:11} {source.name}", flush=True)
    if not options.only:
        joined([parts / f"{source.name}.npz" for source in found], options.out / "features.npz")


def prepared(source: Source) -> dict[str, npt.NDArray[np.generic]]:
    """Every picture's features, as it is and changed."""
    reader = Reader()
    features, names, changed, read = [], [], [], []
    for name, image in source.pictures():
        for change, made in enumerate(variants(image, name)):
            lines = reader.layout(made) if change < READ else layout.UNKNOWN
            features.append(content.prepare(proxy(made, SEEN_PX), lines)["features"][0])
            names.append(name)
            changed.append(change > 0)
            read.append(change < READ)
    kind = content.CLASSES.index(source.kind)
    return {
        "features": np.asarray(features, np.float32),
        "classes": np.full(len(names), kind, np.int64),
        "sources": np.full(len(names), source.name),
        "names": np.asarray(names),
        "changed": np.asarray(changed),
        "read": np.asarray(read),
    }


def save(file: Path, rows: Mapping[str, Any]) -> None:
    np.savez_compressed(file, **rows)


def joined(files: list[Path], out: Path) -> None:
    parts = [dict(np.load(file)) for file in files]
    rows = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    save(out, rows)
    for part in parts:
        print(f"{part['sources'][0]:18} {len(part['names']) // (VARIANTS + 1):5} pictures")
    told = "\n".join(f"{s}/{n}" for s, n in zip(rows["sources"], rows["names"], strict=True))
    found = len(rows["names"]), hashlib.sha256(told.encode()).hexdigest()[:16]
    print(*found)
    if found != EXPECTED:
        raise SystemExit(f"other data than expected: {EXPECTED}")


def variants(image: Image.Image, name: str) -> Iterator[npt.NDArray[np.uint8]]:
    """The picture, and VARIANTS of it as they come by on the web; the same ones in every run."""
    yield np.asarray(image)
    rng = np.random.default_rng([SEED, int(hashlib.sha256(name.encode()).hexdigest(), 16)])
    for _ in range(VARIANTS):
        made = image
        for change in (_cropped, _scaled, _mirrored, _saved):
            made = change(made, rng)
        yield np.asarray(made)


def _cropped(image: Image.Image, rng: Random) -> Image.Image:
    """Half lose up to a tenth at each side."""
    if rng.random() < 0.5:
        return image
    left, top, right, bottom = rng.uniform(0, 0.1, 4)
    box = (
        left * image.width,
        top * image.height,
        (1 - right) * image.width,
        (1 - bottom) * image.height,
    )
    return image.crop(tuple(round(side) for side in box))


def _scaled(image: Image.Image, rng: Random) -> Image.Image:
    """Half are made smaller, to 0.4 at most but to 200 pixels at least."""
    scale = max(rng.uniform(0.4, 1), 200 / max(image.size))
    if scale >= 1 or rng.random() < 0.5:
        return image
    size = max(32, round(image.width * scale)), max(32, round(image.height * scale))
    return image.resize(size, Image.Resampling.BICUBIC)


def _mirrored(image: Image.Image, rng: Random) -> Image.Image:
    if rng.random() < 0.5:
        return image
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _saved(image: Image.Image, rng: Random) -> Image.Image:
    """Two thirds pass through JPEG, at qualities 50 to 95."""
    if rng.random() < 1 / 3:
        return image
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=int(rng.integers(50, 96)))
    return Image.open(buffer).convert("RGB")


if __name__ == "__main__":
    main()
