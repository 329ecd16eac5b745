"""Makes an SVG of unknown origin safe: what is not on a list of harmless things is left out.

What would harm whoever draws it (too many elements, a tree of `use` that multiplies) is refused,
as are texts, which need fonts that nobody else has. The work is linear in the bytes that come in,
and no more than `MAX_BYTES` come out: style rules that many elements share are written to each.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

MAX_BYTES = 512 * 1024
MAX_ELEMENTS = 5_000
MAX_DEPTH = 64
MAX_EXPANDED = 1_000
MAX_CANVAS = 4_096
_DEEPEST_EXPANDED = 160

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_ELEMENTS = _SHAPES | {
    "svg", "g", "defs", "symbol", "use", "title", "desc", "clipPath", "mask", "linearGradient",
    "radialGradient", "stop",
}  # fmt: skip
_GRADIENTS = frozenset({"linearGradient", "radialGradient"})
_WORDS = frozenset({"title", "desc"})
_PROPERTIES = frozenset({
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity",
    "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray",
    "stroke-dashoffset", "opacity", "color", "display", "visibility", "clip-path", "clip-rule",
    "mask", "mask-type", "stop-color", "stop-opacity", "paint-order", "vector-effect",
    "shape-rendering", "mix-blend-mode", "isolation",
})  # fmt: skip
_ATTRIBUTES = _PROPERTIES | {
    "id", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "fr",
    "width", "height", "points", "transform", "viewBox", "preserveAspectRatio", "offset",
    "gradientUnits", "gradientTransform", "spreadMethod", "clipPathUnits", "maskUnits",
    "maskContentUnits", "pathLength", "version",
}  # fmt: skip
_SAFE_ID = re.compile(r"[A-Za-z_][\w.-]{0,63}", re.ASCII)
_LOCAL_HREF = re.compile(r"#([A-Za-z_][\w.-]{0,63})", re.ASCII)
_LOCAL_URL = re.compile(r"""url\(\s*(["']?)#([A-Za-z_][\w.-]{0,63})\1\s*\)""", re.ASCII)
_SAFE_VALUE = re.compile(r"[\w\s.,#%()+\-/]*", re.ASCII)
_CLASS_RULE = re.compile(r"\.([\w-]{1,64})\s*\{([^{}]{0,2000})\}", re.ASCII)
# From the beginning of a word and never back: a long word is read once.
_CALLS = re.compile(r"(?<![A-Za-z-])([A-Za-z-]++)\s*+\(")
_HARMLESS_CALLS = frozenset({
    "rgb", "rgba", "hsl", "hsla", "matrix", "translate", "scale", "rotate", "skewx", "skewy",
})  # fmt: skip
_LENGTH = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*(px|pt|mm|cm|in|%)?\s*", re.ASCII)
_PIXELS = {None: 1.0, "px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


class UnsafeSvgError(ValueError):
    """The text is no SVG, or one that nothing can make harmless."""


def sanitised_svg(source: bytes) -> str:
    """The harmless part of an SVG, as markup that sanitising again does not change.

    Raises UnsafeSvgError.
    """
    root = _parsed(source)
    if _local_name(root) != "svg":
        raise UnsafeSvgError("no svg element")
    kept = _Copy(_class_rules(root)).of(root)
    _refuse_large_canvas(kept)
    _refuse_multiplied_uses(kept)
    written = _written(kept, is_root=True)
    if len(written.encode()) > MAX_BYTES:
        raise UnsafeSvgError("too many bytes")
    return written


def _parsed(source: bytes) -> Element:
    if len(source) > MAX_BYTES:
        raise UnsafeSvgError("too many bytes")
    parser = DefusedXMLParser(target=_BoundedBuilder(), forbid_dtd=True)
    try:
        parser.feed(source)
        root = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise UnsafeSvgError("not well-formed, or too large") from error
    return root


class _BoundedBuilder:
    """Builds the tree and stops at the first element too many; drops comments and instructions."""

    def __init__(self) -> None:
        self._open: list[Element] = []
        self._count = 0
        self._root: Element | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            raise UnsafeSvgError("too many elements")
        element = Element(tag, attributes)
        if self._open:
            self._open[-1].append(element)
        else:
            self._root = element
        self._open.append(element)

    def end(self, _tag: str) -> None:
        """An element ends."""
        self._open.pop()

    def data(self, text: str) -> None:
        """Characters; only those before the first child of an element matter to us."""
        if self._open and not len(self._open[-1]):
            self._open[-1].text = (self._open[-1].text or "") + text

    def close(self) -> Element:
        """The root. Raises UnsafeSvgError when there is none."""
        if self._root is None:
            raise UnsafeSvgError("no element")
        return self._root


def _local_name(element: Element) -> str | None:
    """The name of an element of SVG, None for elements of other languages.

    Markup without any namespace is taken for SVG, since models forget it.
    """
    namespace, brace, name = element.tag.rpartition("}")
    return name if not brace or namespace == "{" + _SVG else None


def _class_rules(root: Element) -> dict[str, dict[str, str]]:
    """The plain rules of style elements, by class: all that drawing programs write there."""
    rules: dict[str, dict[str, str]] = {}
    for element in root.iter():
        if _local_name(element) == "style":
            for name, declarations in _CLASS_RULE.findall(element.text or ""):
                rules.setdefault(name, {}).update(_declarations(declarations))
    return rules


@dataclass(slots=True)
class _Copy:
    """Copies what is on the lists; `rules` are declarations by class."""

    rules: dict[str, dict[str, str]]
    ids: set[str] = field(default_factory=set)
    room: int = MAX_BYTES

    def of(self, element: Element) -> Element:
        """The element with its harmless attributes and children."""
        name = _local_name(element) or ""
        copy = Element(name, dict(self._attributes(element)))
        if name in _WORDS:
            copy.text = " ".join((element.text or "").split())
            return copy
        for child in element:
            child_name = _local_name(child)
            if child_name == "text":
                raise UnsafeSvgError("text needs a font")
            if child_name in _ELEMENTS:
                copy.append(self.of(child))
        return copy

    def _attributes(self, element: Element) -> Iterator[tuple[str, str]]:
        """In a fixed order, so that the same picture gives the same text."""
        found = dict(element.items())
        href = found.get("href", found.get(f"{{{_XLINK}}}href"))
        if href is not None and _LOCAL_HREF.fullmatch(href.strip()):
            yield "href", href.strip()
        declared = self._declared(found)
        for name in sorted((found.keys() & _ATTRIBUTES) | declared.keys()):
            value = declared.get(name, found.get(name, "")).strip()
            self._take_room(value)
            if _is_harmless(name, value) and self._is_first(name, value):
                yield name, " ".join(value.split())

    def _declared(self, found: dict[str, str]) -> dict[str, str]:
        """The properties of an element's classes, each looked up once, and of its own style."""
        declared: dict[str, str] = {}
        for name in dict.fromkeys(found.get("class", "").split()):
            declared |= self.rules.get(name, {})
        return declared | dict(_declarations(found.get("style", "")))

    def _take_room(self, value: str) -> None:
        """Count a value before it is looked at. Raises UnsafeSvgError."""
        self.room -= len(value)
        if self.room < 0:
            raise UnsafeSvgError("too many bytes")

    def _is_first(self, name: str, value: str) -> bool:
        """Whether an id is new: which of two counts would depend on who reads them."""
        if name != "id":
            return True
        is_new = value not in self.ids
        self.ids.add(value)
        return is_new


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    """Properties of a style attribute, which become attributes of their own."""
    for declaration in style.split(";"):
        name, colon, value = declaration.partition(":")
        if colon and name.strip() in _PROPERTIES:
            yield name.strip(), value.replace("!important", "").strip()


def _is_harmless(name: str, value: str) -> bool:
    if name == "id":
        return _SAFE_ID.fullmatch(value) is not None
    rest = _LOCAL_URL.sub("", value)
    if _SAFE_VALUE.fullmatch(rest) is None:
        return False
    return all(call.lower() in _HARMLESS_CALLS for call in _CALLS.findall(rest))


def _refuse_large_canvas(root: Element) -> None:
    """A canvas must say its size, and be of one that can be drawn."""
    box = _numbers(root.get("viewBox", ""))
    sides = [_pixels(root.get(side, "100%")) for side in ("width", "height")]
    if None in sides:
        if len(box) != 4:
            raise UnsafeSvgError("the canvas has no size")
        sides = [box[2], box[3]]
        root.attrib.pop("width", None)
        root.attrib.pop("height", None)
    if not all(side is not None and 0 < side <= MAX_CANVAS for side in sides):
        raise UnsafeSvgError("the canvas is too large, or empty")


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.replace(",", " ").split()]
    except ValueError:
        return []


def _pixels(length: str) -> float | None:
    """A length as pixels; None for a share of something that is not known."""
    match = _LENGTH.fullmatch(length)
    if match is None or match[2] == "%":
        return None
    return float(match[1]) * _PIXELS[match[2]]


def _refuse_multiplied_uses(root: Element) -> None:
    """Refuse references in a circle, and those that stand for too many elements."""
    expansion = _Expansion({element.get("id", ""): element for element in root.iter()})
    if expansion.size(root) - sum(1 for _ in root.iter()) > MAX_EXPANDED:
        raise UnsafeSvgError("references multiply")


@dataclass(slots=True)
class _Expansion:
    """Counts what is drawn for an element once its references are followed.

    Clip paths and masks count like `use`, since each draws what it refers to; gradients do not.
    """

    named: dict[str, Element]
    sizes: dict[Element, int] = field(default_factory=dict)
    under_way: list[Element] = field(default_factory=list)

    def size(self, element: Element) -> int:
        """The number of elements, this one included. Raises UnsafeSvgError."""
        if element in self.sizes:
            return self.sizes[element]
        if element in self.under_way:
            raise UnsafeSvgError("references in a circle")
        if len(self.under_way) >= _DEEPEST_EXPANDED:
            raise UnsafeSvgError("references nest too deeply")
        self.under_way.append(element)
        total = 1 + sum(map(self.size, element)) + sum(map(self._referred, _references(element)))
        self.under_way.pop()
        self.sizes[element] = total
        return total

    def _referred(self, name: str) -> int:
        target = self.named.get(name)
        if target is None:
            return 0
        size = self.size(target)
        return 0 if target.tag in _GRADIENTS else size


def _references(element: Element) -> Iterator[str]:
    for value in element.attrib.values():
        yield from (found[1] for found in _LOCAL_URL.findall(value))
    href = _LOCAL_HREF.fullmatch(element.get("href", ""))
    if href is not None:
        yield href[1]


_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def _written(element: Element, *, is_root: bool = False) -> str:
    attributes = "".join(
        f' {name}="{value.translate(_ESCAPES)}"' for name, value in element.attrib.items()
    )
    if is_root:
        attributes = f' xmlns="{_SVG}"{attributes}'
    content = (element.text or "").translate(_ESCAPES) + "".join(map(_written, element))
    if not content:
        return f"<{element.tag}{attributes}/>"
    return f"<{element.tag}{attributes}>{content}</{element.tag}>"
