"""How results leave the page: one by one, all as a zip, shared, with their reports."""

import json
from typing import Any

from jsffi import JsException, JsProxy, to_js
from pyscript.js_modules import browser, shell

from page import losses, names
from page.dom import begin, by_id, listen
from page.items import DONE, Item, Queue

ZIP_NAME = "eyebright.zip"


class Downloads:
    """`decide(items, keeps_own)` is called with what the visitor answers before a loss."""

    def __init__(self, queue: Queue, decide: Any) -> None:
        self.queue, self.decide = queue, decide
        self.dialog = by_id("losses")
        listen(by_id("download-all"), "click", self._on_all)
        listen(by_id("losses-own"), "click", lambda _event: self._answer(keeps_own=True))
        listen(by_id("losses-new"), "click", lambda _event: self._answer(keeps_own=False))
        listen(by_id("losses-close"), "click", lambda _event: self.dialog.close())

    def _on_all(self, _event: JsProxy) -> None:
        open_questions = self.queue.undecided(losses.codes)
        if open_questions:
            reports = [item.report for item in open_questions]
            by_id("losses-words").textContent = losses.question(reports)
            own, new = losses.answers(len(reports))
            by_id("losses-own").textContent = own
            by_id("losses-new").textContent = new
            self.dialog.showModal()
            return
        begin(self._save_zip())

    def _answer(self, *, keeps_own: bool) -> None:
        self.dialog.close()
        self.decide(self.queue.undecided(losses.codes), keeps_own=keeps_own)
        begin(self._save_zip())

    async def _save_zip(self) -> None:
        done = self.queue.having(DONE)
        files = to_js([{"name": item.saved_as, "blob": item.delivered()} for item in done])
        try:
            await browser.saveZip(files, ZIP_NAME)
        except JsException as fault:
            shell.trouble(f"The zip could not be made: {fault.args[2]}.")
            return
        for item in done:
            item.is_saved = True


def save_report(item: Item) -> None:
    """Everything that is known of one result and its decision, as a file."""
    name = names.report_name(item.saved_as)
    browser.saveReport(json.dumps(item.report), item.record, name)


async def share(item: Item) -> None:
    """Hand a result to another program: on a phone, the way into the photo library."""
    item.is_saved = bool(await browser.share(item.delivered(), names.file_name(item.saved_as)))
