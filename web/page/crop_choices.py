"""The crops that somebody chose, by the picture's hash, for when it comes back. No browser here.

Kept as JSON: a list of [hash, shape, x, y, width, height], the newest first; where somebody said
what matters most, x and y of that follow, per thousand of the picture.
"""

import json
from typing import Any

from page import crop_boxes

MOST = 200
"""Choices that are kept: some 20 kB of the 5 MB that browsers give a site."""

NUMBERS = ("x", "y", "width", "height")

BOX_AT = 2
FOCAL_AT = BOX_AT + len(NUMBERS)
LENGTHS = (FOCAL_AT, FOCAL_AT + 2)
"""Of a row: where its parts begin, and how long it is without and with a point."""


class Choices:
    """Read from what was kept; anything else than our own list counts as nothing."""

    def __init__(self, text: str) -> None:
        self.rows = [row for row in _list(text) if _is_row(row)][:MOST]

    def to_json(self) -> str:
        return json.dumps(self.rows)

    def of(self, sha256: str) -> dict[str, Any] | None:
        """The last crop of a picture: shape, box, and the point or (); None for none."""
        for row in self.rows:
            if row[0] == sha256:
                box = {key: row[BOX_AT + place] for place, key in enumerate(NUMBERS)}
                return {"shape": row[1], "box": box, "focal": tuple(row[FOCAL_AT:])}
        return None

    def keep(self, sha256: str, crop: dict[str, Any]) -> None:
        """Remember a crop, as `of` gives it, instead of an earlier one of the same picture."""
        self.forget(sha256)
        row = [sha256, crop["shape"]]
        row += [crop["box"][key] for key in NUMBERS]
        row += crop["focal"]
        self.rows.insert(0, row)
        self.rows = self.rows[:MOST]

    def forget(self, sha256: str) -> None:
        self.rows = [row for row in self.rows if row[0] != sha256]


def _list(text: str) -> list[Any]:
    try:
        kept = json.loads(text)
    except ValueError:  # nothing kept, or not by this page
        return []
    return kept if isinstance(kept, list) else []


def _is_row(row: Any) -> bool:
    if not isinstance(row, list) or len(row) not in LENGTHS:
        return False
    if not isinstance(row[0], str) or not crop_boxes.is_shape(row[1]):
        return False
    if any(type(n) is not int or n < 0 for n in row[BOX_AT:]):
        return False
    return min(row[BOX_AT + 2 : FOCAL_AT]) > 0 and all(n <= 1000 for n in row[FOCAL_AT:])
