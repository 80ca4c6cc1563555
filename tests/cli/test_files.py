"""Which files are meant and where results go."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.cli.files import Job, Writer, plan_jobs, read_file, replace_file
from eyebright.intake import DEFAULT_LIMITS

JPEG_START = b"\xff\xd8\xff\xe0" + bytes(40)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(path: str, data: bytes = JPEG_START) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def plan(*inputs: str, output: str = "out") -> list[tuple[str, str]]:
    jobs = plan_jobs([Path(name) for name in inputs], Path(output))
    return [(job.path.as_posix(), job.target("jpeg").as_posix()) for job in jobs]


@pytest.mark.usefixtures("folder")
class TestPlanJobs:
    def test_a_file_keeps_its_stem_and_gets_the_right_ending(self) -> None:
        put("holiday.PNG")

        assert plan("holiday.PNG") == [("holiday.PNG", "out/holiday.jpg")]

    def test_a_missing_file_is_a_job_too_so_that_it_is_told_of(self) -> None:
        assert plan("gone.jpg") == [("gone.jpg", "out/gone.jpg")]

    def test_folders_are_walked_in_order_and_keep_their_structure(self) -> None:
        put("in/z.jpg")
        put("in/a/y.jpg")
        put("in/a/b/x.jpg")

        assert plan("in") == [
            ("in/z.jpg", "out/z.jpg"),
            ("in/a/y.jpg", "out/a/y.jpg"),
            ("in/a/b/x.jpg", "out/a/b/x.jpg"),
        ]

    def test_in_folders_pictures_are_known_by_content_or_ending(self) -> None:
        put("in/without-ending")
        put("in/notes.txt", b"text")
        put("in/broken.webp", b"text")
        put("in/empty.png", b"")

        assert [path for path, _ in plan("in")] == [
            "in/broken.webp",
            "in/empty.png",
            "in/without-ending",
        ]

    def test_hidden_files_and_folders_are_passed_over(self) -> None:
        put("in/.thumb.jpg")
        put("in/.cache/a.jpg")

        assert plan("in") == []

    def test_earlier_results_inside_the_folder_are_no_inputs(self) -> None:
        put("in/a.jpg")
        put("in/out/a.avif", JPEG_START)

        assert plan("in", output="in/out") == [("in/a.jpg", "in/out/a.jpg")]

    def test_a_file_given_twice_is_done_once(self) -> None:
        put("in/a.jpg")

        assert plan("in/a.jpg", "in", "./in/a.jpg") == [("in/a.jpg", "out/a.jpg")]

    def test_same_stems_keep_their_endings(self) -> None:
        put("a.jpg")
        put("A.png")
        put("b.png")

        assert plan("a.jpg", "A.png", "b.png") == [
            ("a.jpg", "out/a.jpg.jpg"),
            ("A.png", "out/A.png.jpg"),
            ("b.png", "out/b.jpg"),
        ]

    def test_same_stems_in_different_folders_do_not_disturb_each_other(self) -> None:
        put("in/x/a.jpg")
        put("in/y/a.png")

        assert plan("in") == [("in/x/a.jpg", "out/x/a.jpg"), ("in/y/a.png", "out/y/a.jpg")]

    def test_a_broken_link_to_a_picture_is_a_job_so_that_it_is_told_of(self) -> None:
        Path("in").mkdir()
        Path("in/a.jpg").symlink_to("nowhere.jpg")

        assert plan("in") == [("in/a.jpg", "out/a.jpg")]

    def test_a_pipe_in_a_folder_is_not_waited_on(self) -> None:
        Path("in").mkdir()
        os.mkfifo("in/pipe.jpg")

        assert plan("in") == []

    def test_links_in_a_circle_are_no_trap(self) -> None:
        put("in/a.jpg")
        Path("in/again").symlink_to(".", target_is_directory=True)
        Path("in/self.jpg").symlink_to("self.jpg")

        assert [path for path, _ in plan("in")] == ["in/a.jpg", "in/self.jpg"]


@pytest.mark.usefixtures("folder")
def test_a_pipe_named_directly_is_refused_at_once() -> None:
    os.mkfifo("pipe.jpg")
    with pytest.raises(OSError, match="a pipe or a device"):
        read_file(Path("pipe.jpg"))


@pytest.mark.usefixtures("folder")
def test_a_folder_that_cannot_be_written_is_named_itself() -> None:
    with pytest.raises(FileNotFoundError) as refused:
        replace_file(Path("gone/a.jpg"), b"bytes")

    assert refused.value.filename == "gone"


def test_a_folder_that_cannot_be_listed_is_a_job_so_that_it_is_told_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("in/shut/a.jpg")
    list_folder = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", scandir)

    assert folder.is_dir()
    assert plan("in") == [("in/shut", "out/shut.jpg")]


@pytest.mark.usefixtures("folder")
class TestWriter:
    def job(self, path: str, stem: str = "a") -> Job:
        return Job(path=Path(path), folder=Path("out/deep"), stem=stem)

    def test_the_bytes_are_written_into_a_new_folder(self) -> None:
        job = self.job("a.png")
        target = Writer([job], force=False).write(job, "avif", b"bytes")

        assert target.as_posix() == "out/deep/a.avif"
        assert target.read_bytes() == b"bytes"
        assert list(target.parent.iterdir()) == [target]

    def test_results_are_as_readable_as_other_new_files(self) -> None:
        job = self.job("a.png")
        target = Writer([job], force=False).write(job, "avif", b"bytes")

        assert target.stat().st_mode == put("ordinary").stat().st_mode

    @pytest.mark.parametrize("force", [False, True])
    def test_an_existing_file_is_overwritten_only_by_force(self, *, force: bool) -> None:
        old = put("out/deep/a.jpg", b"old")
        job = self.job("a.png")
        writer = Writer([job], force=force)
        if force:
            writer.write(job, "jpeg", b"new")
        else:
            with pytest.raises(FileExistsError, match="--force"):
                writer.write(job, "jpeg", b"new")

        assert old.read_bytes() == (b"new" if force else b"old")

    def test_a_broken_link_counts_as_existing(self) -> None:
        Path("out/deep").mkdir(parents=True)
        Path("out/deep/a.jpg").symlink_to("nowhere")
        job = self.job("a.png")
        with pytest.raises(FileExistsError):
            Writer([job], force=False).write(job, "jpeg", b"new")

        assert Path("out/deep/a.jpg").is_symlink()

    def test_no_input_is_ever_overwritten(self) -> None:
        own = put("out/deep/a.jpg", b"mine")
        other = put("out/deep/b.jpg", b"mine")
        jobs = [
            Job(path=own, folder=Path("out/deep"), stem="a"),
            Job(path=other, folder=Path("out/deep"), stem="c"),
            self.job("x.png", "b"),
        ]
        writer = Writer(jobs, force=True)
        for job in (jobs[0], jobs[2]):
            with pytest.raises(FileExistsError, match="never overwritten"):
                writer.write(job, "jpeg", b"new")

        assert (own.read_bytes(), other.read_bytes()) == (b"mine", b"mine")

    def test_two_results_never_share_a_name_even_by_force(self) -> None:
        first, second = self.job("x/a.png"), self.job("y/a.png")
        writer = Writer([first, second], force=True)
        target = writer.write(first, "jpeg", b"first")
        with pytest.raises(FileExistsError, match=r"that of x/a\.png"):
            writer.write(second, "jpeg", b"second")

        assert target.read_bytes() == b"first"

    def test_a_failed_write_leaves_nothing_behind(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        job = self.job("a.png")
        monkeypatch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            Writer([job], force=False).write(job, "jpeg", b"new")

        assert list(Path("out/deep").iterdir()) == []


def test_reading_stops_where_intake_would_refuse(tmp_path: Path) -> None:
    endless = tmp_path / "sparse"
    with endless.open("wb") as file:
        file.truncate(4 * DEFAULT_LIMITS.max_bytes)

    assert len(read_file(endless)) == DEFAULT_LIMITS.max_bytes + 1


@pytest.mark.property
@given(names=st.lists(st.text("aB.é-", min_size=1).filter(lambda n: n.strip(".")), max_size=6))
def test_no_two_results_of_accepted_jobs_share_a_name(names: list[str]) -> None:
    jobs = plan_jobs([Path(f"in{index}", name) for index, name in enumerate(names)], Path("out"))
    writer = Writer(jobs, force=False)
    accepted = []
    for job in jobs:
        with contextlib.suppress(FileExistsError):
            writer.check_name(job)
            accepted.append(str(job.target("webp")).casefold())

    assert len(accepted) == len(set(accepted))
    assert bool(accepted) == bool(names)
