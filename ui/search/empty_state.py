"""What stands in place of the found images while there are none: why, and what helps."""

from __future__ import annotations

from ...jobs.catalog.search import MOST_FOUND, CatalogSearch
from ...text.quantities import number_text
from ...text.translation import translate
from ..widgets.empty_state import EmptyState, Remedy


def empty_state(search: CatalogSearch, is_filtered: bool, outdated: str) -> EmptyState:
    """Why nothing is shown.

    `is_filtered` says that filters leave something out, `outdated` that something else was searched (see `note`).
    """
    if search.error is not None:
        if search.error.is_unsupported:
            return EmptyState(translate("Search", "This server has no imagery catalog to search."))
        text = translate("Search", "The catalog could not be searched. {reason}")
        return EmptyState(text.format(reason=search.error.sentence), Remedy.TRY_AGAIN)
    if search.is_asking:
        return EmptyState(translate("Search", "Searching the catalog…"))
    if not search.has_answer:
        return EmptyState(
            translate(
                "Search",
                "Choose an area, and press Search to find the satellite images that cover it.\n\n"
                "They can be looked at on the map and used in Run.",
            )
        )
    if outdated:
        return EmptyState(outdated)
    if is_filtered:
        text = translate("Search", "No image of this area passes the filters.")
        return EmptyState(text, Remedy.CLEAR_FILTER)
    return EmptyState(translate("Search", "The catalog has no image of this area."))


def note_of_source(search: CatalogSearch, source: str) -> str:
    """What is said below a list no search found: what it is of, and why a search did not take its place."""
    return source if search.error is None else f"{source} · {search.error.sentence}"


def note(search: CatalogSearch, shown: int, outdated: str, is_sorted_here: bool = False) -> str:
    """What is said below the list: how many there are, and what is missing.

    `outdated` says that what is asked for now is not what was searched; "" where it is.
    """
    told = []
    if shown and search.total is not None and search.total > shown and not search.is_narrowed:
        told.append(
            translate("Search", "%Ln of {total} images", "1 of {total} images", shown).format(
                total=number_text(search.total, 0)
            )
        )
    elif shown and search.is_more and search.total is None:
        told.append(translate("Search", "the first %Ln images", "the first image", shown))
    elif shown:
        told.append(translate("Search", "%Ln images", "1 image", shown))
    if shown and search.is_narrowed and search.is_more:
        told.append(
            translate("Search", "of the first {count}").format(count=number_text(search.came_count, 0))
        )
    if shown and is_sorted_here and search.is_more:
        told.append(translate("Search", "sorted as far as they came"))
    if shown and search.is_full:
        text = translate("Search", "No more than {count} are listed: narrow the search to find the others.")
        told.append(text.format(count=number_text(MOST_FOUND, 0)))
    if shown and search.error is not None:
        told.append(search.error.sentence)
    if search.skipped:
        told.append(
            translate(
                "Search",
                "%Ln images could not be read and are left out.",
                "One image could not be read and is left out.",
                search.skipped,
            )
        )
    if shown and outdated:
        told.append(outdated)
    return " · ".join(told)
