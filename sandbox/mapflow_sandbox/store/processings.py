"""Processings: what was asked for, by whom, what it costs and how far it is."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import clock
from ..areas import Area
from ..prices import Rates
from . import ledger, projects
from .database import Database
from .projects import Role

RUNNING = ("UNPROCESSED", "IN_PROGRESS", "AWAITING")
ENDED = ("OK", "FAILED", "CANCELLED", "REFUNDED")


@dataclass(frozen=True)
class Message:
    """Something that happened to a processing; `code` is one of the service's error codes."""

    code: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Review:
    """Whether a result was accepted; `until` is when it counts as accepted if nothing is said."""

    status: str
    until: str | None = None
    comment: str | None = None


@dataclass(frozen=True)
class Order:
    """What is to be started: by whom, on which area, with which model, steps and imagery, at which rates.

    One that `awaits` its imagery is worked on once that is delivered.
    """

    project_id: str
    account_id: str
    name: str
    description: str | None
    model_key: str
    area: Area
    source: Mapping[str, Any]
    params: Mapping[str, Any]
    flat_params: Mapping[str, str] | None
    blocks: tuple[tuple[str, bool], ...]
    meta: Mapping[str, Any]
    rates: Rates
    awaits: bool = False
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True)
class Processing:
    """One processing as an account sees it; `role` is that account's in its project. Area in m².

    `cost` is the price of the whole area in credits, whatever came of it and was given back. `source` is the request's
    sourceParams, `params` its inferenceParams, `flat_params` its params where it came by v1 of the API; `ready_count`
    of the `aoi_count` parts have a result. `percent` is None where none is told.
    """

    id: str
    project_id: str
    account_id: str
    name: str
    description: str | None
    model_key: str
    area_m2: float
    source: dict[str, Any]
    params: dict[str, Any]
    flat_params: dict[str, str] | None
    blocks: tuple[tuple[str, bool], ...]
    meta: dict[str, Any]
    status: str
    percent: int | None
    cost: float
    messages: tuple[Message, ...]
    aoi_count: int
    ready_count: int
    review: Review | None
    rating: int | None
    rating_feedback: str | None
    has_result_raster: bool
    created: str
    updated: str
    completed: str | None
    role: Role

    @property
    def is_running(self) -> bool:
        """Whether there is still work on it, if only once it is put to work again."""
        return self.status not in ENDED


@dataclass(frozen=True)
class Aoi:
    """One part of a processing's area, with its own state. `percent` is 0 to 100."""

    id: str
    processing_id: str
    geometry: dict[str, Any]
    area_m2: float
    status: str
    percent: float
    messages: tuple[Message, ...]
    feature_count: int | None


# The provider a processing reads from, as SQL over its row `p`.
PROVIDER = """coalesce(json_extract(p.source, '$.dataProvider.providerName'),
    json_extract(p.source, '$.imagerySearch.dataProvider'))"""
# "+" keeps SQLite from looking for every part there is with that status, once a row.
_VISIBLE = """
    select p.*, case when j.owner_id = :account then 'owner' else s.role end as role,
        (select count(*) from aois a where a.processing_id = p.id) as aoi_count,
        (select count(*) from aois a where a.processing_id = p.id and +a.status = 'OK') as ready_count
    from processings p join projects j on j.id = p.project_id join accounts u on u.id = p.account_id
        left join project_shares s on s.project_id = j.id and s.account_id = :account
    where p.archived = 0 and j.archived = 0 and (j.owner_id = :account or s.role is not null)
"""
_ORDERS = {
    "SCENARIO": "p.model_key",
    "NAME": "p.name collate nocase",
    "PROJECT": "j.name collate nocase",
    "EMAIL": "u.email collate nocase",
    "CREATED": "p.created",
    "STATUS": "p.status",
    "PROGRESS": "p.percent",
    "COMPLETED": "p.completed",
    "COST": "p.cost",
    "AREA": "p.area_m2",
    "PROVIDER": f"{PROVIDER} collate nocase",
}


def fetch(database: Database, account_id: str, processing_id: str) -> Processing | None:
    """One processing, or None when it is not there for this account."""
    values = {"account": account_id, "id": processing_id}
    row = database.reader.execute(_VISIBLE + " and p.id = :id", values).fetchone()
    return _processing(row) if row else None


def started_by(database: Database, account_id: str) -> list[Processing]:
    """All that the account itself started, the newest first."""
    clause = " and p.account_id = :account order by p.created desc, p.id"
    return [_processing(row) for row in database.reader.execute(_VISIBLE + clause, {"account": account_id})]


