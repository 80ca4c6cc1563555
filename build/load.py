"""Put load on a server of ours, on loopback, and print what came of it, a line of JSON each.

    python build/load.py [--seconds 5] [--connections 32] [--misses 200] [--max-memory-mb 600]

Three loads: one variant in memory again and again; one that is not there, asked for by 200 at once;
and as many different ones as --misses, of several pictures, at once, while the memory of all
processes is watched: beside what they take when idle, it is to stay within --max-memory-mb. Run it
on an idle machine: the generator needs a core of its own. `cpu_us` is what the server's own process
spent on each hit, whatever else the machine does.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
from PIL import Image
from skimage import data as samples

SAME = 200
"""Clients that ask for one missing variant at once."""

WARMING = 8
"""Small variants asked for before the storm."""

PICTURES = 8
"""Different ones that the storm asks for."""

PATIENCE_S = 300.0

RETRIES_S = 0.2

EVERY_S = 0.2
"""Between two looks at the memory."""

ACCEPT = {"Accept": "image/avif,image/webp,image/*,*/*;q=0.8"}


class Asker(asyncio.Protocol):
    """One connection that asks for one thing, again and again, and notes each time in seconds."""

    def __init__(self, request: bytes, length: int, until: float, times: list[float]) -> None:
        self._request = request
        self._length = length
        self._until = until
        self._times = times
        self._left = 0
        self._start = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._left -= len(data)
        if self._left > 0:
            return
        now = time.perf_counter()
        self._times.append(now - self._start)
        if now < self._until:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(exc)

    def _ask(self) -> None:
        self._left, self._start = self._length, time.perf_counter()
        self._transport.write(self._request)  # type: ignore[attr-defined] # a connection's own


async def hits(port: int, pid: int, seconds: float, connections: int) -> dict[str, float]:
    """Requests a second for a variant in memory, and how long they took."""
    lines = [
        "GET /img/a.jpg?w=400 HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Accept: {ACCEPT['Accept']}",
    ]
    request = "\r\n".join([*lines, "", ""]).encode()
    await _length(port, request)  # the first makes it
    length = await _length(port, request)
    times: list[float] = []
    spent = _cpu_s(pid)
    until = time.perf_counter() + seconds
    loop = asyncio.get_running_loop()
    askers = [
        (
            await loop.create_connection(
                lambda: Asker(request, length, until, times), "127.0.0.1", port
            )
        )[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(asker.done for asker in askers))
    times.sort()
    spent = _cpu_s(pid) - spent
    return {
        "requests_per_s": round(len(times) / seconds),
        "p50_ms": round(times[len(times) // 2] * 1000, 2),
        "p99_ms": round(times[len(times) * 99 // 100] * 1000, 2),
        "cpu_us": round(spent / len(times) * 1e6),
        "answer_bytes": length,
    }


def _cpu_s(pid: int) -> float:
    """Seconds that a process has run, in it and in the system for it (Linux, proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _length(port: int, request: bytes) -> int:
    """Bytes of the whole answer; from memory each is as long as the other."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    body = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(body)
    writer.close()
    await writer.wait_closed()
    return len(head) + body


async def same(client: httpx2.AsyncClient) -> dict[str, Any]:
    """One missing variant asked for by many at once."""
    before = await encodes(client)
    got = await asyncio.gather(
        *(client.get("/img/b.jpg?w=333", headers=ACCEPT) for _ in range(SAME))
    )
    kinds = Counter(answer.headers["server-timing"].partition(",")[0] for answer in got)
    etags = {answer.headers["etag"] for answer in got}
    return {
        "asked": SAME,
        "made": dict(kinds),
        "variants": len(etags),
        "encodes": await encodes(client) - before,
    }


async def storm(client: httpx2.AsyncClient, misses: int, pid: int) -> dict[str, Any]:
    """Different variants at once: every answer's status, the most memory of all processes."""
    small = (client.get(f"/img/a.jpg?w={50 + i}", headers=ACCEPT) for i in range(WARMING))
    await asyncio.gather(*small)  # every process that makes good ones has started then
    idle_mb = _memory_mb(pid)
    seen_mb = [idle_mb]
    watching = asyncio.create_task(_watch_memory(pid, seen_mb))
    start = time.perf_counter()
    addresses = (f"/img/{i % PICTURES}.jpg?w={700 + i}" for i in range(misses))
    asking = (client.get(address, headers=ACCEPT) for address in addresses)
    got = await asyncio.gather(*asking, return_exceptions=True)
    seconds = time.perf_counter() - start
    watching.cancel()
    await asyncio.wait({watching})
    return {
        "asked": misses,
        "answers": dict(Counter(_kind(answer) for answer in got)),
        "seconds": round(seconds, 1),
        "idle_memory_mb": idle_mb,
        "most_memory_mb": max(seen_mb),
    }


def _kind(answer: httpx2.Response | BaseException) -> str:
    """Status and where the variant came from, or why there is none."""
    if isinstance(answer, BaseException):
        return type(answer).__name__
    if answer.is_error:
        return f"{answer.status_code} {answer.json()['error']}"
    came_from = answer.headers.get("server-timing", "").partition(",")[0]
    return f"{answer.status_code} {came_from}".strip()


async def _watch_memory(pid: int, seen_mb: list[int]) -> None:
    while True:
        seen_mb.append(await asyncio.to_thread(_memory_mb, pid))
        await asyncio.sleep(EVERY_S)


def _memory_mb(pid: int) -> int:
    """Of the server and its processes, 10^6 bytes without files' pages, which they share.

    RssAnon of proc(5): to ask for PSS stops a process for as long as its pages are counted.
    """
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    total = 0
    for one in (str(pid), *children):
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{one}/status").read_text()
            total += int(text.partition("\nRssAnon:")[2].split()[0]) * 1024
    return total // 1_000_000


async def encodes(client: httpx2.AsyncClient) -> int:
    text = (await client.get("/metrics")).text
    return int(float(text.partition("\neyebright_encodes_total ")[2].partition("\n")[0]))


@contextlib.contextmanager
def served(folder: Path, *options: str) -> Iterator[tuple[int, int]]:
    """Port and process id of a server of photos: a and b of 512 pixels, the others of 2048."""
    photo = Image.fromarray(samples.astronaut())  # type: ignore[no-untyped-call] # skimage's
    for name in ("a", "b"):
        photo.save(folder / f"{name}.jpg", quality=93)
    for index in range(PICTURES):
        turned = photo.rotate(index * 360 / PICTURES).resize((2048, 2048))
        turned.save(folder / f"{index}.jpg", quality=94)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "eyebright", "serve", "--images", str(folder)]
    command += ["--port", str(port), "--cache", str(folder / "cache"), *options]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            yield port, process.pid
        finally:
            process.send_signal(signal.SIGINT)


