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
    project: Optional[Project], error: Optional[ApiError], is_loaded: bool, has_rows: bool
) -> EmptyState:
    """Why no row is shown; `has_rows` says that there are some, and the filter hides them."""
    if project is None:
        return EmptyState(translate("Processings", "Choose a project above to see its processings."))
    if has_rows:
        return EmptyState(translate("Processings", "No processing matches the filter."), Remedy.CLEAR_FILTER)
    if error is not None and not is_loaded:
        text = translate("Processings", "The processings could not be loaded. {reason}").format(
            reason=error.sentence
        )
        return EmptyState(text, Remedy.TRY_AGAIN)
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


def notes(stale_since: Optional[datetime], skipped: int, beyond: int = 0) -> list[str]:
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
    return [*notes_of(stale_since, left_out if skipped else ""), *([older] if beyond else [])]
