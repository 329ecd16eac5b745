"""What a motif is: one or two areas in a 100-unit box."""

from dataclasses import dataclass

from core.engine.logos.geometry import Shape, nothing

GAP = 6.0  # clear strip between parts: about one pixel when the mark is 16 pixels high
LINE = 9.0  # width of drawn lines
_SIDE = 94.0  # longer side of a motif that was drawn without regard to its size


@dataclass(frozen=True, slots=True)
class Motif:
    """`main` and `second` never overlap; `second` takes the second colour, or is empty."""

    main: Shape
    second: Shape

    @property
    def ink(self) -> Shape:
        """Both areas as one, for marks in one colour."""
        return self.main + self.second

    def turned(self, degrees: float) -> "Motif":
        """The motif at an angle, again as large as the box allows and in its middle."""
        whole = self.ink.turned(degrees)
        scale = _SIDE / max(whole.width, whole.height)
        x, y = whole.centre
        place = (scale, 0, 0, scale, 50 - scale * x, 50 - scale * y)
        main, second = self.main.turned(degrees), self.second.turned(degrees)
        return Motif(main.mapped(*place), second if second.empty else second.mapped(*place))


def plain(main: Shape) -> Motif:
    """A motif of one colour."""
    return Motif(main, nothing())
