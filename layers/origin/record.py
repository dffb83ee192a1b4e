"""A processing as a file keeps it: what its layers are named, styled and described by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Optional

from ...api.processings import Processing, Status, TileSet
from .imagery_text import shown_source

_TEXTS = (
    "id",
    "name",
    "description",
    "project_id",
    "model_id",
    "model_name",
    "model_display_name",
    "model_style",
    "review_status",
)
_NUMBERS = ("area_m2", "cost")
_MOMENTS = ("created", "updated")
_TILES = ("vector", "raster", "result_raster")  # that there are such is kept, but not where: addresses age


def to_record(processing: Processing) -> str:
    """The processing as JSON; of an address of one's own the host alone, since a key may stand in the rest."""
    told: dict[str, Any] = {name: getattr(processing, name) for name in (*_TEXTS, *_NUMBERS)}
    told["status"] = processing.status.value
    told["blocks"] = [list(each) for each in processing.blocks]
    told["block_titles"] = dict(processing.block_titles)
    told["offers"] = [name for name in _TILES if getattr(processing, name) is not None]
    told["source"] = shown_source(processing.source)
    for name in _MOMENTS:
        moment = getattr(processing, name)
        told[name] = None if moment is None else moment.isoformat()
    return json.dumps(told, default=str)


def from_record(text: str) -> Optional[Processing]:
    """The processing in a record; None where it is none. A file may have been written by anybody."""
    try:
        told = json.loads(text)
        if not isinstance(told, dict) or not isinstance(told.get("id"), str) or not told["id"]:
            return None
        values: dict[str, Any] = {name: _text(told.get(name)) for name in _TEXTS}
        values.update({name: _number(told.get(name)) for name in _NUMBERS})
        values.update({name: _moment(told.get(name)) for name in _MOMENTS})
        values["status"] = Status.__members__.get(_text(told.get("status")), Status.UNKNOWN)
        offers = told.get("offers")
        offered = offers if isinstance(offers, list) else []
        values.update({name: TileSet("") for name in _TILES if name in offered})
        blocks = told.get("blocks")
        listed = blocks if isinstance(blocks, list) else []
        values["blocks"] = tuple(
            (_text(each[0]), bool(each[1])) for each in listed if isinstance(each, list) and len(each) == 2
        )
        titles, source = told.get("block_titles"), told.get("source")
        values["block_titles"] = {
            str(key): _text(value) for key, value in (titles if isinstance(titles, Mapping) else {}).items()
        }
        values["source"] = source if isinstance(source, dict) else {}
        return Processing(**values)
    except (ValueError, RecursionError):
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> Optional[float]:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]


def _moment(value: object) -> Optional[datetime]:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
