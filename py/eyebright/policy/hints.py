"""Client hints: which fields are read, what a sound value is, and which to ask for.

Sources: RFC 8942 (client hints), the Responsive Image Client Hints (Sec-CH-DPR, -Width,
-Viewport-Width), Device Memory, Network Information (ECT, RTT, Downlink) and Save Data reports of
the WICG, User Preference Media Features Client Hints (Sec-CH-Prefers-Reduced-Data). Old names
without `Sec-CH-` are still sent: Chromium 156 sends both where both are asked for.
User-Agent and Sec-CH-UA are never read: what a receiver shows is asked, not guessed from its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from eyebright.policy.structured import Malformed, parse_item

MAX_SIDE_PX = 65_535
"""Largest side of a JPEG (ITU-T T.81, 16 bits): no slot asks for more in earnest."""

DPR_RANGE = (0.1, 20.0)
"""Screens have 0.75 to 4 device pixels per CSS pixel, browsers zoom from a quarter to five times;
the border is a little wider than the product of both."""

MEMORY_RANGE_GB = (0.25, 1024.0)
"""The report's least step; its greatest was 8, Chromium 156 sends 16, so no tight upper border."""

RTT_RANGE_MS = (0.0, 600_000.0)
"""Ten minutes: no connection answers later."""

DOWNLINK_RANGE_MBPS = (0.001, 100_000.0)
"""A kilobit to 100 gigabit. Zero means offline, which whoever asks is not."""

EFFECTIVE_TYPES = ("slow-2g", "2g", "3g", "4g")
"""Network Information, `EffectiveConnectionType`, slowest first."""

PLAIN_NUMBER = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,20})?")
"""How hints were written before structured fields, and still are where a float has more than the
three digits of a Decimal (1.100000023841858)."""


class Hint(NamedTuple):
    """One fact that fields may tell: where it goes, how it is read."""

    capability: str
    """Key of Capabilities that it fills."""
    headers: tuple[str, ...]
    """Field names in lower case, the preferred one first."""
    read: Callable[[str], Any]
    """Field value to the capability's; raises Malformed."""


def _number(text: str) -> float:
    if PLAIN_NUMBER.fullmatch(text.strip(" \t")):
        return float(text)
    value = parse_item(text).value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Malformed("expected a number")
    return float(value)


def within(value: float, limits: tuple[float, float]) -> float:
    """The value itself. Raises Malformed outside the limits, NaN included."""
    low, high = limits
    if not low <= value <= high:
        raise Malformed(f"{value:g} is not between {low:g} and {high:g}")
    return value


def read_dpr(text: str) -> float:
    return within(_number(text), DPR_RANGE)


def read_pixels(text: str) -> int:
    value = within(_number(text), (1, MAX_SIDE_PX))
    if not value.is_integer():
        raise Malformed("expected whole pixels")
    return int(value)


def read_memory(text: str) -> float:
    return within(_number(text), MEMORY_RANGE_GB)


def read_rtt(text: str) -> float:
    return within(_number(text), RTT_RANGE_MS)


def read_downlink(text: str) -> float:
    """Kilobits per second of a value in megabits per second, without a float's dust."""
    return round(within(_number(text), DOWNLINK_RANGE_MBPS) * 1000, 3)


def read_effective_type(text: str) -> str:
    """No Item (`4g` would be a number with a stray letter): the word is taken as it stands."""
    word = text.strip(" \t").strip('"').lower()
    if word not in EFFECTIVE_TYPES:
        raise Malformed(f"expected one of {', '.join(EFFECTIVE_TYPES)}")
    return word


def read_save_data(text: str) -> bool:
    """`on` since the first draft; anything else that is an Item means no."""
    value = parse_item(text).value
    return value is True or (isinstance(value, str) and value.lower() == "on")


def read_reduced_data(text: str) -> bool:
    """A quoted string in the report, a bare word in browsers."""
    value = parse_item(text).value
    if value not in {"reduce", "no-preference"}:
        raise Malformed("expected reduce or no-preference")
    return value == "reduce"


