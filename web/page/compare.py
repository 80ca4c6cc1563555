"""Before and after, one over the other: a divider moves between them, zoom up to every pixel."""

from typing import Any

from js import URL, window
from jsffi import JsProxy
from pyscript.js_modules import browser

from page import crop_boxes, crop_words, words
from page.dom import by_id, listen
from page.items import Item

MIDDLE = 50
"""Where the divider starts, percent."""


class Compare:
    """The dialog; `open` shows an item that is done."""

    def __init__(self) -> None:
        self.dialog, self.viewport = by_id("compare"), by_id("viewport")
        self.pictures, self.before, self.after = by_id("pictures"), by_id("before"), by_id("after")
        self.divider, self.split = by_id("divider"), by_id("split")
        self.addresses: list[str] = []
        self.size = (1, 1)
        self.zoom = "fit"
        self._wire()

    def _wire(self) -> None:
        listen(by_id("compare-close"), "click", lambda _event: self.dialog.close())
        listen(self.dialog, "close", lambda _event: self._forget())
        listen(self.split, "input", lambda _event: self._cut())
        listen(self.viewport, "scroll", lambda _event: self._cut())
        listen(window, "resize", lambda _event: self._arrange())
        for button in self._zoom_buttons():
            listen(button, "click", self._on_zoom)
        listen(self.divider, "pointerdown", self._on_grab)
        listen(self.divider, "pointermove", self._on_drag)

    async def open(self, item: Item) -> None:
        report = item.report
        self.addresses = [URL.createObjectURL(item.file), URL.createObjectURL(item.blob)]
        by_id("compare-title").textContent = item.name
        by_id("before-label").textContent = "Before: " + _label(
            report["original_format"], item.size_bytes
        )
        by_id("after-label").textContent = "After: " + _label(report["format"], report["bytes"])
        self.before.alt = f"Before: {item.name}"
        self.after.alt = f"After: {item.name}"
        self.size = (report["width"], report["height"])
        self._place_original(report)
        self.split.value = MIDDLE
        self.dialog.showModal()
        self._set_zoom("fit")
        await self._load(report)

    async def _load(self, report: dict[str, Any]) -> None:
        """Show both, and say so where this browser cannot show one of them."""
        note = by_id("compare-note")
        note.textContent = f"{words.score(report)}. {words.outcome(report)}."
        before, after = self.addresses
        for image, address, kind, whose in (
            (self.before, before, report["original_format"], "original"),
            (self.after, after, report["format"], "result"),
        ):
            shown = await browser.show(image, address)
            image.hidden = not shown
            if not shown and self.addresses:
                name = words.FORMAT.get(kind, kind)
                note.textContent = f"This browser cannot show the {whose} ({name})."
            elif shown and whose == "original":
                note.textContent += crop_words.compared(report)
        self._arrange()

    def _place_original(self, report: dict[str, Any]) -> None:
        """Of a picture that was cropped, the part that is left lies under the result."""
        box = report.get("crop")
        places = crop_boxes.around(box, report["facts"]) if box else {}
        for side in ("left", "top", "wide", "high"):
            self.before.style.setProperty(f"--{side}", f"{places[side]}%" if box else "")

    def _forget(self) -> None:
        for address in self.addresses:
            URL.revokeObjectURL(address)
        self.addresses = []
        for image in (self.before, self.after):
            image.removeAttribute("src")

    def _zoom_buttons(self) -> list[JsProxy]:
        return list(self.dialog.querySelectorAll("[data-zoom]"))

    def _on_zoom(self, event: JsProxy) -> None:
        self._set_zoom(event.currentTarget.dataset.zoom)

    def _set_zoom(self, zoom: str) -> None:
        self.zoom = zoom
        for button in self._zoom_buttons():
            pressed = button.dataset.zoom == zoom
            button.setAttribute("aria-pressed", "true" if pressed else "false")
        self._arrange()

    def _scale(self) -> float:
        """CSS pixels per pixel of the result. At 100 % each is one pixel of the screen."""
        whole: float = 1 / window.devicePixelRatio
        if self.zoom != "fit":
            return whole * float(self.zoom)
        width, height = self.size
        across = self.viewport.clientWidth / width
        down = self.viewport.clientHeight / height
        return float(min(across, down, whole))

    def _arrange(self) -> None:
        """Give the pictures their size, keeping what was in the middle there."""
        if not self.dialog.open:
            return
        view, scale = self.viewport, self._scale()
        middle_x = (view.scrollLeft + view.clientWidth / 2) / max(view.scrollWidth, 1)
        middle_y = (view.scrollTop + view.clientHeight / 2) / max(view.scrollHeight, 1)
        width, height = self.size
        self.pictures.style.setProperty("--width", f"{width * scale}px")
        self.pictures.style.setProperty("--height", f"{height * scale}px")
        self.pictures.classList.toggle("pixels", scale * window.devicePixelRatio > 1)
        view.scrollLeft = middle_x * view.scrollWidth - view.clientWidth / 2
        view.scrollTop = middle_y * view.scrollHeight - view.clientHeight / 2
        self._cut()

    def _cut(self) -> None:
        """The original is seen up to the divider, wherever the pictures are scrolled to."""
        percent = float(self.split.value)
        view = self.viewport.getBoundingClientRect()
        picture = self.pictures.getBoundingClientRect()
        line = view.left + self.viewport.clientWidth * percent / 100
        cut = min(max(picture.right - line, 0), picture.width)
        self.pictures.style.setProperty("--cut", f"{cut}px")
        self.divider.style.setProperty("--split", f"{percent}%")
        self.split.setAttribute("aria-valuetext", f"{percent:.0f} % before")

    def _on_grab(self, event: JsProxy) -> None:
        event.preventDefault()
        self.divider.setPointerCapture(event.pointerId)

    def _on_drag(self, event: JsProxy) -> None:
        if not self.divider.hasPointerCapture(event.pointerId):
            return
        view = self.viewport.getBoundingClientRect()
        percent = (event.clientX - view.left) / view.width * 100
        self.split.value = min(max(percent, 0), 100)
        self._cut()


def _label(kind: str, size_bytes: int) -> str:
    return f"{words.FORMAT.get(kind, kind)}, {words.size(size_bytes)}"
