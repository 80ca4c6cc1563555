"""What decisions before decoding rest on."""

from __future__ import annotations

from typing import Protocol


class Header(Protocol):
    """What is known of a file before it is decoded: a Source or Facts."""

    @property
    def format(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def frames(self) -> int: ...
    @property
    def bit_depth(self) -> int: ...
    @property
    def has_alpha(self) -> bool: ...
