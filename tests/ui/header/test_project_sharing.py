"""Sharing is told in words: what one may do oneself, and who else is in."""

from __future__ import annotations

import pytest

from mapflow_dock.api.projects import Member, Project, ProjectRole, Standing, read_project
from mapflow_dock.text.facts import facts_text
from mapflow_dock.ui.header.project_sharing import MAX_MEMBERS, sharing_facts, what_you_may, why_only_look


def as_text(project: Project) -> str:
    return facts_text(sharing_facts(project))


def test_everyone_is_named_with_the_role() -> None:
    record = {
        "id": "p1",
        "name": "Harbour",
        "user": {"email": "ann@example.org"},
        "shareProject": {
            "owners": [{"email": "ann@example.org", "role": "owner"}],
            "users": [
                {"email": "bob@example.org", "role": "readonly"},
                {"email": "eve@example.org", "role": "maintainer"},
            ],
        },
    }
    text = as_text(read_project(record, "bob@example.org"))
    assert what_you_may(ProjectRole.READONLY) in text
    assert text.count("ann@example.org") == 1
    assert "ann@example.org: owner" in text
    assert "bob@example.org: may look" in text
    assert "eve@example.org: maintainer" in text


def test_a_project_of_one_s_own_names_nobody_else() -> None:
    assert as_text(Project("p1", "Mine")) == f"Mine\n{what_you_may(ProjectRole.OWNER)}"


@pytest.mark.parametrize("role", list(ProjectRole))
def test_each_role_has_a_sentence(role: ProjectRole) -> None:
    assert what_you_may(role).endswith(".")


def test_a_long_list_is_cut_and_says_so() -> None:
    members = tuple(
        Member(f"m{number}@example.org", Standing(ProjectRole.CONTRIBUTOR))
        for number in range(MAX_MEMBERS + 3)
    )
    text = as_text(Project("p1", "Crowd", members=members))
    assert text.endswith("and 3 more")


def shared_project(role, email="me@example.org"):
    users = [{"email": email, "role": role}]
    record = {
        "id": "p1",
        "name": "Harbour",
        "user": {"email": "ann@example.org"},
        "shareProject": {"owners": [], "users": users},
    }
    return read_project(record, "me@example.org")


@pytest.mark.parametrize(
    ("project", "reason"),
    [
        (shared_project("king"), "calls your role in this project “king”"),
        (shared_project(None), "does not say what your role in this project is"),
        (shared_project("owner", "eve@example.org"), "does not name you among its members"),
    ],
)
def test_why_one_may_only_look_is_said(project, reason):
    text = as_text(project)
    assert reason in text
    assert what_you_may(ProjectRole.READONLY) in text


@pytest.mark.parametrize("role", ["readonly", "contributor", "maintainer", "owner"])
def test_a_role_that_is_told_needs_no_reason(role):
    assert why_only_look(shared_project(role).standing) == ""


@pytest.mark.parametrize(
    ("role", "shown"), [("king", "king"), (None, "role not told"), ("MEMBER", "contributor")]
)
def test_a_role_nobody_knows_is_shown_as_the_service_calls_it(role, shown):
    assert f"me@example.org: {shown}" in as_text(shared_project(role)).splitlines()
