"""Packs three sets of fixations, and pictures without any, as the saliency model sees them.

    python models/saliency/prepare.py --data ../shared/data

Writes .cache/models/saliency/data.npz: pictures by the runtime's own `prepare`, fixations and boxes
of faces in 0..1, each picture's set and fold. Folds 0 and 1 are the test, fold 2 watches the
training, the rest trains.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from looks import PACKED
from PIL import Image

from eyebright import duplicates
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
"""Near-copies, all that eyebright.duplicates finds here: both go where the first goes."""

MENDED = {
    ("crowd500", 5): (-0.17, 0.01),
    ("scene500", 0): (0.0, 0.031),
    ("scene500", 1): (-0.016, -0.039),
    ("scene500", 2): (-0.039, -0.008),
}
"""Subjects whose fixations are off (a tracker out of line), and the shares of width and height that
bring them back: the data's manifest says of whom, and for crowd500 how far; for scene500 it is the
best cross-correlation with the other subjects on the training folds."""

BOX, BACK = 4, 6
"""Of a face's eight numbers: x, y, width, height; then 1 for the back of a head."""

EXPECTED = {
    "pictures": 2207,
    "fixations": 268528,
    "sha256": "ae6a68727629db01758e46b8b5480811f2ad6e279c37033e9be39029edecde38",
}
"""What the data of the manifest gives."""

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
        for (of_set, who), (across, down) in MENDED.items():
            shifted = (subject == who) & (folder == of_set)
            x[shifted] += across
            y[shifted] += down
        inside = (x >= 0) & (x < 1) & (y >= 0) & (y < 1)
        for i, name in enumerate(found["names"]):
            of = inside & (found["img"] == i)
            looks = np.stack([x[of], y[of], subject[of]], 1).astype(np.float32)
            yield index, f"{folder}/{name}", home / "images" / f"{Path(name).stem}.webp", looks


def faces(data: Path) -> dict[str, Fixations]:
    """Boxes (n, 8) of the faces in each picture of crowd500, without the backs of heads.

    x, y, width, height in 0..1; then 1 or 0 for frontal, profile, back of the head, occluded.
    """
    found = {}
    for line in (data / "saliency" / SETS[0] / "faces.jsonl").read_text().splitlines():
        entry: dict[str, Any] = json.loads(line)
        rows = next(value for value in entry.values() if isinstance(value, list))
        boxes = np.array(rows, np.float32).reshape(-1, 8)
        found[f"{SETS[0]}/{entry['img']}"] = boxes[boxes[:, BACK] == 0]
    return found


def pixels(path: Path) -> npt.NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def near_copies(data: Path) -> dict[str, str]:
    """Of each picture that is like one before it, to the eye, turned or mirrored: both names."""
    names, prints = [], []
    for _, name, path, _ in watched(data):
        names.append(name)
        prints.append(duplicates.fingerprint(pixels(path)))
    return {names[found.second]: names[found.first] for found in duplicates.find(prints)}


def pieces(picture: npt.NDArray[np.uint8]) -> Iterator[npt.NDArray[np.uint8]]:
    """The whole, and its upper left and lower right part."""
    high, wide = (round(PIECE * side) for side in picture.shape[:2])
    yield picture
    yield picture[:high, :wide]
    yield picture[-high:, -wide:]


def pack(data: Path) -> dict[str, npt.NDArray[Any]]:
    images, looks, rows = [], [], []
    known, none = faces(data), np.zeros((0, BOX), np.float32)
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
    boxes = [known.get(name, none)[:, :BOX] for name, _, _ in rows]
    return {
        "boxes": np.concatenate(boxes),
        "box_count": np.array([len(of_one) for of_one in boxes]),
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
    print(
        "folds", np.bincount(packed["fold"]).tolist(), "sets", np.bincount(packed["set"]).tolist()
    )
    got = {"pictures": len(packed["name"]), "fixations": len(packed["looks"]), "sha256": digest}
    print(got)
    if got != EXPECTED:
        raise SystemExit(f"other data than expected: {EXPECTED}")
    if (copies := near_copies(options.data)) != SAME:
        raise SystemExit(f"near-copies are {copies}, not {SAME}")


if __name__ == "__main__":
    main()
