"""SVG of unknown origin: what is kept, what is dropped, what is refused."""

import contextlib
import re
import time
from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.svg_sanitiser import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    UnsafeSvgError,
    sanitised_svg,
)

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'viewBox="0 0 64 64">'
)
MARK = '<path d="M4 4h56v56H4z" fill="#1f3a2e"/>'
KEPT_ELEMENTS = {
    "svg", "g", "defs", "symbol", "use", "title", "desc", "clipPath", "mask", "linearGradient",
    "radialGradient", "stop", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
}  # fmt: skip


def drawing(*content: str) -> bytes:
    return (HEAD + "".join(content) + "</svg>").encode()


def assert_harmless(svg: str) -> None:
    """Holds the output to the promise with a parser and rules of its own."""
    root = fromstring(svg, forbid_dtd=True)
    for element in root.iter():
        assert isinstance(element, Element)
        namespace, _, name = element.tag.rpartition("}")
        assert namespace == "{http://www.w3.org/2000/svg"
        assert name in KEPT_ELEMENTS
        for attribute, value in element.attrib.items():
            assert "}" not in attribute
            assert not attribute.lower().startswith("on")
            assert attribute not in {"style", "class", "filter", "xmlns"}
            assert not re.search(r"[:\\<>&]|@|javascript|expression|import", value, re.IGNORECASE)
            for target in re.findall(r"url\s*\(([^)]*)\)", value):
                assert re.fullmatch(r"""["']?#[\w.-]+["']?""", target.strip())
            if attribute == "href":
                assert re.fullmatch(r"#[\w.-]+", value)
    assert sanitised_svg(svg.encode()) == svg, "sanitising twice changes nothing"


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script in CDATA": "<script><![CDATA[alert(1)]]></script>",
    "handler": '<g onclick="alert(1)"><path d="M0 0h1v1z" onmouseover="a()"/></g>',
    "foreignObject": "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>"
    "<iframe src='javascript:1'/></body></foreignObject>",
    "html": '<x:img xmlns:x="http://www.w3.org/1999/xhtml" src="x" onerror="alert(1)"/>',
    "link": '<a href="javascript:alert(1)"><path d="M0 0h9v9z"/></a>',
    "image": '<image href="https://evil.example/track.png" width="9" height="9"/>',
    "image of data": '<image href="data:image/svg+xml;base64,PHN2Zy8+" width="9" height="9"/>',
    "use of a stranger": '<use href="https://evil.example/a.svg#x"/>',
    "use of data": '<use xlink:href="data:image/svg+xml,%3Csvg%3E#x"/>',
    "paint of a stranger": '<path d="M0 0h9v9z" fill="url(https://evil.example/a.svg#g)"/>',
    "paint with escapes": '<path d="M0 0h9v9z" fill="u\\72l(https://evil.example)"/>',
    "style import": "<style>@import url(https://evil.example/a.css); *{fill:red}</style>",
    "style property": '<path d="M0 0h9v9z" style="fill:url(//evil.example);behavior:url(x)"/>',
    "style class": "<style>.a{fill:url(https://evil.example/a#b)}</style>"
    '<path class="a" d="M0 0h9v9z"/>',
    "expression": '<path d="M0 0h9v9z" style="stroke:expression(alert(1))"/>',
    "animate": '<use href="#q"><animate attributeName="href" values="javascript:1"/></use>',
    "set": '<set attributeName="onclick" to="alert(1)"/>',
    "filter": '<filter id="f"><feImage href="https://evil.example/a"/></filter>'
    '<g filter="url(#f)"><path d="M0 0h9v9z"/></g>',
    "huge blur": '<filter id="f"><feGaussianBlur stdDeviation="1e9"/></filter>',
    "pattern": '<pattern id="p" width=".001" height=".001"><path d="M0 0h9v9z"/></pattern>',
    "handler in a namespace": '<path xmlns:e="http://www.w3.org/2001/xml-events" e:event="x"'
    ' d="M0 0h9v9z"/>',
    "instruction": '<?xml-stylesheet href="https://evil.example/a.css"?>',
    "comment": "<!-- <script>alert(1)</script> -->",
    "metadata": "<metadata><rdf xmlns='x'>who made it</rdf></metadata>",
    "markup in a title": "<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>",
    "line ends in a title": "<title>a&#13;&#10;b</title>",
    "id": '<path id="a b&quot;" d="M0 0h9v9z"/>',
    "one id twice": '<path id="a" d="M0 0h9v9z"/><g id="a"><use href="#a"/></g>',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_could_harm_is_dropped_and_the_mark_is_kept(content: str) -> None:
    found = sanitised_svg(drawing(content, MARK))
    assert 'd="M4 4h56v56H4z"' in found
    assert "evil" not in found
    assert "alert" not in found.replace("&lt;script&gt;alert(1)&lt;/script&gt;", "")
    assert_harmless(found)


