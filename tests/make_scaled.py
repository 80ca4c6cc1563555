"""Write tests/golden/scaling: a made-up picture by each method of resizing.

PYTHONPATH=py:tests python tests/make_scaled.py
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from eyebright import kernels
from eyebright.transform import METHODS, resize
from scaling_cases import GOLDEN, GOLDEN_SIZE, pictures

FOLDER = Path(__file__).parent / "golden" / "scaling"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    source = pictures()[GOLDEN]
    with kernels.using("numpy"):
        for method in METHODS:
            made = resize(source, *GOLDEN_SIZE, method=method)
            Image.fromarray(made).save(FOLDER / f"{method}.png", optimize=True)


if __name__ == "__main__":
    main()
