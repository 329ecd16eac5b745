"""Lines of a model's answer that may be shown, or handed to another model."""

import re

# Nothing of this belongs into a name, a line or a finding: what nobody sees, what turns text
# around, markup, and addresses.
_UNFIT = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff<>]"
    r"|!\[|\]\(|://|\bwww\.",
    re.IGNORECASE,
)


def plain_line(text: str, limit: int) -> str | None:
    """The text as one line, or None when it is empty, too long or unfit to be shown."""
    line = " ".join(text.split())
    return line if 0 < len(line) <= limit and not _UNFIT.search(line) else None
