"""The project an algorithm works in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingException

from ...api import projects
from ...api.http.addresses import account_key
from ...api.http.errors import Fault
from ...api.settings import PROJECT
from ...text.translation import translate
from .choosing import chosen
from .errand import RefusedError

if TYPE_CHECKING:
    from ...api.account import Account
    from ...api.projects import Project
    from .errand import Errand

_MOST = 1_000  # projects looked through for a name
_NONE_SUCH = frozenset({Fault.NOT_FOUND, Fault.FORBIDDEN, Fault.REJECTED})


def find_project(errand: Errand, account: Account, wanted: str) -> Project:
    """Return the project of that name or id with its models and limits; for "" the one of the dock, or the default.

    Raises QgsProcessingException with a sentence that names the projects there are.
    """
    if wanted:
        page = errand.ask(projects.page(errand.client, limit=_MOST))
        missing = translate("Work", "There is no project “{name}” in your account.")
        found: Project = chosen(page.projects, wanted, lambda project: (project.id, project.name), missing)
        project: Project = errand.ask(projects.fetch(errand.client, found.id))
        return project
    known = PROJECT.of(account_key(errand.client.server, account.email)).read()
    try:
        reply = projects.fetch(errand.client, known) if known else projects.fetch_default(errand.client)
        project = errand.try_to_ask(reply)
    except RefusedError as refusal:
        if refusal.error.fault not in _NONE_SUCH and not refusal.error.is_unsupported:
            raise QgsProcessingException(refusal.error.sentence) from None
        project = _any(errand)
    return project


def _any(errand: Errand) -> Project:
    page = errand.ask(projects.page(errand.client, limit=1))
    if not page.projects:
        raise QgsProcessingException(
            translate("Work", "Your account has no project. Make one in the Mapflow dock.")
        )
    project: Project = errand.ask(projects.fetch(errand.client, page.projects[0].id))
    return project
