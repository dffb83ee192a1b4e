"""Instants as the store keeps them: UTC in ISO 8601 with microseconds, which sorts as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now() -> str:
    """This instant, for instance `2026-02-10T10:30:00.123456Z`."""
    return in_days(0)


def in_days(days: int) -> str:
    """The instant so many days from now."""
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_seconds(instant: str) -> str:
    """`instant` without its fraction, as the API reference writes it."""
    return instant[:19] + "Z"
