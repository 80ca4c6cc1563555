"""The frame over the picture: moved and sized by pointer, keys and numbers, its shape kept."""

from typing import Any

from jsffi import JsProxy

from page import crop_boxes, seen
from page.dom import by_id, listen, mark

CLICK_PX = 4
"""Pixels of the screen within which a pointer has not moved but clicked. Our choice."""

STEP_PERMILLE = 5
"""Of the picture's longer side: how far a key moves the frame or the point. Our choice."""

FASTER = 10
"""Times as far with Shift."""

GROWTH = 4
"""Steps by which plus and minus change the width."""

ARROWS = {
    "ArrowLeft": (-1, 0),
    "ArrowRight": (1, 0),
    "ArrowUp": (0, -1),
    "ArrowDown": (0, 1),
}

GROWING = {"+": 1, "=": 1, "-": -1, "_": -1}
"""Keys with and without Shift, as keyboards differ in where plus lies."""

NUMBERS = ("x", "y", "width", "height")
"""Fields `crop-<name>`, and keys of a box."""

KINDS = (("faces", "faces"), ("text", "text_lines"))
"""Marks, and the facts that they stand for."""


class Frame:
    """`changed` is called after every change that the visitor makes, `aimed` with a new point."""

    def __init__(self, changed: Any, aimed: Any) -> None:
        self.changed, self.aimed = changed, aimed
        self.picture, self.marks = by_id("crop-picture"), by_id("crop-marks")
        self.facts: dict[str, Any] = {}
        self.size = (1, 1)
        self.box = crop_boxes.whole(self.size)
        self.ratio: Any = None
        self.focal = (500, 500)
        self.grip: dict[str, Any] | None = None
        listen(self.picture, "pointerdown", self._on_grab)
        listen(self.picture, "pointermove", self._on_drag)
        listen(self.picture, "pointerup", self._on_release)
        listen(self.picture, "pointercancel", self._on_loss)
        listen(by_id("crop-frame"), "keydown", self._on_key)
        listen(by_id("crop-focus"), "keydown", self._on_focus_key)
        for key in NUMBERS:
            listen(by_id(f"crop-{key}"), "change", self._on_number)

    def show(self, facts: dict[str, Any]) -> None:
        """Another picture, of which these facts are known."""
        self.size = (facts["width"], facts["height"])
        self.grip = None
        self.picture.style.setProperty("--ratio", str(self.size[0] / self.size[1]))
        by_id("crop-width").max, by_id("crop-height").max = self.size
        self.aim(facts.get("focal_permille") or (500, 500))
        self.learn(facts)

    def learn(self, facts: dict[str, Any]) -> None:
        """Mark what these facts tell of the same picture."""
        self.facts = facts
        self.marks.replaceChildren()
        for kind, key in KINDS:
            for place in seen.boxes(facts, key):
                self.marks.append(mark(kind, place))
        self.put(self.box)

    def set_shape(self, shape: str) -> None:
        """The shape from now on; the frame becomes the largest of it about where it was."""
        self.ratio = crop_boxes.ratio(shape, self.size)
        if self.ratio:
            self.put(crop_boxes.largest(self.size, self.ratio, crop_boxes.middle(self.box)))

    def put(self, box: dict[str, int]) -> None:
        """Where the frame is from now on."""
        self.box = crop_boxes.placed(box, self.size)
        percents = {
            "x": 100 * self.box["x"] / self.size[0],
            "y": 100 * self.box["y"] / self.size[1],
            "width": 100 * self.box["width"] / self.size[0],
            "height": 100 * self.box["height"] / self.size[1],
        }
        for side, percent in percents.items():
            self.picture.style.setProperty(f"--{side}", f"{percent}%")
        for key in NUMBERS:
            by_id(f"crop-{key}").value = self.box[key]
        for kind, key in KINDS:
            fates = crop_boxes.fates(self.facts.get(key, []), self.box)
            shown = self.marks.querySelectorAll(f".{kind}")
            for place, fate in enumerate(fates):
                shown.item(place).dataset.fate = fate

    def aim(self, point: Any) -> None:
        """Show the point that matters most, per thousand of width and height."""
        self.focal = (int(point[0]), int(point[1]))
        focus = by_id("crop-focus")
        focus.style.setProperty("--focus-x", f"{self.focal[0] / 10}%")
        focus.style.setProperty("--focus-y", f"{self.focal[1] / 10}%")

    # ---- By pointer

    def _on_grab(self, event: JsProxy) -> None:
        if event.button != 0 or self.grip:
            return
        event.preventDefault()
        self.picture.setPointerCapture(event.pointerId)
        by_id("crop-frame").focus()
        in_frame = event.target.closest("#crop-frame") is not None
        self.grip = {
            "pointer": event.pointerId,
            "corner": event.target.getAttribute("data-corner") or "",
            "in_frame": in_frame,
            "from": (event.clientX, event.clientY),
            "box": self.box,
            "moved": False,
        }

    def _on_drag(self, event: JsProxy) -> None:
        grip = self.grip
        if not grip or grip["pointer"] != event.pointerId:
            return
        across, down = event.clientX - grip["from"][0], event.clientY - grip["from"][1]
        grip["moved"] = grip["moved"] or max(abs(across), abs(down)) >= CLICK_PX
        if not grip["moved"] or not grip["in_frame"]:
            return
        scale = self.size[0] / self.picture.getBoundingClientRect().width
        pixels = (round(across * scale), round(down * scale))
        self._change(self._pulled(grip, pixels))

    def _pulled(self, grip: dict[str, Any], pixels: tuple[int, int]) -> dict[str, int]:
        box, corner = grip["box"], grip["corner"]
        if not corner:
            return crop_boxes.moved(box, pixels[0], pixels[1], self.size)
        x = box["x"] + (box["width"] if "e" in corner else 0) + pixels[0]
        y = box["y"] + (box["height"] if "s" in corner else 0) + pixels[1]
        return crop_boxes.dragged(box, corner, (x, y), self.size, self.ratio)

    def _on_release(self, event: JsProxy) -> None:
        grip = self.grip
        if not grip or grip["pointer"] != event.pointerId:
            return
        self.grip = None
        if grip["moved"] or grip["corner"]:
            return
        shown = self.picture.getBoundingClientRect()
        across = (event.clientX - shown.left) / shown.width
        down = (event.clientY - shown.top) / shown.height
        self._aim_at(round(1000 * across), round(1000 * down))

    def _on_loss(self, _event: JsProxy) -> None:
        """The system took the pointer away: as if it had never been there."""
        if self.grip:
            box = self.grip["box"]
            self.grip = None
            self._change(box)

    # ---- By keys and numbers

    def _on_key(self, event: JsProxy) -> None:
        if event.ctrlKey or event.metaKey or event.altKey:
            return
        step = self._step(event)
        if event.key in ARROWS:
            across, down = ARROWS[event.key]
            box = crop_boxes.moved(self.box, across * step, down * step, self.size)
        elif event.key in GROWING:
            wider = GROWING[event.key] * GROWTH * self._step(None)
            box = crop_boxes.scaled(self.box, wider, self.size, self.ratio)
        else:
            return
        event.preventDefault()
        self._change(box)

    def _on_focus_key(self, event: JsProxy) -> None:
        if event.key not in ARROWS or event.ctrlKey or event.metaKey or event.altKey:
            return
        event.preventDefault()
        across, down = ARROWS[event.key]
        step = STEP_PERMILLE * (FASTER if event.shiftKey else 1)
        self._aim_at(self.focal[0] + across * step, self.focal[1] + down * step)

    def _on_number(self, event: JsProxy) -> None:
        key = event.target.id[len("crop-") :]
        text = event.target.value
        if not text:
            self.put(self.box)
            return
        self._change(crop_boxes.typed(self.box, key, int(float(text)), self.size, self.ratio))

    def _step(self, event: JsProxy | None) -> int:
        step = max(1, STEP_PERMILLE * max(self.size) // 1000)
        return step * FASTER if event is not None and event.shiftKey else step

    def _change(self, box: dict[str, int]) -> None:
        self.put(box)
        self.changed()

    def _aim_at(self, across: int, down: int) -> None:
        self.aim((min(max(across, 0), 1000), min(max(down, 0), 1000)))
        self.aimed()
