"""Build dist/site: a complete static site that any static host can serve under any path.

    python build/site.py

Files stand in groups, `<group>-<hash of its contents>/`, so that they may be cached for ever;
only the few files at the top keep their names. Those name the groups as `./app/`, `./pyscript/`
and so on in web/, and get the hashed names here; the other files ask assets.js. Beside each file
that gets smaller lie `.br` and `.gz` for servers that can choose. Compression and compilation
are kept in .cache by the hash of what went in, so that a second run takes a second.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import compiled
import wheel
from generated import assets_js, engine_entry, release_js
from shipped import as_shipped
from siblings import compress
from transfer import report
from trees import digest, swap
from vendor import ROOT, VendorError, gather, members, table, write_whole

WEB = ROOT / "web"
SITE = ROOT / "dist" / "site"
CACHE = ROOT / ".cache"
STAMP = CACHE / "site.stamp"
"""What dist/site was made of."""

MODELS = ROOT / "models"

SCRIPTS = [
    *(
        ROOT / "build" / f"{name}.py"
        for name in (
            *("site", "generated", "shipped", "compiled"),
            *("siblings", "trees", "wheel", "vendor"),
        )
    ),
    *(ROOT / "build" / name for name in ("compile.mjs", "vendor.toml")),
]
"""The site depends on these too."""

TOP = ("index.html", "eyebright.js", "eyebright-input.js", "sw.js")
"""Files of web/ that keep their name and stand at the top of the site."""

NOT_SHIPPED = ("*/__pycache__/*", "__pycache__/*", "package/*", "examples/*", "*.d.ts")
"""Files of web/ that are no part of the site: for developers, and for the npm package."""

Files = dict[str, bytes]
"""Contents by path, `/` between folders."""


def build_site(out: Path = SITE, *, say: Callable[[str], None] = print) -> None:
    """Put a new site in place of the old one, unless that was made of the same inputs."""
    ours = wheel.build_browser()
    inputs = fingerprint(ours)
    if is_current(out, inputs):
        say("  nothing has changed since it was built")
        return
    make_site(out, ours, say=say)
    write_whole(STAMP, (inputs + file_hash(out / "site.json")).encode())


def is_current(out: Path, inputs: str) -> bool:
    listed = out / "site.json"
    if not (STAMP.exists() and listed.exists()):
        return False
    return STAMP.read_text("utf-8") == inputs + file_hash(listed)


def fingerprint(ours: Path) -> str:
    """Hash of all that the site is made of."""
    web = sorted(p for p in WEB.rglob("*") if p.is_file())
    scripts = [*SCRIPTS, ours, *web, *sorted(MODELS.glob("*/*.onnx"))]
    return digest({str(path): path.read_bytes() for path in scripts})


def make_site(out: Path, ours: Path, *, say: Callable[[str], None]) -> None:
    groups = collect() | {"models": model_files()}
    own_name = finish_python(groups["pyodide"], ours)
    folders = {name: f"{name}-{digest(files)}" for name, files in groups.items()}
    groups["app"] = web_files() | {"third-party.txt": third_party()}
    whole = digest(groups["app"] | dict.fromkeys(folders.values(), b""))
    groups["app"]["release.js"] = release_js(f"{version_of(ours.name)}+{whole}")
    siblings = compress({k: v for name in groups for k, v in prefixed(groups[name], name).items()})
    own = (own_name, version_of(own_name))
    groups["app"]["assets.js"] = assets_js(groups, folders, siblings, own)
    folders["app"] = f"app-{digest(groups['app'])}"
    top = top_files(folders) | {"engine.worker.js": engine_entry(folders["app"])}
    site = {k: v for name in groups for k, v in prefixed(groups[name], folders[name]).items()} | top
    packed = compress(site)
    site["site.json"] = manifest(site, packed, version_of(ours.name))
    put_in_place(out, site, packed | compress({"site.json": site["site.json"]}))
    report(site, packed, folders, say=say)


def collect() -> dict[str, Files]:
    """Outside files by group."""
    groups: dict[str, Files] = {}
    paths = gather(["site"])
    for row in table():
        if row.use != "site":
            continue
        group, _, below = row.site.partition("/")
        files = groups.setdefault(group, {})
        if not row.members:
            files[row.name] = paths[row.name].read_bytes()
            continue
        if row.name.endswith(".whl"):
            kept = members(paths[row.name], row.members)
            files[row.name] = wheel.zipped({str(path): data for path, data in kept})
            continue
        for path, data in members(paths[row.name], row.members):
            files[str(Path(below, path.name if row.flat else path).as_posix())] = data
    return groups


def finish_python(files: Files, ours: Path) -> str:
    """Put in our wheel, standard library and numpy, all compiled, and a lock file of that.

    Returns the name of our wheel there.
    """
    packages = locked_packages(files)
    own_name, own = compiled.own_wheel(files, ours.name, ours.read_bytes())
    packages["eyebright"] = package_entry(own_name, own)
    for name in files:
        if name.startswith("imagecodecs-"):  # which is none of Pyodide's own
            packages["imagecodecs"] = package_entry(name, files[name])
    name, data = compiled.numpy_wheel(files, packages["numpy"]["file_name"])
    files["python_stdlib.zip"] = compiled.stdlib(files)
    del files[packages["numpy"]["file_name"]]
    files[name], files[own_name] = data, own
    packages["numpy"] |= {"file_name": name, "sha256": hashlib.sha256(data).hexdigest()}
    lock = json.loads(files["pyodide-lock.json"]) | {"packages": packages}
    files["pyodide-lock.json"] = json.dumps(lock, sort_keys=True, indent=1).encode()
    return own_name


def locked_packages(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Entries of Pyodide's lock file for the wheels that are here, each hash checked.

    Written as plain JSON: pyodide-lock 0.2.1 refuses `cp314-cp314-pyemscripten_*` wheels, and
    `pyodide lockfile add-wheels` needs a newer Python than the 3.11 that may build this.
    """
    packages = json.loads(files["pyodide-lock.json"])["packages"]
    here = {name: p for name, p in packages.items() if p["file_name"] in files}
    for package in here.values():
        check_package(package, files)
    return here


