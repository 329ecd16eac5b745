"""Stored passwords and the list of common ones."""

import subprocess
import sys

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.passwords import (
    PasswordScheme,
    common_passwords,
    is_common_password,
    password_problem,
)

SCHEME = PasswordScheme(4, b"pepper of the tests")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=128)


def test_the_stored_text_names_scheme_and_cost() -> None:
    stored = SCHEME.hash("four plain words here")

    assert stored.startswith("hmac-sha384$2b$04$")
    assert "four" not in stored
    assert SCHEME.hash("four plain words here") != stored


@settings(max_examples=30, deadline=None)
@given(TEXTS, TEXTS)
def test_exactly_the_password_verifies(password: str, other: str) -> None:
    stored = SCHEME.hash(password)

    assert SCHEME.verify(password, stored)
    assert SCHEME.verify(other, stored) == (other == password)


@pytest.mark.parametrize(
    ("password", "other"),
    [
        ("😀" * 64, "😀" * 63 + "😁"),
        ("x" * 72 + "a", "x" * 72 + "b"),
        ("x" * 72, "x" * 73),
        ("with\0nul", "with\0null"),
        ("Case matters", "case matters"),
        ("é composed", "e\u0301 composed"),
        (" spaces count ", "spaces count"),
    ],
)
def test_every_character_counts(password: str, other: str) -> None:
    stored = SCHEME.hash(password)

    assert SCHEME.verify(password, stored)
    assert not SCHEME.verify(other, stored)


def test_the_pepper_is_needed() -> None:
    stored = SCHEME.hash("four plain words here")

    assert not PasswordScheme(4, b"another pepper").verify("four plain words here", stored)
    with pytest.raises(ValueError, match="pepper"):
        PasswordScheme(4, b"")


def test_hashes_of_elsewhere_verify_and_are_due_for_a_new_one() -> None:
    password = "x" * 80
    plain = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()

    assert SCHEME.verify(password, plain)
    assert not SCHEME.verify("y" * 80, plain)
    assert SCHEME.needs_rehash(plain)


def test_another_cost_is_due_for_a_new_hash() -> None:
    stored = SCHEME.hash("four plain words here")

    assert not SCHEME.needs_rehash(stored)
    assert PasswordScheme(5, b"pepper of the tests").needs_rehash(stored)


def test_nobody_s_password_is_checked_as_dearly_as_anybody_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    costs: list[bytes] = []
    real = bcrypt.checkpw

    def counting(password: bytes, hashed: bytes) -> bool:
        costs.append(hashed[:7])
        return real(password, hashed)

    stored = SCHEME.hash("four plain words here")
    monkeypatch.setattr(bcrypt, "checkpw", counting)

    assert not SCHEME.verify("wrong", stored)
    assert not SCHEME.verify("wrong", None)
    assert costs == [b"$2b$04$", b"$2b$04$"]


def test_the_common_passwords_are_refused_in_any_case() -> None:
    long_enough = [password for password in common_passwords() if len(password) >= 8]

    assert len(common_passwords()) == 30_000
    assert len(long_enough) > 3_000
    assert all(password_problem(password) for password in long_enough)
    assert is_common_password("PassWord123")


def test_only_the_list_of_the_package_is_loaded() -> None:
    code = (
        "import sys; from utils.passwords import is_common_password as common;"
        "sys.exit(not common('password1') or 'zxcvbn.matching' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "password", ["testpass123", "aaaaaaaab", "😀" * 8, " " * 8 + "x", "q" * 128]
)
def test_uncommon_passwords_of_8_to_128_characters_will_do(password: str) -> None:
    assert password_problem(password) is None


@pytest.mark.parametrize("password", ["", "x7$kQ2p", "q" * 129, "😀" * 129])
def test_too_short_and_too_long_ones_will_not(password: str) -> None:
    assert "8 to 128" in (password_problem(password) or "")
