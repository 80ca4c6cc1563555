"""Packs three sets of fixations, and pictures without any, as the saliency model sees them.

    python models/saliency/prepare.py --data ../shared/data

Writes .cache/models/saliency/data.npz: pictures by the runtime's own `prepare`, fixations in 0..1,
each picture's set and
fold. Folds 0 and 1 are the test, fold 2 watches the training, the rest trains.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from looks import PACKED
from PIL import Image

from eyebright.analyse import saliency

SETS = ("crowd500", "osie700", "scene500")
UNSEEN = len(SETS)
"""Set of pictures without fixations; they are in no fold."""

FOLDS = 10
NO_FOLD = FOLDS
PHOTOS = (
    "pristine/cid22_512_training",
    "pristine/clic2025_validation_640px",
    "pristine/gb82_photo",
)
PIECE = 0.6
"""Side of the two pieces that are also cut of each photograph without fixations."""

SAME = {"osie700/1374.jpg": "osie700/1279.jpg"}
"""The same picture twice: both go where the first goes."""

SHIFTED_SUBJECT = ("crowd500", 5, -0.17, 0.01)
"""Whose fixations are off by that much of width and height (mended here). Subjects 0 to 2
of scene500 are off by .02 to .04; they are kept, the blur is as wide."""

EXPECTED = {"pictures": 2207, "fixations": 268535}
EXPECTED_SHA256 = "243cfbe3676ec477032a27afca45c7a2fff63db8bb168a4922f0c7c6ffbf059e"

Fixations = npt.NDArray[np.float32]


def fold_of(name: str) -> int:
    """From 0 to 9, by the SHA-256 of set and name."""
    return hashlib.sha256(SAME.get(name, name).encode()).digest()[0] * FOLDS // 256


def watched(data: Path) -> Iterator[tuple[int, str, Path, Fixations]]:
    """Set, name, file and the fixations (x, y, subject) of each picture that people looked at."""
    for index, folder in enumerate(SETS):
        home = data / "saliency" / folder
        found = np.load(home / "fixations.npz")
        x, y, subject = found["x"].copy(), found["y"].copy(), found["subject"]
        if folder == SHIFTED_SUBJECT[0]:
            shifted = subject == SHIFTED_SUBJECT[1]
            x[shifted] += SHIFTED_SUBJECT[2]
            y[shifted] += SHIFTED_SUBJECT[3]
        inside = (x >= 0) & (x < 1) & (y >= 0) & (y < 1)
        for i, name in enumerate(found["names"]):
            of = inside & (found["img"] == i)
            looks = np.stack([x[of], y[of], subject[of]], 1).astype(np.float32)
            yield index, f"{folder}/{name}", home / "images" / f"{Path(name).stem}.webp", looks


def pixels(path: Path) -> npt.NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def pieces(picture: npt.NDArray[np.uint8]) -> Iterator[npt.NDArray[np.uint8]]:
    """The whole, and its upper left and lower right part."""
    high, wide = (round(PIECE * side) for side in picture.shape[:2])
    yield picture
    yield picture[:high, :wide]
    yield picture[-high:, -wide:]


def pack(data: Path) -> dict[str, npt.NDArray[Any]]:
    images, looks, rows = [], [], []
    for index, name, path, fixations in watched(data):
        images.append(saliency.prepare(pixels(path))["image"][0])
        looks.append(fixations)
        rows.append((name, index, fold_of(name)))
    for folder in PHOTOS:
        for path in sorted((data / folder).glob("*.webp")):
            for number, piece in enumerate(pieces(pixels(path))):
                images.append(saliency.prepare(piece)["image"][0])
                looks.append(np.zeros((0, 3), np.float32))
                rows.append((f"{folder}/{path.name}#{number}", UNSEEN, NO_FOLD))
    return {
        "pixels": np.concatenate([image.ravel() for image in images]),
        "shape": np.array([image.shape[:2] for image in images]),
        "looks": np.concatenate(looks),
        "count": np.array([len(fixations) for fixations in looks]),
        "name": np.array([row[0] for row in rows]),
        "set": np.array([row[1] for row in rows]),
        "fold": np.array([row[2] for row in rows]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=PACKED)
    options = parser.parse_args()
    packed = pack(options.data)
    options.out.mkdir(parents=True, exist_ok=True)
    np.savez(options.out / "data.npz", allow_pickle=False, **packed)
    digest = hashlib.sha256(b"".join(packed[key].tobytes() for key in sorted(packed))).hexdigest()
    print({"pictures": len(packed["name"]), "fixations": len(packed["looks"])})
    print(
        "folds", np.bincount(packed["fold"]).tolist(), "sets", np.bincount(packed["set"]).tolist()
    )
    print(digest, "as expected" if digest == EXPECTED_SHA256 else f"expected {EXPECTED_SHA256}")


if __name__ == "__main__":
    main()
