"""Credits as they travel."""

from __future__ import annotations

Credits = int | float  # a whole number is written as one: 150, not 150.0


def amount(price: float) -> Credits:
    """`price`, whole where they are whole."""
    return int(price) if price == int(price) else price
