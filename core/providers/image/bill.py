"""What one request for a picture costs, known step by step and kept however the request ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from core.exceptions import AppError


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
        self.cost_usd = cost_usd

    def waive(self) -> None:
        """The API makes no picture and asks nothing after all."""
        self.cost_usd = None

    @contextmanager
    def told_of_failures(self) -> Iterator[None]:
        """Failures in this block say what they have cost."""
        try:
            yield
        except AppError as error:
            if self.taken:
                error.context["accepted"] = True
            if self.cost_usd is not None:
                error.context["cost_usd"] = self.cost_usd
            raise
