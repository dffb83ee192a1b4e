"""Painted orthophotos with known contents: the sandbox's imagery, and the truth to measure its models by."""

from __future__ import annotations

from .assets import Scene, load, prepare
from .paint import DEFAULT_ORIGIN, PaintedScene, paint
from .texture import PIXEL_M

__all__ = ["DEFAULT_ORIGIN", "PIXEL_M", "PaintedScene", "Scene", "load", "paint", "prepare"]
