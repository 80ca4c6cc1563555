"""The page's logic: takes the files, runs a few at a time, shows what came of them.

Runs on PyScript's MicroPython, on the main thread. The work itself is done by the engine
worker behind `client.js`; nothing here decides about pictures.
"""

import asyncio
import gc
import json
from typing import Any

from js import AbortController, window
from jsffi import JsException, JsProxy
from pyscript.js_modules import browser, shell

from page import cropping, downloads, names, summary, words
from page.compare import Compare
from page.dom import begin, by_id, listen, say
from page.items import DONE, ENDED, FAILED, WAITING, WORKING, Item, Queue, at_once
from page.options import SETTINGS, Options
from page.overlay import Overlay
from page.row import Row

LARGE_BYTES = 5_000_000
"""From here on the thumbnail waits until the engine is done: both decode the whole picture."""

TURN_S = 0.001
"""Seconds that let the page draw and answer: a sleep of 0 would not leave Python."""

MOST_CRASHES = 2
"""After so many dead engines a file is given up: the second time it was alone with it."""

ROWS_AT_ONCE = 15
"""Rows made before the page may draw and answer: 40 ms, at the 2.6 ms measured for each."""


class Page:
    """The queue, its rows, and everything around them."""

    def __init__(self) -> None:
        self.queue = Queue(at_once(browser.cores()))
        self.rows: dict[int, Row] = {}
        self.compare = Compare()
        self.overlay = Overlay()
        self.options = Options(self.on_settings)
        self.cropping = cropping.Cropping(self.queue, self._restart, self.options.rules)
        self.downloads = downloads.Downloads(self.queue, self.decide)
        self.skipped = 0
        self.options.from_json(browser.recall(SETTINGS))
        self._wire()

    def _wire(self) -> None:
        listen(by_id("cancel-all"), "click", lambda _event: self.cancel_all())
        listen(by_id("again-all"), "click", lambda _event: self.run_unmade_again())
        listen(by_id("clear"), "click", lambda _event: self.clear())
        listen(by_id("forget"), "click", self.forget)
        listen(by_id("rerun"), "click", lambda _event: self.run_stale_again())
        listen(window, "beforeunload", self.on_leaving)
        self.actions = {
            ".compare-open": lambda item: begin(self.compare.open(item)),
            ".crop-open": lambda item: begin(self.cropping.open(item)),
            ".crop-again": lambda item: begin(self.cropping.use_remembered(item)),
            ".seen-open": lambda item: begin(self.overlay.open(item)),
            ".cancel": self.cancel,
            ".again": self.run_again,
            ".remove": self.remove,
            ".take-own": lambda item: self.decide([item], keeps_own=True),
            ".take-new": lambda item: self.decide([item], keeps_own=False),
            ".report": downloads.save_report,
            ".share": lambda item: begin(downloads.share(item)),
            ".download": self.on_download,
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
        except JsException as fault:  # the engine did not start: the shell says so, too
            _error, name, message = fault.args
            item.fail(name, message)
        if item.state == DONE and (large or item.crop):
            begin(self._draw_thumbnail(item, row))
        row.show()
        shell.firstIsOver()
        self.show_summary()
        self.start_next()
        summary.tell_when_all_done(self.queue, self.skipped)
        gc.collect()  # lets go of the pictures that only Python still held

    async def _optimise(self, item: Item, row: Row) -> None:
        def advance(stage: str, kind: str, trial: int, fraction: float) -> None:
            if item.state == WORKING:
                item.advance(stage, kind, trial, fraction)
                row.show_progress()
                summary.show_overall(self.queue)

        await self.options.policy.settled()
        goal = self.wish(item)
        twin = await self._twin(item, goal)
        if twin is not None and item.state == WORKING:
            self._finish(item, goal, twin.blob, twin.report | {"name": item.name}, twin.record)
            return
        engine = await shell.engine()
        try:
            keeps, signal = self.options.keeps_results(), item.abort.signal
            result = await browser.optimise(engine, item.file, goal, keeps, signal, advance)
        except JsException as fault:
            await self._give_up(item, fault, engine)
            return
        self._finish(item, goal, result.blob, json.loads(result.report), result.record)

    async def _twin(self, item: Item, goal: str) -> Item | None:
        """A finished item of the same bytes, whose result serves for this one, too."""
        for other in self.queue.twins(item, goal):
            if await browser.sameBytes(item.file, other.file):
                return other
        return None

    def _finish(
        self, item: Item, goal: str, blob: Any, report: dict[str, Any], record: str
    ) -> None:
        if report["versions"].get("models"):
            shell.keepModels()
        wanted = names.result_path(item.path, report)
        saved_as = names.unique(wanted, self.queue.names_taken())
        item.finish(blob, report, saved_as, record=record)
        item.goal = goal
        item.earlier = self.cropping.remembered(item)
        item.like = self.queue.likeness(item)

    async def _give_up(self, item: Item, fault: JsException, engine: JsProxy) -> None:
        """End an item that the engine did not finish, or put it before the next engine."""
        _error, name, message = fault.args
        if name == "AbortError":
            item.cancel()
            return
        if name != "EngineError":
            item.fail(name, message)
            return
        await shell.replaceEngine(engine)
        item.crashes += 1
        if item.crashes < MOST_CRASHES:
            item.reset()
        else:
            item.fail(name, words.CRASHED)

    async def _draw_thumbnail(self, item: Item, row: Row) -> None:
        if row.canvas is None:
            return
        shown = item.blob if item.crop and item.state == DONE else item.file
        drawn = await browser.thumbnail(shown, row.canvas)
        if not drawn and row.root is not None:  # it may be off the list by now
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

    def run_stale_again(self) -> None:
        self._restart(self.queue.stale(self.wish))
        by_id("results").focus()

    def run_unmade_again(self) -> None:
        """All that was cancelled or may end otherwise."""
        self._restart(self.queue.unmade(words.can_be_tried_again))
        by_id("results").focus()

    def run_unserved_again(self) -> None:
        """Another engine is coming: what the last one left undone is put before it."""
        self._restart([i for i in self.queue.having(FAILED) if i.error["name"] == "EngineError"])

    def _restart(self, items: list[Item]) -> None:
        for item in items:
            item.crashes = 0
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
        gc.collect()
        self.show_summary()
        by_id("choose").focus()

    def decide(self, items: list[Item], *, keeps_own: bool) -> None:
        """The visitor's own files instead of the results, or the results after all."""
        for item in items:
            report = item.report | {"kept_original": keeps_own or item.report["kept_original"]}
            wanted = names.result_path(item.path, report)
            taken = self.queue.names_taken(without=item)
            item.decide(keeps_own=keeps_own, saved_as=names.unique(wanted, taken))
            self.rows[id(item)].show()
        self.show_summary()

    def on_download(self, item: Item) -> None:
        item.is_saved = True

    def on_leaving(self, event: JsProxy) -> None:
        """The browser asks first where work or results would be lost."""
        if not self.queue.may_be_left():
            event.preventDefault()

    async def forget(self, _event: JsProxy) -> None:
        """Delete what earlier visits left in this browser."""
        try:
            cropping.forget_choices()
            count = await browser.forget(await shell.engine())
            by_id("forgotten").textContent = words.forgotten(count)
        except JsException as fault:
            shell.trouble(f"The kept results could not be deleted: {fault.args[2]}.")

    def on_settings(self) -> None:
        browser.remember(SETTINGS, self.options.to_json())
        summary.show_stale(self.queue, self.wish)

    # ---- What is shown of it all

    def wish(self, item: Item) -> str:
        """What is wanted now of a file, as JSON."""
        return self.options.wish(item.crop)

    def show_summary(self) -> None:
        summary.show(self.queue, self.skipped)
        summary.show_stale(self.queue, self.wish)


page = Page()
shell.takeOver(page.take, page.run_unserved_again)
