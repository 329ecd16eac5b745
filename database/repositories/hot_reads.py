"""Building blocks for statements that run often: keyset pages and owned rows."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Integer, Select, Uuid, and_, bindparam, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from database.hot import HotStatement
from database.pages import Page, Position, page_of
from database.session import SessionFactory

Column = InstrumentedAttribute[Any]  # Any: a column of any type


def given(column: Column) -> ColumnElement[bool]:
    """`column = :column_name`, to be filled at each call."""
    return column == bindparam(column.key, type_=column.type)


def page_statement(
    query: Select[*tuple[Any, ...]], created_at: Column, row_id: Column
) -> HotStatement:
    """The query, newest first, from a position on; fill it with `page_values`."""
    position = tuple_(
        bindparam("after_created_at", type_=DateTime(timezone=True)),
        bindparam("after_id", type_=Uuid()),
    )
    return HotStatement(
        query.where(and_(tuple_(created_at, row_id) < position))
        .order_by(created_at.desc(), row_id.desc())
        .limit(bindparam("page_limit", type_=Integer()))
    )


async def read_page(
    database: SessionFactory,
    statement: HotStatement,
    position: Position,
    limit: int,
    **values: UUID | str,
) -> Page:
    """One page of at most `limit` rows after a position."""
    rows = await database.fetch(
        statement,
        {
            **values,
            "after_created_at": position.created_at,
            "after_id": position.id,
            "page_limit": limit + 1,
        },
    )
    return page_of(rows, limit)
