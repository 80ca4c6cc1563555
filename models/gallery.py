"""Sixty held-out pictures with what the models see drawn over them, as one HTML page.

    python models/gallery.py --data ../shared/data [--out dist/gallery]

Each caption says which models never saw the picture: the splits differ, since the data sets do.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import html
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from common.modules import load
from eyebright import pipeline
from eyebright.cli.overlay import drawn
from eyebright.pixels import Pixels
from eyebright.values import Facts, Reason

STYLE = (
    "body{font:15px/1.4 system-ui;margin:1.5rem;background:#fafafa;color:#222}"
    "main{display:grid;grid-template-columns:repeat(auto-fill,minmax(22rem,1fr));gap:1.2rem}"
    "figure{margin:0}img{width:100%;border:1px solid #ccc}"
    "figcaption{font-size:.85rem;overflow-wrap:anywhere}"
)


class Shelf(NamedTuple):
    """So many pictures of a folder, and which models never saw them."""

    folder: str
    most: int
    unseen_by: str
    is_held_out: Callable[[Path], bool] = lambda _path: True


def shelves() -> tuple[Shelf, ...]:
    """By the models' own splits."""
    looked_at, unseen_looks = load("saliency", "prepare").fold_of, load("saliency", "looks").TEST
    with_faces, unseen_faces = load("faces", "prepare").fold, load("faces", "packed").TEST
    is_fifth = load("artefacts", "prepare").is_test

    def unlooked(path: Path) -> bool:
        return looked_at(f"{path.parent.parent.name}/{path.stem}.jpg") in unseen_looks

    def crowd(path: Path) -> bool:
        return unlooked(path) and with_faces(f"crowd500/{path.stem}.jpg") in unseen_faces

    both, known = "saliency, text", "text, artefacts"
    return (
        Shelf("saliency/crowd500/images", 20, "saliency, faces, text, artefacts", crowd),
        Shelf("saliency/osie700/images", 10, "saliency, text, artefacts", unlooked),
        Shelf("saliency/scene500/images", 6, "saliency, text, artefacts", unlooked),
        Shelf("pristine/gb82_photo", 3, known, is_fifth),
        Shelf("pristine/clic2025_validation_640px", 4, known, is_fifth),
        Shelf("text/sroie_receipts/images", 6, both),
        Shelf("content/chart_vegalite", 3, both),
        Shelf("content/diagram_sysdesign", 3, both),
        Shelf("content/screenshot_sysinternals", 3, both),
        Shelf("content/product_white_grocery", 2, both),
    )


def chosen(data: Path) -> Iterator[tuple[Path, str]]:
    """Pictures and which models never saw them, mixed by the hash of their names."""
    for shelf in shelves():
        found = [
            path for path in sorted((data / shelf.folder).iterdir()) if shelf.is_held_out(path)
        ]
        found.sort(key=lambda path: hashlib.sha256(path.name.encode()).hexdigest())
        yield from ((path, shelf.unseen_by) for path in found[: shelf.most])


class Looked(NamedTuple):
    pixels: Pixels
    facts: Facts
    notes: tuple[Reason, ...]


async def look(paths: list[Path]) -> list[Looked]:
    """What the models see in each."""
    found = []
    for path in paths:
        _source, pixels = await pipeline.decode(path)
        found.append(Looked(pixels, *await pipeline.analyse_noting(path)))
    return found


def figure(path: Path, unseen_by: str, looked: Looked, drawing: Path) -> str:
    """One picture's part of the page; the drawing lies beside the page."""
    drawing.write_bytes(drawn(looked.pixels, looked.facts))
    name, words = html.escape(drawing.name), html.escape(caption(looked.facts, looked.notes))
    return (
        f'<figure><a href="{name}"><img src="{name}" alt="" loading="lazy"></a><figcaption>'
        f"<b>{html.escape(path.name)}</b>, unseen by {unseen_by}<br>{words}</figcaption></figure>"
    )


def caption(facts: Facts, notes: tuple[Reason, ...]) -> str:
    """The facts that no drawing shows, and what went wrong."""
    sure = facts.content_confidence_permille
    parts = [
        f"{facts.seen_content} {sure / 10:g} %" if sure is not None else facts.seen_content,
        f"faces {len(facts.faces)}",
        f"lines {len(facts.text_lines)} ({facts.text_permille / 10:g} % of the area)",
        f"spread {facts.spread_permille}",
    ]
    past = facts.artefacts
    if past:
        parts += [
            f"JPEG {past.jpeg_quality or '-'}",
            f"blocks {past.blockiness_permille}",
            f"noise {past.noise_centi / 100:g}",
            f"blur {past.blur_permille}",
            f"banding {past.banding_permille}",
        ]
    parts += [note.text for note in notes if note.code.startswith("model")]
    return "; ".join(part for part in parts if part)


def drawing_of(path: Path, data: Path) -> str:
    """A name of its own for each: folders and all."""
    return "-".join(path.relative_to(data).with_suffix(".png").parts)


def write(data: Path, out: Path) -> int:
    """The page and its drawings; how many pictures it shows."""
    out.mkdir(parents=True, exist_ok=True)
    shown = list(chosen(data))
    seen = asyncio.run(look([path for path, _unseen_by in shown]))
    made = [
        figure(path, unseen_by, looked, out / drawing_of(path, data))
        for (path, unseen_by), looked in zip(shown, seen, strict=True)
    ]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>What the models see</title>'
        f"<style>{STYLE}</style><h1>What the models see in {len(made)} held-out pictures</h1>"
        f"<main>{''.join(made)}</main></html>"
    )
    (out / "index.html").write_text(page, "utf-8")
    return len(made)


def main() -> None:
    layout = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("dist/gallery"))
    options = parser.parse_args()
    count = write(options.data, options.out)
    print(f"{count} pictures in {options.out / 'index.html'}")


if __name__ == "__main__":
    main()
