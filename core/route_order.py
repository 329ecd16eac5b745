"""The order in which equal routes are tried: healthy ones first, then cheap ones."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Protocol, TypeVar

from core.breaker import Clock
from core.provider_stats import Tally

RECENTLY_S = 30.0
EXPLORE_EVERY = 20
_ENOUGH_ANSWERS = 5


class Routed(Protocol):
    """What the order looks at. Neighbours of one group that is not empty are equal."""

    @property
    def provider(self) -> str:
        """Who."""
        ...

    @property
    def model(self) -> str:
        """With what."""
        ...

    @property
    def group(self) -> str:
        """Equal to whom."""
        ...


RoutedT = TypeVar("RoutedT", bound=Routed)


class RouteOrder:
    """Orders equal routes by what is known of them; all others stay as configured.

    One that failed within the last 30 s goes behind its equals, and among equals with at least
    five answers each the cheaper one comes first. So that nobody starves, every twentieth request
    follows the configured order, which also keeps the knowledge fresh.
    """

    def __init__(self, tally_of: Callable[[str, str], Tally], clock: Clock) -> None:
        self._tally_of = tally_of
        self._clock = clock
        self._requests = 0

    def of(self, routes: Sequence[RoutedT]) -> list[RoutedT]:
        """The routes in the order in which to try them."""
        groups = [list(group) for _, group in groupby(routes, key=lambda route: route.group)]
        if all(len(group) == 1 or not group[0].group for group in groups):
            return list(routes)
        self._requests += 1
        if self._requests % EXPLORE_EVERY == 0:
            return list(routes)
        return [route for group in groups for route in self._preferred(group)]

    def _preferred(self, group: list[RoutedT]) -> list[RoutedT]:
        if not group[0].group:
            return group
        tallies = [self._tally_of(route.provider, route.model) for route in group]
        compare_costs = all(tally.answers >= _ENOUGH_ANSWERS for tally in tallies)

        def rank(place: int) -> tuple[bool, float, int]:
            tally = tallies[place]
            recently = tally.failed_at is not None and self._clock() - tally.failed_at < RECENTLY_S
            cost = tally.cost_per_answer if compare_costs else None
            return recently, float(cost or 0), place

        return [group[place] for place in sorted(range(len(group)), key=rank)]
