"""What the container says of an image API; loads no HTTP client."""

from dataclasses import dataclass
from decimal import Decimal

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class ImageAccess:
    """How one configured image API is reached; without URL or model its adapter knows them.

    `price_usd` is the price of a picture where the API does not tell it, `output_price_usd` that
    of a million output tokens where it counts them. `loopback` lets it be a simulator on this
    machine.
    """

    name: str
    key: SecretStr
    url: str | None = None
    model: str | None = None
    price_usd: Decimal = Decimal(0)
    loopback: bool = False
    output_price_usd: Decimal = Decimal(0)
