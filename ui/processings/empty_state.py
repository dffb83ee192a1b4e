"""What stands in place of the list while there is nothing to list, and below it: why, and what would fill it."""

from __future__ import annotations

from datetime import datetime
from typing import Optional

from ...api.http.errors import ApiError
from ...api.projects import Project
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.empty_state import EmptyState, Remedy, notes_of


def empty_state(
    project: Optional[Project],
    error: Optional[ApiError],
    is_loaded: bool,
    is_narrowed: bool,
    is_of_all: bool = False,
) -> EmptyState:
    """Why no row is shown; `is_narrowed` says that the filter hides some, `is_of_all` that of every project."""
    if project is None:
        return EmptyState(translate("Processings", "Choose a project above to see its processings."))
    if error is not None and not is_loaded:
        text = translate("Processings", "The processings could not be loaded. {reason}").format(
            reason=error.sentence
        )
        return EmptyState(text, Remedy.TRY_AGAIN)
    if is_narrowed and is_loaded:
        return EmptyState(translate("Processings", "No processing matches the filter."), Remedy.CLEAR_FILTER)
    if is_narrowed:
        return EmptyState(translate("Processings", "Looking for what matches the filter…"))
    if is_of_all and not is_loaded:
        return EmptyState(translate("Processings", "Loading the processings of all projects…"))
    if is_of_all:
        return EmptyState(translate("Processings", "There are no processings in any project yet."))
    name = bounded(project.name, 80)
    if not is_loaded:
        return EmptyState(translate("Processings", "Loading the processings of “{name}”…").format(name=name))
    if not project.may_start:
        return EmptyState(
            translate(
                "Processings", "“{name}” has no processings yet. What its members start will be listed here."
            ).format(name=name)
        )
    return EmptyState(
        translate(
            "Processings",
            "“{name}” has no processings yet.\n\nChoose an area, a model and imagery under Run and press Start: "
            "the processing will be listed here, and its result can be added to the map when it is ready.",
        ).format(name=name)
    )


def notes(
    stale_since: Optional[datetime], skipped: int, beyond: int = 0, projects_beyond: int = 0
) -> list[str]:
    """What is said under the list: that it is not up to date, that something is left out."""
    left_out = translate(
        "Processings",
        "%Ln processings could not be read and are left out.",
        "One processing could not be read and is left out.",
        skipped,
    )
    older = translate(
        "Processings",
        "The list holds the newest ones; %Ln older ones are not shown.",
        "The list holds the newest ones; one older one is not shown.",
        beyond,
    )
    others = translate(
        "Processings",
        "The processings of %Ln projects, which changed long ago, are not listed.",
        "The processings of one project, which changed long ago, are not listed.",
        projects_beyond,
    )
    told = [*([older] if beyond else []), *([others] if projects_beyond else [])]
    return [*notes_of(stale_since, left_out if skipped else ""), *told]
