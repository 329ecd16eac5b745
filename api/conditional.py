"""Answers that need not be sent again (RFC 9110, section 13.1.2)."""

import re
from typing import Annotated

from fastapi import Header

IfNoneMatch = Annotated[
    str | None, Header(max_length=500, description="The `ETag` of the answer that you have.")
]


def is_unchanged(etag: str, if_none_match: str | None) -> bool:
    """Whether the client has this answer; a proxy that compressed it may have weakened the tag."""
    if if_none_match is None:
        return False
    known = re.split(r"\s*,\s*", if_none_match.strip())
    return "*" in known or etag in {tag.removeprefix("W/") for tag in known}
