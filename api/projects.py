"""Projects: the folders processings live in, what may be run in each, and what the signed-in person may do there."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Callable, Optional

from .account import Model, read_model
from .http.addresses import path_segment
from .http.fields import Fields, listed, readable
from .http.reply import ApiReply

if TYPE_CHECKING:
    from .http.client import Client
    from .http.errors import ApiError


class ProjectRole(enum.Enum):
    """What someone may do in a project, from least to most."""

    READONLY = "readonly"
    CONTRIBUTOR = "contributor"
    MAINTAINER = "maintainer"
    OWNER = "owner"


_ROLES = {
    **{role.value: role for role in ProjectRole},
    "member": ProjectRole.CONTRIBUTOR,  # as sharing a project calls it (POST /projects/share)
}


class RoleGround(enum.Enum):
    """What a role is known from."""

    TOLD = enum.auto()  # the service names it
    # nothing is said of anybody's role: OWNER, so that no guess forbids what the server allows
    UNSAID = enum.auto()
    NOT_NAMED = enum.auto()  # the project is someone else's, and not shared with the person: READONLY
    # the person is named, with a role this version does not know or with none: READONLY
    UNKNOWN = enum.auto()


@dataclass(frozen=True)
class Standing:
    """Someone's role in a project, what it is known from, and the service's word for it."""

    role: ProjectRole
    ground: RoleGround = RoleGround.TOLD
    word: str = ""


@dataclass(frozen=True)
class Member:
    """Someone a project is shared with."""

    email: str
    standing: Standing


@dataclass(frozen=True)
class Project:
    """A project; times in UTC, areas in m². Its models and limit are known only once it was fetched alone.

    How many of its processings succeeded and failed is known only in a page of projects: elsewhere it is None.
    """

    id: str
    name: str
    description: str = ""
    is_default: bool = False
    created: Optional[datetime] = None
    updated: Optional[datetime] = None
    succeeded: Optional[int] = None
    failed: Optional[int] = None
    standing: Standing = Standing(ProjectRole.OWNER)
    models: tuple[Model, ...] = ()
    aoi_area_limit_m2: Optional[float] = None
    members: tuple[Member, ...] = ()

    @property
    def role(self) -> ProjectRole:
        """The role of the person signed in."""
        return self.standing.role

    @property
    def may_start(self) -> bool:
        """Whether processings may be started in it."""
        return self.role is not ProjectRole.READONLY

    @property
    def may_change_processings(self) -> bool:
        """Whether its processings may be renamed, moved and deleted."""
        return self.role in {ProjectRole.MAINTAINER, ProjectRole.OWNER}

    @property
    def may_rename(self) -> bool:
        """Whether the project itself may be renamed."""
        return self.role is ProjectRole.OWNER

    @property
    def may_delete(self) -> bool:
        """Whether the project itself may be deleted; the default one stays."""
        return self.role is ProjectRole.OWNER and not self.is_default


@dataclass(frozen=True)
class ProjectPage:
    """Some of the account's projects; `total` counts all that match; one more than known where it is not told."""

    projects: tuple[Project, ...]
    total: int
    skipped: int = 0


def count_processings(client: Client, project_id: str) -> ApiReply:
    """Ask how many processings a project has, running ones too; succeeds with an int.

    It is the total of a page (POST /projects/{id}/processings/v2/page). Where there are no pages, all are listed.
    """
    path = f"/projects/{path_segment(project_id)}/processings/v2"

    def read_total(value: object) -> int:
        return round(max(0.0, Fields.of(value, "processings").required_number("total")))

    def ask_for_all(error: ApiError) -> None:
        if error.is_unsupported:
            reply.follow(client.get(path, lambda value: len(listed(value, "processings"))))
        else:
            reply.fail(error)

    reply = client.keep(ApiReply())
    question = client.send("POST", f"{path}/page", read_total, {"limit": 1, "offset": 0}, repeatable=True)
    reply.follow(question, on_failure=ask_for_all)
    return reply


def page(
    client: Client,
    limit: int = 50,
    offset: int = 0,
    text: str = "",
    sort_by: str = "UPDATED",
    ascending: bool = False,
) -> ApiReply:
    """Ask for some projects (POST /projects/page); succeeds with a `ProjectPage`.

    `text` filters by name; `sort_by` is NAME, CREATED or UPDATED. A service without pages is asked for all of them.
    """
    body = {
        "limit": limit,
        "offset": offset,
        "filter": text,
        "sortBy": sort_by,
        "sortOrder": "ASC" if ascending else "DESC",
    }

    def read_page(value: object) -> ProjectPage:
        rows = listed(value, "projects")
        projects, skipped = readable(rows, _row_reader(client))
        total = Fields(value, "projects").whole("total") if isinstance(value, Mapping) else None
        if total is None:  # behind a full page there may be another one
            total = offset + len(rows) + (1 if len(rows) >= limit else 0)
        return ProjectPage(projects, total, skipped)

    def read_all(value: object) -> ProjectPage:
        projects, skipped = readable(listed(value, "projects"), _row_reader(client))
        chosen = _chosen(projects, text, sort_by, ascending)
        return ProjectPage(chosen[offset : offset + limit], len(chosen), skipped)

    def ask_for_all(error: ApiError) -> None:
        if error.is_unsupported:
            reply.follow(client.get("/projects", read_all))
        else:
            reply.fail(error)

    reply = client.keep(ApiReply())
    reply.follow(
        client.send("POST", "/projects/page", read_page, body, repeatable=True), on_failure=ask_for_all
    )
    return reply


