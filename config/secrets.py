"""Judges configured secrets and keeps the ones that development makes for itself."""

import os
import secrets
from pathlib import Path

from pydantic import SecretStr

MINIMUM_SECRET_BYTES = 32  # the key size of HMAC-SHA-256, RFC 7518 section 3.2

_PLACEHOLDER_WORDS = (
    "change-this",
    "changeme",
    "change-me",
    "your-",
    "secret-key",
    "example",
    "xxx",
)


def weakness_of(secret: SecretStr | None) -> str | None:
    """What is wrong with a secret, as words that follow its name; None when it will do."""
    if secret is None:
        return "is required"
    value = secret.get_secret_value()
    if len(value.encode()) < MINIMUM_SECRET_BYTES:
        return f"must have at least {MINIMUM_SECRET_BYTES} bytes"
    if any(word in value.lower() for word in _PLACEHOLDER_WORDS):
        return "is a placeholder; set a random value"
    if len(set(value)) < 10:
        return "is too regular; set a random value"
    return None


def sendable(key: SecretStr) -> SecretStr:
    """A key without the line end that files add. Raises ValueError if no header could hold it."""
    value = key.get_secret_value().strip()
    if not value.isascii() or not value.isprintable() or not value or " " in value:
        raise ValueError("a key consists of printable ASCII characters without blanks")
    return SecretStr(value)


def kept_secret(path: Path) -> SecretStr:
    """The secret stored at `path`, made on first use; several processes agree on one value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    candidate = path.with_name(f"{path.name}.{os.getpid()}")
    candidate.touch(mode=0o600)
    candidate.write_text(secrets.token_urlsafe(48))
    try:
        os.link(candidate, path)  # atomic: the first process wins
    except FileExistsError:
        pass
    finally:
        candidate.unlink()
    return SecretStr(path.read_text().strip())
