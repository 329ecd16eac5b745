"""The numbers that operators watch, in Prometheus form."""

from prometheus_client import Counter, Histogram, generate_latest

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


def observe_query(seconds: float) -> None:
    """Count one hot read or one transaction."""
    _queries.observe(seconds)


def count_rate_limit_hit(kind: str) -> None:
    """Count one refusal, by the kind of limit."""
    _limit_hits.labels(kind).inc()


def count_generation(generation_type: str, outcome: str) -> None:
    """Count one generation that ended."""
    _generations.labels(generation_type, outcome).inc()


def metrics_text() -> bytes:
    """All metrics of this process."""
    return generate_latest()
