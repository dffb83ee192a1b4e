"""Projects, who may do what in them, and what has happened in them."""

from __future__ import annotations

import enum
import sqlite3
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .. import clock
from .database import Database


class Role(enum.Enum):
    """What an account may do in a project, each more than the one before."""

    READONLY = "readonly"
    CONTRIBUTOR = "contributor"
    MAINTAINER = "maintainer"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """0 for the one that may do least."""
        return list(Role).index(self)


@dataclass(frozen=True)
class Share:
    """Somebody's part in a project."""

    account_id: str
    email: str
    role: Role


@dataclass(frozen=True)
class Progress:
    """How many processings of a project are in a status, and their area in m²."""

    status: str
    count: int
    area_m2: float
    aoi_count: int
    updated: str


@dataclass(frozen=True)
class Project:
    """One project as an account sees it; `role` is that account's."""

    id: str
    owner_id: str
    owner_email: str
    name: str
    description: str | None
    is_default: bool
    created: str
    updated: str
    role: Role
    shares: tuple[Share, ...] = ()
    progress: tuple[Progress, ...] = ()


_VISIBLE = """
    select p.id, p.owner_id, a.email as owner_email, p.name, p.description, p.is_default, p.created, p.updated,
        case when p.owner_id = :account then 'owner' else s.role end as role
    from projects p join accounts a on a.id = p.owner_id
        left join project_shares s on s.project_id = p.id and s.account_id = :account
    where p.archived = 0 and (p.owner_id = :account or s.role is not null)
"""
_ORDERS = {"NAME": "p.name collate nocase", "CREATED": "p.created", "UPDATED": "p.updated"}


def visible(
    database: Database,
    account_id: str,
    text: str = "",
    sort_by: str = "CREATED",
    ascending: bool = True,
    limit: int = -1,
    offset: int = 0,
) -> tuple[list[Project], int]:
    """The account's projects whose name contains `text`, and how many there are without `limit`."""
    # instr over lower(): no character of the text has a meaning of its own, as it would with LIKE
    clause = " and instr(lower(p.name), lower(:text)) > 0" if text else ""
    values = {"account": account_id, "text": text, "limit": limit, "offset": offset}
    (total,) = database.reader.execute(f"select count(*) from ({_VISIBLE}{clause})", values).fetchone()
    order = f" order by {_ORDERS[sort_by]} {'asc' if ascending else 'desc'}, p.id limit :limit offset :offset"
    rows = database.reader.execute(_VISIBLE + clause + order, values).fetchall()
    return _complete(database, rows), total


def fetch(database: Database, account_id: str, project_id: str) -> Project | None:
    """One project, or None when it is not there for this account."""
    rows = database.reader.execute(
        _VISIBLE + " and p.id = :id", {"account": account_id, "id": project_id}
    ).fetchall()
    return next(iter(_complete(database, rows)), None)


def fetch_default(database: Database, account_id: str) -> Project:
    """The account's default project."""
    rows = database.reader.execute(
        _VISIBLE + " and p.is_default = 1 and p.owner_id = :account", {"account": account_id}
    ).fetchall()
    return _complete(database, rows)[0]


def create(database: Database, account_id: str, name: str, description: str | None) -> str:
    """Make a project and say its id."""
    project_id, at = str(uuid.uuid4()), clock.now()
    with database.writing() as connection:
        connection.execute(
            "insert into projects (id, owner_id, name, description, created, updated) values (?, ?, ?, ?, ?, ?)",
            (project_id, account_id, name, description, at, at),
        )
    return project_id


def update(database: Database, project_id: str, name: str | None, description: str | None) -> None:
    """Change what is not None."""
    with database.writing() as connection:
        connection.execute(
            "update projects set name = coalesce(?, name), description = coalesce(?, description), updated = ?"
            " where id = ?",
            (name, description, clock.now(), project_id),
        )


def share(database: Database, project_id: str, account_id: str, role: Role) -> None:
    """Give an account a part in the project, or change the one it has."""
    with database.writing() as connection:
        connection.execute(
            "insert into project_shares (project_id, account_id, role) values (?, ?, ?)"
            " on conflict (project_id, account_id) do update set role = excluded.role",
            (project_id, account_id, role.value),
        )


def unshare(database: Database, project_id: str, account_id: str) -> None:
    """Take an account's part in the project away."""
    with database.writing() as connection:
        connection.execute(
            "delete from project_shares where project_id = ? and account_id = ?", (project_id, account_id)
        )


def touch(connection: sqlite3.Connection, project_id: str) -> None:
    """Something in the project has changed."""
    connection.execute("update projects set updated = ? where id = ?", (clock.now(), project_id))


def _complete(database: Database, rows: Iterable[sqlite3.Row]) -> list[Project]:
    projects = [
        Project(**{**dict(row), "is_default": bool(row["is_default"]), "role": Role(row["role"])})
        for row in rows
    ]
    return [
        replace(project, shares=_shares(database, project.id), progress=_progress(database, project.id))
        for project in projects
    ]


def _shares(database: Database, project_id: str) -> tuple[Share, ...]:
    rows = database.reader.execute(
        "select a.id, a.email, s.role from project_shares s join accounts a on a.id = s.account_id"
        " where s.project_id = ? order by a.email",
        (project_id,),
    )
    return tuple(Share(row["id"], row["email"], Role(row["role"])) for row in rows)


def _progress(database: Database, project_id: str) -> tuple[Progress, ...]:
    rows = database.reader.execute(
        "select p.status, count(*) as count, sum(p.area_m2) as area_m2, max(p.updated) as updated,"
        " sum((select count(*) from aois a where a.processing_id = p.id)) as aoi_count"
        " from processings p where p.project_id = ? and p.archived = 0 group by p.status",
        (project_id,),
    )
    return tuple(Progress(**row) for row in rows)
