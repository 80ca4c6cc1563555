"""What was sent lately, in memory, bounded by bytes; and other things, bounded by number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Values by key; the least recently used ones make room."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self.taken = 0

    def get(self, key: K) -> V | None:
        found = self._held.get(key)
        if found is None:
            return None
        self._held.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, size: int = 1) -> None:
        """Hold a value of a size; one above `most` is not held."""
        self.drop(key)
        if size > self._most:
            return
        self._held[key] = value, size
        self.taken += size
        while self.taken > self._most:
            _key, (_value, freed) = self._held.popitem(last=False)
            self.taken -= freed

    def drop(self, key: K) -> None:
        _value, size = self._held.pop(key, (None, 0))
        self.taken -= size
