"""The numbers that operators watch, in Prometheus form."""

from collections.abc import Iterable, Iterator

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import Metric

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

_requests = Histogram(
    "http_request_duration_seconds", "Response times by route.", ["method", "route", "status"],
    buckets=_SECONDS,
)  # fmt: skip
_errors = Counter("http_errors_total", "Answers with an error status.", ["route", "status"])
_ai_calls = Histogram(
    "ai_call_duration_seconds", "Latency of provider calls.", ["provider", "model", "outcome"],
    buckets=_SECONDS,
)  # fmt: skip
_ROUTE = ["task", "provider", "model"]
_open = Gauge("ai_provider_open", "1 while the provider is left alone.", _ROUTE)
_openings = Gauge("ai_provider_openings", "Openings in a row for bad health.", _ROUTE)
_retries = Gauge("ai_provider_retries", "Calls that were repeated so far.", _ROUTE)
_cost = Gauge("ai_provider_cost_usd", "What the calls cost so far.", _ROUTE)
_queries = Histogram("database_query_duration_seconds", "Time of queries.", buckets=_SECONDS)
_limit_hits = Counter("rate_limit_hits_total", "Requests that a limit refused.", ["kind"])
_generations = Counter("generations_total", "Generations by outcome.", ["type", "outcome"])


def observe_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    _requests.labels(method, route, status).observe(seconds)
    if status >= 400:
        _errors.labels(route, status).inc()


def observe_ai_call(provider: str, model: str, outcome: str, seconds: float) -> None:
    """Count one call to a text or image provider."""
    _ai_calls.labels(provider, model, outcome).observe(seconds)


def show_provider(
    route: tuple[str, str, str], *, is_open: bool, openings: int, retries: int, cost_usd: float
) -> None:
    """Show the state of one model of a provider; the route is the task, provider and model."""
    _open.labels(*route).set(is_open)
    _openings.labels(*route).set(openings)
    _retries.labels(*route).set(retries)
    _cost.labels(*route).set(cost_usd)


def observe_query(seconds: float) -> None:
    """Count one hot read or one transaction."""
    _queries.observe(seconds)


def count_rate_limit_hit(kind: str) -> None:
    """Count one refusal, by the kind of limit."""
    _limit_hits.labels(kind).inc()


def count_generation(generation_type: str, outcome: str) -> None:
    """Count one generation that ended."""
    _generations.labels(generation_type, outcome).inc()


class _Together:
    """The metrics of this process, and others beside them."""

    def __init__(self, others: Iterable[Metric]) -> None:
        self._others = others

    def collect(self) -> Iterator[Metric]:
        """All of them, in the protocol of the library."""
        yield from REGISTRY.collect()
        yield from self._others


def metrics_text(others: Iterable[Metric]) -> bytes:
    """All metrics of this process, and the given ones."""
    return generate_latest(_Together(others))
