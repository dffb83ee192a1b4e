"""Who a project is shared with, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...api.projects import ProjectRole
from ...text.translation import translate

if TYPE_CHECKING:
    from ...api.projects import Project

MAX_MEMBERS = 500  # lines shown


def sharing_text(project: Project) -> str:
    """Who may do what in `project`, as lines of plain text."""
    lines = [project.name, "", what_you_may(project.role)]
    if project.members:
        lines += ["", translate("Header", "Shared with:")]
        lines += [f"{member.email} – {role_name(member.role)}" for member in project.members[:MAX_MEMBERS]]
    if len(project.members) > MAX_MEMBERS:
        lines.append(translate("Header", "and {count} more").format(count=len(project.members) - MAX_MEMBERS))
    return "\n".join(lines)


def what_you_may(role: ProjectRole) -> str:
    """What the role of the person signed in allows, as a sentence."""
    sentences = {
        ProjectRole.READONLY: translate(
            "Header", "You may look at its processings and add their results, but start nothing."
        ),
        ProjectRole.CONTRIBUTOR: translate(
            "Header", "You may start processings in it and add their results."
        ),
        ProjectRole.MAINTAINER: translate(
            "Header", "You may start processings in it, and rename, move and delete them."
        ),
        ProjectRole.OWNER: translate(
            "Header", "You own it: you may do everything, renaming and deleting the project included."
        ),
    }
    return sentences[role]


def role_name(role: ProjectRole) -> str:
    """A role in a word or two."""
    names = {
        ProjectRole.READONLY: translate("Header", "may look"),
        ProjectRole.CONTRIBUTOR: translate("Header", "contributor"),
        ProjectRole.MAINTAINER: translate("Header", "maintainer"),
        ProjectRole.OWNER: translate("Header", "owner"),
    }
    return names[role]
