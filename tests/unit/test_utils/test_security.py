"""Derived keys and signed opaque tokens."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from utils.security import (
    RefreshTicket,
    ResetTicket,
    TokenError,
    check_reset_token,
    derived_key,
    read_refresh_token,
    read_reset_token,
    refresh_token,
    reset_token,
)

SECRET = b"Zq8-only-for-tests-vT3mWc5yLr1uJd7bHn"
KEY = derived_key(SECRET, "refresh token")
OTHER_KEY = derived_key(SECRET, "password reset")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
COUNTERS = st.integers(min_value=0, max_value=2**40 - 1)


@given(st.binary(min_size=32, max_size=100), st.text(max_size=30))
def test_keys_are_those_of_the_standard(secret: bytes, label: str) -> None:
    standard = HKDF(algorithm=SHA256(), length=32, salt=None, info=label.encode()).derive(secret)

    assert derived_key(secret, label) == standard


def test_a_short_secret_gives_no_key() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        derived_key(b"x" * 31, "label")


@given(st.uuids(), COUNTERS)
def test_refresh_tokens_come_back_and_are_always_the_same(family_id: UUID, counter: int) -> None:
    ticket = RefreshTicket(family_id, counter)
    token = refresh_token(KEY, ticket)

    assert read_refresh_token(KEY, token) == ticket
    assert refresh_token(KEY, ticket) == token
    assert len(base64.urlsafe_b64decode(token)) == 54  # 32 of them are the code


@given(st.uuids(), COUNTERS, st.integers(min_value=0, max_value=71), st.characters(codec="ascii"))
def test_a_changed_refresh_token_is_refused(
    family_id: UUID, counter: int, place: int, character: str
) -> None:
    token = refresh_token(KEY, RefreshTicket(family_id, counter))
    changed = token[:place] + character + token[place + 1 :]

    if changed != token:
        with pytest.raises(TokenError):
            read_refresh_token(KEY, changed)


@pytest.mark.parametrize(("letter", "twin"), [("-", "+"), ("_", "/")])
def test_the_other_base64_alphabet_spells_no_second_token(letter: str, twin: str) -> None:
    tokens = (refresh_token(KEY, RefreshTicket(UUID(int=number), 0)) for number in range(1000))
    token = next(token for token in tokens if letter in token)

    with pytest.raises(TokenError):
        read_refresh_token(KEY, token.replace(letter, twin))


@given(st.text(max_size=80) | st.from_regex(r"\A[\w-]{72}\Z"))
def test_other_texts_are_no_tokens(text: str) -> None:
    with pytest.raises(TokenError):
        read_refresh_token(KEY, text)
    with pytest.raises(TokenError):
        check_reset_token(KEY, text, "hash", NOW)


def test_tokens_of_one_kind_do_not_pass_for_another() -> None:
    token = refresh_token(KEY, RefreshTicket(uuid4(), 2**33))

    with pytest.raises(TokenError):
        read_refresh_token(OTHER_KEY, token)
    with pytest.raises(TokenError):
        check_reset_token(OTHER_KEY, token, "", NOW)


def test_a_reset_token_is_good_for_its_account_hash_and_time_only() -> None:
    ticket = ResetTicket(uuid4(), NOW + timedelta(hours=1))
    token = reset_token(OTHER_KEY, ticket, "old hash")

    assert read_reset_token(token) == ticket
    check_reset_token(OTHER_KEY, token, "old hash", NOW + timedelta(minutes=59))
    with pytest.raises(TokenError):
        check_reset_token(OTHER_KEY, token, "new hash", NOW)
    with pytest.raises(TokenError):
        check_reset_token(OTHER_KEY, token, "old hash", NOW + timedelta(hours=1))
    with pytest.raises(TokenError):
        check_reset_token(KEY, token, "old hash", NOW)


def test_codes_of_neighbouring_tokens_share_nothing() -> None:
    family_id = uuid4()
    codes = {refresh_token(KEY, RefreshTicket(family_id, number))[-43:] for number in range(1000)}

    assert len(codes) == 1000
    assert all(len({code[place] for code in codes}) == 64 for place in range(1, 43))
