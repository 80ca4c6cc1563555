"""Forms as clients of `POST /upload` send them."""

from __future__ import annotations

import json
from typing import Any

from starlette.testclient import TestClient

from eyebright.deliver import Optimised


def send(client: TestClient, *, record: Any = None, **files: bytes) -> Any:
    named = {name: ("../../evil.php", data) for name, data in files.items()}
    fields = {} if record is None else {"record": record}
    return client.post("/upload", files=named, data=fields)


def record_of(made: Optimised) -> dict[str, Any]:
    assert made.record is not None
    read: dict[str, Any] = json.loads(made.record.to_json())
    return read
