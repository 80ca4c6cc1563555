"""Each request counted and told of in one line of JSON, without anything private.

A line holds the route, not the address: names of files, parameters, receivers' addresses and their
header fields never reach the log.
"""

from __future__ import annotations

import json
import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from eyebright.server.meters import Meters

LOG = logging.getLogger("eyebright.server")

ROUTE = "eyebright.route"
"""Key of the scope: which of our routes it is."""

CAME_FROM = "eyebright.came_from"
"""Key of the scope: where a variant came from."""

SERVER_ERROR = 500


class Observed:
    """An ASGI app whose requests are counted."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        status, sent_bytes = SERVER_ERROR, 0

        async def watched(message: Message) -> None:
            nonlocal status, sent_bytes
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                sent_bytes += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            self._tell(scope, status, sent_bytes, time.perf_counter() - start)

    def _tell(self, scope: Scope, status: int, sent_bytes: int, seconds: float) -> None:
        route = scope.get(ROUTE, "other")
        self._meters.requests.labels(route, status).inc()
        self._meters.request_seconds.labels(route).observe(seconds)
        if not LOG.isEnabledFor(logging.INFO):
            return
        told = {
            "route": route,
            "method": scope["method"],
            "status": status,
            "ms": round(seconds * 1000, 1),
            "bytes": sent_bytes,
            "cache": scope.get(CAME_FROM, ""),
        }
        LOG.info(json.dumps(told))
