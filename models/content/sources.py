"""Where the pictures come from: every source holds one class, and is held out as a whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

import charts
import dialogs
import drawn
import numpy as np
import pages
import papers
import products
import pyvips
from PIL import Image
from words import SYSTEM_FONTS, use_fonts

SEED = 5

CID22_CHARTS = (
    "3DPieChart",
    "Beam-Space-Processing",
    "Boxplot",
    "EPICA_Delta_D_Plot",
    "No-interference",
    "Performance-Graph",
    "StockQuoteGraph-20120521",
    "Temperament-pie-chart-according-to-Eysenck",
    "Verkehrstote_Deutschland_1953-2012",
    "newplot",
    "newplot_(1)",
)
CID22_DRAWINGS = (
    "Abstract-Art-1",
    "AgilityCourseElements",
    "Lungs-Cross-Section-Illustration",
    "klepas-Gentle-giants-of-the-sea-3",
    "nicubunu_Game_baddie_Policeman",
    "ularapi_Semarang_City_Logo",
)
CID22_LEFT_OUT = ("adriankierman-report-page", "akfcrc022")
"""Of no one class."""

PHOTOS_EACH = 240
"""Of the large sets of photos so many are taken, by the hash of their names."""

DRAWN_EACH = 140
"""Pictures drawn here for each source."""

SHOT_EACH = 96
"""Pages photographed here for each source."""

SAMPLES = ("astronaut", "coffee", "chelsea", "rocket", "motorcycle_left", "hubble_deep_field")
"""scikit-image's photos in colour."""

AVATARS = (  # noqa: SIM905 - easier to read than a list
    "adventurer big-ears big-smile croodles lorelei micah miniavs notionists open-peeps personas "
    "toon-head dylan landscape thumbs"
).split(" ")
"""DiceBear's styles that draw things rather than patterns."""

SVG_PX = (350, 900)
"""Longest side to draw an SVG at."""

Random = np.random.Generator
Pictures = Iterator[tuple[str, Image.Image]]


@dataclass(frozen=True, slots=True)
class Source:
    """Pictures of one class from one place."""

    kind: str
    name: str
    pictures: Callable[[], Pictures]


def sources(data: Path, drawings: Path, kept: Path, chromium: str) -> list[Source]:
    """Every source; what is drawn here is kept in `kept` as PNG."""
    pristine, saliency, sets = data / "pristine", data / "saliency", data / "content"
    cid22 = _files(pristine / "cid22_512_training")
    graphics = {*CID22_CHARTS, *CID22_DRAWINGS, *CID22_LEFT_OUT}
    latin = data / "fonts" / "latin_etc"
    photos = _chosen(_files(saliency / "osie700"), 80)
    textures = _chosen(_files(saliency / "osie700"), 160)[80:]

    def made(kind: str, name: str, draw: Callable[[Random], Image.Image]) -> Source:
        return Source(kind, name, partial(_drawn, kept / name, draw))

    def read(kind: str, name: str, found: list[Path]) -> Source:
        return Source(kind, name, partial(_read, found))

    def shot(kind: str, name: str, makers: list[pages.Maker], seed: int) -> Source:
        shoot = partial(pages.shots, makers, SHOT_EACH, photos, seed, chromium)
        return Source(kind, name, partial(_shot, kept / name, shoot))

    def svgs(name: str, found: list[Path]) -> Source:
        return made("drawing", name, partial(_svg, _Turn(_chosen(found, DRAWN_EACH))))

    return [
        read("photo", "cid22", [f for f in cid22 if f.stem not in graphics]),
        read("photo", "clic2025", _files(pristine / "clic2025_validation_640px")),
        read("photo", "gb82_photo", _files(pristine / "gb82_photo")),
        read("photo", "osie700", _chosen(_files(saliency / "osie700"), 160 + PHOTOS_EACH)[160:]),
        read("photo", "scene500", _chosen(_files(saliency / "scene500"), PHOTOS_EACH)),
        read("photo", "crowd500", _chosen(_files(saliency / "crowd500"), PHOTOS_EACH)),
        read("photo", "skimage", _samples()),
        read("screenshot", "gb82_screen", _files(pristine / "gb82_screen")),
        read("screenshot", "sysinternals", _files(sets / "screenshot_sysinternals")),
        shot("screenshot", "html_screens", pages.SCREENS, SEED),
        made("screenshot", "dialogs", partial(_with_fonts, SYSTEM_FONTS, dialogs.window)),
        read("chart", "cid22_charts", [f for f in cid22 if f.stem in CID22_CHARTS]),
        read("chart", "vegalite", _files(sets / "chart_vegalite")),
        read("chart", "sysdesign", _files(sets / "diagram_sysdesign")),
        made("chart", "matplotlib", charts.chart),
        made("chart", "boxes", partial(_with_fonts, latin, charts.diagram)),
        read("drawing", "cid22_drawings", [f for f in cid22 if f.stem in CID22_DRAWINGS]),
        svgs("twemoji", sorted(drawings.glob("*twemoji*/**/*.svg"))),
        svgs("streetmix", sorted(drawings.glob("*streetmix*/**/*.svg"))),
        svgs("lucide", sorted(drawings.glob("*lucide*/**/*.svg"))),
        svgs("gravity", sorted(drawings.glob("*gravity*/**/*-light.svg"))),
        made("drawing", "dicebear", _avatar),
        made("drawing", "lines", drawn.line_art),
        made("drawing", "scenes", drawn.illustration),
        made("drawing", "sketches", partial(_of_photo, textures, drawn.sketch)),
        read("document", "receipts", _files(data / "text" / "sroie_receipts")),
        shot("document", "html_papers", pages.PAPERS, SEED + 1),
        made("document", "papers", partial(_with_fonts, SYSTEM_FONTS, papers.document)),
        read("product", "grocery", _files(sets / "product_white_grocery")),
        made("product", "cut_outs", partial(_of_photo, textures, products.pasted)),
        made("product", "solids", partial(_of_photo, textures, products.solid)),
        made("product", "packages", partial(_printed, latin, textures)),
    ]


