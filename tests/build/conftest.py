"""Makes the scripts of build/ importable; the folder is no package."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

BUILD = Path(__file__).parents[2] / "build"

sys.path.insert(0, str(BUILD))


@pytest.fixture(scope="session")
def site_script() -> ModuleType:
    """build/site.py, under a name that does not hide the standard library's."""
    specification = importlib.util.spec_from_file_location("build_site", BUILD / "site.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
