"""Tokens of a project are verified here: by its keys, while they rotate, and by nothing else."""

import asyncio
import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from pydantic import SecretStr

from core.exceptions import AuthenticationError, UnavailableError
from core.providers.supabase import signing_keys
from core.providers.supabase.accounts import SupabaseAccounts
from core.providers.supabase.project import SupabaseProject
from core.providers.supabase.signing_keys import MAX_AGE_S, REFETCH_S, SigningKeys
from core.providers.supabase.verifier import SupabaseVerifier
from tests.simulators.supabase import SupabaseSimulator
from tests.simulators.supabase_keys import LEGACY_SECRET, PUBLIC_KEY, SigningKey, new_key

EMAIL = "founder@example.com"
PASSWORD = "four plain words here"
JWKS = "/auth/v1/.well-known/jwks.json"

Json = dict[str, Any]


class Bench:
    """A verifier with a clock of its own, and the project that it verifies for."""

    def __init__(
        self, supabase: SupabaseSimulator, project: SupabaseProject, accounts: SupabaseAccounts
    ) -> None:
        self.supabase, self.project, self.accounts = supabase, project, accounts
        self.seconds = 1000.0
        self.verifier = self.with_secret(None)

    def with_secret(self, secret: str | None) -> SupabaseVerifier:
        keys = SigningKeys(self.project, clock=lambda: self.seconds)
        given = SecretStr(secret) if secret else None
        return SupabaseVerifier(keys, self.accounts, self.project.issuer, given)

    async def token(self) -> str:
        session = await self.accounts.sign_up(f"{uuid4()}@example.com", PASSWORD, None)
        assert session is not None
        return session.access_token

    async def verify(self, token: str) -> Any:
        now = datetime.fromtimestamp(self.supabase.now(), UTC)
        return await self.verifier.verify(token, now)

    def fetches(self) -> int:
        return self.supabase.paths().count(JWKS)

    def claims(self, **changes: object) -> Json:
        """The claims of a good token, some replaced; None drops one."""
        now = int(self.supabase.now())
        good: Json = {
            "iss": self.project.issuer,
            "aud": "authenticated",
            "sub": str(uuid4()),
            "role": "authenticated",
            "email": EMAIL,
            "session_id": str(uuid4()),
            "is_anonymous": False,
            "iat": now,
            "exp": now + 600,
        }
        return {name: value for name, value in (good | changes).items() if value is not None}

    def signed(self, claims: Json, key: SigningKey | None = None, **header: object) -> str:
        key = key or self.supabase.keyring.keys[0]
        return key.sign(claims, {"kid": key.kid} | header)


@pytest.fixture
async def bench(
    supabase: SupabaseSimulator, project: SupabaseProject, accounts: SupabaseAccounts
) -> Bench:
    bench = Bench(supabase, project, accounts)
    await bench.token()  # so that the project knows its own address
    return bench


async def test_many_tokens_cost_one_fetch(bench: Bench) -> None:
    tokens = [await bench.token() for _ in range(5)]
    found = await asyncio.gather(*(bench.verify(token) for token in tokens))

    assert len({claims.user_id for claims in found}) == 5
    assert bench.fetches() == 1


async def test_a_rotated_key_is_learnt_and_a_revoked_one_forgotten(bench: Bench) -> None:
    old = await bench.token()
    await bench.verify(old)
    bench.supabase.keyring.rotate()
    new = await bench.token()
    assert (await bench.verify(new)).email  # the standby key was in the set already
    bench.supabase.keyring.rotate()
    newest = await bench.token()
    with pytest.raises(AuthenticationError):
        await bench.verify(newest)
    bench.seconds += REFETCH_S
    assert (await bench.verify(newest)).email
    assert bench.fetches() == 2

    bench.supabase.keyring.revoke_former()
    bench.seconds += MAX_AGE_S
    with pytest.raises(AuthenticationError):
        await bench.verify(old)
    assert (await bench.verify(newest)).email


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA"])
async def test_a_project_may_rotate_to_a_key_of_another_kind(bench: Bench, algorithm: str) -> None:
    old = await bench.token()
    bench.supabase.keyring.rotate(algorithm)
    bench.supabase.keyring.rotate()
    token = await bench.token()
    assert jwt.get_unverified_header(token)["alg"] == algorithm

    assert (await bench.verify(token)).email
    assert (await bench.verify(old)).email
    thief, key = new_key(algorithm), bench.supabase.keyring.keys[0]
    for forged in (
        altered(token),
        bench.signed(bench.claims(), SigningKey(key.kid, thief.private, algorithm)),
        bench.signed(bench.claims(), SigningKey(key.kid, new_key("EdDSA").private, "EdDSA")),
        bench.signed(bench.claims(), SigningKey(key.kid, new_key("RS256").private, "RS256")),
    ):
        with pytest.raises(AuthenticationError):
            await bench.verify(forged)


@pytest.mark.parametrize(
    "damage", [{"x": None}, {"x": 7}, {"x": ""}, {"x": "AAAA"}, {"crv": "Ed448"}, {"alg": "ES256"}]
)
async def test_a_key_that_is_none_spares_the_others(bench: Bench, damage: Json) -> None:
    broken = new_key("EdDSA")
    known = bench.supabase.keyring.key_set()["keys"]
    document = {"keys": [broken.public() | damage, *known]}

    usable = signing_keys._usable(document)

    assert set(usable) == {key["kid"] for key in known}


