"""The few ways in which the page touches the document."""

import asyncio
from typing import Any

from js import document
from jsffi import JsProxy


def by_id(name: str) -> JsProxy:
    return document.getElementById(name)


def make(tag: str, text: str = "", kind: str = "") -> JsProxy:
    """A new element with text, never markup, and a class."""
    element = document.createElement(tag)
    if text:
        element.textContent = text
    if kind:
        element.className = kind
    return element


def mark(kind: str, place: dict[str, float]) -> JsProxy:
    """A shape over a picture, at a place in percent of it."""
    shape = make("span", kind=kind)
    for side, percent in place.items():
        shape.style.setProperty(f"--{side}", f"{percent}%")
    return shape


def visible(element: JsProxy, *, on: bool) -> None:
    element.hidden = not on


def say(text: str) -> None:
    """Tell screen readers once, politely. Only for what ends or begins, not for each step."""
    by_id("live").textContent = text


def listen(element: JsProxy, event: str, handler: Any) -> None:
    element.addEventListener(event, handler)


def begin(work: Any) -> None:
    """Let a coroutine run by itself."""
    asyncio.create_task(work)  # noqa: RUF006  # MicroPython's loop holds its tasks itself
