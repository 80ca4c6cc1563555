"""Pages in the dress of CSS kits (Bootstrap, Bulma, Windows of several years), for screenshots.

Each kit's classes are named, the contents are drawn by lot.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pages import RATIOS, WINDOWS
from PIL import Image
from words import sentence, word

Random = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """A style sheet and the classes of its parts."""

    sheet: str
    menu: str = ""
    card: str = ""
    table: str = ""
    button: str = ""
    field: str = ""
    notice: str = ""
    title: str = ""
    is_windows: bool = False


KITS = (
    Kit(
        sheet="bootstrap/dist/css/bootstrap.min.css",
        menu="navbar navbar-dark bg-primary px-3",
        card="card p-3 m-2",
        table="table table-striped table-hover",
        button="btn btn-primary m-1",
        field="form-control m-1",
        notice="alert alert-warning m-2",
    ),
    Kit(
        sheet="bulma/css/bulma.min.css",
        menu="navbar is-info p-3",
        card="box m-2",
        table="table is-bordered is-fullwidth",
        button="button is-link m-1",
        field="input m-1",
        notice="notification is-danger m-2",
        title="title",
    ),
    Kit(
        sheet="fomantic-ui-css/semantic.min.css",
        menu="ui inverted menu",
        card="ui raised segment",
        table="ui celled table",
        button="ui teal button",
        field="ui input",
        notice="ui info message",
        title="ui header",
    ),
    Kit(
        sheet="spectre.css/dist/spectre.min.css",
        menu="navbar bg-dark p-2",
        card="card p-2 m-2",
        table="table table-striped",
        button="btn btn-primary m-1",
        field="form-input",
        notice="toast toast-success m-2",
    ),
    Kit(sheet="picocss-pico/css/pico.min.css"),
    Kit(
        sheet="nes.css/css/nes.min.css",
        card="nes-container with-title",
        table="nes-table is-bordered",
        button="nes-btn is-primary",
        field="nes-input",
        notice="nes-balloon from-left",
        title="title",
    ),
    Kit(sheet="98.css/dist/98.css", is_windows=True),
    Kit(sheet="xp.css/dist/XP.css", is_windows=True),
    Kit(sheet="7.css/dist/7.css", is_windows=True),
)


def shots(packages: Path, count: int, seed: int, chromium: str) -> Iterator[Image.Image]:
    """`count` screenshots, of the kits in turn."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where pages are shot

    rng = np.random.default_rng(seed)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for index in range(count):
            kit = KITS[index % len(KITS)]
            wide, tall = WINDOWS[int(rng.integers(len(WINDOWS)))]
            ratio = float(rng.choice(RATIOS)) if wide < 1500 else 1.0
            page = browser.new_page(
                viewport={"width": wide, "height": tall}, device_scale_factor=ratio
            )
            page.set_content(windows(rng) if kit.is_windows else site(kit, rng))
            page.add_style_tag(path=packages / kit.sheet)
            shown = page.locator(".window").first if _cut_out(kit, rng) else page
            yield Image.open(io.BytesIO(shown.screenshot())).convert("RGB")
            page.close()
        browser.close()


def _cut_out(kit: Kit, rng: Random) -> bool:
    """Half of the windows are cut out of their desktop."""
    return kit.is_windows and rng.random() < 0.5


def site(kit: Kit, rng: Random) -> str:
    """A menu, and two or three columns of parts."""
    links = " ".join(f"<a href='#'>{word(rng)}</a>&ensp;" for _ in range(int(rng.integers(2, 8))))
    columns = int(rng.integers(1, 4))
    made = "".join(
        f"<div style='flex:{rng.integers(1, 4)};min-width:0'>"
        + "".join(_part(kit, rng) for _ in range(int(rng.integers(2, 6))))
        + "</div>"
        for _ in range(columns)
    )
    dark = " data-theme=dark data-bs-theme=dark" if rng.random() < 0.3 else ""
    return (
        f"<!doctype html><html{dark}><body><nav class='{kit.menu}'><b>{word(rng)}</b>&emsp;{links}"
        f"</nav><div style='display:flex;gap:12px;padding:12px'>{made}</div>"
    )


