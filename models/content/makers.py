"""What draws the pictures of this folder, by name, for the scripts of other models."""

from __future__ import annotations

import charts
import dialogs
import drawn
import papers
from gather import Draw
from pages import PAPERS, SCREENS, shots
from words import SYSTEM_FONTS, use_fonts

__all__ = ["DRAWN", "PAPERS", "SCREENS", "prepare_fonts", "shots"]

DRAWN: dict[str, Draw] = {
    "window": dialogs.window,
    "chart": charts.chart,
    "diagram": charts.diagram,
    "lines": drawn.line_art,
    "scene": drawn.illustration,
    "document": papers.document,
}


def prepare_fonts() -> None:
    """Letters come from the system's fonts. To be called before anything is drawn."""
    use_fonts(SYSTEM_FONTS)
