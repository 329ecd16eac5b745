"""Statements that are compiled once and run on the driver's own connection.

Declared in SQLAlchemy like every other query; what is saved is compiling, caching and result
processing on each call, most of a read's cost.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import asyncpg

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


class HotStatement:
    """The SQL text of a statement in asyncpg's form, and the order of its parameters."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]  # all have it
        self.sql: str = compiled.string
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        self._fixed: dict[str, Any] = {  # Any: bound values
            name: value for name, value in compiled.params.items() if value is not None
        }

    def arguments(self, values: Mapping[str, object]) -> list[object]:
        """The values in the order of the placeholders; raises KeyError when one is missing."""
        return [values[name] if name in values else self._fixed[name] for name in self._names]