def package_entry(file_name: str, data: bytes) -> dict[str, Any]:
    """Entry of a wheel. Pillow is no dependency of ours: it is loaded when a format needs it."""
    distribution = file_name.partition("-")[0]
    return {
        "name": distribution,
        "version": version_of(file_name),
        "file_name": file_name,
        "install_dir": "site",
        "sha256": hashlib.sha256(data).hexdigest(),
        "package_type": "package",
        "imports": [distribution],
        "depends": ["numpy"],
        "unvendored_tests": False,
    }


def check_package(package: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    found = hashlib.sha256(files[package["file_name"]]).hexdigest()
    if found != package["sha256"]:
        raise VendorError(
            f"{package['file_name']}: the lock file expects sha256 {package['sha256']}, "
            f"found {found}; mend vendor.toml"
        )


def web_files() -> Files:
    """web/ as it is, without the top files and what only developers need."""
    found = {p.relative_to(WEB).as_posix(): p for p in WEB.rglob("*") if p.is_file()}
    unwanted = (*TOP, *NOT_SHIPPED)
    shipped = {k: p for k, p in found.items() if not any(fnmatchcase(k, u) for u in unwanted)}
    return {name: as_shipped(name, shipped[name].read_bytes()) for name in sorted(shipped)}


def model_files() -> Files:
    """Every model by its name; which of them are used, the package's manifest says."""
    return {path.name: path.read_bytes() for path in sorted(MODELS.glob("*/*.onnx"))}


def third_party() -> bytes:
    """Name, version, licence and origin of everything in the site that is not ours."""
    rows = [row for row in table() if row.use == "site"]
    lines = [f"{r.name}  {r.version}  {r.licence}  {r.sources[0]}" for r in rows]
    return (
        "\n".join(["This site contains, under their own licences:", "", *lines]) + "\n"
    ).encode()


def top_files(folders: Mapping[str, str]) -> Files:
    """The files that keep their names, with the groups' hashed names in them."""
    found = {name: WEB / name for name in TOP if (WEB / name).exists()}
    return {name: with_hashes(path.read_text("utf-8"), folders) for name, path in found.items()}


def with_hashes(text: str, folders: Mapping[str, str]) -> bytes:
    for group, folder in folders.items():
        text = text.replace(f"./{group}/", f"./{folder}/")
    return text.encode()


def manifest(site: Mapping[str, bytes], packed: Mapping[str, bytes], version: str) -> bytes:
    """site.json: what a service worker may keep, with sizes and hashes."""
    files = [
        {
            "path": path,
            "bytes": len(data),
            "brotli": len(packed.get(f"{path}.br", data)),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        for path, data in sorted(site.items())
        if path != "sw.js"
    ]
    return json.dumps({"version": version, "files": files}, indent=1).encode()


def put_in_place(out: Path, site: Mapping[str, bytes], packed: Mapping[str, bytes]) -> None:
    """Write beside `out`, then swap: nobody is served half a site."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".site-") as aside:
        made = Path(aside) / "made"
        for name, data in {**site, **packed}.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        swap(made, out, Path(aside))


def prefixed(files: Mapping[str, bytes], folder: str) -> Files:
    return {f"{folder}/{name}": data for name, data in files.items()}


def file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def version_of(wheel_name: str) -> str:
    return wheel_name.split("-")[1]


def main() -> None:
    try:
        build_site()
    except VendorError as exc:
        sys.exit(f"site: {exc}")
    print(f"{SITE.relative_to(ROOT)} is complete")


if __name__ == "__main__":
    main()
