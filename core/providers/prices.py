"""What a call costs whose tokens are counted and whose price is configured."""

from decimal import Decimal

TokenPrices = tuple[Decimal, Decimal]
"""US dollars for a million tokens read, and for a million written."""

FREE: TokenPrices = (Decimal(0), Decimal(0))
HIGHEST_COST_USD = 10_000  # of one call; a count that comes to more is wrong

_MILLION = 1_000_000
_PLACES = 9


def cost_of_tokens(input_tokens: int, output_tokens: int, prices: TokenPrices) -> Decimal:
    """US dollars, rounded to what is kept of them."""
    cost = (input_tokens * prices[0] + output_tokens * prices[1]) / _MILLION
    return rounded(min(cost, Decimal(HIGHEST_COST_USD)))


def rounded(cost_usd: Decimal) -> Decimal:
    """As many places as are told: a token costs millionths of a cent."""
    return round(cost_usd, _PLACES)
