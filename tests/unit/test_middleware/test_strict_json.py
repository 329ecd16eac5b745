"""JSON is read as every other parser reads it, or not at all."""

import json

import pytest
from fastapi.exceptions import RequestValidationError
from hypothesis import given
from hypothesis import strategies as st

from middleware.strict_json import strict_json

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)  # fmt: skip

REFUSED = {
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": [-Infinity]}',
    "too large": b'{"a": 1e999}',
    "duplicate key": b'{"a": 1, "a": 2}',
    "nested duplicate key": b'[{"b": {"a": 1, "\\u0061": 2}}]',
    "NUL": b'{"a": "x\\u0000"}',
    "NUL in a key": b'{"\\u0000": 1}',
    "lone surrogate": b'{"a": "\\ud800"}',
    "reversed surrogates": b'["\\udc00\\ud800"]',
    "not UTF-8": b'{"a": "\xff"}',
    "encoded surrogate": b'{"a": "\xed\xa0\x80"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "too deep": b"[" * 30_000,
    "endless number": b"1" * 5_000,
    "single quotes": b"{'a': 1}",
    "comment": b'{"a": 1} // b',
    "trailing comma": b'{"a": 1,}',
    "two values": b"{}{}",
}


@given(VALUES)
def test_valid_json_is_read_as_it_was_written(value: object) -> None:
    assert strict_json(json.dumps(value).encode()) == value
    assert strict_json(json.dumps(value, ensure_ascii=False).encode()) == value


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert strict_json(b'"\\ud83d\\ude00"') == "\U0001f600"


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_other_parsers_read_otherwise_is_refused(body: bytes) -> None:
    with pytest.raises(RequestValidationError) as refusal:
        strict_json(body)

    (error,) = refusal.value.errors()
    assert error["type"] == "json_invalid"
    assert error["loc"] == ("body",)
    assert error["input"] is None


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        value = strict_json(body)
    except RequestValidationError:
        return
    assert json.loads(body) == value
