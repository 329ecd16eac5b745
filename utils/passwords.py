"""Passwords: how they are stored, and which ones everybody uses."""

import base64
import hmac
import importlib.util
from functools import cache
from pathlib import Path

import bcrypt

MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 128

_SCHEME = "hmac-sha384"
_BCRYPT_BYTES = 72  # older versions of bcrypt looked at no more
_SALT_AND_HASH_LENGTH = 53


class PasswordScheme:
    """bcrypt over base64(HMAC-SHA-384(pepper, UTF-8 password)), stored as `hmac-sha384$2b$…`.

    The HMAC makes every byte of a password of any length count and keeps hashes useless without
    the pepper. Its 64 characters fit into the 72 bytes of bcrypt. Plain bcrypt hashes (`$2b$…`),
    as imported from elsewhere, still verify and are due for a new hash.
    """

    def __init__(self, cost: int, pepper: bytes) -> None:
        if not pepper:
            raise ValueError("the pepper must not be empty")
        self._cost = cost
        self._pepper = pepper
        # No password gives the all-zero hash; checking against it costs as much as a real one.
        self._dummy = f"{_SCHEME}$2b${cost:02d}${'.' * _SALT_AND_HASH_LENGTH}"

    def hash(self, password: str) -> str:
        """The text to store; takes about 0.3 s of CPU at cost 12."""
        salt = bcrypt.gensalt(self._cost)
        return _SCHEME + bcrypt.hashpw(self._digest(password), salt).decode()

    def verify(self, password: str, stored: str | None) -> bool:
        """Whether the password is the stored one; without a stored one the same work is done."""
        known = stored or self._dummy
        if known.startswith(_SCHEME):
            secret, hashed = self._digest(password), known.removeprefix(_SCHEME)
        else:
            secret, hashed = password.encode()[:_BCRYPT_BYTES], known
        return bcrypt.checkpw(secret, hashed.encode())

    def needs_rehash(self, stored: str) -> bool:
        """Whether a stored hash is of an older scheme or cost than new ones."""
        return not stored.startswith(f"{_SCHEME}$2b${self._cost:02d}$")

    def _digest(self, password: str) -> bytes:
        return base64.b64encode(hmac.digest(self._pepper, password.encode(), "sha384"))


@cache
def common_passwords() -> frozenset[str]:
    """The 30,000 most common passwords, in lower case, as zxcvbn ships them; read on first use.

    Only its list is loaded: the package itself builds indexes that nobody here needs.
    """
    package = importlib.util.find_spec("zxcvbn")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("the zxcvbn package is not installed")
    path = Path(package.origin).with_name("frequency_lists.py")
    spec = importlib.util.spec_from_file_location("_common_passwords", path)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("zxcvbn has no list of passwords")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return frozenset(module.FREQUENCY_LISTS["passwords"])


def password_problem(password: str) -> str | None:
    """Why a new password is refused, as a sentence; None when it will do."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        return f"A password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters."
    if is_common_password(password):
        return "This password is one of the most common ones; choose another."
    return None


def is_common_password(password: str) -> bool:
    """Whether an attacker would try this password among the first, in any letter case."""
    return password.lower() in common_passwords()
