"""Gathering outside files: pinned hashes, sources in order, ranges. No network but loopback."""

import hashlib
import io
import re
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vendor

CONTENTS = bytes(range(256)) * 5000
DEAD = "http://127.0.0.1:9/"  # port 9, discard: nobody listens on loopback


class Ranges(BaseHTTPRequestHandler):
    """Serves `files` by path, by ranges unless `ranges` is false; counts the bytes sent."""

    def __init__(
        self, *args: object, files: dict[str, bytes], sent: list[int], ranges: bool
    ) -> None:
        self.files, self.sent, self.ranges = files, sent, ranges
        super().__init__(*args)

    def do_GET(self) -> None:
        data = self.files[self.path]
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if asked and self.ranges:
            first, last = int(asked[1]), min(int(asked[2]), len(data) - 1)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
            data = data[first : last + 1]
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.sent.append(len(data))

    def log_message(self, *_: object) -> None:
        pass


class Upstream:
    """A server of files on loopback."""

    def __init__(self, *, ranges: bool = True) -> None:
        self.files: dict[str, bytes] = {}
        self.sent: list[int] = []
        handler = partial(Ranges, files=self.files, sent=self.sent, ranges=ranges)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def add(self, path: str, data: bytes) -> str:
        self.files[path] = data
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    server = Upstream()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _forget_hosts() -> None:
    vendor._unreachable.clear()


def row(*sources: str, sha256: str = hashlib.sha256(CONTENTS).hexdigest()) -> vendor.Outside:
    return vendor.Outside(
        name="thing-1.0.bin",
        version="1.0",
        licence="MIT",
        sha256=sha256,
        sources=sources,
        use="site",
    )


def test_a_wrong_hash_stops_and_names_file_expected_and_found(
    upstream: Upstream, tmp_path: Path
) -> None:
    source = upstream.add("/wrong", b"other bytes")

    with pytest.raises(vendor.HashMismatch) as caught:
        vendor.obtain(row(source), cache=tmp_path)

    message = str(caught.value)
    assert "thing-1.0.bin is not the pinned file" in message
    assert f"expected sha256 {hashlib.sha256(CONTENTS).hexdigest()}" in message
    assert f"found    sha256 {hashlib.sha256(b'other bytes').hexdigest()}" in message
    assert source in message


def test_a_wrong_hash_leaves_nothing_in_the_cache(upstream: Upstream, tmp_path: Path) -> None:
    source = upstream.add("/wrong", b"other bytes")

    with pytest.raises(vendor.HashMismatch):
        vendor.obtain(row(source), cache=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_wrong_hash_is_not_passed_over_for_the_next_source(
    upstream: Upstream, tmp_path: Path
) -> None:
    wrong, right = upstream.add("/wrong", b"other bytes"), upstream.add("/right", CONTENTS)

    with pytest.raises(vendor.HashMismatch):
        vendor.obtain(row(wrong, right), cache=tmp_path)


def test_a_damaged_cache_is_told_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "thing-1.0.bin").write_bytes(CONTENTS[:-1])

    with pytest.raises(vendor.HashMismatch, match="remove it to fetch it anew"):
        vendor.obtain(row(DEAD), cache=tmp_path)


def test_a_source_that_does_not_answer_gives_way_to_the_next(
    upstream: Upstream, tmp_path: Path
) -> None:
    path = vendor.obtain(row(DEAD, upstream.add("/right", CONTENTS)), cache=tmp_path)

    assert path.read_bytes() == CONTENTS


def test_where_no_source_answers_all_are_named(tmp_path: Path) -> None:
    with pytest.raises(vendor.VendorError, match="no source answers") as caught:
        vendor.obtain(row(f"{DEAD}one", f"{DEAD}two"), cache=tmp_path)

    assert f"{DEAD}one" in str(caught.value)
    assert f"{DEAD}two: did not answer a moment ago" in str(caught.value)


def test_what_is_cached_needs_no_source(upstream: Upstream, tmp_path: Path) -> None:
    first = vendor.obtain(row(upstream.add("/right", CONTENTS)), cache=tmp_path)
    again = vendor.obtain(row(DEAD), cache=tmp_path)

    assert again.read_bytes() == first.read_bytes() == CONTENTS


@given(st.lists(st.tuples(st.integers(0, len(CONTENTS)), st.integers(0, 3000)), max_size=8))
def test_a_range_reader_reads_as_the_file_does(
    upstream: Upstream, steps: list[tuple[int, int]]
) -> None:
    with vendor.open_ranges(upstream.add("/file", CONTENTS)) as reader:
        read = [(reader.seek(at), reader.read(length))[1] for at, length in steps]

    assert read == [CONTENTS[at : at + length] for at, length in steps]


def test_one_member_of_a_large_wheel_costs_little(upstream: Upstream) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as wheel:
        wheel.writestr("large", bytes(20_000_000))
        wheel.writestr("small", CONTENTS)
    address = upstream.add("/wheel", packed.getvalue())
    upstream.sent.clear()

    with zipfile.ZipFile(vendor.open_ranges(address)) as wheel:
        member = wheel.read("small")

    assert member == CONTENTS
    assert sum(upstream.sent) < 6 * vendor.RANGE_CHUNK_BYTES


def test_a_server_without_ranges_is_refused() -> None:
    plain = Upstream(ranges=False)

    with pytest.raises(OSError, match="does not serve ranges"):
        vendor.open_ranges(plain.add("/file", CONTENTS))

    plain.close()


def test_members_are_found_below_package_by_pattern(tmp_path: Path) -> None:
    tarball = tmp_path / "thing.tgz"
    with tarfile.open(tarball, "w:gz") as packed:
        for name in ("package/dist/a.js", "package/dist/b.wasm", "package/README.md"):
            member = tarfile.TarInfo(name)
            member.size = len(name)
            packed.addfile(member, io.BytesIO(name.encode()))

    found = {str(path): data for path, data in vendor.members(tarball, ["dist/*"])}

    assert found == {"dist/a.js": b"package/dist/a.js", "dist/b.wasm": b"package/dist/b.wasm"}
    with pytest.raises(vendor.VendorError, match=r"thing\.tgz has no \*\.py"):
        list(vendor.members(tarball, ["*.py"]))


def test_every_row_of_the_table_is_pinned_and_has_its_version_in_its_name() -> None:
    rows = vendor.table()

    assert [r.name for r in rows if not re.fullmatch("[0-9a-f]{64}", r.sha256)] == []
    assert [r.name for r in rows if f"-{r.version}" not in r.name] == []
    assert [r.name for r in rows if not (r.sources and r.licence)] == []
    assert len({r.name for r in rows}) == len(rows)


def test_the_readme_names_every_licence_that_the_site_carries() -> None:
    readme = (vendor.ROOT / "README.md").read_text("utf-8")
    named = re.sub(r"[^a-z0-9]", "", readme.partition("## Licence")[2].lower())
    projects = {
        re.split(r"-(?=\d|core|web|jpeg|webp|avif|jxl|oxipng)", row.name)[0]
        for row in vendor.table()
        if row.use == "site"
    }

    assert {"pyodide", "numpy", "imagecodecs", "jsquash"} <= projects
    assert sorted(name for name in projects if name not in named) == []
