"""Statements that are compiled once and run on the driver's own connection.

Declared in SQLAlchemy like every other query; what is saved is compiling, caching and result
processing on each call, most of a read's cost.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import asyncpg

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


class HotStatement:
    """The SQL text of a statement in asyncpg's form, and the order of its parameters.

    Compiled on first use: a process starts without most of its statements.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement

    @cached_property
    def _compiled(self) -> tuple[str, tuple[str, ...], dict[str, Any]]:  # Any: bound values
        compiled = self._statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]  # all have it
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return compiled.string, tuple(compiled.positiontup or ()), fixed

    @property
    def sql(self) -> str:
        """The text, with numbered placeholders."""
        return self._compiled[0]

    def arguments(self, values: Mapping[str, object]) -> list[object]:
        """The values in the order of the placeholders; raises KeyError when one is missing."""
        _, names, fixed = self._compiled
        return [values[name] if name in values else fixed[name] for name in names]
