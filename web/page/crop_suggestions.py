"""The suggested crops of a picture, side by side: asked of the engine, drawn, chosen."""

import json
from typing import Any

from js import AbortController
from jsffi import JsException, JsProxy
from pyscript.js_modules import crops, shell

from page import crop_boxes, crop_words
from page.dom import by_id, listen, make, visible
from page.items import Item

MOST = 3
"""Suggestions that are asked for: as many as stand side by side."""


class Suggestions:
    """`choose` is called with the crop that the visitor takes."""

    def __init__(self, choose: Any) -> None:
        self.choose = choose
        self.place, self.told = by_id("crop-candidates"), by_id("crop-told")
        self.image = by_id("crop-image")
        self.crops: list[dict[str, Any]] = []
        self.abort: Any = None

    async def ban(self, facts: dict[str, Any], rules: dict[str, Any]) -> str:
        """Who forbids crops of this picture, as a sentence; empty where they may be.

        `rules` are the kind of content and the policy file that are asked for, as `ask` takes them.
        An engine that does not answer is told of where suggestions are asked for.
        """
        wish = rules | {"aspect": "1:1", "n": 1, "facts": facts}
        signal = AbortController.new().signal
        try:
            answer = await crops.suggest(await shell.engine(), json.dumps(wish), None, signal)
        except JsException:
            return ""
        return crop_words.ban(json.loads(answer)["crops"])

    async def ask(self, item: Item, rules: dict[str, Any], shape: str, focal: Any) -> bool:
        """Show the suggestions for a shape instead of those shown; False where none are.

        The item is told of the facts that they rest on: its file is looked at again where those at
        hand were made without looking.
        A later call and `stop` give up what is under way: that shows nothing any more.
        """
        self.stop()
        if shape == crop_boxes.FREE:
            self._tell(crop_words.FREE_HAS_NONE)
            return False
        self._tell(crop_words.ASKING)
        facts = item.facts()
        across, down = crop_boxes.ratio(shape, (facts["width"], facts["height"])) or (1, 1)
        wish = {"aspect": f"{across}:{down}", "n": MOST, "focal": list(focal), "facts": facts}
        abort = self.abort = AbortController.new()
        try:
            asked = json.dumps(rules | wish)
            answer = await crops.suggest(await shell.engine(), asked, item.file, abort.signal)
        except JsException as fault:
            _error, _name, message = fault.args
            if self.abort is abort:
                self._tell(crop_words.refused(message))
            return False
        if self.abort is not abort:
            return False
        told = json.loads(answer)
        item.seen = told["facts"]
        self._show(told["crops"], item.seen)
        return bool(self.crops)

    def best(self) -> dict[str, int] | None:
        """The first suggestion of the shape: not the whole picture with margins around it."""
        return next((crop["box"] for crop in self.crops if not crop["pad"]), None)

    def stop(self) -> None:
        """Give up what is asked, and show nothing."""
        if self.abort is not None:
            self.abort.abort()
            self.abort = None
        self.crops = []
        self.place.replaceChildren()
        self._tell("")

    def show_chosen(self, box: dict[str, int]) -> None:
        """Mark and name the suggestion that is the frame, if one is."""
        by_id("crop-which").textContent = crop_words.which(self.crops, box)
        for number, crop in enumerate(self.crops):
            pressed = crop_boxes.same(crop["box"], box)
            button = self.place.children.item(number).firstElementChild
            button.setAttribute("aria-pressed", "true" if pressed else "false")

    def redraw(self) -> None:
        """Their pictures, once the image is there."""
        for number, crop in enumerate(self.crops):
            canvas = self.place.children.item(number).querySelector("canvas")
            part = crop["box"] | {"of": self.width}
            crops.preview(self.image, json.dumps(part), canvas)

    def _tell(self, text: str) -> None:
        self.told.textContent = text
        visible(self.told, on=bool(text))

    def _show(self, found: list[dict[str, Any]], facts: dict[str, Any]) -> None:
        self.crops, self.width = found, facts["width"]
        self._tell(crop_words.doubt(found))
        for crop in found:
            self.place.append(self._card(crop, facts))
        self.redraw()

    def _card(self, crop: dict[str, Any], facts: dict[str, Any]) -> JsProxy:
        card, button = make("li"), make("button", kind="candidate")
        button.type = "button"
        button.append(make("canvas"))
        about = make("span", kind="about-crop")
        about.append(make("strong", crop_words.title(crop)))
        about.append(make("span", crop_words.why(crop), kind="reason"))
        for kind, text in crop_words.fates(facts, crop["box"]) + crop_words.failing(crop):
            about.append(make("span", text, kind=f"fate {kind}"))
        button.append(about)
        listen(button, "click", lambda _event: self.choose(crop))
        card.append(button)
        return card
