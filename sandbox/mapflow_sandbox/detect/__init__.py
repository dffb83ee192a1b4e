"""The sandbox's models: what they are called and cost, and `run`, which finds objects in pixels.

These models are for learning the workflow, not for mapping: they were trained on painted scenes.
"""

from __future__ import annotations

from .catalog import BUILDINGS, FOREST, MODELS, ROADS, BlockSpec, ModelSpec, model_by_key
from .run import Detection, run

__all__ = [
    "BUILDINGS",
    "FOREST",
    "MODELS",
    "ROADS",
    "BlockSpec",
    "Detection",
    "ModelSpec",
    "model_by_key",
    "run",
]
