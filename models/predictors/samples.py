"""The pictures that encoders are tried on: crops, smaller, larger, resaved ones of real pictures.

`samples` and `large` are to learn from; `wholes` are the pictures as people have them, to learn
from and to test on. All that is made of a picture is on one side: `split` goes by the hash of its
name alone. Larger and slightly noisy ones stand for a camera's own pixels, which are softer than
those of the small pictures at hand.
"""

from __future__ import annotations

import hashlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from eyebright.transform import resize

sys.path.append(str(Path(__file__).resolve().parent.parent))

from common.pictures import mixed

Pixels = npt.NDArray[np.uint8]

SETS = {
    "pristine/cid22_512_training": 200,
    "pristine/clic2025_validation_640px": 200,
    "pristine/gb82_photo": 200,
    "pristine/gb82_screen": 200,
    "content/chart_vegalite": 60,
    "content/diagram_sysdesign": 40,
    "content/screenshot_sysinternals": 45,
    "content/product_white_grocery": 30,
    "text/sroie_receipts": 25,
    "saliency/crowd500": 60,
    "saliency/osie700": 60,
    "saliency/scene500": 60,
}
"""Folder below the data, and the most pictures of it, by the hash of their names."""

MORE = {
    "content/chart_vegalite": 80,
    "content/diagram_sysdesign": 20,
    "content/product_white_grocery": 52,
    "text/sroie_receipts": 20,
    "saliency/crowd500": 40,
    "saliency/osie700": 40,
    "saliency/scene500": 40,
}
"""The most pictures beside those of SETS, of which the test's are left out: for learning only, so
that the test stays what it was."""

DRAWN = "drawn"
"""Folder of what draw.py made, which is for learning only, too."""

SUFFIXES = frozenset({".webp", ".png", ".jpg", ".jpeg"})

PHOTOS = {
    "torture/c2pa/image/jpeg": ("adobe-20220124-A.jpg", "adobe-20220124-I.jpg"),
    "torture/exif_orientation": ("Landscape_1.jpg", "Portrait_6.jpg"),
    "torture/exif_samples/jpg/exif-org": (
        "fujifilm-dx10.jpg",
        "nikon-e950.jpg",
        "ricoh-rdc5300.jpg",
        "sony-powershota5.jpg",
    ),
    "torture/exif_samples/jpg/tests": ("33-type_error.jpg",),
    "torture/sharp_fixtures": ("4.webp",),
}
"""Photos of .5 to 4 megapixels, of sets that nothing is learnt from: all are the test's, and whole
only."""

KINDS = ("plain", "smaller", "larger", "resaved")
"""What a picture's variants are, in this order; each is cropped at the end."""

WHOLE = "whole"
"""The kind of those that are not."""

ENLARGED = "enlarged"
"""The kind of whole pictures made as large as pages show them: encoders work otherwise on those."""

ENLARGED_OF = "pristine/"
"""The sets whose pictures are enlarged, a few screens among them: they were never compressed."""

MANY_ENLARGED, MANY_DRAWN = 96, 32
"""Of those, and of the drawn ones that are taken whole, at most."""

LARGE_PX = 1000
WEB_SIDES_PX = (800, 1600)
"""A whole picture with a longer side than LARGE_PX is made as small as pages show it: its longest
side is drawn from these, and never grows."""

TEST_SHARE, VALIDATION_SHARE = 5, 10
"""One picture in five is for the test, one in ten of the others for validation."""

SPLITS = ("train", "validation", "test")

SIDES_PX = (240, 448)
"""Of the crops; a smaller picture stays whole."""

SMALLER, LARGER = (0.4, 0.9), (1.4, 2.5)
NOISE = 3.0
"""Greatest standard deviation of the noise of larger ones, 8-bit steps."""

QUALITIES = (45, 94)
"""Of the JPEG that a resaved picture was."""

RESAVED_SCALE = (0.5, 1.0)
LEAST_SIDE_PX = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One picture to try, made anew by `pixels` whenever it is needed."""

    path: Path
    folder: str
    """Of SETS or PHOTOS, or DRAWN."""
    kind: str

    @property
    def key(self) -> str:
        return f"{self.folder}/{self.path.name}:{self.kind}"

    @property
    def split(self) -> str:
        """train, validation or test: the same for all that is made of a picture."""
        return "test" if self.folder in PHOTOS else split_of(self.path)

    def pixels(self) -> Pixels:
        """(H, W, 3) uint8 sRGB."""
        rng = drawing(self.key)
        with Image.open(self.path) as image:
            whole = np.ascontiguousarray(np.asarray(image.convert("RGB")))
        if self.kind == WHOLE:
            return _as_shown(whole, rng)
        if self.kind == ENLARGED:
            return _enlarged(whole, rng)
        return _cropped(_MAKERS[self.kind](whole, rng), rng)


def is_picture(key: str) -> bool:
    """Whether a key is of a whole picture as somebody has it, not cropped nor drawn here."""
    return key.endswith(f":{WHOLE}") and not key.startswith(f"{DRAWN}/")


def split_of(path: Path) -> str:
    """train, validation or test by the hash of a picture's name alone."""
    digest = int(hashlib.sha256(path.name.encode()).hexdigest()[:8], 16)
    if digest % TEST_SHARE == 0:
        return "test"
    return "validation" if digest // TEST_SHARE % VALIDATION_SHARE == 0 else "train"


