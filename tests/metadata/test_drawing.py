"""What a drawing holds beside its shapes is found, and nothing of it is told but the kind."""

from __future__ import annotations

import time

import pytest

from eyebright.metadata import drawing

ROOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {}>{}</svg>'
)
SODIPODI = (
    'xmlns:s="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" s:docname="/home/anna/a.svg"'
)


def held(inside: str = "", attributes: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = drawing.contents(ROOT.format(attributes, inside).encode())
    return found.private, found.active


@pytest.mark.parametrize(
    "inside",
    [
        "<title>A cup</title><rect width='4' height='5'/>",
        "<defs><path id='a' d='M0 0'/></defs><use href='#a'/><use xlink:href='#a'/>",
        "<style>rect { fill: url(#a); mask: url('#b') }</style><rect fill='url(\"#a\")'/>",
        "<a href='https://example.org/'><text>on a page</text></a>",
    ],
)
def test_shapes_alone_tell_nothing(inside: str) -> None:
    assert held(inside) == ((), ())


@pytest.mark.parametrize(
    ("inside", "kind"),
    [
        ("<metadata><a/></metadata>", "metadata"),
        ("<!-- made by Anna -->", "comments"),
        ("<x:grid xmlns:x='http://www.inkscape.org/namespaces/inkscape'/>", "an editor's data"),
        ("<image href='data:image/jpeg;base64,AA=='/>", "pictures"),
        ("<image xlink:href=' data:image/png;base64,AA=='/>", "pictures"),
    ],
)
def test_what_tells_of_its_maker_is_found(inside: str, kind: str) -> None:
    assert held(inside) == ((kind,), ())


def test_attributes_of_an_editor_are_found() -> None:
    assert held(attributes=SODIPODI) == (("an editor's data",), ())


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<script href='#a'/>",
        "<rect onclick='alert(1)'/>",
        "<a href='jav&#97;script:alert(1)'/>",
        "<a xlink:href=' java&#10;script:alert(1)'/>",
        f"<a href='java{' ' * 90}script:alert(1)'/>",
        "<a><set attributeName='href' to='javascript:alert(1)'/></a>",
        "<a><animate attributeName='xlink:href' values='#a;javascript:alert(1)'/></a>",
        "<foreignObject><iframe srcdoc='&lt;script>alert(1)&lt;/script>'/></foreignObject>",
        "<image href='data:image/svg+xml;base64,AA=='/>",
        "<object data='data:text/html,hello'/>",
        "<form action='javascript:alert(1)'/>",
    ],
)
def test_scripts_are_found(inside: str) -> None:
    assert held(inside) == ((), ("scripts",))


@pytest.mark.parametrize(
    "inside",
    [
        "<image href='https://example.org/a.png'/>",
        "<use xlink:href='sprite.svg#a'/>",
        "<style>@import 'a.css';</style>",
        "<style>@font-face { src: url( 'a.woff2' ) }</style>",
        "<rect fill='url(a.svg#b)'/>",
        "<rect style='fill: URL(\"//example.org/a.svg#b\")'/>",
        f"<style>{' ' * 8188}url(a.svg#b)</style>",
        "<style>rect { fill: image-set('https://example.org/a.png' 1x) }</style>",
        "<rect style='fill: image(\"a.png\")'/>",
        "<style>rect { fill: src('a.svg') }</style>",
        r"<style>rect { fill: u\72l(a.svg#b) }</style>",
        r"<style>rect { fill: \000075 rl(a.svg#b) }</style>",
        r"<rect fill='u\rl(a.svg#b)'/>",
        r"<style>@\69mport 'a.css';</style>",
        "<object data='http://example.org/a'/>",
        "<img srcset='#a 1x, http://example.org/a.png 2x'/>",
        "<video poster='a.jpg'/>",
        "<form action='http://example.org/'/>",
        "<use><set attributeName='href' to='sprite.svg#a'/></use>",
    ],
)
def test_references_to_other_files_are_found(inside: str) -> None:
    assert held(inside) == ((), ("references to other files",))


@pytest.mark.parametrize(
    "inside",
    [
        f"<style>{' ' * 8188}url(#a)</style>",
        "<rect><set attributeName='fill' to='red'/></rect>",
        "<use><animate attributeName='href' values='#a;#b'/></use>",
        "<img srcset='#a 1x, #b 640w'/>",
        "<rect aria-label='image(1)'/>",
        r"<text font-family='\5FAE\8F6F' class='\ffffff x'/>",
    ],
)
def test_shapes_that_only_look_like_references_tell_nothing(inside: str) -> None:
    assert held(inside) == ((), ())


@pytest.mark.parametrize("kind", ["attribute", "style"])
def test_addresses_behind_many_spaces_are_read_at_once(kind: str) -> None:
    address = f"url({' ' * 200_000})"
    inside = f"<rect fill='{address}'/>" if kind == "attribute" else f"<style>{address}</style>"
    began = time.process_time()

    assert held(inside) == ((), ())
    assert time.process_time() - began < 1


def test_a_linked_style_sheet_is_a_reference() -> None:
    found = drawing.contents(b'<?xml-stylesheet href="a.css"?>' + ROOT.format("", "").encode())

    assert found.active == ("references to other files",)


def test_namespaces_that_illustrator_declares_as_entities_are_read() -> None:
    head = '<!DOCTYPE svg [<!ENTITY ns "http://ns.adobe.com/AdobeIllustrator/10.0/">]>'

    found = drawing.contents((head + ROOT.format('xmlns:i="&ns;" i:pageBounds="0"', "")).encode())

    assert found.private == ("an editor's data",)


def test_what_is_not_well_formed_is_told_as_unread_beside_what_came_before() -> None:
    found = drawing.contents(b"<svg><metadata/><rect></svg>")

    assert found.private == ("metadata", "what could not be read")


def test_entities_that_multiply_are_not_read() -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(30))
    bomb = f'<!DOCTYPE svg [<!ENTITY l0 "ha">{laughs}]><svg><text>&l30;</text></svg>'
    began = time.perf_counter()

    found = drawing.contents(bomb.encode())

    assert found.private == ("what could not be read",)
    assert time.perf_counter() - began < 1


def test_reasons_name_kinds_and_no_value() -> None:
    found = drawing.contents(
        ROOT.format(SODIPODI, "<metadata>Anna</metadata><script>anna()</script>").encode()
    )

    private, active = drawing.reasons(found)
    assert (private.code, private.values) == (
        "metadata-kept",
        {"kinds": ["metadata", "an editor's data"]},
    )
    assert (active.code, active.values) == ("svg-active", {"kinds": ["scripts"]})
    assert "anna" not in (private.text + active.text).lower()
