"""An upload's form, streamed to files of our own naming: no name of the client's is ever a path."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from eyebright.frozen import Frozen
from eyebright.policy.record import MAX_RECORD_CHARS
from eyebright.server.faults import BadUpload, ForeignOrigin, TooLarge, TooSlow

FILES = ("file", "original")
"""Fields that hold files: what is to be kept, and, where it is sent, what it was made of."""

RECORD = "record"
"""Field with the record of the client's decision, as JSON."""

MOST_OTHER_FIELDS = 8
"""Of the page's own form: they are not read."""

RECEIVE_S = 120.0
"""A slower client is cut off: 64 MB at 5 Mbit/s take 107 s. Our choice."""


class Received(Frozen):
    """What came, lying in a folder that its owner deletes."""

    file: Path
    original: Path | None
    record: dict[str, Any] | None


async def receive(request: Request, folder: Path, *, most_bytes: int) -> Received:
    """The form's files, each of `most_bytes` at the most.

    Raises TooLarge, TooSlow, and BadUpload for what is no such form.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise BadUpload("this is no multipart/form-data; send a form with a field named file")
    parser = MultiPartParser(
        request.headers,
        _bounded(request, len(FILES) * most_bytes + MAX_RECORD_CHARS),
        max_files=len(FILES),
        max_fields=MOST_OTHER_FIELDS,
        max_part_size=MAX_RECORD_CHARS,
    )
    try:
        async with asyncio.timeout(RECEIVE_S):
            form = await parser.parse()
    except TimeoutError as exc:
        raise TooSlow(f"it took more than {RECEIVE_S:g} s to arrive; try again") from exc
    except MultiPartException as exc:
        raise BadUpload(f"the form cannot be read: {exc.message}") from exc
    except ClientDisconnect as exc:
        raise BadUpload("the form broke off; send it again") from exc
    try:
        return await _saved(form, folder, most_bytes)
    finally:
        await form.close()


def check_origin(request: Request, origins: tuple[str, ...]) -> None:
    """Raises ForeignOrigin for a page of another origin than ours and those named.

    Browsers send forms anywhere without asking, and tell where from (Fetch, the Origin header).
    """
    origin = request.headers.get("origin", "")
    if not origin or origin in origins or "*" in origins:
        return
    if urlsplit(origin).netloc != request.headers.get("host", ""):
        raise ForeignOrigin("pages of this origin may not upload here; name it in `origins`")


async def _bounded(request: Request, most_bytes: int) -> AsyncGenerator[bytes, None]:
    """The body, as long as it keeps to its limit."""
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and int(told) > most_bytes:
        raise TooLarge(f"it has {told} bytes; at most {most_bytes} are taken")
    came = 0
    async for chunk in request.stream():
        came += len(chunk)
        if came > most_bytes:
            raise TooLarge(f"it has more than {most_bytes} bytes, which is the most that is taken")
        yield chunk


async def _saved(form: FormData, folder: Path, most_bytes: int) -> Received:
    paths: dict[str, Path | None] = {}
    for name in FILES:
        sent = form.get(name)
        is_there = isinstance(sent, UploadFile) and bool(sent.size)
        paths[name] = folder / name if is_there else None
        if isinstance(sent, UploadFile) and is_there:
            if (sent.size or 0) > most_bytes:
                raise TooLarge(f"{name} has {sent.size} bytes; at most {most_bytes} are taken")
            await asyncio.to_thread(_copy, sent.file, folder / name)
    file = paths["file"]
    if file is None:
        raise BadUpload("the form has no file; send it in a field named file")
    return Received(file=file, original=paths["original"], record=_record(form.get(RECORD)))


def _copy(sent: BinaryIO, path: Path) -> None:
    with path.open("xb") as file:
        shutil.copyfileobj(sent, file)


def _record(sent: UploadFile | str | None) -> dict[str, Any] | None:
    """None where there is none. Raises BadUpload for what is no JSON object."""
    if not sent:
        return None
    read: Any = None
    with suppress(ValueError, RecursionError):
        read = json.loads(sent) if isinstance(sent, str) else None
    if not isinstance(read, dict):
        raise BadUpload("the record is no JSON object; send it as `to_json` writes it")
    return read
