"""What whoever runs a server may set."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from eyebright.errors import PolicyError
from eyebright.intake import Limits
from eyebright.policy.hints import MAX_SIDE_PX
from eyebright.policy.wishes import read_wish
from eyebright.records import Record, field

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Of a picture in the folder or of an upload: above any camera's JPEG. Our choice."""

BUDGET_MS = 2_000
"""How long one waits for the good variant: where a page counts as slow to show its largest picture
is 2.5 s (Web Vitals, Largest Contentful Paint), and the rest of it takes time, too."""

GIVE_UP_S = 120.0
"""A task that takes longer is ended with its process: no mode of ours is meant to. Our choice."""

RECEIVE_S = 120.0
"""Longest that an upload may take to arrive: 64 MiB at 5 Mbit/s take 107 s. Our choice."""

HOT_BYTES = 64 * 1024 * 1024
"""Finished variants that are held in memory: about a thousand of a page's pictures. Our choice."""

CACHE_BYTES = 2_000_000_000
"""Variants on disk: some ten thousand pictures of a few sizes and formats each. Our choice."""

MAX_AGE_S = 86_400
"""How long caches may keep a variant before they ask again: a day. Its address has no version, so
a changed picture is shown late by as much. Our choice."""

WAITING_PER_WORKER = 16
"""Tasks in the queue for each process: at about a second each, the last waits a quarter of a
minute, beyond which clients had better come again. Our choice."""

QUICK_LANES = 1
"""Processes for quick variants, beside the workers."""

VIEWS = 100
"""Loads that share one encode, for the policy's reckoning of time. Our choice."""


def cores() -> int:
    """Processes that work by default."""
    return os.cpu_count() or 1


class Settings(Record):
    """Of one server. Raises PolicyError, with the key, for what cannot be meant."""

    images: str
    """Folder of the pictures that are served. Nothing outside it is ever read."""
    cache: str = ""
    """Folder, or an address that fsspec knows (s3://bucket/prefix), where variants are kept, by
    hashes alone, so that servers can share it; empty: `eyebright` in the user's cache folder."""
    cache_bytes: int = CACHE_BYTES
    """Most that a folder may hold; the least recently used make room."""
    workers: int = field(default_factory=cores)
    """Processes that make variants; QUICK_LANES more make the quick ones."""
    waiting: int = 0
    """Most tasks in the queue before 503; 0: WAITING_PER_WORKER for each worker."""
    memory_mb: int | None = None
    """Memory that the work on pictures may take in all processes together, beside what they take
    when idle, 10^6 bytes; each of the workers and QUICK_LANES has an equal share, which bounds the
    largest picture. None: half of the machine's."""
    budget_ms: int = BUDGET_MS
    """After it a quick variant is sent, while the good one is made. 0 sends quick ones at once."""
    give_up_s: float = GIVE_UP_S
    receive_s: float = RECEIVE_S
    """Seconds in which all of an upload has to arrive; else 408."""
    max_age_s: int = MAX_AGE_S
    max_side_px: int = 4096
    """Largest `w` and `h` that may be asked for."""
    widths: tuple[int, ...] = ()
    """Where given, `w` and `h` are rounded up to one of these. With `aspects` beside it, strangers
    cannot ask for thousands of variants."""
    aspects: tuple[str, ...] = ()
    """Where given, all that `aspect` may be."""
    views: int = VIEWS
    models: bool = True
    """Whether models look at the pictures, where onnxruntime is installed."""
    limits: Limits = field(default_factory=lambda: Limits(max_bytes=MAX_FILE_BYTES))
    hot_bytes: int = HOT_BYTES
    origins: tuple[str, ...] = ()
    """Origins whose scripts may read answers and upload (CORS); "*" is any."""
    uploads: str = ""
    """Folder, or an address that fsspec knows, where `POST /upload` keeps pictures, each under the
    hash of its bytes; empty: nothing is taken."""

    def __post_init__(self) -> None:
        if not Path(self.images).is_dir():
            raise PolicyError(f"{self.images} is no folder; name one with pictures", path="images")
        self._check_numbers()
        if self.max_side_px > MAX_SIDE_PX:
            raise PolicyError(f"must be {MAX_SIDE_PX} or less", path="max_side_px")
        if any(not 1 <= width <= self.max_side_px for width in self.widths):
            raise PolicyError(f"must be between 1 and {self.max_side_px}", path="widths")
        for aspect in self.aspects:
            _check_aspect(aspect)
        _check_origins(self.origins)

    def _check_numbers(self) -> None:
        for name in ("workers", "views", "max_side_px", "cache_bytes"):
            if getattr(self, name) < 1:
                raise PolicyError("must be 1 or more", path=name)
        for name in ("waiting", "budget_ms", "max_age_s", "hot_bytes"):
            if getattr(self, name) < 0:
                raise PolicyError("must be 0 or more", path=name)
        for name in ("give_up_s", "receive_s"):
            if not getattr(self, name) > 0:
                raise PolicyError("must be more than 0", path=name)

    @property
    def most_waiting(self) -> int:
        return self.waiting or WAITING_PER_WORKER * self.workers

    @property
    def cache_url(self) -> str:
        own = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return self.cache or str(Path(own) / "eyebright")


def _check_aspect(aspect: str) -> None:
    """Raises PolicyError for none, and for a size in pixels."""
    if read_wish(aspect, "aspects").width:
        raise PolicyError(f"{aspect} is a size; write an aspect like 1:1", path="aspects")


def _check_origins(origins: tuple[str, ...]) -> None:
    """Raises PolicyError for what no browser sends as one (Fetch, the Origin header)."""
    for origin in origins:
        parts = urlsplit(origin)
        if origin != "*" and (not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}"):
            raise PolicyError(
                f"{origin!a} is no origin; write one like https://shop.example", path="origins"
            )