def drawing(key: str) -> np.random.Generator:
    """Random numbers that are the same for a key in every run."""
    seed = hashlib.sha256(key.encode()).digest()[:8]
    return np.random.default_rng(int.from_bytes(seed, "big"))


def samples(data: Path, drawn: Path | None = None) -> list[Sample]:
    """All of them; each picture comes once before any comes twice, so that early ones are fair.

    `drawn` is the folder of what draw.py made.
    """
    made = sorted(drawn.glob("*.png"), key=mixed) if drawn else []
    chosen = [*_chosen(data), *((file, DRAWN) for file in made if split_of(file) != "test")]
    return [
        Sample(path=path, folder=folder, kind=KINDS[(i + turn) % len(KINDS)])
        for turn in range(len(KINDS))
        for i, (path, folder) in enumerate(chosen)
    ]


def wholes(data: Path, split: str = "test") -> list[Sample]:
    """Whole pictures of a split, PHOTOS among them, in an order as if by chance."""
    photos = [(data / folder / name, folder) for folder, names in PHOTOS.items() for name in names]
    chosen = sorted([*_chosen(data), *photos], key=lambda one: mixed(one[0]))
    found = (Sample(path=path, folder=folder, kind=WHOLE) for path, folder in chosen)
    return [sample for sample in found if sample.split == split]


def large(data: Path, drawn: Path) -> list[Sample]:
    """Pictures of about a megapixel to learn from: small ones enlarged, and drawn ones as shown."""
    made = sorted(drawn.glob("*.png"), key=mixed)
    drawings = [Sample(path=file, folder=DRAWN, kind=WHOLE) for file in made]
    photos = [
        Sample(path=path, folder=folder, kind=ENLARGED)
        for path, folder in _chosen(data)
        if folder.startswith(ENLARGED_OF)
    ]
    parts = (drawings, MANY_DRAWN), (photos, MANY_ENLARGED)
    return [one for part, most in parts for one in _learnt(part)[:most]]


def _learnt(found: list[Sample]) -> list[Sample]:
    return [sample for sample in found if sample.split != "test"]


def _chosen(data: Path) -> list[tuple[Path, str]]:
    """The pictures of SETS, and those of MORE that are not the test's, with their folders."""
    chosen: list[tuple[Path, str]] = []
    for folder, most in SETS.items():
        found = (p for p in (data / folder).rglob("*") if p.suffix in SUFFIXES)
        ordered = sorted(found, key=mixed)
        further = ordered[most : most + MORE.get(folder, 0)]
        chosen += [(path, folder) for path in ordered[:most]]
        chosen += [(path, folder) for path in further if split_of(path) != "test"]
    return sorted(chosen, key=lambda one: mixed(one[0]))


def _as_shown(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A large picture at a size of the web, another as it is."""
    longest = max(pixels.shape[:2])
    side = int(rng.integers(WEB_SIDES_PX[0], WEB_SIDES_PX[1] + 1))
    return _scaled(pixels, side / longest) if longest > max(LARGE_PX, side) else pixels


def _plain(pixels: Pixels, _rng: np.random.Generator) -> Pixels:
    return pixels


def _smaller(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    return _scaled(pixels, rng.uniform(*SMALLER))


def _larger(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A part of it enlarged, with what a sensor adds."""
    factor = rng.uniform(*LARGER)
    part = _cropped(pixels, rng, tuple(round(side / factor) for side in SIDES_PX))
    return _noisy(_scaled(part, factor), rng)


def _enlarged(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """All of it as large as pages show it, with what a sensor adds."""
    side = int(rng.integers(LARGE_PX, WEB_SIDES_PX[1] + 1))
    return _noisy(_scaled(pixels, side / max(pixels.shape[:2])), rng)


def _noisy(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    noise = rng.normal(0, rng.uniform(0, NOISE), pixels.shape).astype(np.float32)
    found: Pixels = np.clip(np.rint(pixels.astype(np.float32) + noise), 0, 255).astype(np.uint8)
    return found


def _resaved(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """As it comes from the web: a JPEG, perhaps made smaller since."""
    out = io.BytesIO()
    quality = int(rng.integers(*QUALITIES))
    subsampling = "4:2:0" if rng.random() < 0.7 else "4:4:4"
    Image.fromarray(pixels).save(out, "JPEG", quality=quality, subsampling=subsampling)
    with Image.open(out) as image:
        saved = np.ascontiguousarray(np.asarray(image.convert("RGB")))
    return _scaled(saved, rng.uniform(*RESAVED_SCALE)) if rng.random() < 0.5 else saved


def _scaled(pixels: Pixels, factor: float) -> Pixels:
    height, width = pixels.shape[:2]
    factor = max(factor, min(1.0, LEAST_SIDE_PX / min(height, width)))
    return resize(pixels, max(1, round(width * factor)), max(1, round(height * factor)))


def _cropped(pixels: Pixels, rng: np.random.Generator, sides: tuple[int, ...] = SIDES_PX) -> Pixels:
    height, width = pixels.shape[:2]
    tall, wide = (int(rng.integers(sides[0], sides[1] + 1)) for _ in range(2))
    top = int(rng.integers(0, max(1, height - tall + 1)))
    left = int(rng.integers(0, max(1, width - wide + 1)))
    return np.ascontiguousarray(pixels[top : top + tall, left : left + wide])


_MAKERS = {"plain": _plain, "smaller": _smaller, "larger": _larger, "resaved": _resaved}
