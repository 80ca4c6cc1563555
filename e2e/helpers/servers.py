"""Servers that a test can end for good, and one that only counts."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

SERVE = Path(__file__).resolve().parent.parent.parent / "build" / "serve.py"

LOOPBACK = "127.0.0.1"

REFUSAL = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """build/serve.py as a process of its own: when it ends, its connections end with it."""

    address: str
    process: subprocess.Popen[str]

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()

    def answers(self) -> bool:
        """Whether anything listens there."""
        parts = urlsplit(self.address)
        with socket.socket() as probe:
            return probe.connect_ex((parts.hostname or "", parts.port or 0)) == 0


@contextlib.contextmanager
def program() -> Iterator[Program]:
    """Serve dist/site until the block ends or the test ends it."""
    command = [sys.executable, str(SERVE), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        (address,) = (word for word in line.split() if word.startswith("http://"))
        served = Program(address=address, process=process)
        try:
            yield served
        finally:
            served.end()


@dataclass(slots=True)
class Watchman:
    """A proxy that lets nobody through and writes down who asked for what."""

    address: str
    asked: list[str] = field(default_factory=list)


@contextlib.contextmanager
def watchman() -> Iterator[Watchman]:
    """For a browser context: what it sends elsewhere than to loopback comes here."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
        watch = Watchman(address=f"http://{LOOPBACK}:{port}")
        thread = threading.Thread(target=_write_down, args=(listener, watch), daemon=True)
        thread.start()
        yield watch


def _write_down(listener: socket.socket, watch: Watchman) -> None:
    while True:
        try:
            connection, _peer = listener.accept()
        except OSError:
            return  # closed
        with connection:
            head = connection.recv(4096).decode("latin-1")
            watch.asked.append(head.partition("\r\n")[0])
            connection.sendall(REFUSAL)
