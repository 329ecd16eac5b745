"""The state of every model of a set of providers: breakers, counts, and what others found out."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from core.breaker import Breaker, Clock
from core.exceptions import AppError
from core.health_board import HealthBoard, Opening
from core.provider_stats import ProviderStats, Tally, provider_stats
from core.providers.base import BUILTIN, FailureKind, failure_kind
from core.retries import RetryBudget, hint_of
from core.usage import SUCCESS
from utils.logger import get_logger

Route = tuple[str, str]
"""The names of a provider and of one of its models."""

_ACCOUNT_OPEN_S = 600.0
_FAILURES_OF_A_PROVIDER = 5
_OF_THE_ACCOUNT: tuple[FailureKind, ...] = ("auth", "quota")
_SAYS_NOTHING_OF_HEALTH: tuple[FailureKind, ...] = ("moderated", "invalid_request")

log = get_logger("providers")


class ProviderHealth:
    """Health is kept by model, the budget of repetitions by provider.

    `scope` tells several sets of providers apart on one board.
    """

    def __init__(
        self, routes: Iterable[Route], *, clock: Clock, scope: str, board: HealthBoard
    ) -> None:
        self._clock = clock
        self._scope = scope
        self._board = board
        self.breakers = {route: Breaker(clock) for route in routes}
        self.tallies = {route: Tally() for route in self.breakers}
        self.budgets = {provider: RetryBudget(clock) for provider, _ in self.breakers}
        self._in_a_row: defaultdict[str, list[str]] = defaultdict(list)
        board.listen(scope, self._adopt)

    def wake(self) -> None:
        """Begin to hear of other processes in the running loop."""
        self._board.wake()

    def note_call(self, route: Route, outcome: str, seconds: float, cost_usd: Decimal) -> None:
        """A call has ended in one of the ways of `UsageRecord.outcome`; it may be billed in all."""
        self.tallies[route].outcomes[outcome] += 1
        self.tallies[route].cost_usd += cost_usd
        if outcome == SUCCESS:
            self.tallies[route].note_answer(seconds)

    def claim_retry(self, route: Route) -> bool:
        """Whether a call may be repeated; it counts as done."""
        granted = self.budgets[route[0]].claim()
        self.tallies[route].retries += granted
        return granted

    def record_success(self, route: Route, ticket: int | None = None) -> None:
        """A call worked."""
        self._in_a_row.pop(route[0], None)
        self.breakers[route].record_success(ticket)

    def record_failure(self, route: Route, error: AppError, ticket: int | None = None) -> None:
        """What a failure says about the provider; see `FailureKind`.

        Our own engine is behind everything else and is never left alone.
        """
        kind, tally = failure_kind(error), self.tallies[route]
        tally.last_failure, tally.failed_at = kind, self._clock()
        if kind in _SAYS_NOTHING_OF_HEALTH or route[0] == BUILTIN:
            return
        if kind in _OF_THE_ACCOUNT:
            log.error("{}: the account is refused ({}), see to it", route[0], kind)
            for each in self._routes_of(route[0]):
                self._open(each, _ACCOUNT_OPEN_S, kind)
        elif kind == "model_gone":
            self._open(route, _ACCOUNT_OPEN_S, kind)
        elif kind == "rate_limited" and hint_of(error) > 0:
            self._open(route, hint_of(error), kind)
        else:
            self._count_against(route, ticket, kind)

    def get_stats(self) -> dict[str, ProviderStats]:
        """Each provider's record, in order of preference."""
        return {
            provider: provider_stats(
                {r[1]: (self.tallies[r], self.breakers[r]) for r in self._routes_of(provider)}
            )
            for provider in self.budgets
        }

    def _count_against(self, route: Route, ticket: int | None, kind: FailureKind) -> None:
        breaker = self.breakers[route]
        was_open = breaker.state == "open"
        breaker.record_failure(ticket)
        if breaker.state == "open" and not was_open:
            self._announce(route, kind)
        self._count_against_provider(route, kind)

    def _count_against_provider(self, route: Route, kind: FailureKind) -> None:
        """Failures in a row of several models, none of which works, are the provider's own.

        So a host that is down is left alone as a whole, not found out anew with every model.
        """
        provider, model = route
        failed = self._in_a_row[provider] = [*self._in_a_row[provider], model][
            -_FAILURES_OF_A_PROVIDER:
        ]
        if len(failed) < _FAILURES_OF_A_PROVIDER or len(set(failed)) == 1:
            return
        for each in self._routes_of(provider):
            if self.breakers[each].state != "open":
                self.breakers[each].trip()
                self._announce(each, kind)

    def _open(self, route: Route, seconds: float, kind: FailureKind) -> None:
        self.breakers[route].open_for(seconds)
        self._announce(route, kind)

    def _announce(self, route: Route, kind: FailureKind) -> None:
        breaker = self.breakers[route]
        opening = Opening(*route, breaker.retry_after_s, breaker.openings, kind)
        log.warning("{} ({}) is left alone for {:.0f} s: {}", *route, opening.seconds, kind)
        self._board.tell(self._scope, opening)

    def _adopt(self, opening: Opening) -> None:
        """Another process found out; its knowledge is as good as our own."""
        breaker = self.breakers.get((opening.provider, opening.model))
        if breaker is None or opening.provider == BUILTIN:
            return
        breaker.openings = max(breaker.openings, opening.count)
        if opening.seconds > breaker.retry_after_s:
            breaker.open_for(opening.seconds)

    def _routes_of(self, provider: str) -> list[Route]:
        return [route for route in self.breakers if route[0] == provider]
