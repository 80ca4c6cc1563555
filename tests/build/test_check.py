"""The runner of all checks: finds a browser, goes on after a failure, and fails in the end."""

import os
import shutil
import threading
from pathlib import Path

import pytest

import check
import environment


def test_the_browser_that_is_asked_for_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EYEBRIGHT_CHROMIUM", "my-chromium")

    assert check.find_browser() == "my-chromium"


def test_a_browser_on_the_path_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    browser = tmp_path / "google-chrome"
    browser.touch(mode=0o755)
    monkeypatch.delenv("EYEBRIGHT_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert check.find_browser() == str(browser)


def test_where_no_browser_can_be_had_one_line_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: object) -> None:
        raise environment.StepFailed("no network")

    monkeypatch.setattr(check, "find_browser", lambda: None)
    monkeypatch.setattr(check, "run", fail)

    with pytest.raises(environment.StepFailed, match="apt-get install chromium") as caught:
        check.obtain_browser()

    assert "\n" not in str(caught.value)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")
def test_a_file_that_is_no_javascript_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(check, "ROOT", tmp_path)
    good, bad = tmp_path / "good.js", tmp_path / "bad.js"
    good.write_text('import { a } from "./a.js";\nexport const b = await a();\n')
    bad.write_text("export const b = ;\n")

    check.check_syntax(good)

    with pytest.raises(environment.StepFailed, match=r"(?s)bad\.js.*SyntaxError"):
        check.check_syntax(bad)


def test_after_a_failed_check_the_others_and_the_tests_run_and_all_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = []

    def fail() -> None:
        raise environment.StepFailed("broken")

    monkeypatch.setattr(check, "build", lambda *_, **__: None)
    monkeypatch.setattr(check, "build_package", lambda: None)
    monkeypatch.setattr(check, "checks", lambda: {"one": fail, "two": lambda: ran.append("two")})
    monkeypatch.setattr(check, "test", lambda *, fast: ran.append(f"tests, fast={fast}"))

    with pytest.raises(environment.StepFailed, match="one failed"):
        check.check_all(fast=True)

    assert ran == ["two", "tests, fast=True"]
    assert "FAILED before the tests: one" in capsys.readouterr().out


def test_types_are_checked_beside_the_rest_one_after_another() -> None:
    others_began, typed_ended = threading.Event(), threading.Event()
    ran = []

    def first_types() -> None:
        assert others_began.wait(timeout=60)
        ran.append("first")

    def second_types() -> None:
        ran.append("second")
        typed_ended.set()

    def other() -> None:
        others_began.set()
        if not typed_ended.wait(timeout=60):
            raise environment.StepFailed("it is not beside the types")

    checks = {"mypy": first_types, "style": other, "mypy on the page": second_types}

    assert check.failures(checks) == []
    assert ran == ["first", "second"]


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_continuous_integration_runs_the_same_command() -> None:
    script = (environment.ROOT / ".ci" / "run").read_text()

    assert "set -eu" in script
    assert "exec python3 build/check.py" in script
