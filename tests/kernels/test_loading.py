import importlib
import sys
import types

import pytest

from eyebright import kernels
from eyebright.errors import CapabilityMissing


@pytest.fixture(name="fresh")
def _fresh(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A loader that has tried nothing yet, and forgets afterwards what the test made of it."""
    monkeypatch.setattr(kernels, "_compiled", kernels._compiled.__wrapped__)
    monkeypatch.delenv(kernels.SWITCH, raising=False)
    return monkeypatch


def test_the_compiled_kernels_are_here_and_used() -> None:
    with kernels.using("compiled"):
        assert kernels.implementation() == "compiled"
        assert not kernels.why_numpy()


def test_the_variable_keeps_the_compiled_kernels_out(fresh: pytest.MonkeyPatch) -> None:
    fresh.setenv(kernels.SWITCH, "numpy")

    assert kernels.load() is None
    assert kernels.why_numpy() == "EYEBRIGHT_KERNELS=numpy is set"


@pytest.mark.usefixtures("fresh")
def test_a_caller_may_choose_numpy_for_a_while() -> None:
    before = kernels.implementation()
    with kernels.using("numpy"):
        within = kernels.implementation(), kernels.why_numpy()

    assert within == ("numpy", "the caller asked for numpy")
    assert kernels.implementation() == before


def test_a_missing_module_leaves_numpy_and_says_why(fresh: pytest.MonkeyPatch) -> None:
    fresh.setitem(sys.modules, "eyebright.kernels._kernels", None)

    assert kernels.implementation() == "numpy"
    assert "do not load on" in kernels.why_numpy()


def test_a_module_of_another_version_is_not_used_and_says_why(fresh: pytest.MonkeyPatch) -> None:
    stale = types.ModuleType("stale")
    stale.version = kernels.VERSION + 1  # type: ignore[attr-defined]  # as the C module has it
    fresh.setitem(sys.modules, "eyebright.kernels._kernels", stale)

    assert kernels.implementation() == "numpy"
    assert (
        f"have version {kernels.VERSION + 1}, {kernels.VERSION} is needed: rebuild"
        in kernels.why_numpy()
    )


def test_compiled_kernels_that_are_not_here_cannot_be_asked_for(fresh: pytest.MonkeyPatch) -> None:
    fresh.setitem(sys.modules, "eyebright.kernels._kernels", None)

    with (
        pytest.raises(CapabilityMissing, match=r"no compiled kernels.*run build/kernels\.py"),
        kernels.using("compiled"),
    ):
        pass


def test_the_module_has_the_version_that_the_package_wants() -> None:
    module = importlib.import_module("eyebright.kernels._kernels")

    assert module.version == kernels.VERSION
