"""Access tokens: only what we signed, for this use and at this time, is accepted."""

import base64
import hmac
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jose import jwt

from utils.security import TokenError
from utils.tokens import MAX_TOKEN_LENGTH, AccessClaims, AccessTokens

SECRET = b"Zq8-only-for-tests-vT3mWc5yLr1uJd7bHn"
ISSUER = "http://localhost:8000"
AUDIENCE = "brand-package-generator"
NOW = datetime.now(UTC).replace(microsecond=0)
SECONDS = int(NOW.timestamp())
HEADER = {"alg": "HS256", "typ": "JWT"}
USER, SESSION = uuid4(), uuid4()

TOKENS = AccessTokens(SECRET, ISSUER, AUDIENCE)
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()

Json = dict[str, Any]  # Any: JSON values


def claims(**changes: object) -> Json:
    """The claims of a good token, some replaced; None drops one."""
    good: Json = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(USER),
        "sid": str(SESSION),
        "jti": "one",
        "iat": SECONDS,
        "exp": SECONDS + 600,
        "typ": "access",
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def segment(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def signed(header: bytes, payload: bytes, secret: bytes = SECRET) -> str:
    """A token by hand, so that no library refuses to make it."""
    start = f"{segment(header)}.{segment(payload)}"
    return f"{start}.{segment(hmac.digest(secret, start.encode(), 'sha256'))}"


def forged(payload: Json, header: Json | None = None, secret: bytes = SECRET) -> str:
    return signed(json.dumps(header or HEADER).encode(), json.dumps(payload).encode(), secret)


def unsigned(algorithm: object) -> str:
    header = segment(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
    return f"{header}.{segment(json.dumps(claims()).encode())}."


def with_header(**changes: object) -> str:
    return forged(claims(), HEADER | changes)


def altered() -> str:
    """A genuine token whose payload names somebody else."""
    header, _, signature = forged(claims()).split(".")
    return f"{header}.{segment(json.dumps(claims(sub=str(uuid4()))).encode())}.{signature}"


def spelled_otherwise() -> str:
    """The same bytes of a signature in another spelling, which loose decoders accept."""
    start, _, signature = forged(claims()).rpartition(".")
    return f"{start}.{signature[:5]}*{signature[5:]}"


def test_the_tokens_made_by_hand_are_otherwise_good() -> None:
    found = TOKENS.verify(forged(claims()), NOW)

    assert (found.user_id, found.session_id, found.token_id) == (USER, SESSION, "one")
    assert found.expires_at == NOW + timedelta(seconds=600)


def test_a_signed_token_comes_back_as_it_was() -> None:
    given_claims = AccessClaims(USER, SESSION, "one", NOW, NOW + timedelta(minutes=10))

    token = TOKENS.sign(given_claims)

    assert TOKENS.verify(token, NOW) == given_claims
    assert jwt.get_unverified_header(token) == HEADER


def test_keys_named_in_the_header_are_ignored() -> None:
    token = with_header(
        jku="http://127.0.0.1:9/keys", x5u="http://127.0.0.1:9/", kid="../../dev/null' or 1=1"
    )

    assert TOKENS.verify(token, NOW).user_id == USER  # the network is closed: nothing was fetched


ATTACKS: dict[str, Callable[[], str]] = {
    "none": lambda: unsigned("none"),
    "None": lambda: unsigned("None"),
    "no algorithm": lambda: unsigned(None),
    "none, yet signed": lambda: with_header(alg="none"),
    "another algorithm of the family": lambda: jwt.encode(
        claims(), SECRET.decode(), algorithm="HS512"
    ),
    "asymmetric algorithm named": lambda: with_header(alg="RS256"),
    "list of algorithms": lambda: with_header(alg=["HS256"]),
    "PEM public key as secret": lambda: forged(
        claims(),
        secret=RSA_KEY.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ),
    "DER public key as secret": lambda: forged(
        claims(),
        secret=RSA_KEY.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    ),
    "empty secret": lambda: forged(claims(), secret=b""),
    "secret of somebody else": lambda: forged(claims(), secret=SECRET[::-1]),
    "altered payload": altered,
    "signature cut off": lambda: forged(claims())[:-1],
    "no signature": lambda: forged(claims()).rpartition(".")[0] + ".",
    "another spelling": spelled_otherwise,
    "padding": lambda: forged(claims()) + "=",
    "line feed at the end": lambda: forged(claims()) + "\n",
    "space in front": lambda: " " + forged(claims()),
    "two segments": lambda: "a.b",
    "five segments, as encrypted tokens have": lambda: "a.b.c.d.e",
    "empty": lambda: "",
    "not ASCII": lambda: "ä.ö.ü",
    "too long": lambda: forged(claims(note="x" * MAX_TOKEN_LENGTH)),
    "critical extension": lambda: with_header(crit=["exp"]),
    "empty critical extension": lambda: with_header(crit=[]),
    "another type in the header": lambda: with_header(typ="JWE"),
    "deeply nested header": lambda: signed(b"[" * 1300, json.dumps(claims()).encode()),
    "deeply nested payload": lambda: signed(json.dumps(HEADER).encode(), b"[" * 1300),
    "header is a list": lambda: signed(b"[]", json.dumps(claims()).encode()),
    "header is not JSON": lambda: signed(b"\xff", json.dumps(claims()).encode()),
    "payload is a list": lambda: signed(json.dumps(HEADER).encode(), b"[]"),
    "payload is not JSON": lambda: signed(json.dumps(HEADER).encode(), b"{"),
    "payload is null": lambda: signed(json.dumps(HEADER).encode(), b"null"),
    "key of a hosted service": lambda: forged(
        {"iss": "supabase", "ref": "abc", "role": "anon", "iat": SECONDS, "exp": SECONDS + 10**8}
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_forged_tokens_are_refused(name: str) -> None:
    with pytest.raises(TokenError) as refusal:
        TOKENS.verify(ATTACKS[name](), NOW)

    assert str(USER) not in str(refusal.value)


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "sid", "jti", "iat", "exp", "typ"])
def test_every_claim_is_required(name: str) -> None:
    with pytest.raises(TokenError):
        TOKENS.verify(forged(claims(**{name: None})), NOW)


@pytest.mark.parametrize("value", [[], {}, True, 1.5, "", "1", "x", [AUDIENCE, "x"], 10**400])
@pytest.mark.parametrize("name", ["iss", "aud", "sub", "sid", "iat", "exp", "nbf", "typ"])
def test_claims_of_another_type_are_refused(name: str, value: object) -> None:
    with pytest.raises(TokenError):
        TOKENS.verify(forged(claims(**{name: value})), NOW)


@pytest.mark.parametrize("value", [[], {}, True, 1, "", ["x"]])
def test_identifiers_of_another_type_are_refused(value: object) -> None:
    with pytest.raises(TokenError):
        TOKENS.verify(forged(claims(jti=value)), NOW)


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "sid", "jti", "iat", "exp", "nbf", "typ"])
@pytest.mark.parametrize("literal", [b"null", b"NaN", b"Infinity"])
def test_claims_without_a_value_are_refused(name: str, literal: bytes) -> None:
    payload = json.dumps(claims(**{name: "REPLACE"})).encode().replace(b'"REPLACE"', literal)

    with pytest.raises(TokenError):
        TOKENS.verify(signed(json.dumps(HEADER).encode(), payload), NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"typ": "refresh"},
        {"aud": "authenticated"},
        {"iss": "http://localhost:8001"},
        {"sub": "root"},
        {"jti": "x" * 65},
        {"iat": SECONDS + 31},
        {"nbf": SECONDS + 31},
        {"iat": SECONDS - 700, "exp": SECONDS - 30},
    ],
)
def test_tokens_for_another_use_or_time_are_refused(changes: Json) -> None:
    with pytest.raises(TokenError):
        TOKENS.verify(forged(claims(**changes)), NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"iat": SECONDS + 30},
        {"nbf": SECONDS + 30},
        {"iat": SECONDS - 700, "exp": SECONDS - 29},
    ],
)
def test_clocks_may_differ_by_thirty_seconds(changes: Json) -> None:
    assert TOKENS.verify(forged(claims(**changes)), NOW).user_id == USER


def test_a_token_ends_by_the_clock_that_is_handed_in() -> None:
    token = forged(claims())

    with pytest.raises(TokenError):
        TOKENS.verify(token, NOW + timedelta(seconds=630))


@pytest.mark.parametrize("secret", [b"", b"x" * 31])
def test_short_secrets_are_refused_at_the_start(secret: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        AccessTokens(secret, ISSUER, AUDIENCE)


@given(st.text(max_size=60) | st.from_regex(r"\A[\w-]{0,30}\.[\w-]{0,30}\.[\w-]{0,30}\Z"))
def test_no_text_raises_anything_else(text: str) -> None:
    with pytest.raises(TokenError):
        TOKENS.verify(text, NOW)


@given(st.uuids(), st.uuids(), st.integers(min_value=60, max_value=10**8))
def test_all_claims_survive_the_round_trip(user_id: UUID, session_id: UUID, life: int) -> None:
    given_claims = AccessClaims(user_id, session_id, "x", NOW, NOW + timedelta(seconds=life))

    assert TOKENS.verify(TOKENS.sign(given_claims), NOW) == given_claims


def test_the_vulnerable_part_of_the_library_is_never_loaded() -> None:
    code = "import sys, utils.tokens; sys.exit('jose.jwe' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
