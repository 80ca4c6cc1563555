"""Markup: escaped, with width and height, formats in the order that browsers should try."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from eyebright.errors import PolicyError
from eyebright.policy.markup import Rendition, address, picture, sizes_of, srcset
from eyebright.values import Placeholder


def rendition(name: str, width: int, url: str | None = None) -> Rendition:
    return Rendition(url=url or f"/a-{width}.{name}", format=name, width=width, height=width // 2)


BOTH = [rendition(name, width) for name in ("jpeg", "avif") for width in (800, 400)]


class Elements(HTMLParser):
    """The elements and their attributes, as a browser would read them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def parse(markup: str) -> list[tuple[str, dict[str, str | None]]]:
    elements = Elements()
    elements.feed(markup)
    return elements.found


def test_one_file_is_a_plain_img_with_its_size() -> None:
    made = picture([rendition("webp", 400)], alt="A cat")

    assert made == (
        '<img src="/a-400.webp" width="400" height="200" alt="A cat" loading="lazy" '
        'decoding="async">'
    )


def test_several_formats_are_a_picture_with_the_smaller_format_first() -> None:
    made = picture(BOTH, alt="")

    assert made == (
        '<picture><source type="image/avif" srcset="/a-400.avif 400w, /a-800.avif 800w" '
        'sizes="100vw"><img src="/a-800.jpeg" srcset="/a-400.jpeg 400w, /a-800.jpeg 800w" '
        'sizes="100vw" width="800" height="400" alt="" loading="lazy" decoding="async"></picture>'
    )


def test_all_formats_have_their_order() -> None:
    made = picture([rendition(n, 9) for n in ("jpeg", "webp", "avif", "jxl")], alt="")

    types = [a["type"] for tag, a in parse(made) if tag == "source"]
    assert types == ["image/jxl", "image/avif", "image/webp"]
    assert parse(made)[-1][1]["src"] == "/a-9.jpeg"


@pytest.mark.parametrize("order", [("jpeg", "png"), ("png", "jpeg")])
def test_of_the_formats_that_everything_shows_the_better_one_hides_no_other(
    order: tuple[str, str],
) -> None:
    made = picture([rendition(n, w) for n in ("webp", *order) for w in (9, 18)], alt="")

    _, source, image = parse(made)
    assert source[1]["type"] == "image/webp"
    assert image[1]["src"] == f"/a-18.{order[0]}"
    assert order[1] not in made


def test_sizes_are_written_where_there_is_a_choice() -> None:
    made = parse(picture(BOTH, alt="", sizes="(max-width: 600px) 50vw, 400px"))

    assert {a["sizes"] for tag, a in made if tag != "picture"} == {"(max-width: 600px) 50vw, 400px"}


def test_what_comes_first_on_a_page_is_not_lazy() -> None:
    assert "loading" not in parse(picture(BOTH, alt="", lazy=False))[-1][1]


def test_everything_from_outside_is_escaped() -> None:
    hostile = '"><script>alert(1)</script>'
    made = picture(
        [rendition("webp", 400, url="/a.webp?x=1&y=" + hostile)],
        alt=hostile,
        sizes=hostile,
    )

    elements = parse(made)
    assert [tag for tag, _ in elements] == ["img"]
    assert elements[0][1]["alt"] == hostile
    assert elements[0][1]["src"] == "/a.webp?x=1&y=" + hostile.replace(" ", "%20")


def test_addresses_cannot_end_a_candidate_of_srcset_early() -> None:
    assert address("/my cat, small.webp") == "/my%20cat%2C%20small.webp"
    assert address("/a\tb\nc\x7f.webp") == "/a%09b%0Ac%7F.webp"
    assert srcset([rendition("webp", 9, "/a b,c")]) == "/a%20b%2Cc 9w"


