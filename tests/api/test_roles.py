"""The role of the person signed in: where it is known from, and that what it may do is what the service permits."""

from __future__ import annotations

import base64
import json

import pytest

from mapflow_dock.api import account, processings, projects
from mapflow_dock.api.login.credential import read_pasted
from mapflow_dock.api.lost_answers.create import create_project
from mapflow_dock.api.lost_answers.start import start
from mapflow_dock.api.processings import ProcessingRequest
from mapflow_dock.api.projects import ProjectRole, RoleGround, read_project
from mapflow_dock.api.sources import ProviderSource

FORBIDDEN = 403
MINE, THEIRS = {"email": "Me@X.org"}, {"email": "owner@example.org"}
BOTH = {"owners": [THEIRS], "users": [{**MINE, "role": "maintainer"}]}


@pytest.mark.parametrize(
    ("told", "role", "may"),
    [
        ("readonly", ProjectRole.READONLY, (False, False, False)),
        ("contributor", ProjectRole.CONTRIBUTOR, (True, False, False)),
        ("MAINTAINER", ProjectRole.MAINTAINER, (True, True, False)),
        ("owner", ProjectRole.OWNER, (True, True, True)),
        ("MEMBER", ProjectRole.CONTRIBUTOR, (True, False, False)),
    ],
)
def test_what_one_may_do_in_a_shared_project(told, role, may):
    shared = {
        "owners": [{"email": "owner@example.org", "role": "owner"}],
        "users": [{"email": "Me@x.org", "role": told}],
    }
    project = read_project({"id": "1", "name": "n", "user": THEIRS, "shareProject": shared}, "me@X.org")
    assert project.role is role
    assert (project.may_start, project.may_change_processings, project.may_delete) == may


@pytest.mark.parametrize(
    ("told", "role", "ground"),
    [
        # one's own project, however it is shared
        ({"user": MINE}, ProjectRole.OWNER, RoleGround.TOLD),
        ({"user": MINE, "shareProject": None}, ProjectRole.OWNER, RoleGround.TOLD),
        ({"user": MINE, "shareProject": {"owners": [], "users": []}}, ProjectRole.OWNER, RoleGround.TOLD),
        ({"user": {"email": " me@x.ORG "}}, ProjectRole.OWNER, RoleGround.TOLD),
        # a project of which nothing is said: the reference
        ({}, ProjectRole.OWNER, RoleGround.UNSAID),
        ({"user": None, "shareProject": None}, ProjectRole.OWNER, RoleGround.UNSAID),
        # somebody else's project
        ({"user": THEIRS, "shareProject": BOTH}, ProjectRole.MAINTAINER, RoleGround.TOLD),
        ({"user": THEIRS, "shareProject": {"owners": [MINE]}}, ProjectRole.OWNER, RoleGround.TOLD),
        ({"user": THEIRS}, ProjectRole.READONLY, RoleGround.NOT_NAMED),
        ({"user": THEIRS, "shareProject": None}, ProjectRole.READONLY, RoleGround.NOT_NAMED),
        ({"user": THEIRS, "shareProject": {}}, ProjectRole.READONLY, RoleGround.NOT_NAMED),
        (
            {
                "user": THEIRS,
                "shareProject": {"owners": [THEIRS], "users": [{"email": "a@b.c", "role": "owner"}]},
            },
            ProjectRole.READONLY,
            RoleGround.NOT_NAMED,
        ),
        ({"shareProject": {"owners": [THEIRS], "users": None}}, ProjectRole.READONLY, RoleGround.NOT_NAMED),
        ({"user": THEIRS, "shareProject": {"users": [MINE]}}, ProjectRole.READONLY, RoleGround.UNKNOWN),
        (
            {"user": THEIRS, "shareProject": {"users": [{**MINE, "role": "king"}]}},
            ProjectRole.READONLY,
            RoleGround.UNKNOWN,
        ),
        (
            {"user": THEIRS, "shareProject": {"owners": [{**MINE, "role": "king"}]}},
            ProjectRole.READONLY,
            RoleGround.UNKNOWN,
        ),
    ],
)
def test_where_a_role_is_known_from(told, role, ground):
    project = read_project({"id": "1", "name": "n", **told}, "me@x.org")
    assert (project.standing.role, project.standing.ground) == (role, ground)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("readonly", (False, False, False, False)),
        ("contributor", (True, False, False, False)),
        ("maintainer", (True, True, False, False)),
        ("owner", (True, True, True, True)),
        ("king", (False, False, False, False)),
        (None, (False, False, False, False)),
    ],
)
def test_what_each_role_may(role, may):
    shared = {"owners": [THEIRS], "users": [{**MINE, "role": role}]}
    project = read_project({"id": "1", "name": "n", "user": THEIRS, "shareProject": shared}, "me@x.org")
    told = (project.may_start, project.may_change_processings, project.may_rename, project.may_delete)
    assert told == may


