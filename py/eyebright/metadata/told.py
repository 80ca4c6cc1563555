"""What happened to the metadata, as reasons: names of tags, never their values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eyebright.metadata import gain_map
from eyebright.metadata.choose import Kept
from eyebright.metadata.rights import MACHINE_EDITED
from eyebright.values import Reason

MAX_TOLD = 60
"""Names listed in one reason; the count tells of the others."""

SPEAKING = (
    ("where it was taken", ("GPS",)),
    ("serial numbers", ("SerialNumber",)),
    ("the owner's name", ("OwnerName",)),
    ("the maker's note", ("MakerNote",)),
    ("a thumbnail", ("Thumbnail ", "xmp:Thumbnails")),
    ("comments", ("Comment",)),
)
"""What people should know was in the file, and parts of the names that tell of it."""


def reasons(kept: Kept, kinds: Sequence[str], *, is_original: bool) -> tuple[Reason, ...]:
    """For the report: of a new file, or of the original that is delivered as it is."""
    private = [kind for kind in kinds if kind not in {"icc", gain_map.KIND}]
    if is_original:
        return _original(kept, private)
    found = (
        _kept(kept),
        _stripped(kept, private),
        _provenance(kept),
        _marked(kept),
        _damaged(kept),
        _gain_map(kinds),
    )
    return tuple(reason for reason in found if reason is not None)


def _original(kept: Kept, private: list[str]) -> tuple[Reason, ...]:
    if not private:
        return ()
    names = sorted({*kept.kept, *kept.stripped})
    text = (
        f"The original still holds its metadata ({', '.join(private)}), "
        f"which may tell {_speaking(names) or 'where it was taken'}."
    )
    return (Reason(code="metadata-kept", text=text, values={"kinds": private, **_listed(names)}),)


def _kept(kept: Kept) -> Reason | None:
    if not kept.kept:
        return None
    text = f"Kept in the new file: {', '.join(kept.kept[:MAX_TOLD])}{_more(kept.kept)}."
    return Reason(code="metadata-kept", text=text, values=_listed(kept.kept))


def _stripped(kept: Kept, private: list[str]) -> Reason | None:
    if not kept.stripped and (not private or kept.kept):
        return None
    what = f"{len(kept.stripped)} tag{'' if len(kept.stripped) == 1 else 's'}"
    spoken = _speaking(kept.stripped)
    among = f", among them {spoken}" if spoken else ""
    text = f"Metadata ({', '.join(private)}) was left out of the new file: {what}{among}."
    values = {"kinds": private, **_listed(kept.stripped)}
    return Reason(code="metadata-stripped", text=text, values=values)


def _provenance(kept: Kept) -> Reason | None:
    if not kept.has_provenance:
        return None
    text = (
        "The content credentials (C2PA) are not in the new file: they vouch for the exact pixels "
        "of the original. Keep the original where its provenance matters."
    )
    return Reason(code="provenance-removed", text=text)


def _marked(kept: Kept) -> Reason | None:
    if not kept.is_marked:
        return None
    text = "The new file says that it was edited by a machine (IPTC digital source type)."
    return Reason(code="metadata-marked", text=text, values={"source_type": MACHINE_EDITED})


def _damaged(kept: Kept) -> Reason | None:
    if not kept.damaged:
        return None
    names = " and ".join(kept.damaged)
    text = f"The {names} block is damaged or unsafe; only what could be read was looked at."
    return Reason(code="metadata-damaged", text=text, values={"blocks": list(kept.damaged)})


def _gain_map(kinds: Sequence[str]) -> Reason | None:
    if gain_map.KIND not in kinds:
        return None
    text = (
        "The new file has no gain map: it looks the same on ordinary screens, but shows no "
        "brighter lights on HDR screens. Keep the original where they matter."
    )
    return Reason(code="hdr-lost", text=text)


def _listed(names: Sequence[str]) -> dict[str, list[str] | int]:
    return {"tags": list(names[:MAX_TOLD]), "count": len(names)}


def _more(names: Sequence[str]) -> str:
    return f" and {len(names) - MAX_TOLD} more" if len(names) > MAX_TOLD else ""


def _speaking(names: Iterable[str]) -> str:
    joined = "\n".join(names)
    return ", ".join(what for what, parts in SPEAKING if any(part in joined for part in parts))
