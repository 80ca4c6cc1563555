"""What is tried before a server starts, so that it does not fail with the first request."""

from __future__ import annotations

import tempfile

from eyebright.errors import PolicyError
from eyebright.server.settings import Settings
from eyebright.server.store import Store


def check_start(settings: Settings) -> None:
    """Whether each process has memory, and `cache` and `uploads` take files.

    Makes folders that are not there. Of an object store only whether its kind is known. Raises
    PolicyError with the key.
    """
    processes = settings.workers + 1
    if settings.memory_mb is not None and settings.memory_mb < processes:
        raise PolicyError(
            f"{settings.memory_mb} MB leave less than 1 MB for each of {processes} processes, and "
            "a picture of one megapixel needs more; give more, or fewer workers",
            path="memory_mb",
        )
    _check(settings.cache_url, "cache")
    if settings.uploads:
        _check(settings.uploads, "uploads")


def _check(url: str, key: str) -> None:
    try:
        folder = Store(url).folder
    except (ValueError, ImportError) as exc:
        raise PolicyError(f"{url} cannot be used ({exc}); name a folder", path=key) from exc
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as exc:
        told = f"nothing can be written to {folder} ({exc.strerror}); name another folder"
        raise PolicyError(told, path=key) from exc
