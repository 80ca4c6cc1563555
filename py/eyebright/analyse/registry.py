"""Which models there are, and their files, each checked against the manifest before it is used."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

from eyebright.errors import CapabilityMissing, ModelRefused
from eyebright.host import shipped
from eyebright.host.base import Host
from eyebright.records import Record

SCHEMA = 1
"""Of the manifest's form, as models/common/manifest.py writes it."""


class Entry(Record):
    """What the manifest says of a model, as far as the runtime asks."""

    name: str
    version: str
    sha256: str


_checked: WeakKeyDictionary[Host, dict[str, bytes]] = WeakKeyDictionary()
"""Files that passed, by the host that read them."""


@functools.cache
def entries() -> Mapping[str, Entry]:
    """The models of this build by name. Raises CapabilityMissing for a manifest that is no such."""
    try:
        document: Any = json.loads(shipped.manifest())
        if document["schema"] != SCHEMA:
            raise CapabilityMissing(
                f"the models' manifest has form {document['schema']}, {SCHEMA} is needed; install "
                "eyebright again"
            )
        found = {
            name: Entry(name=name, version=one["version"], sha256=one["sha256"])
            for name, one in document["models"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise CapabilityMissing(
            f"the models' manifest cannot be read ({exc}); install eyebright again"
        ) from exc
    return MappingProxyType(found)


def fingerprints() -> dict[str, str]:
    """By model what identifies its file, for keys of caches; none where there is no manifest."""
    try:
        return {name: f"{one.version} {one.sha256}" for name, one in entries().items()}
    except CapabilityMissing:
        return {}


async def load(host: Host, entry: Entry) -> bytes:
    """The model's file, read once for each host.

    Raises CapabilityMissing where it is not here, ModelRefused where it is another.
    """
    known = _checked.setdefault(host, {})
    if entry.sha256 not in known:
        model = await host.read_model(entry.name)
        found = hashlib.sha256(model).hexdigest()
        if found != entry.sha256:
            raise ModelRefused(
                f"the model {entry.name} has the SHA-256 {found}, the manifest names "
                f"{entry.sha256}; install eyebright again, or empty the browser's cache"
            )
        known[entry.sha256] = model
    return known[entry.sha256]


def is_open(host: Host, entry: Entry) -> bool:
    """Whether the model's file was read on this host, and runs there at once."""
    model = _checked.get(host, {}).get(entry.sha256)
    return model is not None and host.is_open(model)


def free(host: Host) -> None:
    """Give back the memory that a host's models take, files and sessions."""
    _checked.pop(host, None)
    host.free_models()
