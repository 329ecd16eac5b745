"""What processes tell each other about providers: who is left alone, and for how long."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Opening:
    """One model of a provider is left alone for some seconds from now on.

    `count` is the number of openings in a row, which makes the next one longer.
    """

    provider: str
    model: str
    seconds: float
    count: int
    reason: str


Heard = Callable[[Opening], None]


class HealthBoard(Protocol):
    """Carries openings between processes. It never raises and nobody waits for it."""

    def listen(self, scope: str, heard: Heard) -> None:
        """Hand what others tell in the scope to `heard`."""
        ...

    def wake(self) -> None:
        """Begin to listen in the running loop; does nothing when that has happened."""
        ...

    def tell(self, scope: str, opening: Opening) -> None:
        """Tell the others, soon."""
        ...

    async def aclose(self) -> None:
        """End what runs in this loop."""
        ...


class PrivateBoard:
    """For a process that has nobody to talk to."""

    def listen(self, scope: str, heard: Heard) -> None:
        """Nothing is ever heard."""

    def wake(self) -> None:
        """There is nothing to begin."""

    def tell(self, scope: str, opening: Opening) -> None:
        """Nobody listens."""

    async def aclose(self) -> None:
        """Nothing runs."""
