"""Checks of text that comes from outside."""

import unicodedata

_ALLOWED_CONTROLS = frozenset("\n\r\t")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn"})
# Explicit direction marks can make a text read otherwise than it is stored (UAX 9).
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def display_text(value: str) -> str:
    """The text in Unicode NFC.

    Raises ValueError for control characters, NUL, lone surrogates and direction overrides.
    """
    for character in value:
        refused = unicodedata.category(character) in _REFUSED_CATEGORIES or character in _BIDI
        if refused and character not in _ALLOWED_CONTROLS:
            raise ValueError("the text contains characters that cannot be shown")
    return unicodedata.normalize("NFC", value)