def _files(folder: Path) -> list[Path]:
    kinds = {".webp", ".jpg", ".jpeg", ".png"}
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in kinds)


def _chosen(found: list[Path], count: int) -> list[Path]:
    """`count` of them, the same ones in every run."""
    return sorted(found, key=lambda f: hashlib.sha256(f.stem.encode()).digest())[:count]


def _samples() -> list[Path]:
    folder = Path(str(files("skimage"))) / "data"
    return [file for file in _files(folder) if file.stem in SAMPLES]


def _read(found: list[Path]) -> Pictures:
    for file in found:
        yield file.stem, _on_white(Image.open(file))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "P"):
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")


def _drawn(folder: Path, draw: Callable[[Random], Image.Image]) -> Pictures:
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(DRAWN_EACH):
        file = folder / f"{index:03}.png"
        if not file.exists():
            name = int(hashlib.sha256(folder.name.encode()).hexdigest(), 16)
            draw(np.random.default_rng([SEED, index, name])).save(file)
        yield f"{folder.name}-{index:03}", Image.open(file).convert("RGB")


def _shot(folder: Path, shoot: Callable[[], Iterator[Image.Image]]) -> Pictures:
    folder.mkdir(parents=True, exist_ok=True)
    if len(_files(folder)) < SHOT_EACH:
        for index, image in enumerate(shoot()):
            image.save(folder / f"{index:03}.png")
    for file in _files(folder):
        yield f"{folder.name}-{file.stem}", Image.open(file).convert("RGB")


def _with_fonts(folder: Path, draw: Callable[[Random], Image.Image], rng: Random) -> Image.Image:
    use_fonts(folder)
    return draw(rng)


def _of_photo(
    photos: list[Path], draw: Callable[[Image.Image, Random], Image.Image], rng: Random
) -> Image.Image:
    chosen = photos[int(rng.integers(len(photos)))]
    return draw(Image.open(chosen).convert("RGB"), rng)


def _printed(fonts: Path, photos: list[Path], rng: Random) -> Image.Image:
    use_fonts(fonts)
    return _of_photo(photos, products.package, rng)


class _Turn:
    """The files one after the other, from the first again after the last."""

    def __init__(self, found: list[Path]) -> None:
        self._found, self._next = found, 0

    def __call__(self) -> Path:
        file = self._found[self._next % len(self._found)]
        self._next += 1
        return file


def _svg(turn: _Turn, rng: Random) -> Image.Image:
    return _rendered(turn().read_bytes(), rng)


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


def _avatar(rng: Random) -> Image.Image:
    from dicebear import Avatar  # noqa: PLC0415 - only where avatars are drawn

    style = AVATARS[int(rng.integers(len(AVATARS)))]
    text = files("dicebear_styles").joinpath(f"{style}.json").read_text("utf-8")
    seed = str(rng.integers(1 << 30))
    return _rendered(
        Avatar(json.loads(text), {"seed": seed, "size": 400}).to_string().encode(), rng
    )
