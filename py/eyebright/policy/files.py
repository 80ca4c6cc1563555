"""A user's own policy file (TOML) over the built-in tables.

    [content.food]            a new kind of content, or changes to a built-in one
    extends = "product"       what it starts from; general where left out
    target = 82

    [brand]                   what holds for every picture, above its content
    name = "Acme"
    colours = ["#d0103a"]
    forbid = ["crop"]

    [contexts]                who reviews what stands where; "" asks nobody
    banner = "editor"

Keys are those of `ContentPolicy` and `Brand`. Mistakes are PolicyErrors that name the file and the
key's path. What a content forbids cannot be allowed by a file over it: give such content another
name. Several files lie over one another, the later over the earlier; only one may hold a brand.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from eyebright.errors import PolicyError
from eyebright.policy import formats
from eyebright.policy.content import (
    BUILT_IN,
    FORBIDDABLE,
    Brand,
    ContentPolicy,
    Policies,
)
from eyebright.policy.goals import check_colour
from eyebright.values import FORMATS

MAX_FILE_CHARS = 100_000
"""A policy file is a page of text; more is a mistake."""

MAX_CONTENTS = 100

MAX_FILES = 8
"""Files over one another: a house, a brand and a person need three."""

NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")

SECTIONS = ("content", "brand", "contexts")

Table = Mapping[str, Any]


def load_policies(text: str, *, name: str = "", over: Policies = BUILT_IN) -> Policies:
    """The tables of a policy file over others, the built-in ones where none are given.

    Raises PolicyError by the file's `name` and the key's path, TypeError for what is no text.
    """
    try:
        return _loaded(_parse(text), over)
    except PolicyError as exc:
        raise PolicyError(exc.message, path=exc.path, file=name) from exc


def load_policy_files(files: Iterable[tuple[str, str]]) -> Policies:
    """The tables of several files, (name, text), each over those before. Raises PolicyError."""
    found = tuple(files)
    if len(found) > MAX_FILES:
        raise PolicyError(f"{len(found)} policy files; at most {MAX_FILES} lie over one another")
    policies = BUILT_IN
    for name, text in found:
        policies = load_policies(text, name=name, over=policies)
    return policies


def _loaded(document: Table, over: Policies) -> Policies:
    for key in document:
        if key not in SECTIONS:
            raise PolicyError(f"unknown section; use {', '.join(SECTIONS)}", path=key)
    contents = _contents(_table(document, "content"), over.contents)
    brand = _brand(_table(document, "brand")) if "brand" in document else None
    if brand is not None and over.brand is not None:
        raise PolicyError("an earlier file has a brand already; keep one", path="brand")
    contexts = _contexts(_table(document, "contexts"), over.contexts)
    made = Policies(contents=contents, contexts=contexts, brand=brand or over.brand)
    return made.replace(fingerprint=_fingerprint(made))


def _parse(text: str) -> dict[str, Any]:
    if not isinstance(text, str):
        raise TypeError(
            f"a policy file's text is of type {type(text).__name__}; decode it to str first"
        )
    if len(text) > MAX_FILE_CHARS:
        raise PolicyError(
            f"the policy file has {len(text)} characters; at most {MAX_FILE_CHARS} are read"
        )
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise PolicyError(f"the policy file is not valid TOML ({exc}); mend that line") from exc
    except RecursionError as exc:
        raise PolicyError(
            "the policy file is nested without end; a table holds plain keys"
        ) from exc


def _table(document: Table, key: str, above: str = "") -> Table:
    table, path = document.get(key, {}), f"{above}{key}"
    if not isinstance(table, Mapping):
        raise PolicyError(f"must be a section; write [{path}]", path=path)
    return table


def _contents(tables: Table, known: Mapping[str, ContentPolicy]) -> dict[str, ContentPolicy]:
    if len(tables) > MAX_CONTENTS:
        raise PolicyError(f"{len(tables)} contents; at most {MAX_CONTENTS}", path="content")
    made: dict[str, ContentPolicy] = dict(known)
    for name in tables:
        _check_name(name, f"content.{name}")
    for name in tables:
        made[name] = _content(name, tables, known, ())
    return made


def _content(
    name: str, tables: Table, below: Mapping[str, ContentPolicy], above: tuple[str, ...]
) -> ContentPolicy:
    """The content with what it extends, in this file (`tables`) or below it."""
    path = f"content.{name}"
    if name not in tables:
        return below[name]
    own = dict(_table(tables, name, "content."))
    parent = own.pop("extends", name if name in below else "general")
    if parent not in tables and parent not in below:
        known = ", ".join(dict.fromkeys((*below, *tables)))
        raise PolicyError(f"unknown {parent!r}; use one of {known}", path=f"{path}.extends")
    if parent in above:
        raise PolicyError(
            f"{name} and {parent} extend each other; break the circle", path=f"{path}.extends"
        )
    base = below.get(name) if parent == name else None
    if base is None:
        base = _content(parent, tables, below, (*above, name))
    policy = ContentPolicy.from_dict({**base.to_dict(), **own}, path=path)
    _check_content(policy, own, path)
    _check_not_relaxed(policy, below.get(name), path)
    return policy


def _check_content(policy: ContentPolicy, own: Table, path: str) -> None:
    _check_common(policy.target, policy.floor, policy.forbid, path)
    _check_range(policy.max_delta_e, 100, f"{path}.max_delta_e")
    _check_range(policy.min_text_px, 1000, f"{path}.min_text_px")
    if policy.subsampling not in ("420", "444"):
        raise PolicyError(
            f"unknown {policy.subsampling!r}; use 420 or 444", path=f"{path}.subsampling"
        )
    if policy.lossless_only and own.get("target", 100) != 100:
        raise PolicyError(
            "contradicts lossless_only, which always scores 100; drop one", path=f"{path}.target"
        )
    if policy.restore and "restore" in policy.forbid:
        raise PolicyError("contradicts forbid = restore; drop one", path=f"{path}.restore")


def _check_not_relaxed(policy: ContentPolicy, below: ContentPolicy | None, path: str) -> None:
    if below is None:
        return
    for key in ("lossless_only", "keep_original"):
        if getattr(below, key) and not getattr(policy, key):
            raise PolicyError(
                "a prohibition from below cannot be lifted; give the content another name",
                path=f"{path}.{key}",
            )
    if not set(below.forbid) <= set(policy.forbid):
        raise PolicyError(
            f"must still hold {', '.join(below.forbid)}; give the content another name",
            path=f"{path}.forbid",
        )


def _brand(table: Table) -> Brand:
    brand = Brand.from_dict(table, path="brand")
    _check_common(brand.target, brand.floor, brand.forbid, "brand")
    _check_range(brand.max_delta_e, 100, "brand.max_delta_e")
    _check_range(brand.colour_delta_e, 100, "brand.colour_delta_e")
    _check_range(brand.min_text_px, 1000, "brand.min_text_px")
    if brand.max_width is not None and brand.max_width < 1:
        raise PolicyError(f"{brand.max_width} is not a positive number", path="brand.max_width")
    for index, colour in enumerate(brand.colours):
        check_colour(colour, f"brand.colours[{index}]")
    _check_brand_formats(brand)
    return brand


def _check_brand_formats(brand: Brand) -> None:
    if brand.formats is None:
        return
    if not brand.formats:
        raise PolicyError("the list is empty; leave it out to allow all", path="brand.formats")
    for index, name in enumerate(brand.formats):
        if name not in FORMATS:
            known = ", ".join(FORMATS)
            raise PolicyError(f"unknown {name!r}; use {known}", path=f"brand.formats[{index}]")
    if "lossy" in brand.forbid and not formats.HAS_LOSSLESS.intersection(brand.formats):
        raise PolicyError(
            "lossy is forbidden, but none of these can be lossless; allow webp, png or jxl",
            path="brand.formats",
        )


def _contexts(table: Table, known: Mapping[str, str]) -> dict[str, str]:
    made = dict(known)
    for name, reviewer in table.items():
        _check_name(name, f"contexts.{name}")
        if not isinstance(reviewer, str):
            raise PolicyError('name who reviews it, or "" for nobody', path=f"contexts.{name}")
        made[name] = reviewer
    return made


def _check_common(
    target: float | None, floor: int | None, forbid: tuple[str, ...], path: str
) -> None:
    _check_range(target, 100, f"{path}.target")
    _check_range(floor, 100, f"{path}.floor")
    for index, name in enumerate(forbid):
        if name not in FORBIDDABLE:
            known = ", ".join(FORBIDDABLE)
            raise PolicyError(f"unknown {name!r}; use {known}", path=f"{path}.forbid[{index}]")


def _check_range(value: float | None, most: float, path: str) -> None:
    if value is not None and not 0 <= value <= most:
        raise PolicyError(f"{value} is not between 0 and {most:g}", path=path)


def _check_name(name: str, path: str) -> None:
    if name == "auto" or NAME.fullmatch(name) is None:
        raise PolicyError("not a name; use small letters, digits, - and _, but not auto", path=path)


def _fingerprint(policies: Policies) -> str:
    """Eight hexadecimal digits of the file's meaning, for versions and cache keys."""
    text = json.dumps(policies.to_dict(), sort_keys=True, separators=(",", ":"))
    import hashlib  # noqa: PLC0415 - 3 ms, which `decide` alone does not need

    return hashlib.sha256(text.encode()).hexdigest()[:8]