def fetch(client: Client, project_id: str) -> ApiReply:
    """Ask for one project with its models and limits (GET /projects/{id}); succeeds with a `Project`."""
    return client.get(f"/projects/{path_segment(project_id)}", _detail_reader(client))


def fetch_default(client: Client) -> ApiReply:
    """Ask for the account's default project (GET /projects/default); succeeds with a `Project`."""
    return client.get("/projects/default", _detail_reader(client))


def update(
    client: Client, project_id: str, name: Optional[str] = None, description: Optional[str] = None
) -> ApiReply:
    """Rename a project or describe it anew (PUT /projects/{id}); succeeds with the `Project`, or None if not told."""
    changes = {"name": name, "description": description}
    body = {key: value for key, value in changes.items() if value is not None}
    read = _detail_reader(client)
    return client.send(
        "PUT",
        f"/projects/{path_segment(project_id)}",
        lambda value: read(value) if isinstance(value, Mapping) else None,
        body,
        repeatable=True,
    )


def delete(client: Client, project_id: str) -> ApiReply:
    """Archive a project (DELETE /projects/{id}); succeeds with None."""
    return client.send("DELETE", f"/projects/{path_segment(project_id)}", lambda _value: None)


class Share(enum.Enum):
    """What somebody gets of a project when it is shared; the values are the service's names."""

    MEMBER = "MEMBER"
    OWNER = "OWNER"


def share(client: Client, project_id: str, email: str, role: Share) -> ApiReply:
    """Share a project with somebody who has an account (POST /projects/share); succeeds with None.

    Whoever has it already gets the other role. The answer's shape is not documented: read the project afterwards.
    """
    body = {"projectId": project_id, "email": email, "role": role.value}
    return client.send("POST", "/projects/share", lambda _value: None, body, repeatable=True)


def read_project(value: object, account_email: str = "", with_models: bool = True) -> Project:
    """Read a project as the account with `account_email` sees it.

    In a page of projects every row repeats all models. They are not read there, but when a project is asked for alone.
    """
    project = Fields.of(value, "project")
    counts = project.fields("processingCounts") or Fields({}, "counts")
    user = project.fields("user") or Fields({}, "owner")
    limit = project.number("aoiAreaLimit") or user.number("aoiAreaLimit")
    return Project(
        id=project.required_id("id"),
        name=project.required_text("name"),
        description=project.text("description"),
        is_default=project.flag("isDefault"),
        created=project.time("created"),
        updated=project.time("updated"),
        succeeded=counts.whole("succeeded"),
        failed=counts.whole("failed"),
        standing=_standing(project, user, account_email.strip().lower()),
        models=project.records("workflowDefs", read_model) if with_models else (),
        aoi_area_limit_m2=limit if limit and limit > 0 else None,
        members=_members(project, user),
    )


def _members(project: Fields, owner: Fields) -> tuple[Member, ...]:
    """Everyone who is named, owners first, each once."""
    found = {owner.text("email"): Standing(ProjectRole.OWNER)}
    for email, standing in _named(project):
        found.setdefault(email, standing)
    return tuple(Member(email, standing) for email, standing in found.items() if email)


def _named(project: Fields) -> tuple[tuple[str, Standing], ...]:
    """Each e-mail address a project is shared with, and what it says of that person's role."""
    share = project.fields("shareProject") or Fields({}, "sharing")

    def reader(usual: Standing) -> Callable[[object], tuple[str, Standing]]:
        def read(value: object) -> tuple[str, Standing]:
            person = Fields.of(value, "member")
            word = person.text("role")
            return person.text("email"), _standing_called(word) if word else usual

        return read

    owners = share.records("owners", reader(Standing(ProjectRole.OWNER)))
    return owners + share.records("users", reader(Standing(ProjectRole.READONLY, RoleGround.UNKNOWN)))


def _standing(project: Fields, owner: Fields, account_email: str) -> Standing:
    """Return how the person stands to the project; see `RoleGround` for what is taken where the service is silent."""
    owner_email = owner.text("email").strip().lower()
    is_shared = project.fields("shareProject") is not None
    if account_email and owner_email == account_email:
        return Standing(ProjectRole.OWNER)
    if not account_email or not (is_shared or owner_email):
        return Standing(ProjectRole.OWNER, RoleGround.UNSAID)
    for email, standing in _named(project):
        if email.strip().lower() == account_email:
            return standing
    return Standing(ProjectRole.READONLY, RoleGround.NOT_NAMED)


def _standing_called(word: str) -> Standing:
    role = _ROLES.get(word.strip().lower())
    if role is None:
        return Standing(ProjectRole.READONLY, RoleGround.UNKNOWN, word)
    return Standing(role, RoleGround.TOLD, word)


def _detail_reader(client: Client) -> Callable[[object], Project]:
    return lambda value: read_project(value, client.account_email)


def _row_reader(client: Client) -> Callable[[object], Project]:
    return lambda value: read_project(value, client.account_email, with_models=False)


def _chosen(projects: tuple[Project, ...], text: str, sort_by: str, ascending: bool) -> tuple[Project, ...]:
    wanted = text.strip().lower()
    matching = [project for project in projects if wanted in project.name.lower()]

    def when(moment: Optional[datetime]) -> float:
        return moment.timestamp() if moment else 0.0

    if sort_by == "NAME":
        matching.sort(key=lambda project: project.name.lower(), reverse=not ascending)
    elif sort_by == "CREATED":
        matching.sort(key=lambda project: when(project.created), reverse=not ascending)
    else:
        matching.sort(key=lambda project: when(project.updated), reverse=not ascending)
    return tuple(matching)
