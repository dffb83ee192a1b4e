"""What the history comes to, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ...text.quantities import area_text, credits_text, number_text
from ...text.translation import translate
from ..widgets.empty_state import EmptyState, Remedy

if TYPE_CHECKING:
    from ...jobs.history.loading import HistoryLoading


def sums_text(loading: HistoryLoading) -> str:
    """How many processings there are, what they cost and their area; what is not known is left out."""
    if loading.is_asking and not loading.entries:
        return translate("History", "Asking the service…")
    if not loading.entries:
        return ""
    told = [translate("History", "%Ln processings", "1 processing", loading.count)]
    if loading.cost is not None:
        told.append(credits_text(loading.cost))
    if loading.area_m2 is not None:
        told.append(area_text(loading.area_m2))
    text = " · ".join(told)
    if loading.is_asking:
        came = translate("History", "{sums} ({count} came so far)")
        return came.format(sums=text, count=number_text(len(loading.entries), 0))
    return text


def note_text(loading: HistoryLoading) -> str:
    """What is missing from the list, and why."""
    notes = []
    if loading.error is not None and loading.entries:
        text = translate("History", "The rest could not be had. {reason}")
        notes.append(text.format(reason=loading.error.sentence))
    if loading.is_cut:
        text = translate(
            "History",
            "There are more than the {count} that are listed: choose a project, a model or a status.",
        )
        notes.append(text.format(count=number_text(len(loading.entries), 0)))
    if loading.skipped:
        notes.append(
            translate(
                "History",
                "%Ln entries could not be read and are left out.",
                "1 entry could not be read and is left out.",
                loading.skipped,
            )
        )
    return " ".join(notes)


def empty_state(loading: HistoryLoading, is_narrowing: bool) -> Optional[EmptyState]:
    """What stands in place of the list; None while there is something to list."""
    if loading.entries:
        return None
    if loading.is_asking:
        return EmptyState(translate("History", "Asking the service…"))
    if loading.error is not None:
        return EmptyState(loading.error.sentence, Remedy.TRY_AGAIN)
    if is_narrowing:
        return EmptyState(translate("History", "No processing is like this."), Remedy.CLEAR_FILTER)
    return EmptyState(
        translate("History", "Nothing was processed yet. What you start under Run will be listed here.")
    )
