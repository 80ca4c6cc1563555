"""What a visitor does with the page: drops files, waits, downloads, reads what stands there."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

WORK_MS = 120_000
"""Longest wait for anything: a deadline for hanging, not a measure."""

FORMATS = {"AVIF": "avif", "WebP": "webp", "JPEG": "jpeg", "JPEG XL": "jxl", "PNG": "png"}
"""Names on the page, and in reports."""

# Dispatches a drop as the browser does when files fall onto the page.
DROP = """(files) => {
  const transfer = new DataTransfer();
  for (const [name, base64] of files) {
    transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
  }
  const options = { dataTransfer: transfer, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new DragEvent("drop", options));
}"""

COUNT = """() => {
  const counts = {};
  for (const { dataset } of document.querySelectorAll("#list > li")) {
    counts[dataset.state] = (counts[dataset.state] ?? 0) + 1;
  }
  return counts;
}"""

ALL_ENDED = """(count) => {
  const rows = [...document.querySelectorAll("#list > li")];
  const open = rows.filter(({ dataset }) => ["waiting", "working"].includes(dataset.state));
  return rows.length === count && open.length === 0;
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page promises of a result."""

    saved_as: str
    format: str
    width: int
    height: int
    kept: bool
    lossless: bool
    score: float
    """With the one decimal that the page shows; 100 where it says identical."""
    target: float
    """0 where the page names none, as for lossless files."""


def visit(page: Page, site: str) -> Page:
    page.set_default_timeout(WORK_MS)
    page.goto(site)
    return page


def keep_results(page: Page) -> None:
    """Have results stay for the next visit."""
    page.locator("#options > summary").click()
    page.get_by_label("Keep results on this device").check()


def drop(page: Page, files: Mapping[str, bytes]) -> None:
    """Let files fall onto the page, all at once."""
    page.evaluate(DROP, [[n, base64.b64encode(data).decode()] for n, data in files.items()])


def wait_for_all(page: Page, count: int) -> None:
    """Until every one of `count` rows has come to its end."""
    page.wait_for_function(ALL_ENDED, arg=count)


def states(page: Page) -> dict[str, int]:
    """How many rows are in each state."""
    counts: dict[str, int] = page.evaluate(COUNT)
    return counts


def row_of(page: Page, name: str) -> Locator:
    return page.locator("#list > li").filter(has=page.get_by_text(name, exact=True))


def download(page: Page, row: Locator) -> tuple[str, bytes]:
    """The name and the bytes that the row's link saves."""
    with page.expect_download() as waiting:
        row.get_by_role("link", name="Download").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def shown(row: Locator) -> Shown:
    """The promises in the row and in its details, which are written when somebody opens them."""
    row.locator("details.why > summary").click()
    made = row.locator("section").filter(has_text="The result").locator("dl.measured")
    made.wait_for()
    labels = [label.strip() for label in made.locator("dt").all_text_contents()]
    values = made.locator("dd").all_text_contents()
    table = dict(zip(labels, values, strict=True))
    width, height = (int(n) for n in re.findall(r"\d+", table["Dimensions"]))
    measured = re.match(r"(-?[\d.]+) of 100 .*, ([\d.]+) asked for", table["Score"])
    assert measured or table["Score"].startswith("identical"), table["Score"]
    return Shown(
        saved_as=row.locator("a.download").get_attribute("download") or "",
        format=FORMATS[re.split(r",| \(", table["Format"])[0]],
        width=width,
        height=height,
        kept="your own file" in table["Format"],
        lossless="lossless" in table["Format"],
        score=float(measured[1]) if measured else 100.0,
        target=float(measured[2]) if measured else 0.0,
    )
