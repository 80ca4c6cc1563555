"""The heads of requests are bounded, in bytes and in time; all else is as uvicorn has it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from eyebright.server import connection
from eyebright.server.connection import MOST_HEAD_BYTES, BoundedHttp

REFUSED = b"HTTP/1.1 431 "
HEAD = b"GET /a HTTP/1.1\r\nHost: x\r\n"

Asking = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with how many bytes came as the body, at /unread without looking at it."""
    came, more = 0, scope["path"] != "/unread"
    while more:
        message = await receive()
        came += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = str(came).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def play(asking: Asking, made: list[BoundedHttp] | None = None) -> None:
    """With a listening socket made as `eyebright serve` makes its own."""

    async def all_of_it() -> None:
        config = uvicorn.Config(app, log_config=None, timeout_keep_alive=1)

        def connected() -> BoundedHttp:
            protocol = BoundedHttp(config, ServerState(), {})
            if made is not None:
                made.append(protocol)
            return protocol

        sock = socket.create_server(("127.0.0.1", 0))
        listening = await asyncio.get_running_loop().create_server(connected, sock=sock)
        reader, writer = await asyncio.open_connection(*sock.getsockname())
        try:
            await asyncio.wait_for(asking(reader, writer), timeout=60)
        finally:
            writer.close()
            listening.close()

    asyncio.run(all_of_it())


async def answer(reader: asyncio.StreamReader) -> bytes:
    """Its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return await reader.readexactly(length)


def test_requests_follow_one_another_on_a_connection() -> None:
    async def asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(3):
            writer.write(HEAD + b"\r\n")
            assert await answer(reader) == b"0"

    play(asking)


def test_bodies_do_not_wait_for_a_word_about_their_heads() -> None:
    made: list[BoundedHttp] = []

    async def asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"\r\n")
        await answer(reader)

        sock = made[0].transport.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1

    play(asking, made)


def test_requests_may_be_sent_before_the_answers_came() -> None:
    async def asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((HEAD + b"\r\n") * 40)
        for _ in range(40):
            assert await answer(reader) == b"0"

    play(asking)


def test_a_body_is_no_head() -> None:
    async def asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = 3 * MOST_HEAD_BYTES
        for _ in range(2):
            writer.write(b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size)
            writer.write(bytes(size))
            assert await answer(reader) == str(size).encode()

    play(asking)


@pytest.mark.parametrize(
    "rest",
    [
        b"X: " + b"x" * MOST_HEAD_BYTES + b"\r\n\r\n",
        b"X: y\r\n" * (MOST_HEAD_BYTES // 2) + b"\r\n",
    ],
    ids=["one field", "many fields"],
)
def test_a_head_that_is_too_long_is_refused(rest: bytes) -> None:
    async def asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + rest)

        assert (await reader.readline()).startswith(REFUSED)

    play(asking)


def test_a_head_without_end_is_refused_before_it_ends() -> None:
    async def asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"X: ")
        refused = asyncio.ensure_future(reader.readline())
        while not refused.done():
            writer.write(b"x" * 1000)
            await asyncio.sleep(0)

        assert (await refused).startswith(REFUSED)

    play(asking)


def test_the_second_request_is_bounded_as_the_first() -> None:
    async def asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"\r\n")
        await answer(reader)
        writer.write(HEAD + b"X: " + b"x" * MOST_HEAD_BYTES + b"\r\n\r\n")

        assert (await reader.readline()).startswith(REFUSED)

    play(asking)


def test_what_is_no_http_is_told_as_that() -> None:
    async def asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x16\x03\x01\x02\x00 not http\r\n\r\n")

        assert (await reader.readline()).startswith(b"HTTP/1.1 400 ")

    play(asking)


@pytest.mark.parametrize(
    "sent", [b"", b"\r\n", HEAD], ids=["nothing", "an empty line", "a part of a head"]
)
@pytest.mark.parametrize("before", [b"", HEAD + b"\r\n"], ids=["first", "second"])
def test_who_does_not_send_a_head_in_time_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, before: bytes, sent: bytes
) -> None:
    monkeypatch.setattr(connection, "HEAD_S", 0.1)

    async def asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if before:
            writer.write(before)
            await answer(reader)
        writer.write(sent)

        assert await reader.read() == b""

    play(asking)


UNREAD = b"POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"


def test_a_body_that_drips_on_after_its_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "REST_S", 0.1)

    async def asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(UNREAD)
        assert await answer(reader) == b"0"
        end = asyncio.ensure_future(reader.read())
        while not end.done():
            writer.write(b".")
            await asyncio.sleep(0.001)

        assert end.exception() is not None or end.result() == b""

    play(asking)


def test_a_body_that_comes_whole_after_its_answer_leaves_the_connection_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "REST_S", 60.0)
    made: list[BoundedHttp] = []

    async def asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(UNREAD)
        assert await answer(reader) == b"0"
        assert made[0]._rest_due is not None

        writer.write(bytes(1_000_000) + HEAD + b"\r\n")

        assert await answer(reader) == b"0"
        assert made[0]._rest_due is None

    play(asking, made)


def test_who_sends_nothing_after_such_a_body_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_S", 0.1)

    async def asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(UNREAD)
        assert await answer(reader) == b"0"
        writer.write(bytes(1_000_000))

        assert await reader.read() == b""

    play(asking)


def test_a_body_that_came_before_its_answer_is_not_waited_for() -> None:
    made: list[BoundedHttp] = []

    async def asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")

        assert await answer(reader) == b"3"
        assert made[0]._rest_due is None

    play(asking, made)
