"""The copy that mutmut works on, and the figures that are told of its run."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

import mutate


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "mutation"
    monkeypatch.setattr(mutate, "SCRATCH", folder)
    return folder


def settings(folder: Path) -> dict[str, list[str]]:
    document = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    found: dict[str, list[str]] = document["tool"]["mutmut"]
    return found


def test_the_copy_holds_the_package_and_the_policy_s_tests(scratch: Path) -> None:
    mutate.prepare([])

    own = ("tests/policy/test_decide.py", "tests/test_frozen.py")
    for path in ("src/eyebright/policy/decide.py", *own):
        assert (scratch / path).is_file()
    assert (scratch / "tests" / "golden" / "decisions.json").is_file()
    assert settings(scratch)["source_paths"] == ["src"]
    assert len(settings(scratch)["only_mutate"]) == 3


def test_only_the_named_modules_are_mutated(scratch: Path) -> None:
    mutate.prepare(["decide", "records"])

    named = settings(scratch)["only_mutate"]
    assert named == ["src/eyebright/policy/decide.py", "src/eyebright/records.py"]
    assert all(any(scratch.glob(path)) for path in named)


def test_an_earlier_run_s_copy_is_cleared(scratch: Path) -> None:
    scratch.mkdir()
    (scratch / "old.txt").write_text("old")

    mutate.prepare([])

    assert not (scratch / "old.txt").exists()


def test_a_mutant_counts_as_killed_where_a_test_failed_or_never_ended(
    scratch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = scratch / "mutants" / "src"
    folder.mkdir(parents=True)
    codes = {"a": 1, "b": 0, "c": 36, "d": None, "e": 33}
    (folder / "cost.py.meta").write_text(json.dumps({"exit_code_by_key": codes}))
    (folder / "empty.py.meta").write_text(json.dumps({"exit_code_by_key": {}}))

    assert mutate.told([]) == 40.0
    assert mutate.told(["other"]) == 0.0
    assert capsys.readouterr().out.splitlines()[0].split() == [
        *("cost", "2", "of", "5", "killed,", "40.0", "%")
    ]
