"""The two shapes the API is known to answer in, one module each."""

from __future__ import annotations

from ..settings import Dialect
from .deployed import DeployedWire
from .reference import ReferenceWire

Wire = ReferenceWire | DeployedWire


def wire_of(dialect: Dialect) -> Wire:
    """The shapes of `dialect`."""
    return ReferenceWire() if dialect is Dialect.REFERENCE else DeployedWire()
