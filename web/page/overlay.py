"""What was seen in a picture, drawn over it: attention, its middle, faces, lines of text."""

import json
from typing import Any

from js import URL
from pyscript.js_modules import browser

from page import seen
from page.dom import by_id, listen, make, mark, visible
from page.items import Item

LAYERS = ("heat", "focus", "faces", "text")
"""Each has a checkbox `show-<layer>`, and is the class of what it shows."""


class Overlay:
    """The dialog; `open` shows an item that is done."""

    def __init__(self) -> None:
        self.dialog, self.picture = by_id("seen"), by_id("seen-picture")
        self.image, self.heat, self.marks = (
            by_id("seen-image"),
            by_id("seen-heat"),
            by_id("seen-marks"),
        )
        self.address = ""
        self.openings = 0
        listen(by_id("seen-close"), "click", lambda _event: self.dialog.close())
        listen(self.dialog, "close", lambda _event: self._forget())
        for layer in LAYERS:
            listen(by_id(f"show-{layer}"), "change", lambda _event: self._show_layers())

    async def open(self, item: Item) -> None:
        facts = item.report["facts"]
        by_id("seen-title").textContent = f"What was seen in {item.name}"
        by_id("seen-words").replaceChildren(*[make("li", words) for words in seen.sentences(facts)])
        self.picture.style.setProperty("--ratio", str(facts["width"] / facts["height"]))
        self.image.alt = item.name
        self._draw(facts)
        self._show_layers()
        self.dialog.showModal()
        await self._load(item)

    async def _load(self, item: Item) -> None:
        """The visitor's own file; the result where this browser does not show that.

        Given up once the dialog is closed or shows another.
        """
        self.openings += 1
        opening = self.openings
        for file in (item.file, item.blob):
            self._free()
            self.address = URL.createObjectURL(file)
            shown = await browser.show(self.image, self.address)
            if opening != self.openings:
                return
            if shown:
                visible(by_id("seen-fault"), on=False)
                return
        visible(by_id("seen-fault"), on=True)

    def _draw(self, facts: dict[str, Any]) -> None:
        cells = facts.get("saliency") or []
        browser.drawHeat(self.heat, json.dumps(cells), seen.CELLS, seen.MOST)
        self.marks.replaceChildren()
        for layer, key in (("faces", "faces"), ("text", "text_lines")):
            for box in seen.boxes(facts, key):
                self.marks.append(mark(layer, box))
        if facts.get("focal_permille"):
            x, y = facts["focal_permille"]
            self.marks.append(mark("focus", {"x": x / 10, "y": y / 10}))

    def _show_layers(self) -> None:
        for layer in LAYERS:
            self.picture.classList.toggle(f"with-{layer}", by_id(f"show-{layer}").checked)

    def _free(self) -> None:
        if self.address:
            URL.revokeObjectURL(self.address)
            self.address = ""

    def _forget(self) -> None:
        self.openings += 1
        self._free()
        self.image.removeAttribute("src")
        self.marks.replaceChildren()
