"""Gather the files of vendor.toml into .cache/vendor, each at its pinned SHA-256.

    python build/vendor.py [--use site --use check ...]

A file is in the cache only after its hash was right; it is written aside and renamed, so
several runs at once, or one that was cut off, do no harm. What is cached needs no network.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import tomllib
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "build" / "vendor.toml"
CACHE = ROOT / ".cache" / "vendor"

CDN_TIMEOUT_S = 4
"""A content network that is there answers within this; a registry comes next."""

RANGE_TIMEOUT_S = 60
"""For one range of a wheel from the package index."""

RANGE_CHUNK_BYTES = 1 << 20
"""Least bytes asked for at once: few requests, little waste beside wheels of 1 to 3 MB."""

PARALLEL = 4
"""Downloads at once; they wait on the network, not on a core."""


class VendorError(Exception):
    """An outside file cannot be had, or is not the one that was pinned."""


class HashMismatch(VendorError):
    """Bytes that are not those of the table. Never passed over."""


class SourceUnavailable(VendorError):
    """One source does not answer; the next may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """One row of vendor.toml; the comments there explain the columns."""

    name: str
    version: str
    licence: str
    sha256: str
    sources: tuple[str, ...]
    use: str
    site: str = ""
    members: tuple[str, ...] = ()
    flat: bool = False


def table(path: Path = TABLE) -> tuple[Outside, ...]:
    """Rows of vendor.toml in its order."""
    rows = tomllib.loads(path.read_text("utf-8"))["file"]
    return tuple(Outside(**{key: frozen(value) for key, value in row.items()}) for row in rows)


def frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def gather(
    uses: Iterable[str] = ("site",),
    *,
    cache: Path = CACHE,
    say: Callable[[str], None] = print,
) -> dict[str, Path]:
    """Paths by name of all files with one of these uses, fetched where missing."""
    wanted = [row for row in table() if row.use in set(uses)]
    with ThreadPoolExecutor(PARALLEL) as pool:
        paths = list(pool.map(lambda row: obtain(row, cache=cache, say=say), wanted))
    return {row.name: path for row, path in zip(wanted, paths, strict=True)}


def vendored(name: str) -> Path:
    """Path of one file by its name in the table, fetched if it is missing."""
    for row in table():
        if row.name == name:
            return obtain(row)
    raise VendorError(f"{name} is not in {TABLE.name}; add a row with its sources and SHA-256")


def obtain(row: Outside, *, cache: Path = CACHE, say: Callable[[str], None] = print) -> Path:
    """Path of the cached file. Raises HashMismatch, or VendorError if no source answers."""
    path = cache / row.name
    if path.exists():
        check(row, path.read_bytes(), source=f"the cache ({path}); remove it to fetch it anew")
        return path
    data = fetch(row, say=say)
    write_whole(path, data)
    return path


def fetch(row: Outside, *, say: Callable[[str], None] = print) -> bytes:
    """Bytes from the first source that answers."""
    refusals = []
    for source in row.sources:
        try:
            data = read(source)
        except SourceUnavailable as exc:
            refusals.append(f"  {source}: {exc}")
            continue
        check(row, data, source=source)
        say(f"  {row.name}  {len(data):,} bytes from {source.partition('!')[0]}")
        return data
    raise VendorError(
        f"{row.name}: no source answers; connect to one of them and run again\n"
        + "\n".join(refusals)
    )


def check(row: Outside, data: bytes, *, source: str) -> None:
    """Raises HashMismatch unless `data` is what the table pins."""
    found = hashlib.sha256(data).hexdigest()
    if found != row.sha256:
        raise HashMismatch(
            f"{row.name} is not the pinned file\n"
            f"  expected sha256 {row.sha256}\n"
            f"  found    sha256 {found}\n"
            f"  from     {source}"
        )


