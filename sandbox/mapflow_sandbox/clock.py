"""Instants as the store keeps them: UTC in ISO 8601 with microseconds, which sorts as text.

The clock may be moved: everything goes by it, but what measures how long something takes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_moved = timedelta()


def move(moved: timedelta) -> None:
    """Let the clock go `moved` before the real one, or behind it where that is negative."""
    global _moved  # noqa: PLW0603 - a process has one clock
    _moved = moved


def moved() -> timedelta:
    """How far the clock is before the real one."""
    return _moved


def instant() -> datetime:
    """This instant."""
    return datetime.now(UTC) + _moved


def now() -> str:
    """This instant, for instance `2026-02-10T10:30:00.123456Z`."""
    return in_days(0)


def in_days(days: int) -> str:
    """The instant so many days from now."""
    return written(instant() + timedelta(days=days))


def written(moment: datetime) -> str:
    """`moment`, which is in UTC, as text."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_seconds(instant: str) -> str:
    """`instant` without its fraction, as the API reference writes it."""
    return instant[:19] + "Z"