@pytest.mark.parametrize(
    ("slots", "expected"),
    [
        ((), "100vw"),
        ((640,), "640px"),
        ((640, 320, 640), "(max-width: 320px) 320px, 640px"),
        ((320, 640, 1200), "(max-width: 320px) 320px, (max-width: 640px) 640px, 1200px"),
    ],
)
def test_sizes_follow_the_layout(slots: tuple[int, ...], expected: str) -> None:
    assert expected == sizes_of(slots)


def test_a_colour_stands_behind_the_picture() -> None:
    made = picture(BOTH, alt="", placeholder=Placeholder(kind="dominant", colour="#d0103a"))

    assert parse(made)[-1][1]["style"] == "background:#d0103a"


def test_a_tiny_picture_stands_behind_the_picture() -> None:
    lqip = Placeholder(kind="lqip", colour="#d0103a", width=16, height=8)
    url = "data:image/webp;base64,UklGRg=="
    style = parse(picture(BOTH, alt="", placeholder=lqip, lqip_url=url))[-1][1]["style"]

    assert style == f'background:#d0103a url("{url}") center/cover'


def test_a_tiny_picture_without_colour_or_address_degrades() -> None:
    bare = Placeholder(kind="lqip", width=16, height=8)

    with_url = parse(picture(BOTH, alt="", placeholder=bare, lqip_url="data:x"))[-1][1]
    assert with_url["style"] == 'background:url("data:x") center/cover'
    assert "style" not in parse(picture(BOTH, alt="", placeholder=bare))[-1][1]
    coloured = bare.replace(colour="#000000")
    assert parse(picture(BOTH, alt="", placeholder=coloured))[-1][1]["style"] == (
        "background:#000000"
    )


def test_a_hostile_placeholder_address_stays_inside_its_quotes() -> None:
    lqip = Placeholder(kind="lqip")
    style = parse(picture(BOTH, alt="", placeholder=lqip, lqip_url='x") red;a:"\\\n(<'))[-1][1]

    assert style["style"] == 'background:url("x%22%29%20red;a:%22%5C%0A%28%3C") center/cover'


def test_without_a_placeholder_there_is_no_style() -> None:
    assert "style" not in parse(picture(BOTH, alt=""))[-1][1]


def test_no_renditions_are_refused() -> None:
    with pytest.raises(PolicyError, match="give at least one finished file") as caught:
        picture([], alt="")
    assert caught.value.path == "renditions"


def test_unknown_formats_are_refused_by_their_place() -> None:
    with pytest.raises(PolicyError, match="unknown 'bmp'; use one of jxl, avif") as caught:
        picture([*BOTH, rendition("bmp", 9)], alt="")
    assert caught.value.path == "renditions[4].format"


def art(width: int, height: int, media: str = "", name: str = "webp") -> Rendition:
    return Rendition(url=f"{width}.{name}", format=name, width=width, height=height, media=media)


def test_other_shapes_stand_in_sources_with_their_query_and_dimensions() -> None:
    wide, narrow = art(1600, 900), art(400, 500, "(max-width: 600px)")

    assert picture([wide, narrow], alt="A cat", lazy=False) == (
        '<picture><source media="(max-width: 600px)" type="image/webp" srcset="400.webp 400w" '
        'sizes="100vw" width="400" height="500">'
        '<img src="1600.webp" width="1600" height="900" alt="A cat" decoding="async"></picture>'
    )


def test_queries_are_asked_in_the_order_in_which_they_come() -> None:
    html = picture([art(1, 1, "(b)"), art(2, 2), art(3, 3, "(a)")], alt="")

    assert html.index("(b)") < html.index("(a)") < html.index("<img")


def test_sizes_may_differ_by_query() -> None:
    html = picture(
        [art(1, 1, "(a)"), art(2, 2), art(4, 4), art(3, 3, "(b)")],
        alt="",
        sizes={"(a)": "50vw", "": "10em"},
    )

    assert 'srcset="1.webp 1w" sizes="50vw"' in html
    assert 'srcset="2.webp 2w, 4.webp 4w" sizes="10em"' in html
    assert 'srcset="3.webp 3w" sizes="100vw"' in html
