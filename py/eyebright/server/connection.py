"""HTTP/1.1 on one connection: uvicorn's, the head of each request bounded in bytes and in time.

What is left of a body once its answer was sent is bounded in time, too: nobody reads it.

By httptools, which takes a half of the time that uvicorn's other parser does but bounds nothing
itself.
"""

from __future__ import annotations

import asyncio
import socket

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 65_536
"""Of an address and its header fields: as much as the policy reads
(`policy.negotiate.MAX_HEADERS_CHARS`). What came of an unfinished head may be more by one read."""

HEAD_S = 10.0
"""Longest that a head may take to arrive; of a browser's, all is sent at once. Our choice."""

REST_S = 5.0
"""Longest that the rest of a body may take whose answer was sent; until then it may come, so that
its sender reads the answer (nginx's lingering_timeout is as long)."""

TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class HeadTooLong(ValueError):
    """Ends the parser; nobody else meets it."""


class BoundedHttp(HttpToolsProtocol):
    """To give to uvicorn as `http`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        super().connection_made(transport)
        _send_at_once(transport)
        self._is_in_head = True
        self._unfinished_bytes = 0
        self._field_bytes = 0
        self._head_due: asyncio.TimerHandle | None = None
        self._rest_due: asyncio.TimerHandle | None = None
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        self._rest_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unfinished_bytes += len(data)
        if self._is_in_head and not self._is_answering:
            self._await_head()  # whatever came ended uvicorn's wait: an empty line begins no head
        super().data_received(data)
        if self._is_in_head and self._unfinished_bytes > MOST_HEAD_BYTES:
            self._refuse()

    def send_400_response(self, msg: str) -> None:
        if self._field_bytes > MOST_HEAD_BYTES:
            self._refuse()
        else:
            super().send_400_response(msg)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._unfinished_bytes = self._field_bytes = 0

    def on_url(self, url: bytes) -> None:
        self._count(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(name, value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        self._head_came()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._rest_came()
        self._is_in_head = True
        self._unfinished_bytes = 0
        if not self._is_answering:
            self._await_head()  # the rest of a body ended uvicorn's wait, too

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._is_in_head and not self._is_answering:
            self._rest_due = self.loop.call_later(REST_S, self.transport.close)

    @property
    def _is_answering(self) -> bool:
        """Then a head that began is not due: uvicorn's wait for the next begins with its end."""
        cycle = self.cycle
        return cycle is not None and not cycle.response_complete  # type: ignore[redundant-expr] # None at first

    def _await_head(self) -> None:
        """Until HEAD_S after the first byte since the last head, whatever comes meanwhile."""
        if self._head_due is None:
            self._head_due = self.loop.call_later(HEAD_S, self.transport.close)

    def _head_came(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    def _rest_came(self) -> None:
        if self._rest_due is not None:
            self._rest_due.cancel()
            self._rest_due = None

    def _count(self, *parts: bytes) -> None:
        self._field_bytes += sum(map(len, parts))
        if self._field_bytes > MOST_HEAD_BYTES:
            raise HeadTooLong

    def _refuse(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(TOO_LONG)
            self.transport.close()


def _send_at_once(transport: asyncio.Transport) -> None:
    """Without it a body, written after its head, waits for a receiver's late word: 40 ms on Linux.

    asyncio sees to that only for sockets that were made with their protocol's number.
    """
    sock = transport.get_extra_info("socket")
    if sock.family in {socket.AF_INET, socket.AF_INET6}:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