def _part(kit: Kit, rng: Random) -> str:
    kind = int(rng.integers(6))
    head = f"<h3 class='{kit.title}'>{sentence(rng, 3)}</h3>"
    if kind == 0:
        rows = "".join(
            f"<tr><td>{word(rng)}</td><td>{sentence(rng, 3)}</td><td>{rng.integers(9999)}</td></tr>"
            for _ in range(int(rng.integers(4, 15)))
        )
        return f"{head}<table class='{kit.table}'>{rows}</table>"
    if kind == 1:
        return f"<div class='{kit.notice}'>{sentence(rng, 9)}</div>"
    if kind == 2:
        text = ". ".join(sentence(rng, 9) for _ in range(int(rng.integers(1, 6))))
        return f"<article class='{kit.card}'>{head}<p>{text}.</p>{_button(kit, rng)}</article>"
    if kind == 3:
        fields = "".join(
            f"<label>{sentence(rng, 2)} <input class='{kit.field}' value='{word(rng)}'></label><br>"
            for _ in range(int(rng.integers(2, 6)))
        )
        return f"<div class='{kit.card}'>{head}{fields}{_button(kit, rng)}{_button(kit, rng)}</div>"
    if kind == 4:
        boxes = "".join(
            f"<p><label><input type={rng.choice(['checkbox', 'radio'])} checked> "
            f"{sentence(rng, 4)}</label></p>"
            for _ in range(int(rng.integers(2, 7)))
        )
        return f"<div class='{kit.card}'>{boxes}<progress value=40 max=100></progress></div>"
    items = "".join(f"<li>{sentence(rng, 4)}</li>" for _ in range(int(rng.integers(3, 12))))
    return f"<div class='{kit.card}'>{head}<ul>{items}</ul></div>"


def _button(kit: Kit, rng: Random) -> str:
    return f"<button class='{kit.button}'>{sentence(rng, 2)}</button>"


def windows(rng: Random) -> str:
    """One to three windows on a desktop of one colour."""
    ground = str(rng.choice(["#008080", "#3a6ea5", "#5a7edc", "#336", "#c0c0c0"]))
    made = "".join(
        f"<div class='window active' style='position:absolute;left:{20 + 90 * i}px;"
        f"top:{20 + 60 * i}px;width:{rng.integers(280, 620)}px'><div class=title-bar>"
        f"<div class=title-bar-text>{sentence(rng, 3)}</div><div class=title-bar-controls>"
        "<button aria-label=Minimize></button><button aria-label=Close></button></div></div>"
        f"<div class='window-body has-space'>{_body(rng)}</div></div>"
        for i in range(int(rng.integers(1, 4)))
    )
    return f"<!doctype html><body style='margin:0;background:{ground}'>{made}"


def _body(rng: Random) -> str:
    parts = []
    for _ in range(int(rng.integers(2, 6))):
        kind = int(rng.integers(5))
        if kind == 0:
            parts.append(f"<p>{'. '.join(sentence(rng, 8) for _ in range(2))}.</p>")
        elif kind == 1:
            rows = "".join(
                f"<div class='field-row'><input type=checkbox id=a checked>"
                f"<label for=a>{sentence(rng, 3)}</label></div>"
                for _ in range(3)
            )
            parts.append(f"<fieldset><legend>{word(rng)}</legend>{rows}</fieldset>")
        elif kind == 2:
            parts.append(f"<p>{word(rng)} <input type=text value='{sentence(rng, 2)}'></p>")
        elif kind == 3:
            items = "".join(f"<li>{sentence(rng, 2)}</li>" for _ in range(6))
            parts.append(f"<ul class=tree-view>{items}</ul>")
        else:
            parts.append(f"<p><button>{word(rng)}</button> <button>{word(rng)}</button></p>")
    return "".join(parts)
