"""Why a result is as it is: what was found, kept and left out, every reason and figure."""

from typing import Any

from jsffi import JsProxy

from page import reasons, tables
from page.dom import make


def fill(body: JsProxy, report: dict[str, Any], actions: list[JsProxy]) -> None:
    """Write the details of `report` into an empty element, with what can be done about it."""
    for name, heading, sentences in reasons.grouped(_told(report)):
        body.append(make("h4", heading))
        body.append(_sentences(name, sentences))
        if name == reasons.ABOUT:
            body.append(_table(tables.tags(report), kind="tags"))
    pair = make("div", kind="pair")
    pair.append(_titled("Your file", tables.found(report)))
    pair.append(_titled("The result", tables.made(report)))
    body.append(pair)
    bar = make("div", kind="why-actions")
    for action in actions:
        bar.append(action)
    body.append(bar)


def _told(report: dict[str, Any]) -> list[dict[str, Any]]:
    return list(report["reasons"]) + list(report["fallbacks"])


def _sentences(kind: str, sentences: list[str]) -> JsProxy:
    bullets = make("ul", kind=f"reasons {kind}")
    for sentence in sentences:
        bullets.append(make("li", sentence))
    return bullets


def _titled(heading: str, rows: list[tuple[str, str]]) -> JsProxy:
    part = make("section")
    part.append(make("h4", heading))
    part.append(_table(rows, kind="measured"))
    return part


def _table(rows: list[tuple[str, str]], kind: str) -> JsProxy:
    pairs = make("dl", kind=kind)
    for label, value in rows:
        pair = make("div")
        pair.append(make("dt", label))
        pair.append(make("dd", value))
        pairs.append(pair)
    return pairs
