"""Who a project is shared with, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..api.projects import Role
from ..api.translation import tr

if TYPE_CHECKING:
    from ..api.projects import Project

MAX_MEMBERS = 500  # lines shown


def sharing_text(project: Project) -> str:
    """Who may do what in `project`, as lines of plain text."""
    lines = [project.name, "", what_you_may(project.role)]
    if project.members:
        lines += ["", tr("Shared with:")]
        lines += [f"{member.email} – {role_name(member.role)}" for member in project.members[:MAX_MEMBERS]]
    if len(project.members) > MAX_MEMBERS:
        lines.append(tr("and {count} more").format(count=len(project.members) - MAX_MEMBERS))
    return "\n".join(lines)


def what_you_may(role: Role) -> str:
    """What the role of the person signed in allows, as a sentence."""
    sentences = {
        Role.READONLY: tr("You may look at its processings and add their results, but start nothing."),
        Role.CONTRIBUTOR: tr("You may start processings in it and add their results."),
        Role.MAINTAINER: tr("You may start processings in it, and rename, move and delete them."),
        Role.OWNER: tr("You own it: you may do everything, renaming and deleting the project included."),
    }
    return sentences[role]


def role_name(role: Role) -> str:
    """A role in a word or two."""
    names = {
        Role.READONLY: tr("may look"),
        Role.CONTRIBUTOR: tr("contributor"),
        Role.MAINTAINER: tr("maintainer"),
        Role.OWNER: tr("owner"),
    }
    return names[role]
