"""What can be measured of a finished SVG: whether it is clean, how simple it is, who sees it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pathops

from core.engine.logos.geometry import Shape, union
from core.engine.logos.paint import contrast

_SPACE = "{http://www.w3.org/2000/svg}"
_ROOT_NEEDS = frozenset({"viewBox"})
_ROOT_MAY = frozenset({"viewBox", "role", "width", "height", "id"})
_PATH_MAY = frozenset({"d", "fill", "fill-rule", "id"})
_PATH_DATA = re.compile(r"[MLHVCSQTAZmlhvcsqtaz0-9 ,.\-]+")
_LONG_NUMBER = re.compile(r"\.\d{4}")
_PREFIXED = re.compile(r"[a-z][a-z0-9]*-[a-z0-9-]+")
_COMMAND = re.compile(r"([MLQCZ])([^MLQCZ]*)")
_LIES_ON = 0.5  # share of a part that covers another: the other is its ground


@dataclass(frozen=True, slots=True)
class Simplicity:
    """How much a drawing is made of; shapes are closed outlines."""

    shapes: int
    commands: int
    colors: int
    size: int


@dataclass(frozen=True, slots=True)
class LaidPart:
    """A part's fill, the fill of the part it lies on (None: the ground), its share of the ink."""

    fill: str
    on: str | None
    share: float


def faults(svg: str, colours: Collection[str]) -> list[str]:
    """Why the text is not a clean logo, one phrase each; only `colours` may be used."""
    if "<!" in svg or "<?" in svg:
        return ["has a declaration, a comment or an instruction"]
    try:
        root = ET.fromstring(svg)  # noqa: S314  # without declarations there is no entity
    except ET.ParseError as error:
        return [f"is not well-formed: {error}"]
    found = [*_root_faults(root)]
    for element in list(root)[1:]:
        found += _path_faults(element, colours)
    return found


def _root_faults(root: ET.Element) -> list[str]:
    found = []
    if root.tag != _SPACE + "svg":
        found.append(f"starts with {root.tag}")
    if not _ROOT_NEEDS <= set(root.attrib) <= _ROOT_MAY:
        found.append(f"has the root attributes {sorted(root.attrib)}")
    box = root.get("viewBox", "").split()
    if len(box) != 4 or not all(_number(each) for each in box) or min(map(float, box[2:])) <= 0:
        found.append("has no usable viewBox")
    first = next(iter(root), None)
    if first is None or first.tag != _SPACE + "title" or first.attrib or not first.text:
        found.append("has no title in the first place")
    if len(root) < 2:
        found.append("draws nothing")
    if _badly_named(root):
        found.append(f"has the id {root.get('id')}")
    return found


def _number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d{1,3})?", text) is not None


def _badly_named(element: ET.Element) -> bool:
    return "id" in element.attrib and not _PREFIXED.fullmatch(element.attrib["id"])


def _path_faults(element: ET.Element, colours: Collection[str]) -> list[str]:
    if element.tag != _SPACE + "path" or len(element) or element.text:
        return [f"has the element {element.tag}"]
    found = []
    if not {"d", "fill"} <= set(element.attrib) <= _PATH_MAY or _badly_named(element):
        found.append(f"has a path with the attributes {sorted(element.attrib)}")
    data = element.get("d", "")
    if not _PATH_DATA.fullmatch(data):
        found.append("has path data that is not numbers and commands")
    if _LONG_NUMBER.search(data):
        found.append("has numbers with more than three decimals")
    if element.get("fill") not in colours:
        found.append(f"is filled with {element.get('fill')}, which is no colour of the palette")
    return found


def simplicity(svg: str) -> Simplicity:
    """The measures of check 14; for clean files only."""
    paths = _paths(svg)
    commands = [letter for data, _ in paths for letter in data if letter.isalpha()]
    return Simplicity(
        shapes=commands.count("M"),
        commands=len(commands),
        colors=len({fill for _, fill in paths}),
        size=len(svg.encode()),
    )


def outlined_share(svg: str) -> float:
    """The share of the canvas that the outlines cover, 0–1; for clean files only."""
    box = [float(number) for number in ET.fromstring(svg).attrib["viewBox"].split()]  # noqa: S314  # see `faults`
    return union(_shape(data) for data, _ in _paths(svg)).area / (box[2] * box[3])


def layers_of(svg: str) -> list[LaidPart]:
    """The parts, back to front, with what they lie on; for clean files only."""
    paths = _paths(svg)
    if len(paths) == 1:
        return [LaidPart(paths[0][1], None, 1.0)]
    shapes = [(_shape(data), fill) for data, fill in paths]
    ink = sum(shape.area for shape, _ in shapes) or 1.0
    return [
        LaidPart(fill, _under(shape, shapes[:place]), shape.area / ink)
        for place, (shape, fill) in enumerate(shapes)
    ]


def contrasts(svg: str, ground: str) -> list[tuple[str, float]]:
    """The fill of each path and its contrast with what it lies on, `ground` or a path below it."""
    return [(part.fill, contrast(part.fill, part.on or ground)) for part in layers_of(svg)]


def _under(shape: Shape, below: Sequence[tuple[Shape, str]]) -> str | None:
    """The fill of the topmost part below that carries most of the shape."""
    for other, fill in reversed(below):
        if (shape & other).area > _LIES_ON * shape.area:
            return fill
    return None


def _paths(svg: str) -> list[tuple[str, str]]:
    root = ET.fromstring(svg)  # noqa: S314  # see `faults`
    return [(each.attrib["d"], each.attrib["fill"]) for each in root.iter(_SPACE + "path")]


def _shape(data: str) -> Shape:
    """The outline of path data as `svg` writes it."""
    path = pathops.Path()
    draw = {"M": path.moveTo, "L": path.lineTo, "Q": path.quadTo, "C": path.cubicTo}
    for letter, text in _COMMAND.findall(data):
        if letter == "Z":
            path.close()
        else:
            draw[letter](*(float(number) for number in text.split()))
    return Shape(path)
