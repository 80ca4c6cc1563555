"""Where the pictures come from: every source holds one class, and is held out as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import charts
import dialogs
import drawn
import gather
import kits
import packaged
import pages
import papers
import products
import webcharts
from gather import DRAWN_EACH, SEED, Draw, Pictures, chosen, images, of_photo, with_fonts
from PIL import Image
from words import SYSTEM_FONTS, use_fonts

CID22_CHARTS = (
    "3DPieChart",
    "Beam-Space-Processing",
    "Boxplot",
    "EPICA_Delta_D_Plot",
    "No-interference",
    "Performance-Graph",
    "StockQuoteGraph-20120521",
    "Verkehrstote_Deutschland_1953-2012",
    "newplot",
    "newplot_(1)",
)
CID22_DRAWINGS = (
    "Abstract-Art-1",
    "Lungs-Cross-Section-Illustration",
    "nicubunu_Game_baddie_Policeman",
    "ularapi_Semarang_City_Logo",
)
LEFT_OUT = (
    "adriankierman-report-page",
    "akfcrc022",
    "AgilityCourseElements",
    "klepas-Gentle-giants-of-the-sea-3",
    "Temperament-pie-chart-according-to-Eysenck",
    "geo_graticule",
    "5KeocQs",
    "b4YtAEN",
    "zdCAkB3",
    "index_sysinternals25_banner",
    "index_sysinternals30_banner",
)
"""Of no one class, or not of their set's: the card tells why of each."""

PHOTOS_EACH = 240
"""Of the large sets of photos so many are taken, by the hash of their names."""

SHOT_EACH = 96
"""Pages and charts drawn in Chromium for each source."""

PICKED = 200
"""At most so many pictures are taken out of a package."""

OWN_PHOTOS = 80
"""Of OSIE's photos so many stand in pages, as many again are material for drawn pictures."""


@dataclass(frozen=True, slots=True)
class Source:
    """Pictures of one class from one place."""

    kind: str
    name: str
    pictures: Callable[[], Pictures]


def sources(data: Path, packages: Path, kept: Path, chromium: str) -> list[Source]:
    """Every source; what is drawn here is kept in `kept` as PNG."""
    made = _Made(kept, packages, chosen(images(data / "saliency" / "osie700"), 160), chromium)
    return [*_photos(data), *made.screenshots(data), *made.charts(data), *made.drawings(data),
            *made.documents(data), *made.products(data)]  # fmt: skip


def _read(kind: str, name: str, found: list[Path]) -> Source:
    used = [file for file in found if file.stem not in LEFT_OUT]
    return Source(kind, name, partial(gather.read, used))


def _photos(data: Path) -> list[Source]:
    pristine, saliency = data / "pristine", data / "saliency"
    graphics = {*CID22_CHARTS, *CID22_DRAWINGS}
    cid22 = [f for f in images(pristine / "cid22_512_training") if f.stem not in graphics]
    osie = chosen(images(saliency / "osie700"), 2 * OWN_PHOTOS + PHOTOS_EACH)[2 * OWN_PHOTOS :]
    return [
        _read("photo", "cid22", cid22),
        _read("photo", "clic2025", images(pristine / "clic2025_validation_640px")),
        _read("photo", "gb82_photo", images(pristine / "gb82_photo")),
        _read("photo", "osie700", osie),
        _read("photo", "scene500", chosen(images(saliency / "scene500"), PHOTOS_EACH)),
        _read("photo", "crowd500", chosen(images(saliency / "crowd500"), PHOTOS_EACH)),
        _read("photo", "skimage", gather.samples()),
    ]


