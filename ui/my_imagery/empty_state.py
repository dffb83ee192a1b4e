"""What stands in place of the tree while there is nothing to show, and below it: why, and what would fill it."""

from __future__ import annotations

from datetime import datetime
from typing import Optional

from ...api.http.errors import ApiError
from ...text.translation import translate
from ..widgets.empty_state import EmptyState, Remedy, notes_of


def empty_state(
    error: Optional[ApiError], is_loaded: bool, has_mosaics: bool, is_searching: bool = False
) -> EmptyState:
    """Why nothing is shown; `has_mosaics` says that there are some, and the filter hides them.

    `is_searching` says that images that may match are still on their way.
    """
    if has_mosaics and is_searching:
        return EmptyState(
            translate("MyImagery", "Looking into your mosaics for images that match…"), Remedy.CLEAR_FILTER
        )
    if has_mosaics:
        return EmptyState(
            translate("MyImagery", "No mosaic or image matches the filter."), Remedy.CLEAR_FILTER
        )
    if error is not None and not is_loaded:
        if error.is_unsupported:
            return EmptyState(
                translate("MyImagery", "This server does not list imagery, so there is nothing to show here.")
            )
        text = translate("MyImagery", "Your imagery could not be loaded. {reason}").format(
            reason=error.sentence
        )
        return EmptyState(text, Remedy.TRY_AGAIN)
    if not is_loaded:
        return EmptyState(translate("MyImagery", "Loading your imagery…"))
    text = translate(
        "MyImagery",
        "You have no imagery yet.\n\nUpload georeferenced images: press Upload, or drop files or raster layers here. "
        "Images that belong together go into a mosaic, and can be processed as one.",
    )
    return EmptyState(text, Remedy.UPLOAD)


def search_note(is_searching: bool, failed: int) -> str:
    """What is said under the tree while words are searched for: that it goes on, or was not possible everywhere."""
    if is_searching:
        return translate("MyImagery", "Still looking for images that match…")
    if failed:
        return translate(
            "MyImagery",
            "The images of %Ln mosaics could not be loaded and are not searched. Press F5 to try again.",
            "The images of one mosaic could not be loaded and are not searched. Press F5 to try again.",
            failed,
        )
    return ""


def notes(stale_since: Optional[datetime], skipped: int) -> list[str]:
    """What is said under the tree: that it is not up to date, that something is left out."""
    left_out = translate(
        "MyImagery",
        "%Ln mosaics could not be read and are left out.",
        "One mosaic could not be read and is left out.",
        skipped,
    )
    return notes_of(stale_since, left_out if skipped else "")
