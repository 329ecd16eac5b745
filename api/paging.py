"""The query parameters of all lists."""

from typing import Annotated

from fastapi import Query

from config.constants import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE, description="Items a page.")]
Cursor = Annotated[
    str | None, Query(max_length=64, description="`next_cursor` of the page before.")
]
FIRST_PAGE_SIZE = DEFAULT_PAGE_SIZE