def in_project(
    database: Database,
    account_id: str,
    project_id: str,
    terms: tuple[str, ...] = (),
    sort_by: str = "CREATED",
    ascending: bool = False,
    limit: int = -1,
    offset: int = 0,
) -> tuple[list[Processing], int]:
    """A project's processings whose names hold every one of `terms`, and how many there are without `limit`."""
    values = {"account": account_id, "project": project_id, "limit": limit, "offset": offset}
    clause = " and p.project_id = :project"
    for number, term in enumerate(terms):
        values[f"term{number}"] = term
        clause += f" and instr(lower(p.name), lower(:term{number})) > 0"
    (total,) = database.reader.execute(f"select count(*) from ({_VISIBLE}{clause})", values).fetchone()
    order = f" order by {_ORDERS[sort_by]} {'asc' if ascending else 'desc'}, p.id limit :limit offset :offset"
    return [_processing(row) for row in database.reader.execute(_VISIBLE + clause + order, values)], total


def aois(database: Database, processing_id: str) -> list[Aoi]:
    """The parts of a processing's area, in the order of its geometry."""
    rows = database.reader.execute(
        "select * from aois where processing_id = ? order by position", (processing_id,)
    )
    return [
        Aoi(
            id=row["id"],
            processing_id=row["processing_id"],
            geometry=json.loads(row["geometry"]),
            area_m2=row["area_m2"],
            status=row["status"],
            percent=row["percent"],
            messages=read_messages(row["messages"]),
            feature_count=row["feature_count"],
        )
        for row in rows
    ]


def kept_ids(database: Database) -> set[str]:
    """The ids of all processings that were not deleted."""
    return {row["id"] for row in database.reader.execute("select id from processings where archived = 0")}


def create(database: Database, order: Order) -> str:
    """Take its price and put it to work, both or neither; says its id. Raises accounts.NoCredits."""
    processing_id, at = order.id, clock.now()
    cost = order.rates.cost(order.area.area_m2)
    row = {
        "id": processing_id,
        "project_id": order.project_id,
        "account_id": order.account_id,
        "payer_id": order.account_id,
        "name": order.name,
        "description": order.description,
        "model_key": order.model_key,
        "area_m2": order.area.area_m2,
        "source": json.dumps(order.source),
        "params": json.dumps(order.params),
        "flat_params": None if order.flat_params is None else json.dumps(order.flat_params),
        "blocks": json.dumps(order.blocks),
        "meta": json.dumps(order.meta),
        "status": "AWAITING" if order.awaits else "IN_PROGRESS",
        "model_rate": order.rates.model,
        "imagery_rate": order.rates.imagery,
        "cost": cost,
        "created": at,
        "updated": at,
    }
    columns, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    parts = [
        (str(uuid.uuid4()), processing_id, position, json.dumps(part.geojson), part.area_m2)
        for position, part in enumerate(order.area.parts)
    ]
    with database.writing() as connection:
        connection.execute(f"insert into processings ({columns}) values ({marks})", row)
        ledger.take(connection, processing_id, order.account_id, cost)
        connection.executemany(
            "insert into aois (id, processing_id, position, geometry, area_m2, status)"
            " values (?, ?, ?, ?, ?, 'UNPROCESSED')",
            parts,
        )
        projects.touch(connection, order.project_id)
    return processing_id


def update(
    database: Database, processing_id: str, name: str | None, description: str | None, project_id: str | None
) -> None:
    """Change what is not None."""
    with database.writing() as connection:
        connection.execute(
            "update processings set name = coalesce(?, name), description = coalesce(?, description),"
            " project_id = coalesce(?, project_id), updated = ? where id = ?",
            (name, description, project_id, clock.now(), processing_id),
        )


def read_messages(text: str) -> tuple[Message, ...]:
    """Messages as they are stored."""
    return tuple(Message(each["code"], each["parameters"]) for each in json.loads(text))


def written_messages(messages: tuple[Message, ...]) -> str:
    """Messages as `read_messages` reads them."""
    return json.dumps([{"code": each.code, "parameters": dict(each.parameters)} for each in messages])


def _processing(row: sqlite3.Row) -> Processing:
    return Processing(
        id=row["id"],
        project_id=row["project_id"],
        account_id=row["account_id"],
        name=row["name"],
        description=row["description"],
        model_key=row["model_key"],
        area_m2=row["area_m2"],
        source=json.loads(row["source"]),
        params=json.loads(row["params"]),
        flat_params=None if row["flat_params"] is None else json.loads(row["flat_params"]),
        blocks=tuple((name, enabled) for name, enabled in json.loads(row["blocks"])),
        meta=json.loads(row["meta"]),
        status=row["status"],
        percent=row["percent"],
        cost=row["cost"],
        messages=read_messages(row["messages"]),
        aoi_count=row["aoi_count"],
        ready_count=row["ready_count"],
        review=_review(row),
        rating=row["rating"],
        rating_feedback=row["rating_feedback"],
        has_result_raster=bool(row["result_raster"]),
        created=row["created"],
        updated=row["updated"],
        completed=row["completed"],
        role=Role(row["role"]),
    )


def _review(row: sqlite3.Row) -> Review | None:
    if row["review_status"] is None:
        return None
    is_over = row["review_status"] == "IN_REVIEW" and (row["review_until"] or "") < clock.now()
    return Review("ACCEPTED" if is_over else row["review_status"], row["review_until"], row["review_comment"])
