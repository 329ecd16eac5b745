"""Moves lightness, and nothing else, until a set of six colours meets every guarantee."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from core.engine.palette.color import Oklch, contrast, from_hex, to_hex
from core.engine.palette.judge import BRAND_ROLES, WHITE, apart, carries_meaning

_STEP = 0.0025
_STEPS_IN_STRIDE = 16
_COARSE_STEP = 0.01
_DARKEST_BRAND, _PALEST_BRAND = 0.16, 0.95
_DARKEST_BACKGROUND = 0.90
# towards dark or light; the text first, because the accent and the soft tint carry it
_DIRECTIONS = {"text": -1, "primary": -1, "secondary": -1, "accent": 1, "soft": 1}


@dataclass(frozen=True, slots=True)
class Shade:
    """A colour that remembers its hue and chroma while its lightness moves."""

    wish: Oklch
    hex: str
    moved: float = 0.0

    @classmethod
    def of(cls, color: Oklch) -> "Shade":
        """The nearest colour that sRGB can show."""
        return cls(color, to_hex(color))

    @classmethod
    def of_hex(cls, hex_color: str) -> "Shade":
        """Exactly this hex colour until it has to move."""
        return cls(from_hex(hex_color), hex_color)

    def lighter(self, amount: float) -> "Shade":
        """The same hue and chroma with more (or, below zero, less) lightness."""
        total = self.moved + amount
        color = self.wish._replace(lightness=self.wish.lightness + total)
        return Shade(self.wish, to_hex(color), total)

    @property
    def lightness(self) -> float:
        """OKLCH lightness wished for plus the move so far."""
        return self.wish.lightness + self.moved


def fits(role: str, hex_color: str, ground: str, ink: str) -> bool:
    """Whether one colour meets the contrast pairs of its role on this background and text."""
    if role == "primary":
        return min(contrast(hex_color, ground), contrast(hex_color, WHITE)) >= 4.5
    if role == "secondary":
        return contrast(hex_color, ground) >= 3
    if role == "text":
        return contrast(hex_color, ground) >= 7
    return contrast(ink, hex_color) >= 4.5


def solved(colors: Mapping[str, Shade]) -> dict[str, Shade]:
    """The six colours with the least lightness moved so that every guarantee holds."""
    grounded = with_contrast(colors)
    return grounded if _distinct(grounded) else _with_distance(grounded)


def with_contrast(colors: Mapping[str, Shade]) -> dict[str, Shade]:
    """Each colour moved on its own until its contrast pairs hold.

    That always succeeds: black meets every pair on a ground this light, and white meets every
    pair under a text that reaches 7:1.
    """
    background = colors["background"]
    while from_hex(background.hex).lightness < _DARKEST_BACKGROUND:
        background = background.lighter(_STEP)
    ground = ink = background.hex
    found = {"background": background}
    for role, direction in _DIRECTIONS.items():
        found[role] = _stepped(colors[role], role, direction * _STEP, (ground, ink))
        ink = found["text"].hex
    return found


def _stepped(shade: Shade, role: str, step: float, grounds: tuple[str, str]) -> Shade:
    """The first shade in steps of `step` that fits its role.

    Long strides find the stretch where the fit begins, short steps the place in it.
    """
    before = shade
    while not fits(role, shade.hex, *grounds):
        before, shade = shade, shade.lighter(_STEPS_IN_STRIDE * step)
    while not fits(role, before.hex, *grounds):
        before = before.lighter(step)
    return before


def _distinct(colors: Mapping[str, Shade]) -> bool:
    primary, secondary, accent = (colors[role].hex for role in BRAND_ROLES)
    return (
        apart(primary, secondary)
        and apart(primary, accent)
        and apart(secondary, accent)
        and carries_meaning(primary, accent)
    )


def _with_distance(colors: dict[str, Shade]) -> dict[str, Shade]:
    """Brand colours moved until they are apart; the primary moves last."""
    all_secondaries = tuple(_options(colors, "secondary"))
    all_accents = tuple(_options(colors, "accent"))
    for primary in _options(colors, "primary"):
        secondaries = [shade for shade in all_secondaries if apart(primary.hex, shade.hex)]
        accents = [
            shade
            for shade in all_accents
            if apart(primary.hex, shade.hex) and carries_meaning(primary.hex, shade.hex)
        ]
        pairs = sorted(
            product(secondaries, accents), key=lambda pair: abs(pair[0].moved) + abs(pair[1].moved)
        )
        for secondary, accent in pairs:
            if apart(secondary.hex, accent.hex):
                return {**colors, "primary": primary, "secondary": secondary, "accent": accent}
    raise ValueError("no lightness keeps these colours apart")


def _options(colors: Mapping[str, Shade], role: str) -> Iterator[Shade]:
    """The colour itself, then lighter and darker ones that still fit, nearest first."""
    shade = colors[role]
    ground, ink = colors["background"].hex, colors["text"].hex
    yield shade
    for count in range(1, int(1 / _COARSE_STEP)):
        for step in (-count * _COARSE_STEP, count * _COARSE_STEP):
            if _DARKEST_BRAND <= shade.lightness + step <= _PALEST_BRAND:
                option = shade.lighter(step)
                if fits(role, option.hex, ground, ink):
                    yield option
