"""Pictures out of unpacked packages (fetch.py): who made them, and which are of the kind."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

Random = np.random.Generator

LEAST_PX = 150
"""Shorter sides are icons and parts of lines."""

PAGE_DPI = (70, 170)
"""Of pages and plots drawn from PDF."""

MOST_PX = 4000
"""Larger graphs are left out."""

STUCK_S = 300
"""A program that takes longer hangs: none of these took more than 3 s of a core. To leave out what
is slow would give other pictures on a busy machine."""

GIMP = re.compile(r"/images/(dialogs|filters/.*dialog|menus|preferences|toolbox/toolbox)")
GIMP_NOT = re.compile(
    r"-ex|example|icon|stock|orig|sample|splash|brush|gradient-|texture|composite|at-corners|corners"
    r"|align|border-smooth|symmetry|stroke-path|overview|protanop|precision|rotate-colors"
    r"|enable-|screen-filter|layer-mode"
)
"""The help of GIMP: dialogs, menus and the toolbox, not what they make."""

WIRESHARK_NOT = re.compile(r"mate-|diagram|cover|playlist|logo|note|tip|warning|caution|important")

SKLEARN_NOT = re.compile(
    r"thumb|logo|face|coin|digit|mnist|china|color_quant|denois|dict|image|tomograph|rbm|olivetti"
    r"|inria|small|icon|download|arrow|nmf|lfw|_static/(?!.*plot)|scikit"
)
"""Pictures of pictures, and logos."""

STAMPS = re.compile(
    r"/stamps/(animals|food|household|hobbies|plants|symbols/money/\w+/coins|sports|vehicles|space)/"
)
STAMPS_NOT = re.compile(r"cartoon|insects/(fly|bee)|echidna|hedgehog|shrimp|0_sun|00_symbols|goal_")
"""Tux Paint's stamps: photos cut out, and those that are drawn."""

STARTERS = (
    *("carcassone", "chicken", "frog", "hat", "jetplane", "jigsaw", "nagasaki", "pansy", "rocket"),
    *("shipwreck", "skyline-dusk", "street", "tux_farmer"),
)
"""Tux Paint's pictures to colour."""

DEMOS_NOT = re.compile(r"^(image|rgb|fontfile|utf8|unicode|textcolor|enhanced)")
"""gnuplot's demos of pictures and of letters."""

CLIP_ART = re.compile(
    r"/svg/(animals|buildings|food|people|plants|recreation|special|tools|transportation)/"
)
"""Open Clip Art's themes that draw things, rather than signs, shapes and icons."""


def screenshots_of_gimp(packages: Path) -> list[Path]:
    found = _large(packages / "gimp-help-en", "*.png")
    return [f for f in found if GIMP.search(str(f)) and not GIMP_NOT.search(f.name)]


def screenshots_of_wireshark(packages: Path) -> list[Path]:
    found = _large(packages / "wireshark-doc", "ws-*.png")
    return [file for file in found if not WIRESHARK_NOT.search(file.name)]


def charts_of_sklearn(packages: Path) -> list[Path]:
    found = _large(packages / "python-sklearn-doc", "sphx_glr_plot*.png")
    return [file for file in found if not SKLEARN_NOT.search(file.name)]


def cut_outs_of_tux_paint(packages: Path) -> list[Path]:
    found = sorted((packages / "tuxpaint-stamps-default").rglob("*.png"))
    return [f for f in found if STAMPS.search(str(f)) and not STAMPS_NOT.search(str(f))]


def drawings_of_tux_paint(packages: Path) -> list[Path]:
    stamps = sorted((packages / "tuxpaint-stamps-default").rglob("*.png"))
    starters = sorted((packages / "tuxpaint-data").rglob("starters/*.png"))
    drawn = [file for file in stamps if "/cartoon/" in str(file)]
    return [*drawn, *(file for file in starters if file.stem in STARTERS)]


def clip_art(packages: Path) -> list[Path]:
    """Without those that lie under two themes."""
    found = sorted((packages / "openclipart-svg").rglob("*.svg"))
    own = {file.read_bytes(): file for file in found if CLIP_ART.search(str(file))}
    return sorted(own.values())


def _large(folder: Path, pattern: str) -> list[Path]:
    found = []
    for file in sorted(folder.rglob(pattern)):
        with Image.open(file) as image:
            if min(image.size) >= LEAST_PX:
                found.append(file)
    return found


def tex_pages(packages: Path, count: int) -> Iterator[Image.Image]:
    """Pages of LaTeX manuals, at most two of each; slides are left out by their shape."""
    files = sorted((packages / "texlive-latex-recommended-doc").rglob("*.pdf"))
    rng, made = np.random.default_rng(1), 0
    for file in files:
        for page in pdf_pages(file, 2, rng):
            if made < count and page.height > page.width:
                made += 1
                yield page


def gnuplot_demos(packages: Path, count: int) -> Iterator[Image.Image]:
    """Plots of gnuplot's demos, at most two of each; needs gnuplot."""
    found = sorted((packages / "gnuplot-doc").rglob("*.dem"))
    demos = [file for file in found if not DEMOS_NOT.search(file.name)]
    rng, made = np.random.default_rng(2), 0
    with tempfile.TemporaryDirectory() as place:
        for demo in demos:
            plots = Path(place) / f"{demo.stem}.pdf"
            size = f"{rng.uniform(4, 8):.1f},{rng.uniform(3, 6):.1f}"
            start = f"set terminal pdfcairo size {size}; set output '{plots}'"
            _tried(["gnuplot", "-e", start, demo.name], demo.parent)
            for plot in pdf_pages(plots, 2, rng) if plots.exists() else ():
                if made < count:
                    made += 1
                    yield plot


def graphs(packages: Path, count: int) -> Iterator[Image.Image]:
    """Graphviz's own examples; needs its programs. They differ in engine and resolution."""
    files = sorted((packages / "graphviz-doc").rglob("examples/graphs/**/*.gv"))
    rng, made = np.random.default_rng(3), 0
    with tempfile.TemporaryDirectory() as place:
        for engine in ("dot", "neato"):
            for file in files:
                out = Path(place) / f"{engine}-{file.stem}.png"
                command = [engine, "-Tpng", f"-Gdpi={rng.integers(50, 130)}", f"-o{out}", str(file)]
                _tried(command, file.parent)
                if made < count and out.exists() and out.stat().st_size:
                    image = Image.open(out)
                    if min(image.size) > LEAST_PX and max(image.size) < MOST_PX:
                        made += 1
                        yield image.convert("RGB")


def _tried(command: list[str], folder: Path) -> None:
    """Some examples ask for what is not there; then less or nothing is drawn.

    SystemExit where it does not end.
    """
    try:
        subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
            check=False, timeout=STUCK_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired as exc:
        text = f"{' '.join(command)} in {folder} did not end within {STUCK_S} s; begin again"
        raise SystemExit(text) from exc


def pdf_pages(file: Path, most: int, rng: Random) -> Iterator[Image.Image]:
    """At most so many of the pages, at resolutions of PAGE_DPI."""
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError:
        return
    places = rng.permutation(len(document))[:most]
    for place in sorted(places.tolist()):
        scale = float(rng.uniform(*PAGE_DPI)) / 72
        yield document[place].render(scale=scale).to_pil().convert("RGB")
    document.close()
