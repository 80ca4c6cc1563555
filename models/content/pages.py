"""HTML pages for screenshots (apps, sites, editors, chats, tables) and for documents.

`shots` photographs them in Chromium, in many window sizes and device pixel ratios.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image
from words import sentence, word

Random = np.random.Generator

Maker: TypeAlias = Callable[[Random, list[str]], str]

FAMILIES = ("sans-serif", "serif", "'DejaVu Sans'", "'Liberation Sans'", "'DejaVu Sans Mono'")

WINDOWS = ((1280, 800), (1440, 900), (1024, 768), (390, 844), (820, 1180), (1920, 1080), (700, 500))
RATIOS = (1, 1, 1.5, 2)


def shots(
    makers: list[Maker],
    count: int,
    photos: list[Path],
    seed: int,
    chromium: str,
) -> Iterator[Image.Image]:
    """`count` screenshots of pages made in turn. `photos` stand in some of the pages."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where pages are shot

    rng = np.random.default_rng(seed)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for index in range(count):
            wide, tall = WINDOWS[int(rng.integers(len(WINDOWS)))]
            ratio = float(rng.choice(RATIOS)) if wide < 1500 else 1.0
            page = browser.new_page(
                viewport={"width": wide, "height": tall}, device_scale_factor=ratio
            )
            chosen = [_embedded(photos[int(rng.integers(len(photos)))]) for _ in range(3)]
            page.set_content(makers[index % len(makers)](rng, chosen))
            yield Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            page.close()
        browser.close()


def _embedded(photo: Path) -> str:
    kind = photo.suffix[1:]
    return f"data:image/{kind};base64,{base64.b64encode(photo.read_bytes()).decode()}"


def _theme(rng: Random) -> str:
    dark = rng.random() < 0.35
    level = rng.integers(10, 45) if dark else rng.integers(238, 256)
    ground = ",".join(str(int(level + c)) for c in rng.integers(-4, 1, 3))
    panel = ",".join(str(int(level + (14 if dark else -10))) for _ in range(3))
    ink = "#ddd" if dark else "#222"
    accent = f"hsl({rng.integers(360)},{rng.integers(30, 90)}%,{rng.integers(35, 60)}%)"
    size, family = int(rng.integers(11, 18)), FAMILIES[int(rng.integers(len(FAMILIES)))]
    corner = int(rng.choice([0, 0, 4, 8, 14]))
    return (
        f"<style>*{{box-sizing:border-box}}body{{margin:0;background:rgb({ground});color:{ink};"
        f"font:{size}px {family}}}.p{{background:rgb({panel});border-radius:{corner}px;"
        f"padding:10px;margin:8px;border:1px solid #8884}}.a{{background:{accent};color:#fff;"
        f"border:0;border-radius:{corner}px;padding:6px 12px;margin:4px;display:inline-block}}"
        "td,th{padding:5px 10px;border-bottom:1px solid #8886;text-align:left}"
        ".row{display:flex}.grow{flex:1}img{object-fit:cover}</style>"
    )


def _menu(rng: Random) -> str:
    items = "".join(f"<span style='margin:0 12px'>{word(rng)}</span>" for _ in range(6))
    style = "class=a style='display:block;border-radius:0;margin:0;padding:12px'"
    return f"<div {style}><b>{word(rng)}</b> {items}</div>"


def _paragraphs(rng: Random, count: int) -> str:
    return "".join(f"<p>{'. '.join(sentence(rng, 9) for _ in range(4))}.</p>" for _ in range(count))


def dashboard(rng: Random, photos: list[str]) -> str:
    del photos
    cards = "".join(
        f"<div class='p grow'><small>{sentence(rng, 2)}</small>"
        f"<h2>{rng.integers(1, 9999)}</h2></div>"
        for _ in range(int(rng.integers(2, 5)))
    )
    rows = "".join(
        "<tr>" + "".join(f"<td>{word(rng)} {rng.integers(99)}</td>" for _ in range(5)) + "</tr>"
        for _ in range(25)
    )
    side = "".join(f"<p>{sentence(rng, 2)}</p>" for _ in range(12))
    return (
        f"{_theme(rng)}{_menu(rng)}<div class=row><div class=p style='width:190px'>{side}</div>"
        f"<div class=grow><div class=row>{cards}</div><table class=p>{rows}</table></div></div>"
    )


