"""Pack the pictures and boxes that the face detector learns from and is measured on.

    python models/faces/prepare.py --data ../shared/data --out .cache/models/faces/data.npz

Positives: crowd500, 500 pictures of 512 x 384 with hand-drawn boxes around whole heads, hair
included. Negatives: pictures in which no face was seen when all were looked through: scenes,
charts, diagrams, screenshots, groceries, lossless photos (`pictures.json` says what was left out).
Portraits of other sources are for the test.
A fold is a hash of a picture's name; near-copies (difference hash) take the fold of the first.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from packed import TEST
from PIL import Image

SEEN = json.loads(Path(__file__).with_name("pictures.json").read_text())
"""What was seen when the pictures were looked through: scenes with people, or streets where one may
be missed (names); photos with people, masks, statues, apes or portraits (parts of names); portraits
(boxes around heads as left, top, right, bottom in per cent of the picture, drawn by eye)."""

GRAPHICS_A_FOLDER = 40
"""Charts, diagrams and screenshots are easy: so many of each suffice."""

COPY_BITS = 6
"""Two 64-bit difference hashes this near are taken for one scene. Random pairs differ by 32."""

EXPECTED = {
    "pictures": 500,
    "boxes": 9801,
    "negatives": 783,
    "portraits": 22,
    "sha256": "4c1ce2d262ccd62e34e302bff5b79f1e3557ae4fcd27d6c10494b6cd460f6361",
}
"""What the data of the manifest gives; the boxes are crowd500's 9,778 and the portraits' 23."""


def fold(name: str) -> int:
    """0 to 9 by the name's hash: 0 and 1 are the test, 2 the validation."""
    return hashlib.sha256(name.encode()).digest()[0] % 10


def difference_hash(picture: Image.Image) -> int:
    """64 bits: whether each of 9 x 8 grey cells is darker than its right neighbour."""
    grey = np.asarray(picture.convert("L").resize((9, 8), Image.Resampling.BOX)).astype(int)
    return int("".join("1" if bit else "0" for bit in (grey[:, 1:] > grey[:, :-1]).ravel()), 2)


def groups(hashes: list[int]) -> list[int]:
    """For each picture the index of the first near-copy of it, or its own."""
    found: list[int] = []
    for index, own in enumerate(hashes):
        near = (i for i in range(index) if (hashes[i] ^ own).bit_count() <= COPY_BITS)
        first = next(near, index)
        found.append(found[first] if first < index else index)
    return found


def crowd(data: Path) -> tuple[list[str], list[Image.Image], list[npt.NDArray[np.float32]]]:
    """Names, pictures, and boxes (n, 8): x, y, width, height in pixels, four flags."""
    folder = data / "saliency" / "crowd500"
    names, pictures, boxes = [], [], []
    for line in (folder / "faces.jsonl").read_text().splitlines():
        row = json.loads(line)
        picture = Image.open(folder / "images" / Path(row["img"]).with_suffix(".webp"))
        faces = np.array(row["faces_xywh_norm_frontal_profile_back_occluded"], np.float32)
        faces[:, :4] *= (picture.width, picture.height, picture.width, picture.height)
        names.append(f"crowd500/{row['img']}")
        pictures.append(picture.convert("RGB"))
        boxes.append(faces)
    return names, pictures, boxes


def negatives(data: Path) -> tuple[list[str], list[Image.Image]]:
    """Names and pictures without faces, at most 640 pixels a side."""
    files = [
        path
        for path in sorted((data / "saliency" / "scene500" / "images").glob("*.webp"))
        if path.stem not in SEEN["people_in_scenes"]
    ]
    for folder in sorted((data / "pristine").iterdir()):
        files += [
            path
            for path in sorted(folder.glob("*.webp"))
            if not any(part in path.name for part in SEEN["faces_in_photos"])
        ]
    for folder in sorted((data / "content").iterdir()):
        found = sorted(path for path in folder.iterdir() if path.suffix in {".webp", ".jpg"})
        whole = folder.name.startswith("product")
        files += found if whole else found[:: max(1, len(found) // GRAPHICS_A_FOLDER)]
    pictures = [Image.open(path).convert("RGB") for path in files]
    for picture in pictures:
        picture.thumbnail((640, 640), Image.Resampling.BOX)
    return [f"{path.parent.name}/{path.stem}" for path in files], pictures


def portraits(data: Path) -> tuple[list[str], list[Image.Image], list[npt.NDArray[np.float32]]]:
    """Pictures of other sources with their heads, flagged frontal; for the test only."""
    names, pictures, boxes = [], [], []
    for name, heads in SEEN["portraits"].items():
        picture = Image.open(data / "pristine" / name).convert("RGB")
        corners = np.array(heads, np.float32) / 100
        corners *= (picture.width, picture.height, picture.width, picture.height)
        faces = np.zeros((len(heads), 8), np.float32)
        faces[:, :2], faces[:, 2:4] = corners[:, :2], corners[:, 2:] - corners[:, :2]
        faces[:, 4] = 1
        names.append(f"portraits/{name}")
        pictures.append(picture)
        boxes.append(faces)
    return names, pictures, boxes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(".cache/models/faces/data.npz"))
    args = parser.parse_args()
    names, pictures, boxes = crowd(args.data)
    first = groups([difference_hash(picture) for picture in pictures])
    folds = [fold(names[index]) for index in first]
    for name, picture in zip(*negatives(args.data), strict=True):
        names.append(name)
        pictures.append(picture)
        boxes.append(np.zeros((0, 8), np.float32))
        folds.append(fold(name))
    for name, picture, heads in zip(*portraits(args.data), strict=True):
        names.append(name)
        pictures.append(picture)
        boxes.append(heads)
        folds.append(TEST[0])
    arrays: dict[str, npt.NDArray[Any]] = {
        "names": np.array(names),
        "folds": np.array(folds, np.int64),
        "sizes": np.array([(p.height, p.width) for p in pictures], np.int64),
        "pixels": np.concatenate([np.asarray(p).ravel() for p in pictures]),
        "boxes": np.concatenate(boxes),
        "counts": np.array([len(b) for b in boxes], np.int64),
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(args.out, allow_pickle=False, **arrays)
    digest = hashlib.sha256()
    for key in sorted(arrays):
        digest.update(np.ascontiguousarray(arrays[key]).tobytes())
    got = {
        "pictures": len(first),
        "boxes": len(arrays["boxes"]),
        "negatives": sum(len(b) == 0 for b in boxes),
        "portraits": len(SEEN["portraits"]),
        "sha256": digest.hexdigest(),
    }
    print(got, "near-copies", sum(i != f for i, f in enumerate(first)))
    print("folds of crowd500", np.bincount(folds[: len(first)], minlength=10).tolist())
    if got != EXPECTED:
        raise SystemExit(f"other data than expected: {EXPECTED}")


if __name__ == "__main__":
    main()
