"""A folder of finished results, bounded, used only where somebody asks for it.

An entry is one file, named by a hash of the source, the goal and all versions: a line of JSON, the
report, and the bytes of the result. A file that was kept as it is has no bytes in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

from eyebright.cli.files import replace_file
from eyebright.deliver import Optimised
from eyebright.errors import PolicyError
from eyebright.host.base import Host
from eyebright.kernels import implementation
from eyebright.policy import POLICY_VERSION, Decision, Policies, canonical_json
from eyebright.values import Goal, Reason, Report
from eyebright.version import VERSION

DEFAULT_MAX_BYTES = 500_000_000
"""Some thousand pictures for the web."""

SUFFIX = ".eyebright"

_NAME = re.compile(rf"[0-9a-f]{{64}}{re.escape(SUFFIX)}")

_REUSED = Reason(code="cached", text="This result was made before and comes from the cache.")


class Cache:
    """Results by what they were made of; the least recently used ones make room."""

    def __init__(self, folder: Path, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    async def key(self, data: bytes, goal: Goal, host: Host, policies: Policies) -> str:
        """Equal only where the result would be equal."""
        made_of = {
            "source": hashlib.sha256(data).hexdigest(),
            "goal": goal.to_dict(),
            "versions": [VERSION, POLICY_VERSION, policies.fingerprint, implementation()],
            "capabilities": (await host.capabilities()).to_dict(),
            "encoders": dict(await host.encoder_versions()),
        }
        return hashlib.sha256(canonical_json(made_of).encode()).hexdigest()

    def get(self, key: str, data: bytes, name: str) -> Optimised | None:
        """The result for a file of these bytes and this name; None where it is not here whole."""
        path = self._path(key)
        try:
            head, _, made = path.read_bytes().partition(b"\n")
            kept = json.loads(head)
            report = Report.from_dict(kept["report"])
            record = Decision.from_dict(kept["record"]) if kept["record"] else None
            os.utime(path)
        except (OSError, ValueError, KeyError, TypeError, PolicyError):
            return None
        made = data if report.kept_original else made
        if len(made) != report.bytes:
            return None
        told = (*report.reasons, _REUSED)
        return Optimised(data=made, report=report.replace(name=name, reasons=told), record=record)

    def put(self, key: str, made: Optimised) -> None:
        """Remember a result, then make room."""
        record = made.record.to_dict() if made.record else None
        kept = {"report": made.report.replace(name="").to_dict(), "record": record}
        head = json.dumps(kept).encode()
        body = b"" if made.report.kept_original else made.data
        self._folder.mkdir(parents=True, exist_ok=True)
        replace_file(self._path(key), head + b"\n" + body)
        self._make_room()

    def clear(self) -> int:
        """Delete all entries, nothing else; their number."""
        entries = self._entries()
        for path in entries:
            path.unlink(missing_ok=True)
        return len(entries)

    def _path(self, key: str) -> Path:
        return self._folder / (key + SUFFIX)

    def _entries(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return [path for path in self._folder.iterdir() if _NAME.fullmatch(path.name)]

    def _make_room(self) -> None:
        known = [(path.stat(), path) for path in self._entries()]
        total = sum(stat.st_size for stat, _path in known)
        for stat, path in sorted(known, key=lambda entry: entry[0].st_mtime_ns):
            if total <= self._max_bytes:
                return
            path.unlink(missing_ok=True)
            total -= stat.st_size
