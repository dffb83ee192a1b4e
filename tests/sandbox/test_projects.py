"""Projects: made, found, renamed, shared and put away, in both dialects, each by those who may."""

from __future__ import annotations

import uuid

import pytest

pytestmark = pytest.mark.both_dialects


def is_deployed(api):
    return api.sandbox.dialect == "deployed"


def make(api, name="Ours", **more):
    return api.ask("POST", "/projects", json={"name": name, **more})["id"]


def ids(api):
    return [project["id"] for project in api.ask("GET", "/projects")]


def share(api, project_id, role, status=200, **whom):
    return api.ask("POST", "/projects/share", status, json={"projectId": project_id, "role": role, **whom})


def test_the_answer_has_the_dialect_s_shape(api):
    made = api.ask("POST", "/projects", json={"name": "Urban", "description": "Footprints"})
    assert (made["name"], made["description"]) == ("Urban", "Footprints")
    if not is_deployed(api):
        assert set(made) == {"id", "name", "description"}
        return
    assert made["isDefault"] is False
    assert made["user"]["email"] == api.email
    assert made["user"]["aoiAreaLimit"] == 100_000_000
    assert [model["name"] for model in made["workflowDefs"]] == [
        "🏠 Buildings", "🏠 Buildings (Aerial)", "🌲 Forest", "🚗 Roads", "🏗️ Construction",
    ]  # fmt: skip
    (owner,) = made["shareProject"]["owners"]
    assert (owner["email"], owner["role"], owner["userId"]) == (api.email, "owner", made["user"]["id"])
    assert owner["projectId"] == made["id"]
    assert made["shareProject"]["users"] == []
    assert made["processingCounts"] is None, "only rows of lists carry them"
    assert (made["aoiCount"], made["area"], made["progress"]["status"]) == (0, 0, "UNPROCESSED")
    assert made["created"] == made["updated"]


def test_every_account_has_a_default_project_that_stays(api):
    default = api.ask("GET", "/projects/default")
    assert default["name"] == "Default"
    assert api.refused("DELETE", f"/projects/{default['id']}")["message"]
    assert api.ask("GET", f"/projects/{default['id']}") == default


def test_a_project_is_changed_by_what_is_given(api):
    project_id = make(api, "Before", description="Old")
    path = f"/projects/{project_id}"
    assert api.ask("PUT", path, json={"name": " After "})["name"] == "After"
    assert api.ask("GET", path)["description"] == "Old"
    changed = api.ask("PUT", path, json={"description": "New", "name": None})
    assert (changed["name"], changed["description"]) == ("After", "New")
    assert api.ask("PUT", path, json={})["name"] == "After"
    if is_deployed(api):
        assert changed["updated"] > changed["created"]


def test_names_arrive_as_they_were_written(api):
    for name in ("Проект 🏠", "a & b, c=d?", "<b>bold</b>", '"quoted" \\', "日本語", "x" * 255):
        assert api.ask("GET", f"/projects/{make(api, name)}")["name"] == name


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "   "},
        {"name": None},
        {"name": 5},
        {"name": "x" * 256},
        {"name": "a", "description": "x" * 10_001},
        [],
        "name",
    ],
)
def test_a_project_without_a_proper_name_is_refused(api, body):
    assert api.refused("POST", "/projects", json=body)["message"]


def test_a_project_that_is_not_there_is_not_found(api):
    for method, body in (("GET", None), ("PUT", {"name": "a"}), ("DELETE", None)):
        said = api.refused(method, f"/projects/{uuid.uuid4()}", 404, json=body)
        assert said["code"] == "NOT_FOUND"
        api.refused(method, "/projects/not-an-id", 400, json=body)


