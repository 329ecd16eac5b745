"""Who was called, how it went and what it cost, collected along the way of one piece of work."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Self
from uuid import UUID

from core.providers.base import BUILTIN
from utils.ids import uuid7

SUCCESS = "success"


@dataclass(frozen=True, slots=True)
class UsageRecord:
    """One call to a provider, paid or not.

    `outcome` is "success", a `FailureKind`, or "cancelled" when the call was broken off. The cost
    of a call that was not waited for is what the provider may bill.
    """

    provider: str
    model: str
    task: str
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal
    latency_ms: int
    outcome: str
    id: UUID = field(default_factory=uuid7, compare=False)

    @property
    def succeeded(self) -> bool:
        """Whether the provider gave an answer that we could use."""
        return self.outcome == SUCCESS


@dataclass(slots=True)
class Usage:
    """The calls made inside one `track_usage` block, in the order in which they ended."""

    records: list[UsageRecord] = field(default_factory=list)
    _outer: Self | None = None

    def add(self, record: UsageRecord) -> None:
        """Note a call, here and in every block around this one."""
        self.records.append(record)
        if self._outer is not None:
            self._outer.add(record)

    @property
    def models_used(self) -> list[str]:
        """Those that answered, each once: "provider/model", or "builtin" for our own engine."""
        answered = (record for record in self.records if record.succeeded)
        return list(dict.fromkeys(_label(record) for record in answered))

    @property
    def cost_usd(self) -> Decimal:
        """What all calls cost together, failed ones included."""
        return sum((record.cost_usd for record in self.records), Decimal(0))


_current: ContextVar[Usage | None] = ContextVar("usage", default=None)
_debts: ContextVar[list[Decimal] | None] = ContextVar("debts", default=None)


@contextmanager
def track_usage() -> Iterator[Usage]:
    """Collect the calls made inside the block, also those of tasks started inside it."""
    usage = Usage(_outer=_current.get())
    token = _current.set(usage)
    try:
        yield usage
    finally:
        _current.reset(token)


def record_usage(record: UsageRecord) -> None:
    """Note a call in the surrounding block; without one it goes nowhere."""
    usage = _current.get()
    if usage is not None:
        usage.add(record)


@contextmanager
def track_debts() -> Iterator[None]:
    """Collect what is owed for one call that is broken off: its end can tell of no price."""
    token = _debts.set([])
    try:
        yield
    finally:
        _debts.reset(token)


def owe(cost_usd: Decimal) -> None:
    """Note what the provider bills for the surrounding call although it is broken off."""
    debts = _debts.get()
    if debts is not None:
        debts.append(cost_usd)


def owed() -> Decimal:
    """What has been noted for the surrounding call."""
    return sum(_debts.get() or (), Decimal(0))


def _label(record: UsageRecord) -> str:
    return BUILTIN if record.provider == BUILTIN else f"{record.provider}/{record.model}"
