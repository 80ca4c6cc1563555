"""What a visitor transfers of the built site, told by build/site.py when it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

FIRST_VISIT = (
    "index.html",
    "eyebright.js",
    "sw.js",
    "app/*",
    "pyscript/*",
    "pyodide/pyodide.mjs",
    "pyodide/pyodide.asm.mjs",
    "pyodide/pyodide.asm.wasm",
    "pyodide/python_stdlib.zip",
    "pyodide/pyodide-lock.json",
    "pyodide/numpy-*",
    "pyodide/eyebright-*",
)
"""What a visitor needs before the first picture, codecs apart; the rest comes when it is used."""


def report(
    site: Mapping[str, bytes],
    packed: Mapping[str, bytes],
    folders: Mapping[str, str],
    *,
    say: Callable[[str], None],
) -> None:
    """Raw and brotli bytes by group, and what a first visit transfers."""
    groups = {folder: group for group, folder in folders.items()}
    plain = {
        path: f"{groups.get(path.split('/')[0], '')}/{path.partition('/')[2]}" for path in site
    }
    rows = {
        name: [p for p in site if p.startswith(f"{folders[name]}/")] for name in sorted(folders)
    }
    rows["top"] = [p for p in site if "/" not in p]
    first = [p for p in site if any(fnmatchcase(n, f) for f in FIRST_VISIT for n in (p, plain[p]))]
    rows["whole site"], rows["first visit, codecs apart"] = list(site), first
    say(f"  {'':26}{'files':>6}{'bytes':>13}{'brotli':>13}")
    for name, paths in rows.items():
        raw = sum(len(site[p]) for p in paths)
        small = sum(len(packed.get(f"{p}.br", site[p])) for p in paths)
        say(f"  {name:26}{len(paths):6}{raw:13,}{small:13,}")
