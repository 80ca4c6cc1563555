"""SVG passes through, or is drawn on request, without running or loading anything."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest
from PIL import Image

from eyebright import Goal, intake, optimise, optimise_sync
from eyebright.__main__ import main
from eyebright.errors import CorruptImage, LimitExceeded, PolicyError
from eyebright.host.fake import FakeHost
from eyebright.pipeline import decode

pytest.importorskip("pyvips")

DRAWING = b"""<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">
<script>document.documentElement.setAttribute("width", "99")</script>
<rect width="40" height="30" fill="#0080ff"/><circle cx="20" cy="15" r="10" fill="#ff0"/></svg>"""


def codes(report: object) -> set[str]:
    return {reason.code for reason in report.reasons}


def test_a_drawing_passes_through_and_the_report_says_why() -> None:
    made = optimise_sync(DRAWING, name="a.svg")

    assert made.data == DRAWING
    assert (made.report.format, made.report.mime) == ("svg", "image/svg+xml")
    assert (made.report.width, made.report.height) == (40, 30)
    assert made.report.kept_original
    assert "svg-kept" in codes(made.report)
    assert made.record is not None
    assert made.record.plan.keep_original


@pytest.mark.parametrize("metadata", ["rights", "all", "none"])
def test_what_a_drawing_still_holds_is_told_and_not_repeated(metadata: str) -> None:
    private = DRAWING.replace(b"<rect", b"<metadata>Anna</metadata><!-- Anna --><rect", 1)

    report = optimise_sync(private, Goal(metadata=metadata), name="a.svg").report

    kinds = {r.code: r.values.get("kinds") for r in report.reasons}
    assert kinds["metadata-kept"] == ["metadata", "comments"]
    assert kinds["svg-active"] == ["scripts"]
    assert "Anna" not in json.dumps(report.to_dict())


def test_the_command_line_tells_what_a_drawing_still_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.svg").write_bytes(DRAWING)

    assert main(["optimise", str(tmp_path / "a.svg"), "-o", str(tmp_path / "out")]) == 0
    assert "still holds scripts: they work where it is opened" in capsys.readouterr().out


@pytest.mark.parametrize("svg", ["keep", "rasterise"])
def test_a_drawing_is_never_taken_for_a_photo(svg: str) -> None:
    made = optimise_sync(DRAWING, Goal(svg=svg, formats=("png",)))
    said = next(r.text for r in made.report.reasons if r.code == "content-detected")

    assert said == "It is a drawing (SVG), so text and edges are protected."
    assert made.report.content == "screenshot"


def test_passing_through_asks_nothing_of_any_decoder() -> None:
    host = FakeHost()

    asyncio.run(optimise(DRAWING, host=host))

    assert host.calls == []


@pytest.mark.parametrize(
    ("goal", "size"),
    [
        (Goal(svg="rasterise"), (40, 30)),
        (Goal(svg="rasterise", max_width=400), (400, 300)),
        (Goal(svg="rasterise", max_width=400, max_height=150), (200, 150)),
        (Goal(svg="rasterise", max_width=20), (20, 15)),
    ],
)
def test_on_request_it_is_drawn_as_large_as_wanted(goal: Goal, size: tuple[int, int]) -> None:
    made = optimise_sync(DRAWING, goal.replace(formats=("png",)))

    image = Image.open(io.BytesIO(made.data)).convert("RGB")
    assert image.size == size == (made.report.width, made.report.height)
    assert image.getpixel((0, 0)) == (0, 128, 255)
    assert image.getpixel((size[0] // 2, size[1] // 2)) == (255, 255, 0)
    assert (made.report.original_format, made.report.kept_original) == ("svg", False)


def test_nothing_outside_is_loaded(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30), "red").save(tmp_path / "outside.png")
    outside = (tmp_path / "outside.png").as_uri()
    linked = f"""<!DOCTYPE svg [<!ENTITY file SYSTEM "{outside}">]>
<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">
<rect width="40" height="30" fill="#00f"/><image href="{outside}" width="40" height="30"/></svg>"""

    _, pixels = asyncio.run(decode(linked.encode()))

    assert (pixels[..., :3] == (0, 0, 255)).all()


def test_entities_that_multiply_are_refused_or_stay_small() -> None:
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(10)
    )
    bomb = (
        f'<!DOCTYPE svg [{laughs}]><svg xmlns="http://www.w3.org/2000/svg"><text>&l9;</text></svg>'
    )

    with pytest.raises(CorruptImage, match="broken or too large to draw"):
        asyncio.run(decode(bomb.encode(), name="a.svg"))


def test_a_drawing_is_not_drawn_larger_than_the_limit() -> None:
    goal = Goal(svg="rasterise", max_width=4000)

    with pytest.raises(LimitExceeded, match=r"a\.svg: 4000 x 3000 pixels"):
        optimise_sync(DRAWING, goal, name="a.svg", limits=intake.Limits(max_pixels=10**6))


def test_other_ways_with_drawings_are_not_known() -> None:
    with pytest.raises(PolicyError, match="svg"):
        optimise_sync(DRAWING, Goal(svg="paint"))


def test_the_command_line_draws_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.svg").write_bytes(DRAWING)
    out = str(tmp_path / "out")

    assert (
        main(["optimise", str(tmp_path / "a.svg"), "-o", out, "--svg", "rasterise", "--json"]) == 0
    )
    (report,) = json.loads(capsys.readouterr().out)["results"]
    assert report["original_format"] == "svg"
    assert report["format"] != "svg"
