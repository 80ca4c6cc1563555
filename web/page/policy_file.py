"""The visitor's own policy file (TOML): chosen, checked by the engine, kept with the settings."""

import asyncio
import json
from typing import Any

from jsffi import JsException
from pyscript.js_modules import browser, shell

from page import kinds as kinds_of_content
from page import wishes
from page.dom import begin, by_id, listen, visible

MOST_CHARS = 200_000
"""Longest policy file that is kept for the next visit: storage for a site is some megabytes."""


class PolicyFile:
    """`chosen` is what the engine takes: name and text of the file, or None.

    `kinds` are the kinds of content that it adds or changes, as `browser.checkPolicy` tells them.
    """

    def __init__(self, changed: Any) -> None:
        self.changed = changed
        self.chosen: dict[str, str] | None = None
        self.kinds: list[dict[str, Any]] = []
        self._settled = asyncio.Event()
        self._settled.set()
        self._tries = 0
        listen(by_id("policy-choose"), "click", lambda _event: by_id("policy").click())
        listen(by_id("policy"), "change", lambda _event: begin(self._take()))
        listen(by_id("policy-remove"), "click", lambda _event: self._remove())

    async def settled(self) -> None:
        """Returns when no file is being checked: what was chosen is in force, or refused."""
        await self._settled.wait()

    async def _take(self) -> None:
        field = by_id("policy")
        file = field.files.item(0)
        if not file:
            return
        self._tries += 1
        this_try = self._tries
        self._settled.clear()
        self._tell("")
        by_id("policy-name").textContent = wishes.being_checked(file.name)
        visible(by_id("policy-remove"), on=False)
        fault, text, kinds = "", "", "[]"
        try:
            text = await browser.readPolicy(file)
            field.value = ""  # the same file can be chosen again
            kinds = await browser.checkPolicy(await shell.engine(), file.name, text)
        except JsException as exc:
            fault = exc.args[2]
        if this_try != self._tries:
            return  # another was chosen, or this one removed, meanwhile
        if fault:
            self.fill(self.chosen, self.kinds)
            self._tell(wishes.policy_refused(file.name, fault, self.chosen))
        else:
            self.fill({"name": file.name, "text": text}, json.loads(kinds))
        self._settled.set()
        self.changed()

    def fill(self, chosen: dict[str, str] | None, kinds: list[dict[str, Any]]) -> None:
        """Take what was checked, was kept, or nothing."""
        self.chosen, self.kinds = chosen, kinds
        self._tell("")
        by_id("policy-name").textContent = chosen["name"] if chosen else ""
        visible(by_id("policy-remove"), on=chosen is not None)
        kinds_of_content.offer(kinds, chosen["name"] if chosen else "")

    def kept(self) -> dict[str, Any] | None:
        """What is kept for the next visit."""
        if self.chosen is None or len(self.chosen["text"]) > MOST_CHARS:
            return None
        return self.chosen | {"kinds": self.kinds}

    def _remove(self) -> None:
        self.fill(None, [])
        by_id("policy-choose").focus()
        self.changed()

    def _tell(self, fault: str) -> None:
        by_id("policy-fault").textContent = fault
        visible(by_id("policy-fault"), on=bool(fault))


def whole(kept: Any) -> tuple[dict[str, str] | None, list[dict[str, Any]]]:
    """The file and its kinds of content that were kept, if they are that still."""
    if not isinstance(kept, dict) or not isinstance(kept.get("text"), str):
        return None, []
    kinds = kept.get("kinds")
    chosen = {"name": str(kept.get("name", "policy.toml")), "text": kept["text"]}
    return chosen, kinds if isinstance(kinds, list) and all(map(_is_kind, kinds)) else []


def _is_kind(kind: Any) -> bool:
    return isinstance(kind, dict) and isinstance(kind.get("name"), str) and "target" in kind