def editor(rng: Random, photos: list[str]) -> str:
    del photos
    lines = []
    for number in range(1, 60):
        indent = int(rng.integers(0, 5)) * 2
        words = [
            f"<span style='color:hsl({rng.integers(360)},60%,55%)'>{word(rng)}</span>"
            for _ in range(int(rng.integers(0, 8)))
        ]
        lines.append(f"<span style='opacity:.4'>{number:3}</span>  {' ' * indent}{' '.join(words)}")
    files = "".join(f"<div>{word(rng)}.py</div>" for _ in range(20))
    return (
        f"{_theme(rng)}<div class=row><div class=p>{files}</div>"
        f"<pre class=grow style='font-family:monospace'>{chr(10).join(lines)}</pre></div>"
    )


def chat(rng: Random, photos: list[str]) -> str:
    bubbles = []
    for _ in range(14):
        side = "right" if rng.random() < 0.5 else "left"
        style = "class=a" if side == "right" else "class=p style='display:inline-block'"
        inner = html.escape(sentence(rng, 8))
        if rng.random() < 0.1:
            inner = f"<img src='{photos[0]}' width=220>"
        bubbles.append(f"<div style='text-align:{side}'><div {style}>{inner}</div></div>")
    return f"{_theme(rng)}{_menu(rng)}{''.join(bubbles)}"


def settings(rng: Random, photos: list[str]) -> str:
    del photos
    rows = "".join(
        f"<div class='p row'><div class=grow>{sentence(rng, 3)}<br>"
        f"<small>{sentence(rng, 7)}</small></div>{_control(rng)}</div>"
        for _ in range(12)
    )
    buttons = f"<button class=a>{word(rng)}</button><button>{word(rng)}</button>"
    return f"{_theme(rng)}<h2 style='margin:14px'>{sentence(rng, 2)}</h2>{rows}{buttons}"


def _control(rng: Random) -> str:
    checked = "checked" if rng.random() < 0.5 else ""
    options = f"<option>{sentence(rng, 2)}</option>"
    return str(
        rng.choice(
            [
                f"<input type=checkbox {checked}>",
                f"<select>{options}</select>",
                f"<input value='{word(rng)}'>",
                "<input type=range>",
                f"<span class=a>{word(rng)}</span>",
            ]
        )
    )


def shop(rng: Random, photos: list[str]) -> str:
    """Cards with small photos, which do not make it a photo."""
    cards = "".join(
        f"<div class=p style='width:200px'><img src='{photos[i % 3]}' width=180 height=120>"
        f"<h4>{sentence(rng, 3)}</h4><p>{rng.integers(5, 900)}.99</p>"
        f"<span class=a>{word(rng)}</span></div>"
        for i in range(12)
    )
    return f"{_theme(rng)}{_menu(rng)}<div style='display:flex;flex-wrap:wrap'>{cards}</div>"


def mail(rng: Random, photos: list[str]) -> str:
    del photos
    rows = "".join(
        f"<tr><td><input type=checkbox></td><td><b>{word(rng)} {word(rng)}</b></td>"
        f"<td>{sentence(rng, 10)}</td><td>{rng.integers(1, 12)}:{rng.integers(10, 59)}</td></tr>"
        for _ in range(30)
    )
    folders = "".join(f"<p>{word(rng)} ({rng.integers(90)})</p>" for _ in range(9))
    columns = f"<div class=p>{folders}</div><table>{rows}</table>"
    return f"{_theme(rng)}{_menu(rng)}<div class=row>{columns}</div>"


