"""The modules of the site that build/site.py writes: what only the finished site knows."""

from __future__ import annotations

import json
from collections.abc import Mapping

from vendor import table

HERE = "./"
"""Where client.js of the site finds the engine's worker: beside it."""


def assets_js(
    groups: Mapping[str, Mapping[str, bytes]],
    folders: Mapping[str, str],
    siblings: Mapping[str, bytes],
    wheel: tuple[str, str],
) -> bytes:
    """The module that tells the other modules where everything is, and how large.

    `wheel` is our own wheel's name and version.
    """
    sizes = {
        f"{group}/{name}": {
            "bytes": len(data),
            "brotli": len(siblings.get(f"{group}/{name}.br", data)),
        }
        for group in folders
        for name, data in sorted(groups[group].items())
    }
    lines = [
        "// Written by build/site.py: where the other groups are, and how large their files.",
        "",
    ]
    lines += ["export const assets = {"]
    lines += [
        f'  {g}: new URL("../{f}/", import.meta.url).href,' for g, f in sorted(folders.items())
    ]
    lines += [
        f"  wheel: {json.dumps(wheel[0])},",
        f"  version: {json.dumps(wheel[1])},",
        f"  onnxVersion: {json.dumps(onnx_version())},",
    ]
    lines += [f"  sizes: {json.dumps(sizes, indent=2)},", "};", ""]
    return "\n".join(lines).encode()


def onnx_version() -> str:
    """Of what runs the models: kept facts are its, too."""
    return next(row.version for row in table() if row.use == "site" and row.site == "onnx")


def release_js(release: str, *, engine: str = HERE) -> bytes:
    """The module by which script and engine know that they were built together.

    `engine` is the folder of engine.worker.js as seen from client.js.
    """
    lines = [
        "// Written by build/site.py, or by build/npm.py for the package.",
        "/** Which build this is of: the package's version, and a hash of all that it loads. */",
        f"export const RELEASE = {json.dumps(release)};",
        "/** Folder of engine.worker.js, as seen from here. */",
        f"export const ENGINE = {json.dumps(engine)};",
        "",
    ]
    return "\n".join(lines).encode()


def engine_entry(app: str) -> bytes:
    """The engine's worker under an address that stays, for scripts that come from elsewhere."""
    return f'import "./{app}/engine.worker.js";\n'.encode()
