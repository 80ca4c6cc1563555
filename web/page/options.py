"""The settings panel: a form on one side, a goal on the other."""

import json
from typing import Any

from js import document
from jsffi import JsProxy

from page import policy_file, wishes
from page.dom import by_id, listen, visible

SETTINGS = "eyebright.settings"
"""Where the browser keeps the form for the next visit."""

SELECTS = ("content", "mode", "target", "metadata", "colour")
"""Lists whose choices explain themselves."""

CHOSEN = ("content", "mode", "target", "metadata", "colour", "max-size-unit")
"""All lists, as they are kept for the next visit."""

LIMITS = ("max-width", "max-height", "max-size")
"""Fields that take a number or nothing."""


class Options:
    """Reads and writes the form; `changed` is called after every change."""

    def __init__(self, changed: Any) -> None:
        self.changed = changed
        self.policy = policy_file.PolicyFile(self._on_change)
        listen(by_id("options-form"), "input", self._on_input)
        listen(by_id("options-form"), "submit", lambda event: event.preventDefault())
        by_id("options-all").disabled = False

    def goal(self) -> dict[str, Any]:
        """What the form asks for, keyed as in `eyebright.Goal`. Invalid values count as none."""
        return {
            "content": by_id("content").value,
            "mode": by_id("mode").value,
            "target": self._target(),
            "max_width": _whole(by_id("max-width")),
            "max_height": _whole(by_id("max-height")),
            "max_bytes": _whole(by_id("max-size"), times=int(by_id("max-size-unit").value)),
            "formats": self._formats(),
            "metadata": by_id("metadata").value,
            "keep_provenance": bool(by_id("keep-provenance").checked),
            "colour": by_id("colour").value,
        }

    def _target(self) -> float | None:
        chosen = by_id("target").value
        if chosen == "own":
            return _number(by_id("own-target-value"))
        return float(chosen) if chosen else None

    def _formats(self) -> list[str] | None:
        chosen = [box.value for box in _boxes() if box.checked]
        return chosen if by_id("formats-only").checked and chosen else None

    def wish(self, crop: dict[str, Any] | None) -> str:
        """All that a result depends on, as JSON: the goal with a crop, and the policy file."""
        goal = self.goal() | wishes.cropped(crop)
        return json.dumps({"goal": goal, "policies": self.policy.chosen})

    def rules(self) -> dict[str, Any]:
        """What decides whether crops may be: the kind of content, and the policy file if any."""
        policy = {"policies": self.policy.chosen} if self.policy.chosen else {}
        return {"content": self.goal()["content"]} | policy

    def keeps_results(self) -> bool:
        """Whether results stay in this browser for the next visit. No result depends on it."""
        return bool(by_id("keep-results").checked)

    def _on_input(self, event: JsProxy) -> None:
        if event.target.type != "file":
            self._on_change()

    def _on_change(self) -> None:
        self.show()
        self.changed()

    def show(self) -> None:
        """Explanations, faults and the line of the closed panel, from the form as it is."""
        for name in SELECTS:
            field = by_id(name)
            chosen = field.options.item(field.selectedIndex)
            by_id(f"{name}-help").textContent = chosen.dataset.help
        visible(by_id("own-target"), on=by_id("target").value == "own")
        _mark(by_id("own-target-value"), by_id("own-target-fault"))
        for name in LIMITS:
            _mark(by_id(name), by_id(f"{name}-fault"))
        only = by_id("formats-only").checked
        for box in _boxes():
            box.disabled = not only
        none_chosen = only and not any(box.checked for box in _boxes())
        visible(by_id("formats-fault"), on=none_chosen)
        by_id("options-line").textContent = wishes.settings(self.goal(), self.policy.chosen)

    def to_json(self) -> str:
        """The form as it is, to be kept for the next visit."""
        return json.dumps(
            {
                "selects": {name: by_id(name).value for name in CHOSEN},
                "own_target": by_id("own-target-value").value,
                "limits": {name: by_id(name).value for name in LIMITS},
                "formats_only": by_id("formats-only").checked,
                "formats": [box.value for box in _boxes() if box.checked],
                "keep_provenance": bool(by_id("keep-provenance").checked),
                "keep_results": self.keeps_results(),
                "policy": self.policy.kept(),
            }
        )

    def from_json(self, text: str) -> None:
        """Fill the form with what was kept; what no longer fits is left as it is."""
        kept = _parse(text)
        self.policy.fill(*policy_file.whole(kept.get("policy")))
        chosen = kept.get("selects", kept)  # earlier visits kept them beside the rest
        for name in CHOSEN:
            if chosen.get(name) in [option.value for option in by_id(name).options]:
                by_id(name).value = chosen[name]
        by_id("own-target-value").value = kept.get("own_target", "75")
        limits = kept.get("limits", {})
        for name in LIMITS:
            by_id(name).value = limits.get(name, "")
        by_id("keep-provenance").checked = bool(kept.get("keep_provenance"))
        by_id("keep-results").checked = bool(kept.get("keep_results"))
        by_id("formats-only").checked = bool(kept.get("formats_only"))
        by_id("formats-auto").checked = not kept.get("formats_only")
        for box in _boxes():
            box.checked = box.value in kept.get("formats", ["avif", "webp"])
        self.show()


def _parse(text: str) -> dict[str, Any]:
    try:
        kept = json.loads(text)
    except ValueError:  # nothing kept, or not by this page
        return {}
    return kept if isinstance(kept, dict) else {}


def _boxes() -> list[JsProxy]:
    return list(document.querySelectorAll("#format-list input"))


def _number(field: JsProxy) -> float | None:
    """The field's number; None where it is empty or out of bounds."""
    if not field.value or not field.validity.valid:
        return None
    return float(field.value)


def _whole(field: JsProxy, *, times: int = 1) -> int | None:
    number = _number(field)
    return None if number is None else int(number * times)


def _mark(field: JsProxy, fault: JsProxy) -> None:
    bad = not field.validity.valid
    visible(fault, on=bad)
    field.setAttribute("aria-invalid", "true" if bad else "false")
