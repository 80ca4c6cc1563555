"""The first fields of a JPEG XL codestream, as it packs them (ISO/IEC 18181-1, annexes B and D)."""

from __future__ import annotations

CODESTREAM = b"\xff\x0a"

SIZE_BITS = (9, 13, 18, 30)

RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
"""Width over height for the ratio codes 1 to 7."""


class Bits:
    """Reads little-endian bit fields. Raises ValueError where the data end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "little")
        self._left = 8 * len(data)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise ValueError("the header is cut short")
        value = self._value & ((1 << count) - 1)
        self._value >>= count
        return value

    def choice(self, *ways: tuple[int, int]) -> int:
        """Two bits choose how many bits follow and what is added to them (U32)."""
        bits, offset = ways[self.take(2)]
        return self.take(bits) + offset

    def enum(self) -> int:
        return self.choice((0, 0), (0, 1), (4, 2), (6, 18))


def size(bits: Bits) -> tuple[int, int]:
    """Width and height, pixels."""
    is_small = bits.take(1)
    height = _side(bits, is_small)
    ratio = bits.take(3)
    if ratio:
        over, under = RATIOS[ratio - 1]
        return height * over // under, height
    return _side(bits, is_small), height


def _side(bits: Bits, is_small: int) -> int:
    return (bits.take(5) + 1) * 8 if is_small else bits.take(SIZE_BITS[bits.take(2)]) + 1


def bit_depth(bits: Bits) -> int:
    """Bits per sample, whole or floating."""
    if not bits.take(1):
        return bits.choice((0, 8), (0, 10), (0, 12), (6, 1))
    depth = bits.choice((0, 32), (0, 16), (0, 24), (6, 1))
    bits.take(4)  # bits of the exponent
    return depth


def extra_channels(bits: Bits) -> int:
    """Channels beside colour, alpha for one."""
    return bits.choice((0, 0), (0, 1), (4, 2), (12, 1))
