"""Text in the forms that files and headers need."""

import re
import unicodedata

SLUG_LENGTH = 64


def slugify(text: str) -> str:
    """Lower-case ASCII letters, digits and single hyphens, 1 to 64 long; "file" for nothing."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-")
    return slug or "file"
