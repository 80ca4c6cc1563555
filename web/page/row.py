"""One file's row in the list: it shows what its item says and passes clicks on."""

from typing import Any

from js import URL, document
from jsffi import JsProxy
from pyscript.js_modules import browser

from page import crop_words, details, losses, names, seen, words
from page.dom import by_id, listen, make, visible
from page.items import CANCELLED, DONE, ENDED, FAILED, WAITING, WORKING, Item


class Row:
    """Made from the template. `actions` has a function for each of the row's buttons."""

    def __init__(self, item: Item, actions: dict[str, Any]) -> None:
        self.item = item
        self.root = by_id("row").content.firstElementChild.cloneNode(True)  # noqa: FBT003  # the DOM's own signature
        self.canvas = self.part("canvas")
        self.address = ""
        self.actions = actions
        self._write_name()
        self._wire(actions)
        self.show()

    def part(self, selector: str) -> JsProxy:
        return self.root.querySelector(selector)

    def _write_name(self) -> None:
        """Whole for those who listen or point; for the eye, a long one is shortened inside."""
        name = self.part(".name")
        name.title = self.item.path
        name.setAttribute("aria-label", self.item.path)
        kinds = ("folder", "stem", "tail")
        for kind, text in zip(kinds, names.parts(self.item.path)):  # noqa: B905  # no `strict` there
            if text:
                name.append(make("span", text, kind=kind))

    def _wire(self, actions: dict[str, Any]) -> None:
        """Every control names its file, so that it makes sense when read alone."""
        labels = {
            ".compare-open": f"Compare {self.item.name} with the original",
            ".crop-open": f"Crop {self.item.name}",
            ".crop-again": f"Crop {self.item.name} so again",
            ".cancel": f"Cancel {self.item.name}",
            ".again": f"Try {self.item.name} again",
            ".share": f"Share {self.item.name}",
            ".remove": f"Remove {self.item.name} from the list",
        }
        for selector, label in labels.items():
            button = self.part(selector)
            button.setAttribute("aria-label", label)
            listen(button, "click", self._calling(actions[selector]))
        for selector in (".take-own", ".take-new"):
            listen(self.part(f".warning {selector}"), "click", self._calling(actions[selector]))
        listen(self.part(".download"), "click", self._calling(actions[".download"]))
        self.part(".bar").setAttribute("aria-label", f"Progress of {self.item.name}")
        listen(self.part(".why"), "toggle", lambda _event: self._fill_details())

    def _calling(self, action: Any) -> Any:
        return lambda _event: action(self.item)

    def show(self) -> None:
        """Bring everything in line with the item's state."""
        state = self.item.state
        focused = self.root.contains(document.activeElement)
        self.root.dataset.state = state
        visible(self.part(".bar"), on=state == WORKING)
        visible(self.part(".cancel"), on=state in {WAITING, WORKING})
        hopeless = state == FAILED and not words.can_be_tried_again(self.item.error["name"])
        visible(self.part(".again"), on=state in {FAILED, CANCELLED} and not hopeless)
        visible(self.part(".remove"), on=state in ENDED)
        for selector in (".download", ".compare-open", ".why", ".saved", ".facts", ".share"):
            visible(self.part(selector), on=state == DONE)
        visible(self.part(".crop-open"), on=state == DONE and self.item.can_be_cropped())
        for selector in (".warning", ".earlier"):
            visible(self.part(selector), on=False)
        if state == DONE:
            self._show_result()
        else:
            self._forget_result()
            self.part(".why").open = False
            self._show_state()
        if focused:
            self._keep_focus()

    def _show_state(self) -> None:
        item, state = self.item, self.part(".state")
        if item.state == WORKING:
            self.show_progress()
        elif item.state == FAILED:
            fault = item.error
            plain, own_words = words.error(fault["name"], fault["message"], item.name)
            state.replaceChildren(make("strong", plain), " " + own_words)
        elif item.state == CANCELLED:
            state.textContent = f"{words.size(item.size_bytes)}. Cancelled."
        else:
            state.textContent = f"{words.size(item.size_bytes)}. Waiting."

    def show_progress(self) -> None:
        self.part(".state").textContent = words.stage(self.item.progress)
        self.part(".bar").value = self.item.progress["fraction"]

    def _show_result(self) -> None:
        item, report = self.item, self.item.report
        is_new = not report["kept_original"] and not item.keeps_own
        self.part(".state").textContent = words.outcome(report, chosen=item.keeps_own)
        saved = self.part(".saved")
        saved.textContent = words.smaller(report["original_bytes"], report["bytes"])
        visible(saved, on=is_new)
        visible(self.part(".compare-open"), on=not report["kept_original"])
        self._show_facts(is_new=is_new)
        warning = losses.warning(report)
        self.part(".warning p").textContent = warning
        visible(self.part(".warning"), on=bool(warning) and not item.is_decided)
        if item.earlier:
            self.part(".earlier p").textContent = crop_words.offer(item.earlier["shape"])
            visible(self.part(".earlier"), on=True)
        self._offer_download()
        self._fill_details()

    def _show_facts(self, *, is_new: bool) -> None:
        facts = self.part(".facts")
        facts.replaceChildren()
        for kind, fact in words.facts(self.item.report) if is_new else ():
            facts.append(make("li", fact, kind=kind))
        if words.is_uncropped(self.item.report):
            facts.append(make("li", "Not cropped", kind="missed"))
        several = words.holds_several(self.item.report)
        if several:
            facts.append(make("li", several, kind="several"))
        held = words.still_holds(self.item.report)
        if held:
            facts.append(make("li", held, kind="held"))
        if self.item.like:
            facts.append(make("li", self.item.like, kind="like"))

    def _offer_download(self) -> None:
        self._forget_result()
        self.address = URL.createObjectURL(self.item.delivered())
        link = self.part(".download")
        link.href = self.address
        link.download = names.file_name(self.item.saved_as)
        link.setAttribute("aria-label", f"Download {link.download}")
        visible(self.part(".share"), on=browser.canShare(self.item.delivered(), link.download))

    def _forget_result(self) -> None:
        """Free what the download link held in memory."""
        if self.address:
            URL.revokeObjectURL(self.address)
            self.address = ""
            self.part(".download").removeAttribute("href")
            self.part(".why-body").replaceChildren()

    def _fill_details(self) -> None:
        """Only when they are opened: of hundreds of files, few are asked why."""
        body = self.part(".why-body")
        if self.part(".why").open and self.item.state == DONE and not body.childElementCount:
            details.fill(body, self.item.report, self._choices())

    def _choices(self) -> list[JsProxy]:
        """What can be done about a result, as buttons below its details."""
        choices = [self._button("Save the report (JSON)", "report")]
        if self.item.keeps_own:
            choices.insert(0, self._button("Use the new file after all", "take-new"))
        elif not self.item.report["kept_original"]:
            choices.insert(0, self._button("Keep my own file instead", "take-own"))
        if seen.is_known(self.item.report.get("facts") or {}):
            choices.insert(0, self._button("Show what was seen", "seen-open"))
        return choices

    def _button(self, text: str, kind: str) -> JsProxy:
        button = make("button", text, kind=kind)
        button.type = "button"
        listen(button, "click", self._calling(self.actions[f".{kind}"]))
        return button

    def _keep_focus(self) -> None:
        """A control that went away hands the focus to the first that is there."""
        if document.activeElement.closest("[hidden]") is None:
            return
        for control in self.root.querySelectorAll("a, button"):
            if not control.hidden:
                control.focus()
                return

    def remove(self) -> None:
        """Take it off the list, for good.

        The elements hold this row by its listeners, beyond the reach of either language's garbage
        collector: unless the row lets go of them, they, the files and the results stay in memory.
        """
        self._forget_result()
        self.root.remove()
        self.root = self.canvas = None
