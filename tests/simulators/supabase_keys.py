"""The keys of a simulated Supabase project: API keys, token signing keys, and the gateway's rule.

Written from contract supabase.md sections 1 and 2. Tokens are made and read with PyJWT, so that the
verifier under test, which uses another library, is not asked to judge itself.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

Json = dict[str, Any]  # Any: JSON values
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

LEGACY_SECRET = "legacy-secret-of-the-simulated-project-0123456789"
PUBLIC_KEY = "sb_publishable_simulated"
SECRET_KEY = "sb_secret_simulated"
OPEN_PATHS = (
    "/auth/v1/verify",
    "/auth/v1/callback",
    "/auth/v1/authorize",
    "/auth/v1/.well-known/jwks.json",
)


class FaultError(Exception):
    """An error that GoTrue answers."""

    def __init__(self, status: int, code: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.more = status, code, message, more


@dataclass
class Switches:
    """How the project is set up."""

    autoconfirm: bool = True
    algorithm: str = "ES256"
    rotation: bool = True
    reuse_interval: float = 10
    jwt_exp: int = 3600
    password_min: int = 6
    mail_interval: float = 60
    signup_disabled: bool = False
    email_disabled: bool = False


@dataclass(frozen=True)
class SigningKey:
    """One asymmetric key; `kid` names it in the key set."""

    kid: str
    private: PrivateKey = field(repr=False)
    algorithm: str = "ES256"

    def public(self) -> Json:
        """The key as the key set shows it."""
        # Any: each algorithm of PyJWT takes keys of its own kind
        algorithm: Any = jwt.get_algorithm_by_name(self.algorithm)
        jwk: Json = json.loads(algorithm.to_jwk(self.private.public_key()))
        more = {"alg": self.algorithm, "use": "sig", "key_ops": ["verify"], "kid": self.kid}
        return {**jwk, **more}

    def sign(self, claims: Mapping[str, object], headers: Mapping[str, object]) -> str:
        """A token of these claims."""
        return jwt.encode(
            dict(claims), self.private, algorithm=self.algorithm, headers=dict(headers)
        )


_MAKERS: Mapping[str, Callable[[], PrivateKey]] = {
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


def new_key(algorithm: str = "ES256") -> SigningKey:
    return SigningKey(secrets.token_hex(8), _MAKERS[algorithm](), algorithm)


class Keyring:
    """Signs and reads the project's tokens; the first key signs, all verify, the last stands by."""

    def __init__(self, switches: Switches, clock: Callable[[], float]) -> None:
        self._switches = switches
        self._clock = clock
        self.keys = [new_key(), new_key()]  # in use, standby
        self.issuer = ""
        self.anon_jwt = self._api_jwt("anon")
        self.service_jwt = self._api_jwt("service_role")

    def rotate(self, algorithm: str = "ES256") -> None:
        """The standby key signs from now on; the former key still verifies."""
        self.keys = [self.keys[-1], *self.keys[:-1], new_key(algorithm)]

    def revoke_former(self) -> None:
        """Keys other than the one in use verify nothing any more."""
        self.keys = self.keys[:1]

    def key_set(self) -> Json:
        """Symmetric keys never appear."""
        public = [key.public() for key in self.keys]
        return {"keys": public if self._switches.algorithm != "HS256" else []}

    def sign(self, claims: Mapping[str, object]) -> str:
        if self._switches.algorithm == "HS256":
            return jwt.encode(dict(claims), LEGACY_SECRET, algorithm="HS256")
        return self.keys[0].sign(claims, {"kid": self.keys[0].kid})

    def read(self, token: str) -> Json:
        """The claims of a token of this project in its lifetime, else 403 `bad_jwt`."""
        try:
            header = jwt.get_unverified_header(token)
            claims: Json = jwt.decode(
                token,
                self._key_for(header),
                algorithms=[header["alg"]],
                options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
            )
        except (jwt.PyJWTError, StopIteration, KeyError) as error:
            raise FaultError(
                403, "bad_jwt", "invalid JWT: unable to parse or verify signature"
            ) from (error)
        if claims.get("exp", 0) <= self._clock():
            raise FaultError(403, "bad_jwt", "invalid JWT: token is expired")
        return claims

    def _key_for(self, header: Mapping[str, Any]) -> Any:  # Any: what PyJWT takes
        if header["alg"] == "HS256":
            return LEGACY_SECRET
        return next(key.private.public_key() for key in self.keys if key.kid == header["kid"])

    def _api_jwt(self, role: str) -> str:
        """A legacy API key: no audience, no subject, valid for ten years."""
        now = int(self._clock())
        claims = {
            "iss": "supabase", "ref": "simulated", "role": role, "iat": now,
            "exp": now + 315_360_000,
        }  # fmt: skip
        return jwt.encode(claims, LEGACY_SECRET, algorithm="HS256")

    def authorization(self, request: web.Request, *, guarded: bool) -> str | None:
        """The bearer that the gateway hands on (section 1.2); raises its 401 answers."""
        given = request.headers.get("Authorization")
        api_key = request.headers.get("apikey") or request.query.get("apikey")
        known = {PUBLIC_KEY, SECRET_KEY, self.anon_jwt, self.service_jwt}
        if guarded and request.path not in OPEN_PATHS and api_key not in known:
            raise _refusal(api_key)
        if given is not None and not given.startswith("Bearer sb_"):
            return given.removeprefix("Bearer ")
        named = api_key or (given or "").removeprefix("Bearer ")
        return {SECRET_KEY: self.service_jwt, PUBLIC_KEY: self.anon_jwt}.get(named, named or None)


def _refusal(api_key: str | None) -> web.HTTPUnauthorized:
    body = (
        {
            "message": "Invalid API key",
            "hint": "Double check your Supabase `anon` or `service_role` API key.",
        }
        if api_key
        else {
            "message": "No API key found in request",
            "hint": "No `apikey` request header or url param was found.",
        }
    )
    return web.HTTPUnauthorized(text=json.dumps(body), content_type="application/json")
