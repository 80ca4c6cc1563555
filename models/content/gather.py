"""Reading, drawing and keeping pictures, whatever their source."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pyvips
from PIL import Image
from words import use_fonts

SEED = 5

DRAWN_EACH = 140
"""Pictures drawn here for each source."""

SVG_PX = (350, 900)
"""Longest side to draw an SVG at."""

AVATARS = (  # noqa: SIM905 - easier to read than a list
    "adventurer big-ears big-smile croodles lorelei micah miniavs notionists open-peeps personas "
    "toon-head dylan landscape thumbs"
).split(" ")
"""DiceBear's styles that draw things rather than patterns."""

SAMPLES = ("astronaut", "coffee", "chelsea", "rocket", "motorcycle_left", "hubble_deep_field")
"""scikit-image's photos in colour."""

LEAST_DEVIATION = 1.0
"""Of luma, in levels."""

Random = np.random.Generator
Pictures = Iterator[tuple[str, Image.Image]]
Draw = Callable[[Random], Image.Image]


def images(folder: Path) -> list[Path]:
    kinds = {".webp", ".jpg", ".jpeg", ".png"}
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in kinds)


def chosen(found: list[Path], count: int) -> list[Path]:
    """`count` of them, the same ones in every run."""
    return sorted(found, key=lambda f: hashlib.sha256(f.stem.encode()).digest())[:count]


def samples() -> list[Path]:
    folder = Path(str(files("skimage"))) / "data"
    return [file for file in images(folder) if file.stem in SAMPLES]


def read(found: Sequence[Path]) -> Pictures:
    for file in found:
        yield file.stem, on_white(Image.open(file))


def on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "P"):
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")


def drawn(folder: Path, draws: Sequence[Draw]) -> Pictures:
    """Each drawn once, by a generator of its own, and kept as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    name = int(hashlib.sha256(folder.name.encode()).hexdigest(), 16)
    for index, draw in enumerate(draws):
        file = folder / f"{index:03}.png"
        if not file.exists():
            draw(np.random.default_rng([SEED, index, name])).save(file)
        image = Image.open(file).convert("RGB")
        if not is_blank(image):
            yield f"{folder.name}-{index:03}", image


def is_blank(image: Image.Image) -> bool:
    """Whether next to nothing is to be seen: some drawings lie outside their frame."""
    return bool(np.asarray(image.convert("L")).std() < LEAST_DEVIATION)


def kept(folder: Path, make: Callable[[], Iterator[Image.Image]]) -> Pictures:
    """Made all together, and kept as PNG."""
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for index, image in enumerate(make()):
            image.save(unfinished / f"{index:03}.png")
        unfinished.rename(folder)
    for file in images(folder):
        image = Image.open(file).convert("RGB")
        if not is_blank(image):
            yield f"{folder.name}-{file.stem}", image


def with_fonts(folder: Path, draw: Draw, rng: Random) -> Image.Image:
    use_fonts(folder)
    return draw(rng)


def of_photo(
    photos: list[Path], draw: Callable[[Image.Image, Random], Image.Image], rng: Random
) -> Image.Image:
    photo = photos[int(rng.integers(len(photos)))]
    return draw(Image.open(photo).convert("RGB"), rng)


def in_turn(found: list[Path], draw: Callable[[Path, Random], Image.Image]) -> list[Draw]:
    """DRAWN_EACH draws, of one file after the other, from the first again after the last."""

    def bound(file: Path) -> Draw:
        return lambda rng: draw(file, rng)

    return [bound(file) for file in islice(cycle(chosen(found, DRAWN_EACH)), DRAWN_EACH)]


def svg(file: Path, rng: Random) -> Image.Image:
    return _rendered(file.read_bytes(), rng)


def _rendered(svg: bytes, rng: Random) -> Image.Image:
    """On white or a light colour, with a margin of up to a fifth."""
    longest = int(rng.integers(*SVG_PX))
    picture = pyvips.Image.thumbnail_buffer(svg, longest, height=longest, size="both")
    pixels = np.asarray(picture.colourspace("srgb").numpy())
    thing = Image.fromarray(pixels).convert("RGBA")
    ground = tuple(int(c) for c in rng.integers(190, 256, 3)) if rng.random() < 0.3 else (255,) * 3
    margin = round(longest * rng.uniform(0, 0.2))
    size = thing.width + 2 * margin, thing.height + 2 * margin
    canvas = Image.new("RGBA", size, (*ground, 255))
    canvas.alpha_composite(thing, (margin, margin))
    return canvas.convert("RGB")


def avatar(rng: Random) -> Image.Image:
    from dicebear import Avatar  # noqa: PLC0415 - only where avatars are drawn

    style = AVATARS[int(rng.integers(len(AVATARS)))]
    text = files("dicebear_styles").joinpath(f"{style}.json").read_text("utf-8")
    seed = str(rng.integers(1 << 30))
    return _rendered(
        Avatar(json.loads(text), {"seed": seed, "size": 400}).to_string().encode(), rng
    )
