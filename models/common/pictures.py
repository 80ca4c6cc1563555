"""Pictures of all kinds out of the data sets, for comparing, measuring and looking."""

from __future__ import annotations

import hashlib
from pathlib import Path

FOLDERS = ("pristine", "content", "saliency", "text")
"""Below the data folder: photos, charts, diagrams, screenshots, products, receipts."""

SUFFIXES = frozenset({".webp", ".png", ".jpg", ".jpeg", ".avif"})


def pictures(data: Path, count: int) -> list[Path]:
    """At most `count`, as many of each set as of any other, by the hash of their names."""
    sets: dict[Path, list[Path]] = {}
    for folder in FOLDERS:
        for path in (data / folder).rglob("*"):
            if path.suffix.lower() in SUFFIXES:
                sets.setdefault(path.parent, []).append(path)
    queues = [sorted(paths, key=mixed) for _, paths in sorted(sets.items())]
    chosen: list[Path] = []
    for rank in range(max((len(queue) for queue in queues), default=0)):
        chosen += [queue[rank] for queue in queues if rank < len(queue)]
    return chosen[:count]


def mixed(path: Path) -> str:
    """Orders pictures as if by chance, the same everywhere."""
    return hashlib.sha256(path.name.encode()).hexdigest()
