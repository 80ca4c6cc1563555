"""The environment: locked by hash, made anew only when something has changed."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

import environment

ROOT = Path(__file__).parents[2]


ON_DEMAND = {"pictures", "fuzz", "mutation", "train", "baselines"}
"""Groups of tools that run for hours; whoever runs one installs it, and no check needs it."""


def pins(text: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+==[^ ;\\]+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", ["start", "check"])
def test_every_locked_package_has_a_hash(lock: str) -> None:
    text = (environment.LOCKS / f"{lock}.txt").read_text()
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]

    assert [e.splitlines()[0] for e in entries if "--hash=sha256:" not in e] == []


def test_the_lock_for_checks_holds_what_pyproject_pins() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    needed = groups.keys() - ON_DEMAND
    pinned = {requirement for name in needed for requirement in groups[name]}

    locked = pins((environment.LOCKS / "check.txt").read_text())

    assert pinned - locked == set(), "make the lock anew: its first lines say how"


def test_the_lock_for_starting_is_part_of_the_one_for_checks() -> None:
    start, check = (pins((environment.LOCKS / f"{n}.txt").read_text()) for n in ("start", "check"))

    assert start - check == set()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose environment is there, and was made from its lock."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / "lock").mkdir()
    for name in ("pyproject.toml", "lock/start.txt", "lock/check.txt"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "LOCKS", tmp_path / "lock")
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    environment.stamp("check").write_text(environment.fingerprint("check"))
    return tmp_path


@pytest.mark.usefixtures("project")
def test_an_environment_for_checks_serves_for_starting() -> None:
    assert environment.is_current("check")
    assert environment.is_current("start")


@pytest.mark.usefixtures("project")
def test_an_environment_for_starting_does_not_serve_for_checks() -> None:
    environment.stamp("check").rename(environment.stamp("start"))
    environment.stamp("start").write_text(environment.fingerprint("start"))

    assert environment.is_current("start")
    assert not environment.is_current("check")


@pytest.mark.parametrize("changed", ["pyproject.toml", "lock/check.txt"])
def test_a_change_makes_the_environment_stale(project: Path, changed: str) -> None:
    (project / changed).write_text("changed")

    assert not environment.is_current("check")


def test_a_missing_tool_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(environment.StepFailed, match="node is not on PATH: install Node") as caught:
        environment.require_tools()

    assert "\n" not in str(caught.value)


def test_a_program_that_fails_is_named_with_its_exit_code() -> None:
    with pytest.raises(environment.StepFailed, match="ended with 3"):
        environment.run([sys.executable, "-c", "raise SystemExit(3)"])
