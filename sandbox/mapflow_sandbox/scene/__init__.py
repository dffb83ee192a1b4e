"""Painted orthophotos with known contents: the sandbox's imagery, and the truth to measure its models by.

The module that paints is imported only where something is painted, so that a scene is loaded quickly.
"""

from __future__ import annotations

from .assets import Scene, load, prepare

__all__ = ["Scene", "load", "prepare"]
