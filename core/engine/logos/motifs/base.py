"""What a motif is: one or two areas in a 100-unit box."""

from dataclasses import dataclass

from core.engine.logos.geometry import Shape, nothing

GAP = 6.0  # clear strip between parts: about one pixel when the mark is 16 pixels high
LINE = 9.0  # width of drawn lines


@dataclass(frozen=True, slots=True)
class Motif:
    """`main` and `second` never overlap; `second` takes the second colour, or is empty."""

    main: Shape
    second: Shape

    @property
    def ink(self) -> Shape:
        """Both areas as one, for marks in one colour."""
        return self.main + self.second


def plain(main: Shape) -> Motif:
    """A motif of one colour."""
    return Motif(main, nothing())
