"""The work on processings: a scheduler in the server, and processes of their own that read pixels and find objects."""

from __future__ import annotations

from .scheduler import Scheduler

__all__ = ["Scheduler"]
