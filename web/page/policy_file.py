"""The visitor's own policy file (TOML): chosen, checked by the engine, kept with the settings."""

from typing import Any

from jsffi import JsException
from pyscript.js_modules import browser, shell

from page import words
from page.dom import begin, by_id, listen, visible

MOST_CHARS = 200_000
"""Longest policy file that is kept for the next visit: storage for a site is some megabytes."""


class PolicyFile:
    """`chosen` is what the engine takes: name and text of the file, or None."""

    def __init__(self, changed: Any) -> None:
        self.changed = changed
        self.chosen: dict[str, str] | None = None
        listen(by_id("policy-choose"), "click", lambda _event: by_id("policy").click())
        listen(by_id("policy"), "change", lambda _event: begin(self._take()))
        listen(by_id("policy-remove"), "click", lambda _event: self._remove())

    async def _take(self) -> None:
        field = by_id("policy")
        file = field.files.item(0)
        if not file:
            return
        name = file.name
        try:
            text = await browser.readText(file)
            field.value = ""  # the same file can be chosen again
            await browser.checkPolicy(await shell.engine(), name, text)
        except JsException as fault:
            self._tell(words.sentence(fault.args[2]))
            return
        self.fill({"name": name, "text": text})
        self.changed()

    def fill(self, chosen: dict[str, str] | None) -> None:
        """Take what was kept, or nothing."""
        self.chosen = chosen
        self._tell("")
        by_id("policy-name").textContent = chosen["name"] if chosen else ""
        visible(by_id("policy-remove"), on=chosen is not None)

    def kept(self) -> dict[str, str] | None:
        """What is kept for the next visit."""
        fits = self.chosen is not None and len(self.chosen["text"]) <= MOST_CHARS
        return self.chosen if fits else None

    def _remove(self) -> None:
        self.fill(None)
        by_id("policy-choose").focus()
        self.changed()

    def _tell(self, fault: str) -> None:
        by_id("policy-fault").textContent = fault
        visible(by_id("policy-fault"), on=bool(fault))


def whole(kept: Any) -> dict[str, str] | None:
    """What was kept, if it is a policy file still."""
    if not isinstance(kept, dict) or not isinstance(kept.get("text"), str):
        return None
    return {"name": str(kept.get("name", "policy.toml")), "text": kept["text"]}
