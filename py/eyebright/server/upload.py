"""`POST /upload`: a form's picture checked, made smaller where the client could not, and kept."""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from eyebright.errors import EyebrightError
from eyebright.policy import check_goal
from eyebright.results import unpack
from eyebright.server.answers import SAFE, refusal
from eyebright.server.checking import METADATA
from eyebright.server.faults import Busy
from eyebright.server.images import Images
from eyebright.server.receiving import Received, check_origin, receive
from eyebright.server.store import Store
from eyebright.values import EXTENSION, Goal

OURS = {
    "mode": "auto",
    "metadata": METADATA,
    "keep_provenance": False,
    "scaling": "auto",
    "crops": (),
    "pad": "",
    "variants": 0,
    "layout_widths": (),
    "placeholder": "",
}
"""Of a stranger's goal: what would cost the server much, or leave more in the file."""

UNKEPT = {**SAFE, "Cache-Control": "no-store"}
"""Of what is told of a form."""

AGAIN = ("Retry-After",)
"""Fields of a refusal that tell when to come again."""


class Uploads:
    """Takes pictures into `settings.uploads`, each under the hash of its bytes."""

    def __init__(self, images: Images) -> None:
        self._images = images
        self._store = Store(images.settings.uploads)
        self._under_way = 0

    async def take(self, request: Request) -> JSONResponse:
        """What was found and kept: `checked`, `verification`, `kept`, `report`.

        `verification` tells where the record differs, `report` how a file was made that was not
        kept as it came, `fallback` why the client sent its original. Of several files the same of
        each, in their order, as `files`, or `error` of one that is refused. Raises EyebrightError
        where nothing is taken of the form, or its one file is refused.
        """
        settings = self._images.settings
        check_origin(request, settings.origins)
        if self._under_way >= settings.most_waiting:
            raise Busy(f"{self._under_way} uploads are under way already; come again later")
        self._under_way += 1
        try:
            with tempfile.TemporaryDirectory(prefix="eyebright-") as folder:
                most_bytes = settings.limits.max_bytes
                within_s = settings.receive_s
                received = await receive(
                    request, Path(folder), most_bytes=most_bytes, within_s=within_s
                )
                if len(received) == 1:
                    return JSONResponse(await self._judged(received[0]), headers=UNKEPT)
                return await self._each(received)
        finally:
            self._under_way -= 1

    async def _each(self, received: tuple[Received, ...]) -> JSONResponse:
        """Of several files: 200 where all are kept, 207 where some are, else the gravest error."""
        told: list[dict[str, Any]] = []
        refusals: list[JSONResponse] = []
        for one in received:
            try:
                told.append(await self._judged(one))
            except EyebrightError as exc:
                refusals.append(refusal(exc))
                told.append({"error": _error(refusals[-1], one.name)})
        if len(refusals) < len(received):
            status = HTTPStatus.MULTI_STATUS if refusals else HTTPStatus.OK
            return JSONResponse({"files": told}, status_code=status, headers=UNKEPT)
        gravest = max(refusals, key=lambda one: one.status_code)
        headers = {name: gravest.headers[name] for name in AGAIN if name in gravest.headers}
        return JSONResponse(
            {"files": told}, status_code=gravest.status_code, headers={**UNKEPT, **headers}
        )

    async def _judged(self, received: Received) -> dict[str, Any]:
        if received.fault is not None:
            raise received.fault
        told, clean = await self._images.workshop.check(received)
        checked, report = told["checked"], None
        data, name = clean or await asyncio.to_thread(received.file.read_bytes), checked["format"]
        if not checked["accepted"]:
            data, name, report = await self._made(received)
        kept = f"{hashlib.sha256(data).hexdigest()}{EXTENSION.get(name, f'.{name}')}"
        await self._store.put(kept, data)
        return {
            "checked": checked,
            "verification": told.get("verification"),
            "kept": {"name": kept, "bytes": len(data), "format": name},
            "report": report,
            "fallback": received.fallback,
        }

    async def _made(self, received: Received) -> tuple[bytes, str, dict[str, Any]]:
        """Of the original where it came, else of the file: as the record's goal says, if any."""
        path = received.original or received.file
        packed = await self._images.workshop.make_upload(path, self._goal(received))
        source = await asyncio.to_thread(path.read_bytes)
        made = await asyncio.to_thread(unpack, packed, source, "")
        return made.data, made.report.format, made.report.to_dict()

    def _goal(self, received: Received) -> Goal:
        """A stranger may not choose the slowest way, nor what is left in the file.

        A region and a focal point are the original's, and mean nothing in what was cut of it.
        """
        goal = Goal()
        if received.record is not None:
            goal = Goal.from_dict(received.record["goal"], path="record.goal").replace(**OURS)
        if received.original is None:
            goal = goal.replace(crop_box=None, focal_permille=())
        check_goal(goal, self._images.policies)
        return goal


def _error(refused: JSONResponse, name: str) -> dict[str, Any]:
    """Of one file among several; `name` is what the client calls it, and only told back."""
    told = json.loads(bytes(refused.body))
    return {"kind": told.pop("error"), **told, "name": name}
