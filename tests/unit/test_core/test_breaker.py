"""When a breaker opens, for how long, and what closes it: section 2.5 of the promises."""

from dataclasses import dataclass

import pytest

from core.breaker import Breaker


@dataclass
class Clock:
    """Seconds that pass only when told."""

    now: float = 0

    def __call__(self) -> float:
        return self.now


def after(outcomes: str, seconds_between: float = 1) -> Breaker:
    """A breaker that saw successes (+) and failures (-)."""
    clock = Clock()
    breaker = Breaker(clock)
    for outcome in outcomes:
        clock.now += seconds_between
        if outcome == "+":
            breaker.record_success(breaker.admit())
        else:
            breaker.record_failure(breaker.admit())
    return breaker


@pytest.mark.parametrize(
    ("outcomes", "seconds_between", "state"),
    [
        ("----", 1, "closed"),
        ("-----", 1, "open"),
        ("++++++++++-----", 1, "open"),
        ("-----", 100, "open"),  # in a row, however rare the calls are
        ("----+----", 100, "closed"),
        ("++-+-", 1, "closed"),  # two of five
        ("+-+--", 1, "open"),  # three of five
        ("-+-+-", 1, "open"),
        ("+-+-", 1, "closed"),  # fewer than five calls say nothing
        ("+-+-+-", 1, "open"),  # half is enough
        ("+-+-+-", 25, "closed"),  # fewer than five within a minute
        ("+++++++-+-+-", 1, "closed"),
    ],
)
def test_five_in_a_row_or_half_of_the_last_minute_open_it(
    outcomes: str, seconds_between: float, state: str
) -> None:
    assert after(outcomes, seconds_between).state == state


def test_each_opening_is_longer_up_to_five_minutes() -> None:
    clock = Clock()
    breaker, waits = Breaker(clock), []
    for _ in range(5):
        breaker.record_failure(breaker.admit())
    for _ in range(12):
        waits.append(breaker.retry_after_s)
        clock.now += breaker.retry_after_s
        breaker.record_failure(breaker.admit())

    assert waits == [30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300]


@pytest.mark.parametrize(("well_for_s", "next_wait_s"), [(299, 60), (300, 30)])
def test_who_was_well_for_five_minutes_begins_anew(well_for_s: float, next_wait_s: float) -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(5):
        breaker.record_failure(breaker.admit())
    clock.now += 30
    breaker.record_success(breaker.admit())
    clock.now += well_for_s
    breaker.record_success(breaker.admit())
    clock.now += 60
    for _ in range(5):
        breaker.record_failure(breaker.admit())

    assert breaker.retry_after_s == next_wait_s


def test_one_probe_at_a_time_and_late_reports_change_nothing() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    early = breaker.admit()
    for _ in range(5):
        breaker.record_failure(breaker.admit())
    assert breaker.admit() is None
    clock.now += 30
    probe = breaker.admit()
    assert probe is not None
    assert breaker.admit() is None

    states: list[str] = []
    for report, ticket in (
        (breaker.record_success, early),
        (breaker.record_success, probe),
        (breaker.record_failure, early),
    ):
        report(ticket)
        states.append(breaker.state)
    assert states == ["half-open", "closed", "closed"]
    assert breaker.age_s == 0
