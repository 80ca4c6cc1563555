"""`eyebright serve` as its users meet it: a process that answers, and stops when told to."""

from __future__ import annotations

import contextlib
import io
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from PIL import Image
from skimage import data as samples

from eyebright.__main__ import main
from eyebright.cli import serve
from eyebright.server import settings
from eyebright.server.machine import machine_of

PATIENCE_S = 60


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a running server, and its process."""
    with serving(tmp_path) as started:
        yield started


@contextlib.contextmanager
def serving(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Of `pictures/a.jpg`; several share their folders."""
    (tmp_path / "pictures").mkdir(exist_ok=True)
    Image.fromarray(samples.astronaut()[:80, :100]).save(tmp_path / "pictures/a.jpg", quality=95)
    port = free_port()
    command = [sys.executable, "-m", "eyebright", "serve", "--images", "pictures"]
    command += ["--port", str(port), "--cache", "cache", "--workers", "1", "--no-models"]
    command += ["--width", "40", "--aspect", "1:1"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str, process: subprocess.Popen[str]) -> tuple[str, bytes]:
    """Media type and body, once the server listens."""
    until = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < until:
        try:
            got = httpx2.get(url, headers={"Accept": "image/webp,*/*"}, timeout=PATIENCE_S)
        except httpx2.ConnectError:
            time.sleep(0.1)
        else:
            return got.headers["content-type"], got.content
    raise AssertionError(process.stderr and process.stderr.read())


def test_pictures_are_served_until_it_is_interrupted(
    served: tuple[str, subprocess.Popen[str]],
) -> None:
    address, process = served

    mime, body = get(f"{address}/img/a.jpg?w=40", process)
    process.send_signal(signal.SIGINT)
    _out, told = process.communicate(timeout=PATIENCE_S)

    assert (mime, body[8:12]) == ("image/webp", b"WEBP")
    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    assert [(line["route"], line["status"]) for line in lines] == [("image", 200)]
    assert f"Eyebright serves pictures at {address}" in told.splitlines()
    assert "a.jpg" not in told
    assert "Traceback" not in told


def test_only_what_was_named_can_be_asked_for(served: tuple[str, subprocess.Popen[str]]) -> None:
    address, process = served

    _mime, wide = get(f"{address}/img/a.jpg?w=9", process)
    _mime, refusal = get(f"{address}/img/a.jpg?aspect=9:1", process)

    with Image.open(io.BytesIO(wide)) as image:
        assert image.width == 40
    assert json.loads(refusal)["message"] == "aspect: '9:1' is none of 1:1"


def test_servers_that_share_a_cache_make_what_both_lack_once(tmp_path: Path) -> None:
    with serving(tmp_path) as (first, one), serving(tmp_path) as (second, other):
        get(f"{first}/readyz", one)
        get(f"{second}/readyz", other)
        asked = [f"{(first, second)[i % 2]}/img/a.jpg?w=40" for i in range(200)]
        with ThreadPoolExecutor(50) as pool:
            got = list(pool.map(lambda url: asked_patiently(url).content, asked))

        assert len(set(got)) == 1
        assert sum(made_by(address) for address in (first, second)) == 1


def asked_patiently(url: str) -> httpx2.Response:
    """The final answer: a busy machine sends quick ones first."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        got = httpx2.get(url, headers={"Accept": "image/webp,*/*"}, timeout=PATIENCE_S)
        if not got.headers["cache-control"].startswith("no-"):
            return got
        time.sleep(0.1)
    raise AssertionError(got.text)


def made_by(address: str) -> int:
    """Good variants that this server computed: those that were scored."""
    text = httpx2.get(f"{address}/metrics", timeout=PATIENCE_S).text
    found = re.search(r'eyebright_stage_seconds_count\{stage="verify"\} (\d+)', text)
    return int(found[1]) if found else 0


def test_an_address_that_is_taken_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with pytest.raises(SystemExit) as ended:
            main(["serve", "--images", str(tmp_path), "--port", port])

    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert f"--host 127.0.0.1 --port {port}: " in told
    assert "Eyebright serves" not in told


def test_headers_without_end_are_cut_off_before_anything_reads_them(
    served: tuple[str, subprocess.Popen[str]],
) -> None:
    address, process = served
    get(f"{address}/healthz", process)

    got = sent(address, b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 5_000_000)

    assert b" 431 " in got.partition(b"\r\n")[0]


def sent(address: str, request: bytes) -> bytes:
    """The first bytes of the answer; it may come before all was sent."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(request)
            connection.sendall(b"\r\n\r\n")
        return connection.recv(1_000)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "--images"),
        (("--images", "nowhere"), "nowhere is no folder"),
        (("--images", ".", "--port", "70000"), "--port: 70000 is above 65535"),
        (("--images", ".", "--aspect", "wide"), "aspects: "),
        (("--images", ".", "--workers", "0"), "--workers: 0 is not a positive whole number"),
        (("--images", ".", "--policy", "none.toml"), "--policy none.toml"),
        (("--images", ".", "--aspect", "1x1"), "aspects: 1x1 is a size"),
        (("--images", ".", "--cache", "foo://bar"), "cache: foo://bar cannot be used"),
        (("--images", ".", "--cache", "/proc/nope"), "cache: nothing can be written to /proc/nope"),
        (("--images", ".", "--uploads", "/proc/none"), "uploads: nothing can be written to"),
        (("--images", ".", "--max-memory-mb", "1"), "memory_mb: 1 MB leave less than 1 MB"),
        (("--images", ".", "--origin", "nonsense"), "origins: 'nonsense' is no origin"),
        (("--images", ".", "--origin", "https://a.example/"), "is no origin"),
    ],
)
def test_wrong_use_is_told_in_one_line(
    arguments: tuple[str, ...],
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    with pytest.raises(SystemExit) as ended:
        main(["serve", *arguments])

    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert message in told
    assert len(told.splitlines()) == 1


def test_what_is_not_installed_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)

    with pytest.raises(SystemExit):
        main(["serve", "--images", "."])

    assert re.search(r"uvicorn.*pip install eyebright\[server\]", capsys.readouterr().err)


def test_the_help_tells_the_server_s_own_limits() -> None:
    assert serve.BUDGET_MS == settings.BUDGET_MS
    assert settings.RECEIVE_S == serve.RECEIVE_S


def test_the_help_tells_what_the_memory_is_divided_by(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])

    told = " ".join(capsys.readouterr().out.split())
    assert "divided evenly among the workers and one more process" in told
    able = machine_of(
        {"capabilities": {}, "versions": {}, "facts_key": ""},
        settings.Settings(images=".", workers=1, memory_mb=800),
    ).able
    assert able.memory_mb == 400
    assert "with --workers 1 each picture may take half of it" in told