async def ready(client: httpx2.AsyncClient) -> None:
    """Once it answers."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with contextlib.suppress(httpx2.ConnectError):
            await client.get("/readyz")
            return
        await asyncio.sleep(RETRIES_S)
    sys.exit("load: the server did not start")


async def measure(arguments: argparse.Namespace, port: int, pid: int) -> None:
    """Each load's figures, a line each as soon as they are there."""
    limits = httpx2.Limits(max_connections=1000)
    address = f"http://127.0.0.1:{port}"
    async with httpx2.AsyncClient(base_url=address, timeout=PATIENCE_S, limits=limits) as client:
        await ready(client)
        told({"cores": os.cpu_count(), "load": [round(load, 1) for load in os.getloadavg()]})
        told({"hits": await hits(port, pid, arguments.seconds, arguments.connections)})
        told({"same_miss": await same(client)})
        limit = {"limit_mb": arguments.max_memory_mb}
        told({"storm": {**limit, **await storm(client, arguments.misses, pid)}})


def told(figures: dict[str, Any]) -> None:
    print(json.dumps(figures), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--misses", type=int, default=200)
    parser.add_argument("--max-memory-mb", type=int, default=600)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("load: ended"))  # and the server with it
    limit = ("--max-memory-mb", str(arguments.max_memory_mb))
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), *limit) as (port, pid):
        asyncio.run(measure(arguments, port, pid))


if __name__ == "__main__":
    main()
