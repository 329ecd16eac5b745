"""What one request for a picture costs, known step by step and kept however the request ends."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from core.exceptions import AppError
from core.providers.base import failure_kind
from core.providers.prices import HIGHEST_COST_USD
from core.usage import owe


@dataclass(slots=True)
class Bill:
    """What the API has said, or is known to do, about the price of one request so far.

    A request that it has `taken` may be billed, so it is not sent again.
    """

    taken: bool = False
    cost_usd: Decimal | None = None
    input_tokens: int = 0
    output_tokens: int = 0

    def charge(self, cost_usd: Decimal) -> None:
        """The API has taken the request and asks this price, whatever becomes of the picture."""
        self.taken = True
        self.cost_usd = min(cost_usd, Decimal(HIGHEST_COST_USD))

    def waive(self) -> None:
        """The API makes no picture and asks nothing after all."""
        self.cost_usd = None

    @contextmanager
    def sent(self, price_usd: Decimal) -> Iterator[None]:
        """A request that is given up in this block is taken to cost its price: nobody will tell.

        Any answer says more than that.
        """
        self.cost_usd = price_usd
        try:
            yield
        except AppError as error:
            if failure_kind(error) != "timeout":
                self.waive()
            raise
        self.waive()

    @contextmanager
    def told_of_failures(self) -> Iterator[None]:
        """Failures in this block say what they have cost, and so does its being broken off."""
        try:
            yield
        except AppError as error:
            if self.taken:
                error.context["accepted"] = True
            if self.cost_usd is not None:
                error.context |= {
                    "cost_usd": self.cost_usd,
                    "input_tokens": self.input_tokens,
                    "output_tokens": self.output_tokens,
                }
            raise
        except asyncio.CancelledError:
            if self.cost_usd is not None:
                owe(self.cost_usd)
            raise
