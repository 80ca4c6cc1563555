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

from eyebright.errors import EyebrightError
from eyebright.frozen import Frozen
from eyebright.policy.record import MAX_RECORD_CHARS
from eyebright.server.faults import BadUpload, ForeignOrigin, TooLarge, TooSlow

FILE = "file"
"""Field of what is to be kept: a picture, or several."""

ORIGINAL = "original"
"""Field of what the one picture was made of, where it is sent."""

RECORDS = ("file-record", "record")
"""Fields with the record of the client's decision, as JSON, or with why there is none:
`{"fallback": {"code": ...}}`. The first is <eyebright-input name="file">'s; of several pictures
there is one for each, in their order."""

MOST_FILES = 20
"""In one form; all together have at most twice the bytes that one may have."""

MANY_FILES = "Too many files"
"""How the parser begins its sentence on more."""

MOST_OTHER_FIELDS = 8
"""Of the page's own form: they are not read."""

MOST_CODE_CHARS = 64
"""Of a fallback's code; ours have a dozen."""

MOST_NAME_CHARS = 255
"""Of a file's name; file systems take no longer ones."""


class Received(Frozen):
    """What came, lying in a folder that its owner deletes."""

    file: Path
    original: Path | None = None
    record: dict[str, Any] | None = None
    fallback: str = ""
    """Code of why the client sends its original."""
    name: str = ""
    """What the client calls it: told back to it, never a path."""
    fault: EyebrightError | None = None
    """Why it cannot be looked at."""


async def receive(
    request: Request, folder: Path, *, most_bytes: int, within_s: float
) -> tuple[Received, ...]:
    """The form's pictures, one or more, each of `most_bytes` at the most.

    All of the form arrives in `within_s` seconds, however many pieces it comes in.
    Raises TooLarge, TooSlow, and BadUpload for what is no such form.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise BadUpload("this is no multipart/form-data; send a form with a field named file")
    parser = MultiPartParser(
        request.headers,
        _bounded(request, 2 * most_bytes + MAX_RECORD_CHARS),
        max_files=MOST_FILES,
        max_fields=MOST_FILES + MOST_OTHER_FIELDS,
        max_part_size=MAX_RECORD_CHARS,
    )
    try:
        async with asyncio.timeout(within_s):
            form = await parser.parse()
    except TimeoutError as exc:
        raise TooSlow(
            f"the form took more than {within_s:g} s to arrive; send fewer or smaller files, or "
            "over a faster connection"
        ) from exc
    except MultiPartException as exc:
        if exc.message.startswith(MANY_FILES):
            raise BadUpload(
                f"the form has more than {MOST_FILES} files; send the rest in forms of their own"
            ) from exc
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


async def _saved(form: FormData, folder: Path, most_bytes: int) -> tuple[Received, ...]:
    files = await _files(form, FILE, folder, most_bytes)
    originals = await _files(form, ORIGINAL, folder, most_bytes)
    if not files:
        raise BadUpload("the form has no file; send it in a field named file")
    for original in originals:
        if original.fault is not None:
            raise original.fault
    if originals and (len(files), len(originals)) != (1, 1):
        raise BadUpload("an original goes with one file; send each pair in a form of its own")
    told = [_told(sent) for name in RECORDS for sent in form.getlist(name)]
    if told and len(told) != len(files):
        raise BadUpload(f"{len(files)} files came with {len(told)} records; send one for each")
    if told:
        files = [one.replace(**given) for one, given in zip(files, told, strict=True)]
    return tuple(one.replace(original=originals[0].file) if originals else one for one in files)


async def _files(form: FormData, name: str, folder: Path, most_bytes: int) -> list[Received]:
    """The field's files, under names of ours; a field that was left empty has none."""
    sent = [one for one in form.getlist(name) if isinstance(one, UploadFile)]
    chosen = [one for one in sent if one.size or one.filename]
    return [
        await _taken(one, folder / f"{name}-{index}", most_bytes)
        for index, one in enumerate(chosen)
    ]


async def _taken(sent: UploadFile, path: Path, most_bytes: int) -> Received:
    size = sent.size or 0
    taken = Received(file=path, name=(sent.filename or "")[:MOST_NAME_CHARS])
    if not size:
        return taken.replace(fault=BadUpload("the file is empty; send one with a picture in it"))
    if size > most_bytes:
        fault = TooLarge(f"it has {size} bytes; at most {most_bytes} are taken of one file")
        return taken.replace(fault=fault)
    await asyncio.to_thread(_copy, sent.file, path)
    return taken


def _copy(sent: BinaryIO, path: Path) -> None:
    with path.open("xb") as file:
        shutil.copyfileobj(sent, file)


def _told(sent: UploadFile | str) -> dict[str, Any]:
    """Of a Received: the record, or why there is none. Raises BadUpload for no JSON object."""
    if not sent:
        return {}
    read: Any = None
    with suppress(ValueError, RecursionError):
        read = json.loads(sent) if isinstance(sent, str) else None
    if not isinstance(read, dict):
        raise BadUpload("the record is no JSON object; send it as `to_json` writes it")
    fallback = read.get("fallback")
    if isinstance(fallback, dict):
        return {"fallback": str(fallback.get("code", ""))[:MOST_CODE_CHARS]}
    return {"record": read}