HINTS = (
    Hint("dpr", ("sec-ch-dpr", "dpr"), read_dpr),
    Hint("width_px", ("sec-ch-width", "width"), read_pixels),
    Hint("viewport_width_px", ("sec-ch-viewport-width", "viewport-width"), read_pixels),
    Hint("device_memory_gb", ("sec-ch-device-memory", "device-memory"), read_memory),
    Hint("save_data", ("save-data",), read_save_data),
    Hint("save_data", ("sec-ch-prefers-reduced-data",), read_reduced_data),
    Hint("effective_type", ("ect",), read_effective_type),
    Hint("rtt_ms", ("rtt",), read_rtt),
    Hint("throughput_kbps", ("downlink",), read_downlink),
)

HEADERS = ("accept", *(name for hint in HINTS for name in hint.headers))
"""Every field that a decision may rest on, in the order in which Vary names them."""

NETWORK_HEADERS = frozenset({"ect", "rtt", "downlink"})
"""They differ from request to request; leave them out of `reads` where a shared cache that keys
on raw values stands in front."""

CANONICAL = {
    "accept": "Accept",
    "sec-ch-dpr": "Sec-CH-DPR",
    "dpr": "DPR",
    "sec-ch-width": "Sec-CH-Width",
    "width": "Width",
    "sec-ch-viewport-width": "Sec-CH-Viewport-Width",
    "viewport-width": "Viewport-Width",
    "sec-ch-device-memory": "Sec-CH-Device-Memory",
    "device-memory": "Device-Memory",
    "save-data": "Save-Data",
    "sec-ch-prefers-reduced-data": "Sec-CH-Prefers-Reduced-Data",
    "ect": "ECT",
    "rtt": "RTT",
    "downlink": "Downlink",
}
"""Field names as their specifications write them."""

ACCEPT_CH = ", ".join(
    CANONICAL[name] for name in HEADERS if name not in {"accept", "dpr", "width", "viewport-width"}
)
"""What to send as Accept-CH with the page (over HTTPS; hints are not sent without it): all that is
read, without the old names whose new ones every browser knows that knows hints at all."""

CRITICAL_CH = "Sec-CH-DPR, Sec-CH-Viewport-Width"
"""What to send as Critical-CH with a page whose markup differs by screen: the browser asks again
once if it did not send them. Width is of images, not of pages, and the network's hints may come
later, so neither is worth a second request."""


def from_network_information(connection: Mapping[str, Any]) -> dict[str, Any]:
    """Changes to Capabilities from `navigator.connection`, as plain values by its own keys.

    Keys are effectiveType, rtt, downlink and saveData; those that are missing or unsound (some
    browsers blur them) change nothing.
    """
    return _changes(
        (
            ("effective_type", connection.get("effectiveType"), read_effective_type),
            ("rtt_ms", connection.get("rtt"), read_rtt),
            ("throughput_kbps", connection.get("downlink"), read_downlink),
            ("save_data", connection.get("saveData"), read_save_data),
        )
    )


def from_window(window: Mapping[str, Any]) -> dict[str, Any]:
    """Changes to Capabilities from devicePixelRatio, innerWidth and navigator's deviceMemory."""
    return _changes(
        (
            ("dpr", window.get("devicePixelRatio"), read_dpr),
            ("viewport_width_px", window.get("innerWidth"), read_pixels),
            ("device_memory_gb", window.get("deviceMemory"), read_memory),
        )
    )


def _changes(given: tuple[tuple[str, Any, Callable[[str], Any]], ...]) -> dict[str, Any]:
    """The same checks for a browser's values as for its headers."""
    changes = {}
    for key, value, read in given:
        try:
            if value is not None:
                changes[key] = read(_as_field(value))
        except Malformed:
            continue
    return changes


def _as_field(value: Any) -> str:
    if isinstance(value, bool):
        return "?1" if value else "?0"
    return str(value)
