"""JSON out of whatever a model wrote around it."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.lenient_json import MAX_DEPTH, read_value
from utils.text_parsers import (
    MAX_ANSWER_BYTES,
    MAX_REPAIR_CHARACTERS,
    parse_json_list,
    parse_json_object,
)

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


def test_the_insides_of_a_long_broken_answer_are_not_taken_for_it() -> None:
    item = {"name": "Simmer", "parts": ["a", "b"]}
    broken = json.dumps([item] * 2_000)[:-1]

    assert len(broken) > MAX_REPAIR_CHARACTERS
    with pytest.raises(ValueError, match="list"):
        parse_json_list(broken)


@given(st.dictionaries(st.text(max_size=5), JSON, min_size=1, max_size=5), st.data())
def test_an_object_cut_anywhere_loses_only_its_end(
    values: dict[str, object], data: st.DataObject
) -> None:
    whole = json.dumps(values)
    cut = data.draw(st.integers(0, len(whole) - 1))

    with suppress(ValueError):
        found = parse_json_object(whole[:cut])
        # An object inside may be longer than what is whole outside.
        if all(not isinstance(value, dict | list) for value in values.values()):
            assert list(found.items()) == list(values.items())[: len(found)]


PLAIN = st.text(st.characters(exclude_characters="\\'\"", codec="utf-8"), max_size=12)


@given(st.lists(PLAIN, min_size=1, max_size=5))
def test_single_quotes_and_a_comma_too_many_are_forgiven(items: list[str]) -> None:
    quoted = ", ".join(f"'{item}'" for item in items)

    assert parse_json_list(f"Here: [{quoted},\n]") == items


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("{'primary': '#112233', 'ok': True, 'none': None}", {"primary": "#112233", "ok": True}),
        ("{'line': 'Baker's bread', 'n': 2}", {"line": "Baker's bread", "n": 2}),
        ('{"line": "two\nlines", "n": -1.5e2}', {"line": "two\nlines", "n": -150.0}),
        ('{"primary": "#112233", "accent": "#4455', {"primary": "#112233"}),
        ('{"primary": "#112233", "accent":', {"primary": "#112233"}),
        ('{"primary": "#112233", "weight": 12', {"primary": "#112233"}),
    ],
)
def test_the_ways_of_models_are_understood(answer: str, expected: dict[str, object]) -> None:
    found = parse_json_object(answer)

    assert {key: value for key, value in found.items() if value is not None} == expected


@pytest.mark.parametrize(
    "answer",
    [
        "{'a': 1, 'a': 2}",
        "{'a': 1, oops}",
        "{'a': Infinity}",
        "{'a': 9e999}",
        "{a: 1}",
        "{'a' 1}",
        "{'a': 1 'b': 2}",
    ],
)
def test_more_is_not_forgiven(answer: str) -> None:
    with pytest.raises(ValueError, match="object"):
        parse_json_object(answer)


def test_depth_is_limited() -> None:
    assert read_value("[" * MAX_DEPTH + "]" * MAX_DEPTH, 0).whole
    deep = read_value("[" * 100_000, 0)
    assert not deep.whole


@pytest.mark.parametrize("length", [MAX_REPAIR_CHARACTERS, MAX_ANSWER_BYTES])
@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "{",
        '["',
        "['",
        '{"a":[',
        "{'a':",
        "[1,",
        "', ",
        "' ",
        '\\"',
        "[[1,",
        '["\\',
        ", ",
        "[-",
        "{}",
    ],
)
def test_hostile_repetition_costs_no_more_than_its_length(unit: str, length: int) -> None:
    answer = "[" + (unit * length)[: length - 1]

    for parse in (parse_json_list, parse_json_object):
        with suppress(ValueError):
            parse(answer)