def doubling(levels: int) -> str:
    tree = '<g id="l0"><path d="M0 0h1v1z"/></g>'
    for level in range(1, levels):
        tree += f'<g id="l{level}"><use href="#l{level - 1}"/><use href="#l{level - 1}"/></g>'
    return f"<defs>{tree}</defs>" + f'<use href="#l{levels - 1}"/>'


REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no markup": lambda: b"hello",
    "not closed": HEAD.encode,
    "another root": lambda: b"<html xmlns='http://www.w3.org/1999/xhtml'><svg/></html>",
    "entities": lambda: b'<!DOCTYPE s [<!ENTITY a "aaaa">]>' + drawing("&a;"),
    "external entity": lambda: (
        b'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + drawing("<title>&a;</title>")
    ),
    "doctype": lambda: b"<!DOCTYPE svg>" + drawing(MARK),
    "unknown encoding": lambda: b'<?xml version="1.0" encoding="no-such"?>' + drawing(MARK),
    "too many bytes": lambda: drawing("<desc>", "x" * MAX_BYTES, "</desc>"),
    "too many elements": lambda: drawing(MARK * (MAX_ELEMENTS + 1)),
    "too deep": lambda: drawing("<g>" * MAX_DEPTH, "</g>" * MAX_DEPTH),
    "depth far beyond": lambda: drawing("<g>" * 60_000, "</g>" * 60_000),
    "uses that double": lambda: drawing(doubling(14)),
    "uses that double for long": lambda: drawing(doubling(60)),
    "uses of uses": lambda: drawing(
        *(f'<g id="c{n}"><use href="#c{n + 1}"/></g>' for n in range(900)), '<g id="c900"/>'
    ),
    "use of itself": lambda: drawing('<g id="a"><use href="#a"/></g>'),
    "uses in a circle": lambda: drawing(
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'
    ),
    "masks in a circle": lambda: drawing('<mask id="m"><g mask="url(#m)"/></mask>'),
    "gradients in a circle": lambda: drawing(
        '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>'
    ),
    "clip paths that multiply": lambda: drawing(
        '<clipPath id="c">' + MARK * 60 + "</clipPath>",
        '<path d="M0 0h1v1z" clip-path="url(#c)"/>' * 60,
    ),
    "a rule for every element": lambda: drawing(
        "<style>.a{fill:", "r" * 1_900, "}</style>", '<path class="a" d="M0 0h9v9z"/>' * 4_000
    ),
    "signs that grow when they are escaped": lambda: drawing(
        "<desc><![CDATA[", "&" * 400_000, "]]></desc>"
    ),
    "text": lambda: drawing("<text>Harbor</text>"),
    "huge canvas": lambda: HEAD.replace("64 64", "30000 30000").encode() + b"</svg>",
    "huge sides": lambda: HEAD.replace(">", ' width="99999" height="10">').encode() + b"</svg>",
    "empty canvas": lambda: HEAD.replace("64 64", "0 0").encode() + b"</svg>",
    "no number": lambda: HEAD.replace("64 64", "nan inf").encode() + b"</svg>",
    "no canvas": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>',
}


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED.keys())
def test_what_nothing_can_make_harmless_is_refused(source: Callable[[], bytes]) -> None:
    with pytest.raises(UnsafeSvgError):
        sanitised_svg(source())


def wordy(letters: str) -> bytes:
    return drawing(f'<path d="{letters * (480_000 // len(letters))}"/>', MARK)


LABORIOUS: dict[str, Callable[[], bytes]] = {
    "one long word": lambda: wordy("a"),
    "long words": lambda: wordy("a" * 999 + " "),
    "hyphens": lambda: wordy("-"),
    "openings": lambda: wordy("url( "),
    "blanks": lambda: drawing(f'<path d="rgb{" " * 480_000}"/>', MARK),
    "line ends": lambda: drawing("<title>", "\n" * 480_000, "</title>", MARK),
    "one class again and again": lambda: drawing(
        "<style>.a{", "fill:red;" * 200, "}</style>", f'<g class="{"a " * 230_000}"/>', MARK
    ),
    "many classes for many elements": lambda: drawing(
        "<style>",
        *(f".c{n}{{{'fill:r;' * 280}}}" for n in range(60)),
        "</style>",
        f'<g class="{" ".join(f"c{n}" for n in range(20))}"/>' * 4_000,
        MARK,
    ),
}


