"""What the settings offer as kinds of content: the built-in ones, and those of a policy file."""

from typing import Any

from js import document
from jsffi import JsProxy

from page import wishes
from page.dom import by_id

OWN_HELP = "data-own-help"
"""Attribute of an option that a file has a say in: its built-in help, empty for a new one."""


def offer(kinds: list[dict[str, Any]], file_name: str) -> None:
    """Offer these beside the built-in ones; what was chosen stays so, or becomes automatic.

    A kind of a built-in one's name takes that one's place: only its explanation is another.
    """
    field = by_id("content")
    chosen = field.value
    _take_back(field)
    for kind in kinds:
        option = _option(field, kind["name"]) or _add(field, kind["name"])
        if not option.hasAttribute(OWN_HELP):
            option.setAttribute(OWN_HELP, option.getAttribute("data-help") or "")
        option.dataset.help = wishes.kind_help(kind, file_name)
    field.value = chosen if _option(field, chosen) else "auto"


def _take_back(field: JsProxy) -> None:
    for option in list(field.querySelectorAll(f"[{OWN_HELP}]")):
        own_help = option.getAttribute(OWN_HELP)
        if own_help:
            option.dataset.help = own_help
            option.removeAttribute(OWN_HELP)
        else:
            option.remove()


def _option(field: JsProxy, name: str) -> Any:
    return next((option for option in field.options if option.value == name), None)


def _add(field: JsProxy, name: str) -> JsProxy:
    option = document.createElement("option")
    option.value = name
    option.textContent = wishes.kind_name(name)
    field.append(option)
    return option