@pytest.fixture
def owner(sandbox, make_client):
    return make_client(sandbox.url, read_pasted(sandbox.basic))


@pytest.fixture
def guest(sandbox, make_client):
    kept = json.loads((sandbox.process.data_path / "credentials.json").read_text(encoding="utf-8"))
    email = next(each for each in kept if each != sandbox.email)
    token = base64.b64encode(f"{email}:{kept[email]['api_token']}".encode()).decode()
    client = make_client(sandbox.url, read_pasted(token))
    client.account_email = email
    return client


@pytest.fixture
def ask(outcome):
    """The value of a reply that has to succeed."""

    def value(reply):
        kind, result = outcome(reply)
        if kind != "succeeded":
            pytest.fail(f"{kind}: {result}")
        return result

    return value


def request_for(sandbox, model_id, project_id):
    west, south = sandbox.bbox[:2]
    ring = [[west, south], [west + 1e-3, south], [west + 1e-3, south + 1e-3], [west, south + 1e-3]]
    area = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return ProcessingRequest("Roles", project_id, model_id, area, ProviderSource(sandbox.provider, 18))


@pytest.mark.parametrize("role", ["readonly", "contributor", "maintainer", "owner", "MEMBER", "OWNER"])
def test_what_a_role_may_do_is_what_the_service_permits(sandbox, owner, guest, ask, outcome, role):
    models = ask(account.status(owner)).models
    model = next(each.id for each in models if "Buildings" in each.name)
    shared = ask(create_project(owner, f"Shared as {role}", ""))
    processing = ask(start(owner, request_for(sandbox, model, shared.id)))
    body = {"projectId": shared.id, "email": guest.account_email, "role": role}
    ask(owner.send("POST", "/projects/share", lambda value: value, body))

    project = ask(projects.fetch(guest, shared.id))

    def permitted(reply):
        kind, result = outcome(reply)
        if kind == "failed" and result.status != FORBIDDEN:
            pytest.fail(str(result))
        return kind == "succeeded"

    assert project.may_start is permitted(start(guest, request_for(sandbox, model, shared.id)))
    assert project.may_change_processings is permitted(processings.update(guest, processing.id, name="Mine"))
    assert project.may_change_processings is permitted(processings.delete(guest, processing.id))
    assert project.may_rename is permitted(projects.update(guest, shared.id, name="Mine"))
    assert project.may_delete is permitted(projects.delete(guest, shared.id))


def test_a_project_of_ones_own_may_be_deleted_but_for_the_default_one(sandbox, owner, ask, outcome):
    owner.account_email = sandbox.email
    default = ask(projects.fetch_default(owner))
    assert (default.may_start, default.may_rename, default.may_delete) == (True, True, False)
    assert outcome(projects.delete(owner, default.id))[0] == "failed"
    made = ask(create_project(owner, "My own", ""))
    assert ask(projects.fetch(owner, made.id)).may_delete
    assert outcome(projects.delete(owner, made.id))[0] == "succeeded"
