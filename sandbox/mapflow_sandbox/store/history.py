"""What has been processed so far, in all projects and those put away too."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from .database import Database
from .processings import PROVIDER


@dataclass(frozen=True)
class Entry:
    """One processing of the past; `email` is of the account that started it. Area in m², what was paid in credits."""

    project_name: str
    name: str
    email: str
    area_m2: float
    cost: float
    created: str
    completed: str | None
    status: str
    percent: int
    archived: bool
    provider: str | None
    model_key: str


@dataclass(frozen=True)
class Extract:
    """Some of the entries, and the number and sums of all that match. Area in m², cost in credits."""

    entries: tuple[Entry, ...]
    total: int
    cost: float
    area_m2: float


# An account sees what it started and everything in its projects, those shared with it included.
_ENTRIES = f"""
    select j.name as project_name, p.name, a.email, p.area_m2, p.cost - p.refunded as cost, p.created, p.completed,
        p.status, coalesce(p.percent, 0) as percent, p.archived or j.archived as archived, p.model_key, p.id,
        {PROVIDER} as provider
    from processings p join projects j on j.id = p.project_id join accounts a on a.id = p.account_id
    where p.account_id = :account or j.owner_id = :account or exists (
        select 1 from project_shares s where s.project_id = j.id and s.account_id = :account)
"""
COLUMNS = (
    "project_name", "name", "email", "area_m2", "cost", "created", "completed", "status", "percent", "archived",
    "provider", "model_key",
)  # fmt: skip


def extract(
    database: Database,
    account_id: str,
    conditions: Mapping[str, str | int],
    sort_by: str = "created",
    ascending: bool = False,
    limit: int = -1,
    offset: int = 0,
) -> Extract:
    """The entries whose columns have the values of `conditions`. KeyError for what is none of COLUMNS."""
    for column in (*conditions, sort_by):
        if column not in COLUMNS:
            raise KeyError(column)
    where = " and ".join(f"{column} = :{column}" for column in conditions) or "1"
    matching = f"with entries as ({_ENTRIES}) select {{}} from entries where {where}"
    values = {"account": account_id, "limit": limit, "offset": offset, **conditions}
    sums = "count(*), coalesce(sum(cost), 0.0), coalesce(sum(area_m2), 0.0)"
    total, cost, area_m2 = database.reader.execute(matching.format(sums), values).fetchone()
    order = f" order by {sort_by} {'asc' if ascending else 'desc'}, id limit :limit offset :offset"
    rows = database.reader.execute(matching.format(", ".join(COLUMNS)) + order, values)
    return Extract(tuple(_entry(row) for row in rows), total, cost, area_m2)


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(**{**dict(row), "archived": bool(row["archived"])})
