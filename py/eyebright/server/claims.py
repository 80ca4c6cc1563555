"""One computation for each result, also where several servers share a folder.

Whoever makes a result holds a file of its name meanwhile, and touches it again and again; one that
was not touched for a while is a dead server's, and is taken over, or swept where nobody asks again.
In object stores, where fsspec cannot create a file for one of two alone, each server process makes
its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

FOLDER = "claims"

TOUCH_S = 2.0

EXPIRY_S = 15.0
"""A claim is touched by its server's event loop, which nothing blocks: seven touches that did not
come mean that it died. Our choice."""

LOOK_S = 0.1
"""How often others look whether it is made. Our choice."""


class Claims:
    """Of one folder; without one, nothing is claimed."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder and folder / FOLDER

    async def once(
        self,
        name: str,
        find: Callable[[], Awaitable[T | None]],
        make: Callable[[], Awaitable[T]],
    ) -> T:
        """What is found, or what `make` makes, by one server at a time."""
        if self._folder is None:
            return await make()
        path = self._folder / name.replace("/", "-")
        owner = uuid.uuid4().hex
        while not await _taken(path, owner):
            await asyncio.sleep(LOOK_S)
            found = await find()
            if found is not None:
                return found
        async with _held(path, owner):
            found = await find()  # another may have ended just before
            return await make() if found is None else found


def sweep(folder: Path) -> None:
    """Remove dead servers' claims from a folder."""
    with contextlib.suppress(OSError):
        for path in (folder / FOLDER).iterdir():
            _is_dead(path)


async def _taken(path: Path, owner: str) -> bool:
    """As `_take`; where this is cancelled meanwhile, the claim is given up once it is ours."""
    taking = asyncio.get_running_loop().run_in_executor(None, _take, path, owner)
    try:
        return await asyncio.shield(taking)
    except asyncio.CancelledError:
        taking.add_done_callback(lambda _: _give_up(path, owner))
        raise


def _take(path: Path, owner: str) -> bool:
    """Whether it is ours now; also where nothing can be written, for then nobody can claim."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return True
    try:
        with path.open("x", encoding="ascii") as file:
            file.write(owner)
    except FileExistsError:
        return _is_dead(path) and _take(path, owner)
    except OSError:
        return True
    return True


def _is_dead(path: Path) -> bool:
    """Whether its server is gone; then the claim is, too.

    Of several that look at once, one moves it away. Who looked at the dead one and moves a new one
    that was made since breaks that: then two make the same, which costs time and nothing else.
    """
    try:
        if time.time() - path.stat().st_mtime < EXPIRY_S:
            return False
        moved = path.with_name(f"{uuid.uuid4().hex}.dead")
        path.rename(moved)
        moved.unlink()
    except FileNotFoundError:
        return True  # it was given up just now
    except OSError:
        return False
    return True


@contextlib.asynccontextmanager
async def _held(path: Path, owner: str) -> AsyncIterator[None]:
    touching = asyncio.create_task(_touch(path))
    try:
        yield
    finally:
        touching.cancel()
        _give_up(path, owner)  # also where this is being cancelled: no await


def _give_up(path: Path, owner: str) -> None:
    """Unless another took it over, while this server was paused for longer than EXPIRY_S."""
    with contextlib.suppress(OSError):
        if path.read_text("ascii") == owner:
            path.unlink()


async def _touch(path: Path) -> None:
    while True:
        await asyncio.sleep(TOUCH_S)
        with contextlib.suppress(OSError):
            await asyncio.to_thread(os.utime, path)
