"""What failed lately by its own fault, so that it is not tried again for everybody who asks."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from eyebright.errors import EyebrightError
from eyebright.server.recent import Recent

LASTING = frozenset({"CorruptImage", "UnsupportedFormat", "LimitExceeded", "WorkerLost"})
"""Kinds of what a next attempt would meet as well: a file that ends two processes does so again."""

REMEMBERED_S = 600.0
"""How long: a changed file is another one at once, so this only bounds what a fault of ours costs
that was mended without a restart, such as memory that was short. Our choice."""

MOST_REMEMBERED = 10_000
"""A few hundred bytes each."""


class Failures:
    """By what was asked for."""

    def __init__(self) -> None:
        self._known: Recent[Hashable, tuple[EyebrightError, float]] = Recent(MOST_REMEMBERED)

    @contextmanager
    def remembered(self, key: Hashable) -> Iterator[None]:
        """Raises what a former attempt raised; else remembers what this one raises."""
        error, since = self._known.get(key) or (None, 0.0)
        if error is not None and time.monotonic() - since < REMEMBERED_S:
            raise error.with_traceback(None)  # else it would grow by each that meets it
        try:
            yield
        except EyebrightError as exc:
            if exc.kind in LASTING:
                self._known.put(key, (exc, time.monotonic()))
            raise
