"""Metadata overwritten where it stands, for files in which nothing may move.

Where offsets into the file are spread over it (TIFF, MPO, AVIF), blocks are replaced by others that
are not longer, in the very places that they give up.
"""

from __future__ import annotations

from collections.abc import Sequence

Place = tuple[int, int]
"""Start and end."""


def check_apart(stays: Sequence[Place], freed: Sequence[Place]) -> None:
    """Raises ValueError where something that stays would be overwritten."""
    ends = {True: 0, False: 0}
    for start, end, stay in sorted([(*p, True) for p in stays] + [(*p, False) for p in freed]):
        if start < ends[not stay]:
            raise ValueError("its blocks lie over one another")
        ends[stay] = max(ends[stay], end)


def gaps(stays: Sequence[Place], size: int) -> list[Place]:
    """What of a file of this size lies outside all of these."""
    found, last_end = [], 0
    for start, end in sorted(stays):
        if start > last_end:
            found.append((last_end, start))
        last_end = max(last_end, end)
    return [*found, (last_end, size)] if last_end < size else found


def fill(data: bytearray, places: Sequence[Place], value: int = 0) -> None:
    """Overwrite every byte of these places."""
    for start, end in places:
        data[start:end] = bytes((value,)) * (min(end, len(data)) - start)


def take(places: list[Place], size: int) -> Place:
    """A place of just this size, taken from the smallest that holds it, at an even offset.

    Raises ValueError where none does.
    """
    fitting = [place for place in places if place[1] - _even(place[0]) >= size]
    if not fitting:
        raise ValueError(f"no place for {size} bytes of metadata without moving what follows")
    start, end = min(fitting, key=lambda place: place[1] - place[0])
    places.remove((start, end))
    first = _even(start)
    places.append((first + size, end))
    return first, first + size


def _even(at: int) -> int:
    return at + at % 2


def padded(packet: bytes, size: int) -> bytes:
    """An XMP packet with spaces before its closing instruction, as XMP allows."""
    at = packet.rfind(b"<?xpacket end")
    if at < 0:
        return packet.ljust(size)
    return packet[:at] + b" " * (size - len(packet)) + packet[at:]
