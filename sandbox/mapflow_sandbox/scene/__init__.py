"""Painted orthophotos with known contents: the sandbox's imagery, and the truth to measure its models by.

What paints (`paint`) is imported where something is painted; to load a scene takes nothing of it.
"""

from __future__ import annotations

from .assets import Scene, load, prepare

__all__ = ["Scene", "load", "prepare"]
