"""Words, fonts and colours that the renders share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import ImageFont

Random = np.random.Generator

SYLLABLES = [
    *("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "ro"),  # codespell:ignore fo
    *("su", "ta", "ve", "pla", "tri", "ston", "er", "al", "in", "or", "ent", "ick", "ash", "um"),
]

COLOURS = (
    ("#dae8fc", "#d5e8d4", "#fff2cc", "#f8cecc", "#e1d5e7"),
    ("#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f"),
    ("#f0f0f0", "#d9d9d9", "#bdbdbd", "#ffffff"),
    ("#8dd3c7", "#ffffb3", "#bebada", "#fb8072", "#80b1d3"),
    ("#264653", "#2a9d8f", "#e9c46a", "#f4a261", "#e76f51"),
    ("#003049", "#d62828", "#f77f00", "#fcbf49", "#eae2b7"),
)

SYSTEM_FONTS = Path("/usr/share/fonts/truetype")

_folders: list[Path] = []


def use_fonts(folder: Path) -> None:
    """Letters come from this folder's TrueType files of Latin script."""
    _folders[:] = [folder]


def font(rng: Random, size: int) -> ImageFont.FreeTypeFont:
    """One of the fonts, `size` pixels high. Raises FileNotFoundError where there is none."""
    files = [f for folder in _folders for f in sorted(folder.rglob("*.ttf"))]
    if not files:
        raise FileNotFoundError("no fonts to draw with; call use_fonts with a folder of .ttf files")
    return ImageFont.truetype(files[int(rng.integers(len(files)))], size)


def word(rng: Random) -> str:
    made = "".join(rng.choice(SYLLABLES) for _ in range(int(rng.integers(1, 4))))
    return made.capitalize() if rng.random() < 0.3 else made


def sentence(rng: Random, words: int) -> str:
    return " ".join(word(rng) for _ in range(max(1, words + int(rng.integers(-1, 2))))).capitalize()
