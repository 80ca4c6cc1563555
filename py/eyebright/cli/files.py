"""Which files are meant, where their results go, and writing them without ever losing one."""

from __future__ import annotations

import os
import stat
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eyebright.intake import DEFAULT_LIMITS, Limits, is_a_picture
from eyebright.values import EXTENSION, MIME

RECORD_ENDING = ".json"
"""After the whole name of a result: what its decision's record is called."""

SNIFF_BYTES = 4096
"""Enough of a file's beginning for every signature that intake knows."""

PICTURE_ENDINGS = frozenset(
    {f".{name}" for name in MIME} | set(EXTENSION.values()) | {".jfif", ".apng", ".heif"}
)
"""Endings by which a file in a folder is taken for a picture even where its content is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One input and the folder and stem of its result; the ending follows from the format."""

    path: Path
    folder: Path
    stem: str

    def target(self, format_name: str) -> Path:
        return self.folder / (self.stem + EXTENSION.get(format_name, f".{format_name}"))


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """All bytes, or one more than intake accepts, which is refused there.

    Raises OSError, also for pipes and devices, which could be waited on for ever.
    """
    if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
        raise OSError("this is a pipe or a device; give a file")
    with path.open("rb") as file:
        return file.read(limits.max_bytes + 1)


def plan_jobs(inputs: Sequence[Path], output: Path) -> list[Job]:
    """Jobs in the order of the inputs, each file once; folders keep their inner structure.

    Inputs whose results would share a name keep their own ending in it: a.jpg.avif, a.png.avif.
    """
    found = list(_unique(_walk(inputs, output)))
    names = {(_key(folder / path.stem), path.name) for path, folder in found}
    shared = Counter(key for key, _ in names)
    return [
        Job(
            path=path,
            folder=output / folder,
            stem=path.name if shared[_key(folder / path.stem)] > 1 else path.stem,
        )
        for path, folder in found
    ]


def _key(path: Path) -> str:
    return str(path).casefold()  # some file systems do not tell A from a


def _walk(inputs: Sequence[Path], output: Path) -> Iterator[tuple[Path, Path]]:
    """Files and the folders of their results, relative to the output folder."""
    for given in inputs:
        if not os.path.isdir(given):
            yield given, Path()
            continue
        for path in _pictures_in(given, output):
            yield path, path.parent.relative_to(given)


def _pictures_in(root: Path, output: Path) -> Iterator[Path]:
    """Pictures below a folder in a stable order, without hidden files and earlier results.

    A folder that cannot be listed is given itself, so that reading it tells why.
    """
    closed: list[Path] = []
    for folder, subfolders, names in os.walk(
        root, onerror=lambda e: closed.append(Path(e.filename))
    ):
        here = Path(folder)
        subfolders[:] = sorted(
            n for n in subfolders if not n.startswith(".") and _place(here / n) != _place(output)
        )
        for name in sorted(names):
            if not name.startswith(".") and _looks_like_a_picture(here / name):
                yield here / name
    yield from closed


def _looks_like_a_picture(path: Path) -> bool:
    """By ending or by content; a file that cannot be read counts, so that it is told of."""
    if not os.path.isfile(path):  # a pipe could be waited on for ever
        return os.path.islink(path) and path.suffix.lower() in PICTURE_ENDINGS
    if path.suffix.lower() in PICTURE_ENDINGS:
        return True
    try:
        with path.open("rb") as file:
            return is_a_picture(file.read(SNIFF_BYTES))
    except OSError:
        return True


def _unique(found: Iterable[tuple[Path, Path]]) -> Iterator[tuple[Path, Path]]:
    seen: set[str] = set()
    for path, folder in found:
        if _place(path) not in seen:
            seen.add(_place(path))
            yield path, folder


def _place(path: Path) -> str:
    """Where a path really leads; unlike `Path.resolve` it never fails."""
    return os.path.realpath(path)


class Writer:
    """Writes results: never over an input or another result, over old files only by `force`."""

    def __init__(self, jobs: Sequence[Job], *, force: bool) -> None:
        self._inputs = {_place(job.path) for job in jobs}
        self._owners: dict[str, Job] = {}
        self._force = force

    def check_name(self, job: Job) -> None:
        """Raise FileExistsError where an earlier result has the same name; else it is taken."""
        owner = self._owners.setdefault(_key(job.folder / job.stem), job)
        if owner is not job:
            raise FileExistsError(
                f"its result would have the name of that of {owner.path}; use another -o for one"
            )

    def release(self, job: Job) -> None:
        """Let another input have the name, where nothing came of this one."""
        key = _key(job.folder / job.stem)
        if self._owners.get(key) is job:
            del self._owners[key]

    def write(self, job: Job, format_name: str, data: bytes, *, record: str = "") -> Path:
        """The written path; a record of the decision lies beside it under the same name and .json.

        Raises FileExistsError, or what the system has against it.
        """
        self.check_name(job)
        target = job.target(format_name)
        beside = target.with_name(target.name + RECORD_ENDING)
        self._check_free(target)
        if record:
            self._check_free(beside)
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, data)
        if record:
            replace_file(beside, record.encode())
        return target

    def _check_free(self, target: Path) -> None:
        if _place(target) in self._inputs:
            raise FileExistsError(f"{target} is an input and is never overwritten; use another -o")
        if os.path.lexists(target) and not self._force:
            raise FileExistsError(f"{target} exists already; use --force to overwrite it")


def replace_file(target: Path, data: bytes) -> None:
    """All of the data or nothing: other programs never see half a file."""
    try:
        handle, name = tempfile.mkstemp(prefix=".eyebright-", suffix=".part", dir=target.parent)
    except OSError as exc:
        exc.filename = str(target.parent)  # the part's name says nothing to anybody
        raise
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        part.chmod(0o666 & ~_umask())  # mkstemp makes files that only their owner reads
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o022)  # it can only be read by setting it
    os.umask(mask)
    return mask
