"""What the server answers: types, policies, caching, compressed siblings, and nothing else."""

import gzip
import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest

import serve

PAGE = b"<!doctype html><title>page</title>" * 20
CODE = b"export const answer = 42;\n" * 20


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("served")
    (top / "secret.txt").write_text("outside")
    site = top / "site"
    group = site / "app-0123456789"
    group.mkdir(parents=True)
    (site / "index.html").write_bytes(PAGE)
    (group / "a.mjs").write_bytes(CODE)
    (group / "a.mjs.br").write_bytes(brotli.compress(CODE))
    (group / "a.mjs.gz").write_bytes(gzip.compress(CODE))
    (site / ".hidden").write_text("hidden")
    (site / "leads-out").symlink_to(top / "secret.txt")
    for name in ("a.js", "a.wasm", "a.whl", "a.py", "a.onnx", "a.json", "a.css", "a.strange"):
        (group / name).write_bytes(b"x")
    return site


@pytest.fixture(scope="module")
def site(root: Path) -> Iterator[str]:
    with serve.serving(root) as address:
        yield address


def ask(
    address: str, path: str, *, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """One request with the path as it is: nothing is resolved or escaped on our side."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    return reply, body


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.wasm", "application/wasm"),
        ("a.whl", "application/zip"),
        ("a.py", "text/x-python; charset=utf-8"),
        ("a.onnx", "application/octet-stream"),
        ("a.json", "application/json"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.strange", "application/octet-stream"),
    ],
)
def test_files_have_their_media_type(site: str, name: str, expected: str) -> None:
    reply, _ = ask(site, f"/app-0123456789/{name}")

    assert reply.headers["Content-Type"] == expected


@pytest.mark.parametrize("path", ["/", "/app-0123456789/a.wasm", "/missing"])
def test_every_answer_isolates_and_forbids_evaluation(site: str, path: str) -> None:
    reply, _ = ask(site, path)

    assert reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert reply.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert reply.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    policy = reply.headers["Content-Security-Policy"].split("; ")
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert "connect-src 'self'" in policy
    assert not any("unsafe-inline" in rule or "'unsafe-eval'" in rule for rule in policy)


def test_isolation_can_be_left_out(root: Path) -> None:
    with serve.serving(root, isolated=False) as address:
        reply, _ = ask(address, "/")

    assert reply.headers["Cross-Origin-Opener-Policy"] is None
    assert reply.headers["Cross-Origin-Embedder-Policy"] is None
    assert reply.headers["Content-Security-Policy"] == serve.POLICY


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("br", "br"),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "gzip"),
        ("br;q=0.1, identity;q=0.9", None),
        ("br;q=0.001", "br"),
        ("br;q=2", None),
        ("br;q=much", None),
        ("zstd", None),
        ("identity", None),
        ("", None),
    ],
)
def test_the_sibling_is_chosen_by_quality_values(
    site: str, accept: str, expected: str | None
) -> None:
    reply, body = ask(site, "/app-0123456789/a.mjs", Accept_Encoding=accept)

    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[expected]
    assert reply.headers["Content-Encoding"] == expected
    assert reply.headers["Vary"] == "Accept-Encoding"
    assert reply.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert unpack(body) == CODE


def test_files_without_siblings_come_as_they_are(site: str) -> None:
    reply, body = ask(site, "/", Accept_Encoding="br, gzip")

    assert reply.headers["Content-Encoding"] is None
    assert body == PAGE


def test_only_hashed_groups_are_cached_for_ever(site: str) -> None:
    hashed, _ = ask(site, "/app-0123456789/a.mjs")
    named, _ = ask(site, "/index.html")

    assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert named.headers["Cache-Control"] == "no-cache"


def test_an_unchanged_file_is_not_sent_again(site: str) -> None:
    first, _ = ask(site, "/")
    again, body = ask(site, "/", If_None_Match=first.headers["ETag"])

    assert again.status == 304
    assert body == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_each_coding_has_its_own_tag(site: str) -> None:
    tags = {
        ask(site, "/app-0123456789/a.mjs", Accept_Encoding=coding)[0].headers["ETag"]
        for coding in ("br", "gzip", "identity")
    }

    assert len(tags) == 3


def test_head_has_the_headers_of_get_and_no_body(site: str) -> None:
    got, _ = ask(site, "/app-0123456789/a.mjs", Accept_Encoding="br")
    head, body = ask(site, "/app-0123456789/a.mjs", method="HEAD", Accept_Encoding="br")

    assert body == b""
    kept = ("Content-Length", "Content-Type", "Content-Encoding", "ETag")
    assert [head.headers[k] for k in kept] == [got.headers[k] for k in kept]


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/app-0123456789/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/leads-out",
        "/.hidden",
        "/app-0123456789/",
        "/app-0123456789",
        "/a%00.js",
        "/missing",
    ],
)
def test_nothing_outside_the_site_is_served(site: str, path: str) -> None:
    reply, body = ask(site, path)

    assert reply.status == 404
    assert b"outside" not in body


def test_a_site_under_a_path_answers_there_only(root: Path) -> None:
    with serve.serving(root, prefix="/sub/path/") as address:
        inside, body = ask(address, "/sub/path/?query=kept")
        outside, _ = ask(address, "/index.html")
        slashless, _ = ask(address, "/sub/path")

    assert address.endswith("/sub/path/")
    assert (inside.status, body) == (200, PAGE)
    assert outside.status == 404
    assert (slashless.status, slashless.headers["Location"]) == (308, "/sub/path/")


def test_only_loopback_is_listened_on_unless_told_otherwise(site: str) -> None:
    assert urlsplit(site).hostname == "127.0.0.1"


def test_many_requests_on_one_connection_are_answered(site: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=10)
    bodies = []
    for _ in range(5):
        connection.request("GET", "/")
        bodies.append(connection.getresponse().read())
    connection.close()

    assert bodies == [PAGE] * 5


def test_the_address_is_free_again_afterwards(root: Path) -> None:
    with serve.serving(root) as address:
        port = urlsplit(address).port or 0
    with serve.serving(root, port=port) as again:
        _, body = ask(again, "/")

    assert body == PAGE