def desktop(rng: Random, photos: list[str]) -> str:
    """Windows over a coloured ground or a photo as wallpaper."""
    wall = f"background:hsl({rng.integers(360)},40%,{rng.integers(20, 70)}%)"
    if rng.random() < 0.3:
        wall = f"background:url({photos[0]});background-size:cover"
    windows = "".join(
        f"<div style='position:absolute;left:{rng.integers(0, 45)}%;top:{rng.integers(0, 40)}%;"
        f"width:{rng.integers(30, 60)}%;height:{rng.integers(30, 60)}%;background:#f4f4f4;"
        f"color:#222;border:1px solid #555;overflow:hidden'>"
        f"<div class=a style='display:block;margin:0;border-radius:0'>{sentence(rng, 2)} "
        f"<span style='float:right'>_ [] x</span></div>"
        f"<div style='padding:8px'>{_paragraphs(rng, 2)}<button>{word(rng)}</button> "
        f"{_control(rng)}</div></div>"
        for _ in range(int(rng.integers(2, 5)))
    )
    place = "position:absolute;bottom:0;left:0;right:0;margin:0"
    bar = f"<div class=p style='{place}'>{sentence(rng, 6)}</div>"
    return f"{_theme(rng)}<div style='{wall};position:absolute;inset:0'>{windows}{bar}</div>"


def article(rng: Random, photos: list[str]) -> str:
    """A site's page: menu, headline, a photo, text beside a column of links."""
    picture = f"<img src='{photos[1]}' width=100% height=220>" if rng.random() < 0.6 else ""
    links = "".join(f"<p style='color:#36c'>{sentence(rng, 4)}</p>" for _ in range(10))
    return (
        f"{_theme(rng)}{_menu(rng)}<div class=row><div class=grow style='padding:16px'>"
        f"<h1>{sentence(rng, 5)}</h1>{picture}{_paragraphs(rng, 5)}</div>"
        f"<div class=p style='width:240px'>{links}</div></div>"
    )


SCREENS: list[Maker] = [dashboard, editor, chat, settings, shop, mail, desktop, article]


def paper(rng: Random, photos: list[str]) -> str:
    """A printed page: black text on white, justified, headings, now and then a table."""
    del photos
    columns = int(rng.choice([1, 1, 2]))
    family = str(rng.choice(["serif", "sans-serif", "'DejaVu Serif'"]))
    size = int(rng.integers(10, 20))
    rows = "".join(
        f"<tr><td>{sentence(rng, 2)}</td><td>{rng.gamma(2, 50):.2f}</td></tr>" for _ in range(7)
    )
    table = f"<table width=100%>{rows}</table>" if rng.random() < 0.4 else ""
    parts = "".join(
        f"<h3>{i + 1}. {sentence(rng, 3)}</h3>{_paragraphs(rng, 3)}{table if i == 1 else ''}"
        for i in range(6)
    )
    return (
        f"<style>body{{margin:7%;font:{size}px {family};color:#111;background:#fff;"
        f"text-align:justify;columns:{columns}}}h1{{text-align:center;column-span:all}}"
        f"td{{border-bottom:1px solid #999}}</style><h1>{sentence(rng, 6)}</h1>{parts}"
    )


def invoice(rng: Random, photos: list[str]) -> str:
    del photos
    rows = "".join(
        f"<tr><td>{rng.integers(1, 9)}</td><td>{sentence(rng, 4)}</td>"
        f"<td>{rng.gamma(2, 50):.2f}</td></tr>"
        for _ in range(int(rng.integers(4, 18)))
    )
    address = "<br>".join(sentence(rng, 3) for _ in range(4))
    return (
        f"<style>body{{margin:6%;font:{rng.integers(11, 18)}px sans-serif;"
        "background:#fff;color:#000}"
        "td,th{border:1px solid #777;padding:5px}table{width:100%;border-collapse:collapse}</style>"
        f"<h2>{sentence(rng, 2)}</h2><p>{address}</p><table>{rows}</table>"
        f"<h3 style='text-align:right'>{word(rng)}: {rng.gamma(2, 500):.2f}</h3>"
        f"{_paragraphs(rng, 2)}"
    )


PAPERS: list[Maker] = [paper, invoice, paper]