def test_a_deleted_project_is_gone_with_its_processings(api, square):
    project_id = make(api, "Short-lived")
    processing_id = api.start(square(0.03), projectId=project_id)
    api.ended(processing_id)
    api.ask("DELETE", f"/projects/{project_id}")
    assert project_id not in ids(api)
    api.refused("GET", f"/projects/{project_id}", 404)
    api.refused("DELETE", f"/projects/{project_id}", 404)
    api.refused("GET", f"/processings/{processing_id}/v2", 404)
    assert processing_id not in [each["id"] for each in api.ask("GET", "/processings/v2")]


def test_the_counts_follow_the_processings(api, square, several):
    project_id = make(api)
    api.ended(api.start(square(0.03), projectId=project_id))
    api.ended(api.start(several(square(0.03), square(0.03, east=2)), projectId=project_id))
    assert len(api.ask("GET", f"/projects/{project_id}/processings/v2")) == 2
    project = api.ask("GET", f"/projects/{project_id}")
    if not is_deployed(api):
        return  # the reference's projects have no counts
    counts = {"total": 2, "succeeded": 1, "failed": 1, "refunded": 0, "canceled": 0}
    listed = [api.ask("GET", "/projects"), api.ask("POST", "/projects/page", json={"limit": 1000})["results"]]
    for rows in listed:
        assert [row["processingCounts"] for row in rows if row["id"] == project_id] == [counts]
    assert project["processingCounts"] is None
    assert project["aoiCount"] == 3
    assert project["area"] == pytest.approx(3 * 3_600, rel=0.05)
    assert (project["progress"]["status"], project["progress"]["percentCompleted"]) == ("FAILED", 100)


def test_pages_are_sorted_and_filtered(api):
    """Among all the other projects of this sandbox, those of this test have a mark in their names."""
    mark = uuid.uuid4().hex
    made = {name: make(api, f"{mark} {name}") for name in ("pear", "Apple", "fig", "100% figs")}

    def page(text="", **asked):
        said = api.ask("POST", "/projects/page", json={"filter": mark + text, **asked})
        assert said["count"] == len(said["results"])
        return [project["name"].removeprefix(f"{mark} ") for project in said["results"]], said["total"]

    assert page(sortBy="NAME", sortOrder="ASC") == (["100% figs", "Apple", "fig", "pear"], 4)
    assert page(sortBy="CREATED", sortOrder="DESC", limit=2) == (["100% figs", "fig"], 4)
    assert page(sortBy="CREATED", sortOrder="DESC", limit=2, offset=3) == (["pear"], 4)
    assert page(offset=50) == ([], 4)
    assert page(" FIG") == (["fig"], 1)
    assert page(" 100%") == (["100% figs"], 1)
    assert page("%") == ([], 0), "no character stands for others"
    assert page("_") == ([], 0)
    assert page(limit=None, sortBy=None, sortOrder=None) == (["pear", "Apple", "fig", "100% figs"], 4)
    api.ask("PUT", f"/projects/{made['Apple']}", json={"description": "touched"})
    assert page(sortBy="UPDATED", sortOrder="DESC", limit=1) == (["Apple"], 4)
    everything = api.ask("POST", "/projects/page", json={"filter": None})
    assert everything["total"] == len(ids(api)) > 4


@pytest.mark.parametrize(
    "body",
    [{"limit": 0}, {"limit": 1001}, {"offset": -1}, {"sortBy": "AGE"}, {"sortOrder": "UP"}, {"limit": "ten"}],
)
def test_a_page_that_makes_no_sense_is_refused(api, body):
    assert api.refused("POST", "/projects/page", json=body)["message"]


def test_a_project_is_its_owner_s_until_it_is_shared(api, guest):
    project_id = make(api)
    for method, body in (("GET", None), ("PUT", {"name": "Mine"}), ("DELETE", None)):
        guest.refused(method, f"/projects/{project_id}", 404, json=body)
    guest.refused("GET", f"/projects/{project_id}/processings/v2", 404)
    guest.refused(
        "POST", "/projects/share", 404, json={"projectId": project_id, "role": "OWNER", "email": guest.email}
    )
    assert project_id not in ids(guest)
    share(api, project_id, "MEMBER", email=guest.email)
    assert project_id in ids(guest)
    if is_deployed(api):
        shared = guest.ask("GET", f"/projects/{project_id}")["shareProject"]
        assert [(user["email"], user["role"]) for user in shared["users"]] == [(guest.email, "contributor")]
        assert guest.ask("GET", f"/projects/{project_id}")["user"]["email"] == api.email


