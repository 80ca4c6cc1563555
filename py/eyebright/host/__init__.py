"""Decoding and encoding machines behind one protocol; `base` is the contract."""

from __future__ import annotations

import importlib.util

from eyebright.host.base import Host

BROWSER_BRIDGE = "eyebright_js"
"""The JavaScript module that our engine worker registers before it runs Python."""


def default_host() -> Host:
    """A fresh host for where we are: the browser's inside our engine worker, else the native."""
    if importlib.util.find_spec(BROWSER_BRIDGE) is not None:
        from eyebright.host.browser import BrowserHost

        return BrowserHost()
    from eyebright.host.native import NativeHost

    return NativeHost()
