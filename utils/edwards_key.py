"""Verifies EdDSA signatures with Ed25519 keys (RFC 8037), which python-jose lacks."""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jose.backends.base import Key

from utils.tokens import Json

ALGORITHM = "EdDSA"


class EdwardsKey(Key):
    """One public key. Raises errors of any kind for a JWK that is none."""

    def __init__(self, jwk: Json) -> None:
        point = jwk["x"]
        self._key = Ed25519PublicKey.from_public_bytes(
            base64.urlsafe_b64decode(point + "=" * (-len(point) % 4))
        )

    def verify(self, msg: bytes, sig: bytes) -> bool:
        """Whether the key's owner signed the message."""
        try:
            self._key.verify(sig, msg)
        except InvalidSignature:
            return False
        return True
