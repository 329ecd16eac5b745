"""JSON out of whatever a model wrote around it."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.text_parsers import MAX_ANSWER_BYTES, parse_json_list, parse_json_object

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(st.lists(JSON, max_size=5))
def test_a_list_survives_fences_and_prose(items: list[object]) -> None:
    answer = f"Here you are:\n```json\n{json.dumps(items)}\n```\nEnjoy."

    assert parse_json_list(answer) == items


@given(st.text(max_size=300))
def test_any_text_gives_a_list_or_a_value_error(answer: str) -> None:
    with suppress(ValueError):
        assert isinstance(parse_json_list(answer), list)


def test_a_cut_off_list_keeps_its_whole_items() -> None:
    assert parse_json_list('["Simmer", {"name": "Larder"}, {"name": "Mor') == [
        "Simmer",
        {"name": "Larder"},
    ]


def test_trailing_commas_are_forgiven() -> None:
    assert parse_json_list('["a", "b",]') == ["a", "b"]
    assert parse_json_object('{"a": 1,}') == {"a": 1}


@pytest.mark.parametrize("answer", ["", "no list", "[", '{"a": 1}', "[" * 100_000])
def test_nothing_usable_is_a_value_error(answer: str) -> None:
    with pytest.raises(ValueError, match="list"):
        parse_json_list(answer)


@pytest.mark.parametrize("answer", ['{"a": 1, "a": 2}', '{"a": NaN}', "[1]", ""])
def test_objects_are_read_strictly(answer: str) -> None:
    with pytest.raises(ValueError, match="object"):
        parse_json_object(answer)


def test_an_endless_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        parse_json_list("[" + "1," * MAX_ANSWER_BYTES)
