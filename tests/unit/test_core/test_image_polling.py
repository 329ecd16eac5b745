"""When to ask again for a picture."""

from itertools import islice

import pytest

from core.providers.image.polling import PollRhythm


def steady(low: float, high: float) -> float:
    return (low + high) / 2


def test_before_anything_is_known_the_steps_grow() -> None:
    waits = list(islice(PollRhythm(draw=steady).waits(), 7))
    assert waits == pytest.approx([0.5, 0.75, 1.125, 1.6875, 2.53125, 3, 3])


def test_around_the_usual_time_the_answer_is_awaited_closely() -> None:
    rhythm = PollRhythm(draw=steady)
    rhythm.note(10)
    waits = list(islice(rhythm.waits(), 66))
    assert waits[0] == pytest.approx(9.5)
    assert waits[1:64] == [0.08] * 63, "for half of the usual time"
    assert waits[64:] == pytest.approx([0.5, 0.75])


def test_the_usual_time_is_a_running_mean() -> None:
    rhythm = PollRhythm()
    for seconds in (10, 20):
        rhythm.note(seconds)
    assert rhythm.usual_s == pytest.approx(13)


def test_no_step_is_shorter_than_the_providers_limit() -> None:
    rhythm = PollRhythm(first_s=2, longest_s=3, least_s=2, draw=steady)
    assert min(islice(rhythm.waits(), 9)) == 2
    rhythm.note(0.1)
    assert min(islice(rhythm.waits(), 9)) == 2
