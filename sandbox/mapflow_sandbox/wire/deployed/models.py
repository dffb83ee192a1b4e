"""Models and their steps as the deployed service lists them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ...detect.catalog import ModelSpec
from ...rasters.inspection import BANDS

MODEL_CREATED = "2026-01-15T08:17:03.871690Z"


class BlockBody(BaseModel):
    """A step of a model; `price` in credits per km². The user is not shown one whose `displayName` is empty."""

    name: str
    displayName: str
    optional: bool
    price: float
    description: str | None
    defaultEnabled: bool


class ModelBody(BaseModel):
    """A model, in `models` of the user status and in `workflowDefs` of a project."""

    id: UUID
    name: str
    displayName: str
    description: str
    created: str
    updated: str
    pricePerSqKm: float
    blocks: list[BlockBody]
    requirements: dict[str, Any]
    styleName: str | None


def model_body(model: ModelSpec) -> ModelBody:
    """`model` as the deployed service lists it, with its requirements of imagery."""
    zooms = {
        "required": {"min_zoom": model.min_zoom, "max_zoom": model.max_zoom},
        "recommended": {"min_zoom": model.best_zoom, "max_zoom": model.best_zoom},
    }
    best_finest, best_coarsest = model.best_res
    local = {
        "required": {"min_res": model.min_res, "max_res": model.max_res, "nchannels": list(BANDS)},
        "recommended": {"min_res": best_finest, "max_res": best_coarsest, "nchannels": 3},
    }
    sources: dict[str, Any] = {"xyz": zooms, "tms": zooms, "quadkey": zooms, "local": local}
    if model.granules is not None:
        limits = {"months": list(model.granules.months), "cells": list(model.granules.cells)}
        sources["sentinel_l2a"] = {"required": {name: these for name, these in limits.items() if these}}
    return ModelBody(
        id=UUID(model.id),
        name=model.name,
        displayName=model.name,
        description=model.description,
        pricePerSqKm=model.price_per_km2,
        blocks=[
            BlockBody(
                name=block.name,
                displayName=block.title,
                description=block.description or None,
                optional=block.optional,
                defaultEnabled=block.default_enabled,
                price=block.price,
            )
            for block in model.blocks
        ],
        requirements={"version": 1.0, "sources": {**sources, "orbview_zip": None, "roskosmos_tif": None}},
        styleName=None,
        created=MODEL_CREATED,
        updated=MODEL_CREATED,
    )
