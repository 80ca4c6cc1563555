"""Heavy work beside the event loop, where there are threads."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

HAS_THREADS = sys.platform != "emscripten"


async def aside(function: Callable[..., T], *args: object) -> T:
    """`function(*args)` in a thread, so that other pictures go on; at once where there is none.

    Compiled kernels, codecs and numpy's loops let other threads run. A cancelled caller goes on at
    once, while the function ends unheard.
    """
    if not HAS_THREADS:
        return function(*args)
    return await asyncio.to_thread(function, *args)
