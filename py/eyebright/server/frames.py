"""Messages between the server and its working processes: a JSON object, and bytes beside it.

On the wire: the lengths of both (unsigned, 4 and 8 bytes, big-endian), then both. No pickle: what a
worker that was taken over could send is data, never code.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

LENGTHS = struct.Struct(">IQ")


def pack_frame(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """The message before its body, which follows as it is."""
    text = json.dumps(head).encode()
    return LENGTHS.pack(len(text), len(body)) + text


def read_lengths(packed: bytes) -> tuple[int, int]:
    """Of the JSON and of the body."""
    head, body = LENGTHS.unpack(packed)
    return int(head), int(body)
