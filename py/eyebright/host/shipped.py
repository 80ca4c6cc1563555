"""Files that ship with the package, of which a checkout has its own: the models and their manifest.

A wheel holds them in eyebright/models/ (Pyodide's only the manifest: the site has the files).
"""

from __future__ import annotations

from pathlib import Path

from eyebright.errors import CapabilityMissing

PACKAGE = Path(__file__).resolve().parents[1] / "models"
"""By its path: importlib.resources takes 20 ms to import in the browser."""

CHECKOUT = Path(__file__).resolve().parents[3] / "models"


def manifest() -> bytes:
    """models/manifest.json. Raises CapabilityMissing."""
    return _read("manifest.json", "manifest.json")


def model(name: str) -> bytes:
    """The ONNX file of a model. Raises CapabilityMissing."""
    return _read(f"{name}.onnx", f"{name}/{name}.onnx")


def _read(packed: str, checked_out: str) -> bytes:
    try:
        if PACKAGE.is_dir():
            return PACKAGE.joinpath(packed).read_bytes()
        return (CHECKOUT / checked_out).read_bytes()
    except OSError as exc:
        why = exc.strerror or type(exc).__name__
        raise CapabilityMissing(
            f"{packed} of the models cannot be read ({why}); install eyebright again"
        ) from exc
