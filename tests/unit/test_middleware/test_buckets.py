"""The token buckets keep their rate whatever the pattern of requests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from middleware.buckets import Buckets, Rate, Verdict

TEN_IN_FIVE_MINUTES = Rate("login", 10, 300)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_full_bucket_admits_its_requests_at_once_and_not_one_more() -> None:
    buckets = Buckets(Clock())

    verdicts = [buckets.take(TEN_IN_FIVE_MINUTES, "a") for _ in range(12)]

    assert [verdict.admitted for verdict in verdicts] == [True] * 10 + [False] * 2
    assert [verdict.remaining for verdict in verdicts] == [*range(9, -1, -1), 0, 0]
    assert verdicts[-1].wait_s == 30


def test_after_the_told_time_one_more_request_passes() -> None:
    clock = Clock()
    buckets = Buckets(clock)
    for _ in range(10):
        buckets.take(TEN_IN_FIVE_MINUTES, "a")
    wait = buckets.take(TEN_IN_FIVE_MINUTES, "a").wait_s

    clock.now += wait

    assert buckets.take(TEN_IN_FIVE_MINUTES, "a") == Verdict(True, 0, 300)
    assert not buckets.take(TEN_IN_FIVE_MINUTES, "a").admitted


def test_groups_and_kinds_are_counted_apart() -> None:
    buckets = Buckets(Clock())
    one = Rate("signup", 1, 60)

    assert buckets.take(one, "a").admitted
    assert not buckets.take(one, "a").admitted
    assert buckets.take(one, "b").admitted
    assert buckets.take(Rate("other", 1, 60), "a").admitted


def test_refused_requests_do_not_lengthen_the_wait() -> None:
    buckets = Buckets(Clock())
    one = Rate("signup", 1, 60)
    buckets.take(one, "a")

    assert {buckets.take(one, "a").wait_s for _ in range(100)} == {60}


def test_strangers_cannot_fill_the_memory() -> None:
    buckets = Buckets(Clock(), most_keys=100)
    one = Rate("signup", 1, 60)
    buckets.take(one, "early")
    for number in range(100):
        buckets.take(one, f"stranger {number}")

    assert buckets.take(one, "early").admitted, "the oldest key is forgotten"
    assert not buckets.take(one, "stranger 99").admitted


@given(
    rate=st.builds(Rate, st.just("r"), st.integers(1, 200), st.integers(1, 3600)),
    pauses=st.lists(st.floats(0, 100), max_size=200),
)
def test_no_pattern_admits_more_than_burst_and_rate(rate: Rate, pauses: list[float]) -> None:
    clock = Clock()
    buckets = Buckets(clock)
    start, admitted = clock.now, 0
    for pause in pauses:
        clock.now += pause
        admitted += buckets.take(rate, "a").admitted

    allowed = rate.requests + (clock.now - start) * rate.requests / rate.seconds
    assert admitted <= allowed + 1e-3


def test_the_policy_header_names_quota_and_window() -> None:
    assert TEN_IN_FIVE_MINUTES.policy == '"login";q=10;w=300'


@pytest.mark.parametrize("requests", [1, 3, 7, 150])
def test_rounding_costs_no_request(requests: int) -> None:
    buckets = Buckets(Clock())
    rate = Rate("r", requests, 300)

    assert all(buckets.take(rate, "a").admitted for _ in range(requests))
