"""A past for an account that has none: processings of the last three years, so that lists and sums have what to show.

Those that are not archived have ended without a result, since there is nothing behind them that could be opened.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import numpy as np
import shapely

from .. import areas, clock
from ..detect.catalog import MODELS
from ..prices import Rates
from ..providers import PROVIDERS
from . import projects
from .database import Database

_SEED = 71
_DAYS = 3 * 365
_PROJECTS = ("City Centre", "Rivers & Lakes", "Forest Inventory")
_PLACES = ("Old town", "Harbour", "Station", "North bank", "Hills", "Airport", "New quarter", "Valley")
_ENDS = ("FAILED", "CANCELLED", "REFUNDED")
_NO_IMAGERY = json.dumps([{"code": "source-validator.NoDataInAOI", "parameters": {}}])

Row = dict[str, Any]
T = TypeVar("T")


def seed(database: Database, account_id: str, count: int, bbox: Sequence[float]) -> None:
    """Give the account `count` processings beside the imagery in `bbox` (degrees), unless the store has any.

    They are the same ones each time, but for the day the last of them was made on.
    """
    if not count or database.reader.execute("select 1 from processings limit 1").fetchone():
        return
    chance = np.random.default_rng(_SEED)
    homes = [projects.create(database, account_id, name, None) for name in _PROJECTS]
    now = clock.instant()
    rows, parts = [], []
    for number in range(count):
        row, part = _processing(chance, number, bbox, now)
        rows.append(
            {**row, "project_id": _one_of(chance, homes), "account_id": account_id, "payer_id": account_id}
        )
        parts.append(part)
    paid = [
        {
            "processing_id": row["id"],
            "account_id": account_id,
            "amount": row["cost"] - row["refunded"],
            "turn": 1,
        }
        for row in rows
    ]
    with database.writing() as connection:
        for table, records in (("processings", rows), ("aois", parts), ("payments", paid)):
            names = list(records[0])
            values = ", ".join(f":{name}" for name in names)
            connection.executemany(f"insert into {table} ({', '.join(names)}) values ({values})", records)


def _processing(
    chance: np.random.Generator, number: int, bbox: Sequence[float], now: datetime
) -> tuple[Row, Row]:
    """A processing and the one part of its area, as rows of the store."""
    west, south, east, north = bbox
    side = 0.005 + 0.02 * chance.random()
    left = east + (east - west) * (1 + chance.random())  # beside the imagery: there is none
    bottom = south + (north - south) * chance.random()
    area = areas.read(json.loads(shapely.to_geojson(shapely.box(left, bottom, left + side, bottom + side))))
    model, provider = _one_of(chance, MODELS), _one_of(chance, PROVIDERS)
    blocks = [(block.name, block.default_enabled) for block in model.blocks if block.optional]
    rates = Rates(model.price_per_km2, provider.price(model.best_zoom))
    created = now - timedelta(days=_DAYS * chance.random())
    ended = created + timedelta(minutes=1 + 30 * chance.random())
    is_archived = chance.random() < 0.5
    status = "OK" if is_archived and chance.random() < 0.85 else _one_of(chance, _ENDS)
    cost = rates.cost(area.area_m2)
    common = {
        "id": _id(chance),
        "status": status,
        "area_m2": area.area_m2,
        "percent": 100 if status == "OK" else 0,
        "messages": _NO_IMAGERY if status == "FAILED" else "[]",
    }
    part = {
        **common,
        "id": _id(chance),
        "processing_id": common["id"],
        "position": 0,
        "geometry": json.dumps(area.geojson),
        "feature_count": 0 if status == "OK" else None,
    }
    row = {
        **common,
        "name": f"{_one_of(chance, _PLACES)} {number + 1}",
        "model_key": model.key,
        "source": json.dumps(
            {
                "dataProvider": {"providerName": provider.name, "zoom": model.best_zoom},
                "myImagery": None,
                "imagerySearch": None,
                "userDefined": None,
            }
        ),
        "params": "{}",
        "blocks": json.dumps(blocks),
        "meta": "{}",
        "model_rate": rates.model,
        "imagery_rate": rates.imagery,
        "cost": cost,
        "refunded": 0.0 if status == "OK" else cost,
        "archived": int(is_archived),
        "created": clock.written(created),
        "updated": clock.written(ended),
        "completed": clock.written(ended),
    }
    return row, part


def _one_of(chance: np.random.Generator, choices: Sequence[T]) -> T:
    return choices[int(chance.integers(len(choices)))]


def _id(chance: np.random.Generator) -> str:
    return str(uuid.UUID(bytes=chance.bytes(16), version=4))
