"""Why a result is as it is: reasons, fallbacks and everything measured."""

from typing import Any

from jsffi import JsProxy

from page import words
from page.dom import make


def fill(body: JsProxy, report: dict[str, Any]) -> None:
    """Write the details of `report` into an empty element."""
    body.append(_sentences("reasons", report["reasons"]))
    if report["fallbacks"]:
        body.append(make("h4", "Worth knowing"))
        body.append(_sentences("fallbacks", report["fallbacks"]))
    metadata = words.metadata(report)
    if metadata:
        body.append(make("h4", "What the file says about itself"))
        body.append(_table(metadata, kind="metadata"))
    body.append(_table(words.table(report)))


def _sentences(kind: str, reasons: list[dict[str, Any]]) -> JsProxy:
    bullets = make("ul", kind=kind)
    for reason in reasons:
        bullets.append(make("li", reason["text"]))
    return bullets


def _table(rows: list[tuple[str, str]], kind: str = "measured") -> JsProxy:
    pairs = make("dl", kind=kind)
    for label, value in rows:
        pair = make("div")
        pair.append(make("dt", label))
        pair.append(make("dd", value))
        pairs.append(pair)
    return pairs