class _Made:
    """The other classes: found in the data and in packages, or drawn here."""

    def __init__(self, kept: Path, packages: Path, photos: list[Path], chromium: str) -> None:
        self._kept, self._packages, self._chromium = kept, packages, chromium
        self._in_pages, self._textures = photos[:OWN_PHOTOS], photos[OWN_PHOTOS:]

    def screenshots(self, data: Path) -> list[Source]:
        gimp = chosen(packaged.screenshots_of_gimp(self._packages), PICKED)
        wireshark = packaged.screenshots_of_wireshark(self._packages)
        kit = partial(kits.shots, self._packages, SHOT_EACH, SEED, self._chromium)
        return [
            _read("screenshot", "gb82_screen", images(data / "pristine" / "gb82_screen")),
            _read(
                "screenshot",
                "sysinternals",
                images(data / "content" / "screenshot_sysinternals"),
            ),
            _read("screenshot", "gimp", gimp),
            _read("screenshot", "wireshark", wireshark),
            self._shot("screenshot", "html_screens", pages.SCREENS, SEED),
            self._all("screenshot", "kits", kit),
            self._each("screenshot", "dialogs", partial(with_fonts, SYSTEM_FONTS, dialogs.window)),
        ]

    def charts(self, data: Path) -> list[Source]:
        cid22 = images(data / "pristine" / "cid22_512_training")
        latin = data / "fonts" / "latin_etc"
        sklearn = chosen(packaged.charts_of_sklearn(self._packages), PICKED)
        return [
            _read("chart", "cid22_charts", [f for f in cid22 if f.stem in CID22_CHARTS]),
            _read("chart", "vegalite", images(data / "content" / "chart_vegalite")),
            _read("chart", "sysdesign", images(data / "content" / "diagram_sysdesign")),
            _read("chart", "sklearn", sklearn),
            self._each("chart", "matplotlib", charts.chart),
            self._each("chart", "boxes", partial(with_fonts, latin, charts.diagram)),
            self._all("chart", "gnuplot", partial(packaged.gnuplot_demos, self._packages, PICKED)),
            self._all("chart", "graphviz", partial(packaged.graphs, self._packages, DRAWN_EACH)),
            *(self._of_library(name) for name in webcharts.SCRIPTS),
        ]

    def drawings(self, data: Path) -> list[Source]:
        cid22 = images(data / "pristine" / "cid22_512_training")
        sketch = partial(of_photo, self._textures, drawn.sketch)
        tux = packaged.drawings_of_tux_paint(self._packages)
        return [
            _read("drawing", "cid22_drawings", [f for f in cid22 if f.stem in CID22_DRAWINGS]),
            self._svgs("twemoji", "twemoji-svg/**/*.svg"),
            self._svgs("streetmix", "streetmix-illustrations/**/*.svg"),
            self._svgs("lucide", "lucide-static/**/*.svg"),
            self._svgs("gravity", "gravity-ui-illustrations/**/*-light.svg"),
            self._svgs("openmoji", "openmoji/black/svg/*.svg"),
            self._clip_art(),
            _read("drawing", "tux_paint", tux),
            self._each("drawing", "dicebear", gather.avatar),
            self._each("drawing", "lines", drawn.line_art),
            self._each("drawing", "scenes", drawn.illustration),
            self._each("drawing", "sketches", sketch),
        ]

    def documents(self, data: Path) -> list[Source]:
        tex = partial(packaged.tex_pages, self._packages, PICKED)
        return [
            _read("document", "receipts", images(data / "text" / "sroie_receipts")),
            self._shot("document", "html_papers", pages.PAPERS, SEED + 1),
            self._each("document", "papers", partial(with_fonts, SYSTEM_FONTS, papers.document)),
            self._all("document", "tex", tex),
        ]

    def products(self, data: Path) -> list[Source]:
        photos, latin = self._textures, data / "fonts" / "latin_etc"
        stamps = chosen(packaged.cut_outs_of_tux_paint(self._packages), PICKED)
        return [
            _read("product", "grocery", images(data / "content" / "product_white_grocery")),
            self._each("product", "cut_outs", partial(of_photo, photos, products.pasted)),
            self._each("product", "solids", partial(of_photo, photos, products.solid)),
            self._each("product", "packages", partial(_printed, latin, photos)),
            self._list("product", "stamps", [partial(_stamp, file) for file in stamps]),
        ]

    def _each(self, kind: str, name: str, draw: Draw) -> Source:
        return self._list(kind, name, [draw] * DRAWN_EACH)

    def _list(self, kind: str, name: str, draws: list[Draw]) -> Source:
        return Source(kind, name, partial(gather.drawn, self._kept / name, draws))

    def _all(self, kind: str, name: str, make: Callable[[], Iterator[Image.Image]]) -> Source:
        return Source(kind, name, partial(gather.kept, self._kept / name, make))

    def _shot(self, kind: str, name: str, makers: list[pages.Maker], seed: int) -> Source:
        shoot = partial(pages.shots, makers, SHOT_EACH, self._in_pages, seed, self._chromium)
        return self._all(kind, name, shoot)

    def _of_library(self, name: str) -> Source:
        draw = partial(webcharts.drawn, name, self._packages, SHOT_EACH, SEED, self._chromium)
        return self._all("chart", name, draw)

    def _svgs(self, name: str, pattern: str) -> Source:
        found = sorted(self._packages.glob(pattern))
        return self._list("drawing", name, gather.in_turn(found, gather.svg))

    def _clip_art(self) -> Source:
        found = chosen(packaged.clip_art(self._packages), PICKED)
        return self._list("drawing", "openclipart", [partial(gather.svg, file) for file in found])


def _printed(fonts: Path, photos: list[Path], rng: gather.Random) -> Image.Image:
    use_fonts(fonts)
    return of_photo(photos, products.package, rng)


def _stamp(file: Path, rng: gather.Random) -> Image.Image:
    return products.placed(Image.open(file).convert("RGBA"), rng)