async def test_a_flood_of_unknown_keys_costs_one_fetch(bench: Bench) -> None:
    await bench.verify(await bench.token())
    bench.seconds += REFETCH_S
    for _ in range(50):
        with pytest.raises(AuthenticationError):
            await bench.verify(bench.signed(bench.claims(), new_key()))

    assert bench.fetches() == 2


async def test_known_keys_serve_on_while_the_project_is_down(bench: Bench) -> None:
    token = await bench.token()
    await bench.verify(token)
    bench.seconds += MAX_AGE_S
    bench.supabase.modes.extend(["503"] * 3)

    assert (await bench.verify(token)).email
    bench.seconds += REFETCH_S
    bench.supabase.modes.extend(["html"] * 3)
    assert (await bench.verify(token)).email


@pytest.mark.parametrize("mode", ["503", "reset", "html", "flood", "empty"])
async def test_without_any_keys_it_is_503_and_not_401(bench: Bench, mode: str) -> None:
    token = await bench.token()
    bench.supabase.modes.extend([mode] * 6)
    with pytest.raises(UnavailableError) as raised:
        await bench.verify(token)
    assert raised.value.details["retry_after"]

    bench.supabase.modes.clear()
    with pytest.raises(UnavailableError):
        await bench.verify(token)  # not asked again so soon
    bench.seconds += REFETCH_S
    assert (await bench.verify(token)).email


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "other"}, {"aud": None}, {"iss": "https://other.supabase.co/auth/v1"},
        {"iss": None}, {"iss": "supabase"}, {"sub": None}, {"sub": "x"}, {"sub": 7},
        {"role": "anon"}, {"role": "service_role"}, {"role": None}, {"is_anonymous": True},
        {"is_anonymous": "no"}, {"exp": None}, {"exp": "9999999999"}, {"exp": 1},
        {"iat": None}, {"iat": 9_999_999_999}, {"session_id": None}, {"session_id": "x"},
        {"nbf": 9_999_999_999},
    ],
)  # fmt: skip
async def test_genuine_tokens_for_other_uses_are_refused(bench: Bench, change: Json) -> None:
    assert await bench.verify(bench.signed(bench.claims()))

    with pytest.raises(AuthenticationError):
        await bench.verify(bench.signed(bench.claims(**change)))


async def test_a_list_of_audiences_is_fine(bench: Bench) -> None:
    assert await bench.verify(bench.signed(bench.claims(aud=["authenticated", "other"])))


def segment(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def by_hand(claims: Json, header: Json, secret: bytes) -> str:
    """A token that no library would make: signed with a public key as a shared secret."""
    start = f"{segment(json.dumps(header).encode())}.{segment(json.dumps(claims).encode())}"
    return f"{start}.{segment(hmac.digest(secret, start.encode(), 'sha256'))}"


def altered(token: str) -> str:
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["sub"] = str(uuid4())
    return f"{header}.{segment(json.dumps(claims).encode())}.{signature}"


async def test_forged_tokens_are_refused(bench: Bench) -> None:
    claims, key = bench.claims(), bench.supabase.keyring.keys[0]
    public = key.private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    thief = new_key()
    forged = [
        altered(bench.signed(claims)),
        bench.signed(claims, SigningKey(key.kid, thief.private)),
        bench.signed(claims, kid="../../etc/passwd"),
        jwt.encode(claims, key.private, algorithm="ES256"),
        bench.signed(claims, jku="https://evil.example"[:8], crit=["b64"]),
        by_hand(claims, {"alg": "HS256", "kid": key.kid}, public),
        jwt.encode(claims, "", algorithm="none", headers={"kid": key.kid}),
        jwt.encode(claims, "x" * 64, algorithm="HS512", headers={"kid": key.kid}),
        bench.supabase.keyring.anon_jwt,
        bench.supabase.keyring.service_jwt,
        PUBLIC_KEY,
        "a.b.c",
        "x" * 5000,
        "",
    ]
    for verifier in (bench.with_secret(None), bench.with_secret(LEGACY_SECRET)):
        bench.verifier = verifier
        for token in forged:
            with pytest.raises(AuthenticationError):
                await bench.verify(token)


@pytest.fixture
def legacy(bench: Bench) -> Bench:
    """A project that signs with the legacy secret only."""
    bench.supabase.switches.algorithm = "HS256"
    return bench


async def test_the_legacy_secret_verifies_here(legacy: Bench) -> None:
    legacy.verifier = legacy.with_secret(LEGACY_SECRET)
    token = await legacy.token()
    legacy.supabase.seen.clear()

    assert (await legacy.verify(token)).email
    assert legacy.supabase.seen == []
    with pytest.raises(AuthenticationError):
        await legacy.verify(jwt.encode(legacy.claims(), "x" * 40, algorithm="HS256"))
    with pytest.raises(AuthenticationError):
        await legacy.verify(legacy.supabase.keyring.anon_jwt)


async def test_without_the_legacy_secret_supabase_is_asked(legacy: Bench) -> None:
    token = await legacy.token()
    legacy.supabase.seen.clear()

    assert (await legacy.verify(token)).email
    assert legacy.supabase.paths() == ["/auth/v1/user"]
    for forged in (altered(token), legacy.supabase.keyring.anon_jwt):
        with pytest.raises(AuthenticationError):
            await legacy.verify(forged)
    legacy.supabase.modes.extend(["503"] * 3)
    with pytest.raises(UnavailableError):
        await legacy.verify(token)


def test_a_short_secret_is_refused(project: SupabaseProject, accounts: SupabaseAccounts) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SupabaseVerifier(SigningKeys(project), accounts, project.issuer, SecretStr("short"))
