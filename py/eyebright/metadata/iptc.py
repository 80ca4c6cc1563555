"""IPTC-IIM (IIM 4.2): records of datasets, most often inside Photoshop's resource 0x0404.

Reading is total: a damaged block gives the datasets before the damage.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from eyebright.metadata.blocks import text_of

IPTC_RESOURCE = 0x0404
_DATASET, _RESOURCE = 0x1C, b"8BIM"

NAMES = {
    5: "ObjectName", 7: "EditStatus", 10: "Urgency", 15: "Category", 20: "SupplementalCategories",
    22: "FixtureIdentifier", 25: "Keywords", 26: "ContentLocationCode",
    27: "ContentLocationName", 30: "ReleaseDate", 35: "ReleaseTime", 37: "ExpirationDate",
    40: "SpecialInstructions", 55: "DateCreated", 60: "TimeCreated", 62: "DigitalCreationDate",
    63: "DigitalCreationTime", 65: "OriginatingProgram", 70: "ProgramVersion", 75: "ObjectCycle",
    80: "By-line", 85: "By-lineTitle", 90: "City", 92: "Sub-location", 95: "Province-State",
    100: "CountryCode", 101: "CountryName", 103: "OriginalTransmissionReference",
    105: "Headline", 110: "Credit", 115: "Source", 116: "CopyrightNotice", 118: "Contact",
    120: "Caption-Abstract", 122: "Writer-Editor", 184: "JobID", 187: "UniqueDocumentID",
    188: "OwnerID",
}  # fmt: skip
"""Datasets of record 2 (IIM 4.2, chapter 6)."""

COUNTED = frozenset({"ApplicationRecordVersion", "CodedCharacterSet", "EnvelopeRecordVersion"})
"""Housekeeping: no metadata of the picture."""


@dataclass(frozen=True, slots=True)
class Dataset:
    name: str
    value: str


def parse(block: bytes) -> tuple[Dataset, ...]:
    """All datasets, in order. Never raises."""
    return tuple(_datasets(block))


def _datasets(block: bytes) -> Iterator[Dataset]:
    at = 0
    while at + 5 <= len(block) and block[at] == _DATASET:
        record, number, size = struct.unpack_from(">BBH", block, at + 1)
        at += 5
        if size & 0x8000:  # extended: the size's own length, then the size
            length = size & 0x7FFF
            size = int.from_bytes(block[at : at + length], "big") if length <= 4 else len(block)
            at += length
        if at + size > len(block):
            return
        name = _name(record, number)
        if name not in COUNTED:
            yield Dataset(name, text_of(block[at : at + size]))
        at += size


def _name(record: int, number: int) -> str:
    if (record, number) in {(1, 0), (1, 90), (2, 0)}:
        return {(1, 0): "EnvelopeRecordVersion", (1, 90): "CodedCharacterSet"}.get(
            (record, number), "ApplicationRecordVersion"
        )
    return NAMES.get(number, f"{record}:{number}") if record == 2 else f"{record}:{number}"


def from_photoshop(resources: bytes) -> bytes:
    """The IIM block among the image resources (Adobe Photoshop File Formats), or nothing."""
    at = 0
    while at + 12 <= len(resources) and resources[at : at + 4] == _RESOURCE:
        (kind,) = struct.unpack_from(">H", resources, at + 4)
        name_bytes = 1 + resources[at + 6]
        size_at = at + 6 + name_bytes + name_bytes % 2
        if size_at + 4 > len(resources):
            return b""
        (size,) = struct.unpack_from(">I", resources, size_at)
        if kind == IPTC_RESOURCE:
            return resources[size_at + 4 : size_at + 4 + size]
        at = size_at + 4 + size + size % 2
    return b""
