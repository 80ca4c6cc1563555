"""The dialog of crops: what the visitor chooses there, and what comes of it."""

from typing import Any

from js import URL, document
from jsffi import JsProxy
from pyscript.js_modules import browser

from page import crop_boxes, crop_words
from page.crop_choices import Choices
from page.crop_frame import Frame
from page.crop_suggestions import Suggestions
from page.dom import begin, by_id, listen, make, visible
from page.items import DONE, Item, Queue

KEPT_AS = "eyebright.crops"
"""Where the browser keeps what was chosen."""

FIRST_SHAPE = "1:1"
"""Until somebody chooses another: the one that most places ask for. Our choice."""


class Cropping:
    """`run_again` is called with the items that are to be made anew.

    `rules` gives the kind of content and the policy file that are asked for now.
    """

    def __init__(self, queue: Queue, run_again: Any, rules: Any) -> None:
        self.queue, self.run_again, self.rules = queue, run_again, rules
        self.dialog, self.image = by_id("crop"), by_id("crop-image")
        self.frame = Frame(self._on_change, self._on_aim)
        self.suggestions = Suggestions(self._on_choice)
        self.shape = FIRST_SHAPE
        self.item: Any = None
        self.address = ""
        self.openings = 0
        self.is_set = False
        """Whether the visitor has set the frame, so that no suggestion moves it."""
        self.is_aimed = False
        """Whether the visitor has said what matters most."""
        self._wire()

    def _wire(self) -> None:
        for button in _shapes():
            listen(button, "change", self._on_shape)
        listen(by_id("crop-numbers"), "input", lambda _event: self._hold())
        listen(by_id("crop-close"), "click", lambda _event: self.dialog.close())
        listen(by_id("crop-use"), "click", lambda _event: self._use())
        listen(by_id("crop-whole"), "click", lambda _event: self._use_whole())
        listen(by_id("crop-all"), "click", lambda _event: self._use_for_all())
        listen(by_id("crop-unaim"), "click", lambda _event: self._unaim())
        listen(self.dialog, "close", lambda _event: self._forget())

    # ---- Opening and closing

    async def open(self, item: Item) -> None:
        """Show an item that is done, with its own crop or the one of an earlier visit."""
        self.item = item
        facts = item.facts()
        chosen = (
            item.crop or self.remembered(item) or {"shape": self.shape, "box": None, "focal": ()}
        )
        self.shape, own_box, focal = chosen["shape"], chosen["box"], chosen["focal"]
        self.is_set, self.is_aimed = own_box is not None, bool(focal)
        by_id("crop-title").textContent = f"Crop {item.name}"
        self.image.alt = item.name
        self._show_ban("")
        self.frame.show(facts)
        if focal:
            self.frame.aim(focal)
        self.frame.put(crop_boxes.whole(self.frame.size))
        self.frame.set_shape(self.shape)
        if own_box:
            self.frame.put(own_box)
        self._show_state()
        self.dialog.showModal()
        for button in _shapes():
            button.checked = button.value == self.shape
            if button.checked:
                button.focus()
        begin(self._load(item))
        ban = await self.suggestions.ban(facts, self.rules())
        if item is not self.item:  # closed meanwhile
            return
        if ban:
            self._forbid(ban)
        else:
            await self._ask()

    def _forbid(self, ban: str) -> None:
        """Offer nothing but the whole picture, and say why."""
        self.suggestions.stop()
        self.frame.set_shape(crop_boxes.FREE)
        self.frame.put(crop_boxes.whole(self.frame.size))
        self._show_state()
        self._show_ban(ban)
        by_id("crop-whole").focus()

    def _show_ban(self, ban: str) -> None:
        by_id("crop-ban").textContent = ban
        visible(by_id("crop-ban"), on=bool(ban))
        for offered in list(self.dialog.querySelectorAll("[data-crops]")):
            visible(offered, on=not ban)
        by_id("crop-stage").inert = bool(ban)

    async def _load(self, item: Item) -> None:
        """The visitor's own file, if this browser shows it."""
        self.openings += 1
        opening = self.openings
        self._free()
        self.address = URL.createObjectURL(item.file)
        shown = await browser.show(self.image, self.address)
        if opening == self.openings:
            visible(by_id("crop-fault"), on=not shown)
            self.suggestions.redraw()

    def _forget(self) -> None:
        self.openings += 1
        self.suggestions.stop()
        self._free()
        self.image.removeAttribute("src")
        self.item = None

    def _free(self) -> None:
        if self.address:
            URL.revokeObjectURL(self.address)
            self.address = ""

    # ---- While it is open

    async def _ask(self) -> None:
        if self.item is None:  # closed before this had its turn
            return
        item, known = self.item, self.item.facts()
        if not await self.suggestions.ask(item, self.rules(), self.shape, self._focal()):
            return
        if item.facts() != known:
            self.frame.learn(item.facts())
            if not self.is_aimed:
                self._aim_as_seen()
        best = self.suggestions.best()
        if best and not self.is_set:
            self.frame.put(best)
        self._show_state()

    def _focal(self) -> tuple[int, ...]:
        """What the visitor said matters most; () for nothing."""
        return self.frame.focal if self.is_aimed else ()

    def _on_shape(self, event: JsProxy) -> None:
        self.shape = event.target.value
        self.frame.set_shape(self.shape)
        self.is_set = False
        self._show_state()
        begin(self._ask())

    def _on_choice(self, crop: dict[str, Any]) -> None:
        self.is_set = True
        self.frame.put(crop["box"])
        self._show_state()

    def _on_change(self) -> None:
        self._hold()
        self._show_state()

    def _hold(self) -> None:
        """Suggestions that come now leave the frame, and half a number, where they are."""
        self.is_set = True

    def _on_aim(self) -> None:
        self.is_aimed, self.is_set = True, False
        self._show_state()
        begin(self._ask())

    def _unaim(self) -> None:
        self.is_aimed = self.is_set = False
        self._aim_as_seen()
        by_id("crop-focus").focus()
        self._show_state()
        begin(self._ask())

    def _aim_as_seen(self) -> None:
        self.frame.aim(self.item.facts().get("focal_permille") or crop_boxes.MIDDLE)

    def _show_state(self) -> None:
        """Bring words and buttons in line with the frame."""
        box, facts = self.frame.box, self.item.facts()
        by_id("crop-size").textContent = crop_words.pixels(box)
        by_id("crop-spoken").textContent = crop_words.spoken(facts, box)
        self._show_fates(crop_words.fates(facts, box))
        self.suggestions.show_chosen(box)
        visible(by_id("crop-unaim"), on=self.is_aimed)
        others = len(self._others())
        by_id("crop-all").textContent = crop_words.for_all(others, self.shape)
        visible(by_id("crop-all"), on=others > 0 and self.shape not in crop_boxes.NAMED)

    def _show_fates(self, fates: list[tuple[str, str]]) -> None:
        """Only where they differ, as those who hear them would hear them again."""
        shown = by_id("crop-fates")
        if shown.textContent == "".join(text for _kind, text in fates):
            return
        shown.replaceChildren()
        for kind, text in fates:
            shown.append(make("li", text, kind=f"fate {kind}"))

    # ---- What comes of it

    def remembered(self, item: Item) -> dict[str, Any] | None:
        """The crop that these very bytes were given before, if it is not theirs now; else None."""
        known = item.crop is None and item.can_be_cropped()
        return _kept().of(item.report["facts"]["sha256"]) if known else None

    async def use_remembered(self, item: Item) -> None:
        """Crop as before; where that is forbidden now, the dialog says so."""
        banned = await self.suggestions.ban(item.facts(), self.rules())
        if item not in self.queue.having(DONE) or item.crop is not None:
            return  # removed, or begun again, while the engine answered
        if banned:
            await self.open(item)
            return
        item.crop = item.earlier
        self.run_again([item])

    def _use(self) -> None:
        if crop_boxes.same(self.frame.box, crop_boxes.whole(self.frame.size)):
            self._use_whole()
            return
        self._finish([self._cropped()])

    def _use_for_all(self) -> None:
        items = self._others()
        for other in items:
            other.crop = {"shape": self.shape, "box": None, "focal": ()}
        items.append(self._cropped())
        self._finish(items)

    def _cropped(self) -> Item:
        """The item, cropped to the frame for now and for when it comes back."""
        item: Item = self.item
        item.crop = {"shape": self.shape, "box": self.frame.box, "focal": self._focal()}
        choices = _kept()
        choices.keep(item.report["facts"]["sha256"], item.crop)
        browser.remember(KEPT_AS, choices.to_json())
        return item

    def _use_whole(self) -> None:
        item, was_cropped = self.item, self.item.crop is not None
        item.crop = None
        choices = _kept()
        choices.forget(item.report["facts"]["sha256"])
        browser.remember(KEPT_AS, choices.to_json())
        self._finish([item] if was_cropped else [])

    def _finish(self, items: list[Item]) -> None:
        self.dialog.close()
        self.run_again(items)

    def _others(self) -> list[Item]:
        """Finished pictures of the list that can be cropped, too."""
        done = self.queue.having(DONE)
        return [item for item in done if item is not self.item and item.can_be_cropped()]


def forget_choices() -> None:
    """Delete the crops that this browser remembers."""
    browser.remember(KEPT_AS, Choices("").to_json())


def _kept() -> Choices:
    """Read anew each time: another tab may have added to it."""
    return Choices(browser.recall(KEPT_AS))


def _shapes() -> list[JsProxy]:
    return list(document.querySelectorAll("[name=crop-shape]"))
