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


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5))
def test_an_object_survives_fences_and_prose(values: dict[str, object]) -> None:
    answer = f"Sure!\n```json\n{json.dumps(values, indent=2)}\n```\nAnything else?"

    assert parse_json_object(answer) == values


@given(st.text(max_size=300) | st.text('[]{}",:1 \\an', max_size=300))
def test_any_text_gives_a_value_or_a_value_error(answer: str) -> None:
    with suppress(ValueError):
        assert isinstance(parse_json_list(answer), list)
    with suppress(ValueError):
        assert isinstance(parse_json_object(answer), dict)


@given(st.lists(st.text(max_size=10), min_size=2, max_size=6), st.data())
def test_a_list_cut_anywhere_loses_only_its_end(items: list[str], data: st.DataObject) -> None:
    whole = json.dumps(items)
    cut = data.draw(st.integers(len(json.dumps(items[0])) + 1, len(whole)))

    found = parse_json_list(whole[:cut])

    assert found == items[: len(found)]
    assert len(json.dumps(items[: len(found) + 1])) > cut or found == items


def test_a_cut_off_list_keeps_its_whole_items() -> None:
    assert parse_json_list('["Simmer", {"name": "Larder"}, {"name": "Mor') == [
        "Simmer",
        {"name": "Larder"},
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('As in [1], I suggest: ["Simmer", "Larder"]. [2]', ["Simmer", "Larder"]),
        (
            '[{"name": "Simmer", "parts": ["a", "b"]}, {"na',
            [{"name": "Simmer", "parts": ["a", "b"]}],
        ),
        ('{"names": ["Simmer", "Lar', ["Simmer"]),
        ('[see below] ["Simmer"]', ["Simmer"]),
        ('[{"a": 1}, {"b": 2,}, {"c": 3}]', [{"a": 1}, {"b": 2}, {"c": 3}]),
        ('["one, ]", "two"]', ["one, ]", "two"]),
    ],
)
def test_the_meant_list_is_found(answer: str, expected: list[object]) -> None:
    assert parse_json_list(answer) == expected


def test_trailing_commas_are_forgiven() -> None:
    assert parse_json_list('["a", "b",]') == ["a", "b"]
    assert parse_json_object('{"a": 1,}') == {"a": 1}


@pytest.mark.parametrize("answer", ["", "no list", "[", '{"a": 1}', "[" * 100_000])
def test_nothing_usable_is_a_value_error(answer: str) -> None:
    with pytest.raises(ValueError, match="list"):
        parse_json_list(answer)


@pytest.mark.parametrize("answer", ['{"a": 1, "a": 2}', '{"a": NaN}', '{"a": 1e999}', "[1]", ""])
def test_objects_are_read_strictly(answer: str) -> None:
    with pytest.raises(ValueError, match="object"):
        parse_json_object(answer)


def test_an_endless_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        parse_json_list("[" + "1," * MAX_ANSWER_BYTES)


def test_a_long_answer_is_read_but_not_repaired() -> None:
    items = ["x" * 50] * 1000

    assert parse_json_list(json.dumps(items)) == items
    with pytest.raises(ValueError, match="list"):
        parse_json_list(json.dumps(items)[:-1])