@pytest.mark.parametrize("source", LABORIOUS.values(), ids=LABORIOUS.keys())
def test_no_half_megabyte_takes_long(source: Callable[[], bytes]) -> None:
    content = source()
    assert 200_000 < len(content) <= MAX_BYTES
    began = time.process_time()
    with contextlib.suppress(UnsafeSvgError):
        assert_harmless(sanitised_svg(content))
    assert time.process_time() - began < 5, "it took minutes to hours"


def test_later_rules_of_a_class_add_to_earlier_ones() -> None:
    style = "<style>.a{fill:red;stroke:blue} .a{fill:green} .b{opacity:.5}</style>"
    found = sanitised_svg(drawing(style, '<path class="b a b" d="M0 0h9v9z"/>'))
    assert '<path d="M0 0h9v9z" fill="green" opacity=".5" stroke="blue"/>' in found


def test_a_real_mark_keeps_all_that_it_is_made_of() -> None:
    found = sanitised_svg(
        drawing(
            "<style>.st0{fill:#1F3A2E;} .st1 { stroke : none }</style>",
            '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient>'
            '<symbol id="s" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></symbol></defs>',
            '<path class="st0 st1" d="M0 0h9v9z" transform="translate(3, 4) rotate(9)"/>',
            '<rect width="9" height="9" fill="url(#g)" style="opacity: .5 !important"/>',
            '<use xlink:href="#s" x="2"/>',
        )
    )
    assert_harmless(found)
    for part in (
        'd="M0 0h9v9z" fill="#1F3A2E" stroke="none" transform="translate(3, 4) rotate(9)"',
        'fill="url(#g)" height="9" opacity=".5"',
        '<use href="#s" x="2"/>',
        '<stop offset="0" stop-color="#fff"/>',
    ):
        assert part in found


def test_four_hundred_shapes_may_share_a_gradient() -> None:
    stops = '<stop offset="0" stop-color="red"/>' * 4
    shapes = '<path d="M0 0h9v9z" fill="url(#g)"/>' * 400
    assert sanitised_svg(drawing(f'<linearGradient id="g">{stops}</linearGradient>', shapes))


NAMES = st.sampled_from(
    [
        "g", "path", "use", "script", "style", "a", "image", "foreignObject", "mask", "title",
        "defs", "linearGradient", "animate", "x:img",
    ]
)  # fmt: skip
ATTRIBUTES = st.sampled_from(
    ["id", "d", "fill", "style", "onload", "href", "xlink:href", "class", "mask", "transform"]
)
VALUES = st.one_of(
    st.sampled_from(
        [
            "#a", "url(#a)", "url(//e)", "javascript:alert(1)", "fill:url(#a)", "fill:red;x:y", "a",
            "expression(1)", "u\\72l(x)", "url( '#b' ) red", "data:text/html,x", "translate(1)",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
)  # fmt: skip


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


ELEMENTS = st.recursive(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8).map(escaped),
    lambda children: st.builds(
        lambda name, attributes, inside: (
            f"<{name}"
            + "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items())
            + f">{''.join(inside)}</{name}>"
        ),
        NAMES,
        st.dictionaries(ATTRIBUTES, VALUES, max_size=4),
        st.lists(children, max_size=4),
    ),
    max_leaves=20,
)


@given(ELEMENTS)
@settings(max_examples=300, deadline=None)
def test_whatever_comes_in_what_comes_out_is_harmless(content: str) -> None:
    source = drawing('<g xmlns:x="http://www.w3.org/1999/xhtml">', content, "</g>")
    try:
        found = sanitised_svg(source)
    except UnsafeSvgError:
        return
    assert_harmless(found)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_bytes_of_any_kind_are_refused_or_made_harmless(source: bytes) -> None:
    for candidate in (source, HEAD.encode() + source + b"</svg>"):
        try:
            found = sanitised_svg(candidate)
        except UnsafeSvgError:
            continue
        assert_harmless(found)