def write_whole(path: Path, data: bytes) -> None:
    """Write so that nobody ever sees half a file under this name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(part).chmod(0o644)
    Path(part).replace(path)


def read(source: str) -> bytes:
    """Bytes of one source. Raises SourceUnavailable."""
    kind, _, rest = source.partition(":")
    if kind == "npm":
        return read_npm(rest)
    if kind == "pypi":
        requirement, _, member = rest.partition("!")
        return read_wheel_member(requirement, member)
    if kind == "wheel":
        return read_wheel(rest)
    return read_https(source)


def read_npm(specification: str) -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        raise SourceUnavailable("npm is not on PATH; install Node.js with npm")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", specification, "--ignore-scripts", "--silent"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        tarballs = list(Path(folder).glob("*.tgz"))
        if done.returncode or not tarballs:
            raise SourceUnavailable(f"npm pack failed: {last_line(done.stderr)}")
        return tarballs[0].read_bytes()


_unreachable: set[str] = set()


def read_https(url: str) -> bytes:
    host = urlsplit(url).netloc
    if host in _unreachable:
        raise SourceUnavailable("did not answer a moment ago")
    try:
        with urllib.request.urlopen(url, timeout=CDN_TIMEOUT_S) as reply:  # noqa: S310  # https by the table
            return bytes(reply.read())
    except OSError as exc:
        if not isinstance(exc, urllib.error.HTTPError):
            _unreachable.add(host)
        raise SourceUnavailable(str(exc)) from exc


def read_wheel(name: str) -> bytes:
    """A whole wheel of the package index, for whatever machine its name says."""
    distribution, version, python, abi, machine = name.removesuffix(".whl").split("-")
    options = ["--platform", machine, "--python-version", python[2:], "--abi", abi]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
        command += [*options, "--quiet", "--dest", folder, f"{distribution}=={version}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found = Path(folder) / name
        if done.returncode or not found.exists():
            raise SourceUnavailable(f"pip finds no {name}: {last_line(done.stderr)}")
        return found.read_bytes()


_locating = threading.Lock()


def read_wheel_member(requirement: str, member: str) -> bytes:
    """One member of a wheel on the package index, without the rest of the wheel."""
    with _locating:
        url = wheel_url(requirement)
    try:
        with zipfile.ZipFile(open_ranges(url)) as wheel:
            return wheel.read(member)
    except (OSError, KeyError, zipfile.BadZipFile) as exc:
        raise SourceUnavailable(f"{member} cannot be read from {requirement}: {exc}") from exc


@functools.cache
def wheel_url(requirement: str) -> str:
    """Address of a wheel on whatever index pip is set up for; nothing is installed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--quiet"]
        command += ["--ignore-installed", "--ignore-requires-python", "--report", str(report)]
        done = subprocess.run([*command, requirement], capture_output=True, text=True, check=False)
        if done.returncode:
            raise SourceUnavailable(f"pip finds no {requirement}: {last_line(done.stderr)}")
        return str(json.loads(report.read_text("utf-8"))["install"][0]["download_info"]["url"])


def open_ranges(url: str) -> io.BufferedReader:
    """A seekable file over HTTP ranges (RFC 9110, section 14)."""
    return io.BufferedReader(RangeReader(url), RANGE_CHUNK_BYTES)


class RangeReader(io.RawIOBase):
    """Reads a file on a server piece by piece. Raises OSError where ranges are refused."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.position = 0
        self.size = int(self._get(0, 1)[1].rpartition("/")[2])

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence]
        self.position = max(0, start + offset)
        return self.position

    def tell(self) -> int:
        return self.position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed has Buffer, which has no length
        wanted = min(len(buffer), self.size - self.position)
        if wanted <= 0:
            return 0
        data, _ = self._get(self.position, wanted)
        buffer[: len(data)] = data
        self.position += len(data)
        return len(data)

    def _get(self, start: int, length: int) -> tuple[bytes, str]:
        wanted = {"Range": f"bytes={start}-{start + length - 1}"}
        request = urllib.request.Request(self.url, headers=wanted)  # noqa: S310  # pip's address
        with urllib.request.urlopen(request, timeout=RANGE_TIMEOUT_S) as reply:  # noqa: S310  # as above
            if reply.status != 206:
                raise OSError(f"{self.url} does not serve ranges (status {reply.status})")
            return bytes(reply.read()), str(reply.headers["Content-Range"])


def members(path: Path, patterns: Iterable[str]) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Files of a wheel, or of an npm tarball below package/, by patterns.

    Raises VendorError if one matches nothing.
    """
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for name in matching(path.name, wheel.namelist(), patterns):
                yield PurePosixPath(name), wheel.read(name)
        return
    with tarfile.open(path) as tarball:
        files = {m.name.removeprefix("package/"): m for m in tarball if m.isfile()}
        for name in matching(path.name, files, patterns):
            yield PurePosixPath(name), tarball.extractfile(files[name]).read()  # type: ignore[union-attr]  # a file, as asked above


def matching(archive: str, names: Iterable[str], patterns: Iterable[str]) -> Iterator[str]:
    """Names by each pattern in turn."""
    names = sorted(names)
    for pattern in patterns:
        found = [name for name in names if fnmatchcase(name, pattern)]
        if not found:
            raise VendorError(f"{archive} has no {pattern}; mend {TABLE.name}")
        yield from found


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no message"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--use", action="append", choices=sorted({row.use for row in table()}))
    uses = parser.parse_args().use or ["site"]
    try:
        paths = gather(uses)
    except VendorError as exc:
        sys.exit(f"vendor: {exc}")
    print(f"{len(paths)} outside files are at their pinned hashes")


if __name__ == "__main__":
    main()