@pytest.mark.parametrize("role", ["readonly", "contributor", "maintainer", "owner", "MEMBER", "OWNER"])
def test_each_role_may_do_what_it_is_for(api, guest, square, role):
    project_id = make(api)
    processing_id = api.start(square(0.03), projectId=project_id)
    api.ended(processing_id)
    share(api, project_id, role, email=guest.email)
    rank = {"MEMBER": 1, "OWNER": 3}.get(role) or ["readonly", "contributor", "maintainer", "owner"].index(
        role
    )

    def attempt(least, method, path, body=None):
        answer = guest.request(method, path, json=body)
        assert (answer.status_code != 403) == (rank >= least), f"{role}: {method} {path} {answer.text}"

    attempt(0, "GET", f"/processings/{processing_id}/result")
    attempt(0, "GET", f"/layers/{processing_id}/0/0/0.pbf")
    attempt(1, "POST", "/processings/v2", guest.order(square(0.03), projectId=project_id))
    attempt(2, "PUT", f"/processings/{processing_id}", {"name": "Renamed"})
    attempt(2, "DELETE", f"/processings/{processing_id}")
    attempt(3, "PUT", f"/projects/{project_id}", {"name": "Renamed"})
    attempt(
        3, "POST", "/projects/share", {"projectId": project_id, "role": "MEMBER", "email": "no@example.org"}
    )
    attempt(3, "DELETE", f"/projects/{project_id}")


def test_a_role_can_be_changed(api, guest):
    project_id = make(api)
    share(api, project_id, "readonly", email=guest.email)
    guest.refused("PUT", f"/projects/{project_id}", 403, json={"name": "Theirs"})
    share(api, project_id, "OWNER", email=guest.email)
    assert guest.ask("PUT", f"/projects/{project_id}", json={"name": "Theirs"})["name"] == "Theirs"
    if is_deployed(api):
        owners = api.ask("GET", f"/projects/{project_id}")["shareProject"]["owners"]
        assert [each["email"] for each in owners] == [api.email, guest.email]


def test_sharing_by_user_id_works_too(api, guest):
    if is_deployed(api):
        user_id = guest.ask("GET", "/projects/default")["user"]["id"]
    else:
        user_id = guest.ask("GET", "/user/status")["user"]["id"]
    project_id = make(api)
    share(api, project_id, "MEMBER", userId=user_id)
    assert project_id in ids(guest)


def test_a_project_is_not_shared_with_nobody_or_its_owner(api):
    project_id = make(api)
    assert share(api, project_id, "MEMBER", 404, email="nobody@example.org")["code"] == "NOT_FOUND"
    share(api, project_id, "MEMBER", 404, userId=str(uuid.uuid4()))
    share(api, project_id, "MEMBER", 400, email=api.email)
    api.refused("POST", "/projects/share", 400, json={"projectId": project_id, "role": "MEMBER"})
    share(api, project_id, "KING", 400, email="nobody@example.org")
    share(api, str(uuid.uuid4()), "MEMBER", 404, email="nobody@example.org")


def test_projects_are_kept_over_a_restart_in_the_other_dialect(sandbox, connect):
    first = sandbox.start()
    project_id = make(connect(first), "Kept", description="As it was")
    first.process.stop()
    other = {"deployed": "reference", "reference": "deployed"}[sandbox.dialect]
    again = connect(sandbox.start(dialect=other, data=first.process.data_path))
    kept = again.ask("GET", f"/projects/{project_id}")
    assert (kept["name"], kept["description"]) == ("Kept", "As it was")
    assert ("workflowDefs" in kept) == (other == "deployed")
