"""Moving a window along one side so that it cuts nothing which must stay whole."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

Span = tuple[int, int]
"""Where something begins and ends along a side."""


class Spans:
    """Counts of spans that a window keeps or cuts, without looking at each."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.spans = tuple(sorted(set(spans)))
        self._starts = sorted(start for start, _end in self.spans)
        self._ends = sorted(end for _start, end in self.spans)

    def cut(self, start: int, end: int) -> int:
        """Edges of a window that lie inside a span."""
        return self._at(start) + self._at(end)

    def lost(self, start: int, end: int) -> int:
        """Spans that are not wholly within."""
        early = bisect_left(self._starts, start)
        late = len(self._ends) - bisect_right(self._ends, end)
        both = sum(1 for first, last in self.spans[:early] if last > end)
        return early + late - both

    def _at(self, edge: int) -> int:
        return bisect_left(self._starts, edge) - bisect_right(self._ends, edge)


def spared(offset: int, window: int, side: int, keep: Spans, avoid: Spans, reach: int) -> int:
    """The nearest offset, at most `reach` away, that loses fewest of `keep`, then cuts fewest.

    It stays where it is if nothing is gained.
    """
    free = side - window
    edges = (edge for spans in (keep, avoid) for span in spans.spans for edge in span)
    wanted = (at for edge in edges for at in (edge, edge - window))
    tried = {offset, *(min(max(0, at), free) for at in wanted)}

    def cost(at: int) -> tuple[int, int, int, int, int]:
        end = at + window
        return keep.lost(at, end), keep.cut(at, end), avoid.cut(at, end), abs(at - offset), at

    return min((at for at in tried if abs(at - offset) <= reach), key=cost)
