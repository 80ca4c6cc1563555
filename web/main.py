"""The page's logic: takes the files, runs them two at a time, shows what came of them.

Runs on PyScript's MicroPython, on the main thread. The work itself is done by the engine
worker behind `client.js`; nothing here decides about pictures.
"""

import asyncio
import gc
import json
from typing import Any

from js import AbortController, document
from jsffi import JsException, JsProxy, to_js
from pyscript.js_modules import browser, shell

from page import names, words
from page.compare import Compare
from page.dom import by_id, listen, say, visible
from page.items import CANCELLED, DONE, ENDED, FAILED, WAITING, WORKING, Item, Queue
from page.options import Options
from page.row import Row

ZIP_NAME = "eyebright.zip"

LARGE_BYTES = 5_000_000
"""From here on the thumbnail waits until the engine is done: both decode the whole picture."""

TURN_S = 0.001
"""Seconds that let the page draw and answer: a sleep of 0 would not leave Python."""

ROWS_AT_ONCE = 15
"""Rows made before the page may draw and answer: 40 ms, at the 2.6 ms measured for each."""


class Page:
    """The queue, its rows, and everything around them."""

    def __init__(self) -> None:
        self.queue = Queue()
        self.rows: dict[int, Row] = {}
        self.compare = Compare()
        self.options = Options(self.on_settings)
        self.goal_used = ""
        self.skipped = 0
        self.engine: JsProxy | None = None
        self.options.from_json(browser.recall())
        self._wire()

    def _wire(self) -> None:
        listen(by_id("download-all"), "click", self.download_all)
        listen(by_id("cancel-all"), "click", lambda _event: self.cancel_all())
        listen(by_id("clear"), "click", lambda _event: self.clear())
        listen(by_id("rerun"), "click", lambda _event: self.run_all_again())
        self.actions = {
            ".compare-open": lambda item: begin(self.compare.open(item)),
            ".cancel": self.cancel,
            ".again": self.run_again,
            ".remove": self.remove,
        }

    # ---- Files come in

    async def take(self, batch: JsProxy) -> None:
        """Add what was dropped, pasted or chosen."""
        self.skipped += batch.skipped
        say(words.added(batch.files.length, batch.skipped))
        for number, taken in enumerate(batch.files, 1):
            about = json.loads(browser.describe(taken))
            self._add(Item(taken.file, **about))
            if number % ROWS_AT_ONCE == 0:
                self.show_summary()
                self.start_next()
                await asyncio.sleep(TURN_S)
        self.show_summary()
        self.start_next()

    def _add(self, item: Item) -> None:
        self.queue.add(item)
        row = Row(item, self.actions)
        self.rows[id(item)] = row
        by_id("list").append(row.root)

    # ---- Files go through

    def start_next(self) -> None:
        """Start as many as may be under way."""
        item = self.queue.next_to_start()
        while item is not None:
            item.start(AbortController.new())
            begin(self.run(item))
            item = self.queue.next_to_start()

    async def run(self, item: Item) -> None:
        """One file from start to end, whatever the end is."""
        row = self.rows[id(item)]
        row.show()
        large = item.size_bytes > LARGE_BYTES
        if not large:
            begin(self._draw_thumbnail(item, row))
        try:
            await self._optimise(item, row)
        except JsException as fault:
            self._end(item, fault)
        if large:
            begin(self._draw_thumbnail(item, row))
        row.show()
        self.show_summary()
        self.start_next()
        self._tell_when_all_done()
        gc.collect()  # lets go of the pictures that only Python still held

    async def _optimise(self, item: Item, row: Row) -> None:
        def advance(stage: str, kind: str, trial: int, fraction: float) -> None:
            if item.state == WORKING:
                item.advance(stage, kind, trial, fraction)
                row.show_progress()
                self.show_overall()

        goal = self.goal_used = json.dumps(self.options.goal())
        twin = await self._twin(item, goal)
        if twin is not None and item.state == WORKING:
            self._finish(item, goal, twin.blob, twin.report | {"name": item.name})
            return
        engine = self.engine = await shell.engine()
        result = await browser.optimise(engine, item.file, goal, item.abort.signal, advance)
        self._finish(item, goal, result.blob, json.loads(result.report))

    async def _twin(self, item: Item, goal: str) -> Item | None:
        """A finished item of the same bytes, whose result serves for this one, too."""
        for other in self.queue.twins(item, goal):
            if await browser.sameBytes(item.file, other.file):
                return other
        return None

    def _finish(self, item: Item, goal: str, blob: Any, report: dict[str, Any]) -> None:
        saved_as = names.result_path(item.path, report)
        item.finish(blob, report, names.unique(saved_as, self.queue.names_taken()))
        item.goal = goal
        item.like = self.queue.likeness(item)

    def _end(self, item: Item, fault: JsException) -> None:
        _error, name, message = fault.args
        if name == "AbortError":
            item.cancel()
            return
        item.fail(name, message)
        if name == "EngineError":
            shell.replaceEngine(self.engine)

    async def _draw_thumbnail(self, item: Item, row: Row) -> None:
        drawn = await browser.thumbnail(item.file, row.canvas)
        if not drawn:
            row.root.dataset.thumb = "none"

    # ---- What the visitor does

    def cancel(self, item: Item) -> None:
        self._cancel([item])

    def cancel_all(self) -> None:
        self._cancel(self.queue.having(WAITING, WORKING))
        by_id("choose").focus()

    def _cancel(self, items: list[Item]) -> None:
        """One under way ends when its engine call rejects; one that waits ends here."""
        for item in items:
            if item.state == WORKING:
                item.abort.abort()
                continue
            item.cancel()
            self.rows[id(item)].show()
        self.show_summary()

    def run_again(self, item: Item) -> None:
        self._restart([item])

    def run_all_again(self) -> None:
        self._restart(self.queue.having(*ENDED))
        by_id("results").focus()

    def run_unserved_again(self) -> None:
        """Another engine is coming: what the last one left undone is put before it."""
        self._restart([i for i in self.queue.having(FAILED) if i.error["name"] == "EngineError"])

    def _restart(self, items: list[Item]) -> None:
        for item in items:
            item.reset()
            self.rows[id(item)].show()
        self.show_summary()
        self.start_next()

    def remove(self, item: Item) -> None:
        row = self.rows.pop(id(item))
        neighbour = row.root.nextElementSibling or row.root.previousElementSibling
        self.queue.remove(item)
        row.remove()
        self.show_summary()
        target = (
            neighbour.querySelector("a:not([hidden]), button:not([hidden])") if neighbour else None
        )
        (target or by_id("choose")).focus()

    def clear(self) -> None:
        for item in self.queue.having(*ENDED):
            self.queue.remove(item)
            self.rows.pop(id(item)).remove()
        self.skipped = 0
        self.show_summary()
        by_id("choose").focus()

    async def download_all(self, _event: JsProxy) -> None:
        done = self.queue.having(DONE)
        files = to_js([{"name": item.saved_as, "blob": item.blob} for item in done])
        try:
            await browser.saveZip(files, ZIP_NAME)
        except JsException as fault:
            shell.trouble(f"The zip could not be made: {fault.args[2]}.")

    def on_settings(self) -> None:
        browser.remember(self.options.to_json())
        self.show_rerun()

    def show_rerun(self) -> None:
        changed = json.dumps(self.options.goal()) != self.goal_used
        visible(by_id("rerun"), on=changed and self.queue.count(*ENDED) > 0)

    # ---- What is shown of it all

    def show_summary(self) -> None:
        any_items = bool(self.queue.items)
        document.documentElement.classList.toggle("busy", any_items)
        visible(by_id("results"), on=any_items)
        visible(by_id("promises"), on=not any_items)
        before, after = self.queue.sizes()
        by_id("summary").textContent = words.summary(self._counts(), before, after)
        by_id("summary-more").textContent = self._more()
        visible(by_id("download-all"), on=self.queue.count(DONE) > 0)
        still_open = self.queue.count(WAITING, WORKING) > 0
        visible(by_id("cancel-all"), on=still_open)
        visible(by_id("clear"), on=any_items and not still_open)
        self.show_overall()
        self.show_rerun()

    def _more(self) -> str:
        parts = (words.remaining(self._counts()), words.left_out(self.skipped))
        return ", ".join(part for part in parts if part)

    def _counts(self) -> dict[str, int]:
        return {
            "open": self.queue.count(WAITING, WORKING),
            "done": self.queue.count(DONE),
            "failed": self.queue.count(FAILED),
            "cancelled": self.queue.count(CANCELLED),
        }

    def show_overall(self) -> None:
        overall = by_id("overall")
        overall.value = self.queue.fraction()
        visible(overall, on=self.queue.count(WAITING, WORKING) > 0)

    def _tell_when_all_done(self) -> None:
        if self.queue.count(WAITING, WORKING) == 0:
            say(f"All done. {by_id('summary').textContent}. {self._more()}")


def begin(work: Any) -> None:
    """Let a coroutine run by itself."""
    asyncio.create_task(work)  # noqa: RUF006  # MicroPython's loop holds its tasks itself


page = Page()
shell.takeOver(page.take, page.run_unserved_again)
