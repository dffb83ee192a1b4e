"""Sharing is told in words: what one may do oneself, and who else is in."""

from __future__ import annotations

import pytest

from mapflow_dock.api.projects import Member, Project, ProjectRole, read_project
from mapflow_dock.ui.header.project_sharing import MAX_MEMBERS, sharing_text, what_you_may


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
    text = sharing_text(read_project(record, "bob@example.org"))
    assert what_you_may(ProjectRole.READONLY) in text
    assert text.count("ann@example.org") == 1
    assert "ann@example.org – owner" in text
    assert "bob@example.org – may look" in text
    assert "eve@example.org – maintainer" in text


def test_a_project_of_one_s_own_names_nobody_else() -> None:
    assert sharing_text(Project("p1", "Mine")) == f"Mine\n\n{what_you_may(ProjectRole.OWNER)}"


@pytest.mark.parametrize("role", list(ProjectRole))
def test_each_role_has_a_sentence(role: ProjectRole) -> None:
    assert what_you_may(role).endswith(".")


def test_a_long_list_is_cut_and_says_so() -> None:
    members = tuple(
        Member(f"m{number}@example.org", ProjectRole.CONTRIBUTOR) for number in range(MAX_MEMBERS + 3)
    )
    text = sharing_text(Project("p1", "Crowd", members=members))
    assert text.endswith("and 3 more")
