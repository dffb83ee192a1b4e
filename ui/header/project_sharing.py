"""Who a project is shared with, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...api.projects import ProjectRole, RoleGround
from ...text.facts import Fact
from ...text.quantities import number_text
from ...text.server_text import bounded
from ...text.translation import translate

if TYPE_CHECKING:
    from ...api.projects import Project, Standing

MAX_MEMBERS = 500  # lines shown


def sharing_facts(project: Project) -> list[Fact]:
    """Who may do what in `project`; what the person signed in may comes first."""
    reason = why_only_look(project.standing)
    told = [project.name, *([reason] if reason else []), what_you_may(project.role)]
    facts = [Fact("", line) for line in told]
    if project.members:
        facts.append(Fact(translate("Header", "Shared with")))
        facts += [Fact(each.email, standing_name(each.standing)) for each in project.members[:MAX_MEMBERS]]
    left = len(project.members) - MAX_MEMBERS
    if left > 0:
        facts.append(Fact("", translate("Header", "and {count} more").format(count=number_text(left, 0))))
    return facts


def why_only_look(standing: Standing) -> str:
    """Why the person is taken for someone who may only look, although nobody said so; "" where somebody did."""
    if standing.ground is RoleGround.NOT_NAMED:
        return translate(
            "Header", "The project is someone else's, and the service does not name you among its members."
        )
    if standing.ground is RoleGround.UNKNOWN and standing.word:
        return translate(
            "Header",
            "The service calls your role in this project “{role}”, which this version of the plugin does not know.",
        ).format(role=bounded(standing.word, 60))
    if standing.ground is RoleGround.UNKNOWN:
        return translate("Header", "The service does not say what your role in this project is.")
    return ""


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


def standing_name(standing: Standing) -> str:
    """The role somebody has; the service's own word for one that this version does not know."""
    if standing.ground is RoleGround.UNKNOWN:
        return bounded(standing.word, 60) or translate("Header", "role not told")
    return role_name(standing.role)
