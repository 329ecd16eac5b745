"""Amounts of money as vendors write them."""

import re
from decimal import Decimal

_AMOUNT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,4})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def amount(text: object) -> Decimal | None:
    """`"11.08"` or `"2,060.25"`; None for anything that is not plainly an amount."""
    if not isinstance(text, str) or len(text) > 20 or not _AMOUNT.fullmatch(text):
        return None
    return Decimal(text.replace(",", ""))


def currency_code(text: object) -> str | None:
    """A code of ISO 4217 by its form."""
    return text if isinstance(text, str) and _CURRENCY.fullmatch(text) else None
