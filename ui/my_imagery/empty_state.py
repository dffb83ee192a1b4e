"""What stands in place of the tree while there is nothing to show, and below it: why, and what would fill it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from ...api.http.errors import ApiError
from ...text.quantities import local_time_text
from ...text.translation import translate


class Remedy(enum.Enum):
    """What the button under the text does."""

    NONE = ""
    CLEAR_FILTER = "clear"
    TRY_AGAIN = "again"
    UPLOAD = "upload"


@dataclass(frozen=True)
class Emptiness:
    """The text, and the button that helps."""

    text: str
    remedy: Remedy = Remedy.NONE

    @property
    def button(self) -> str:
        """The text of the button; "" for none."""
        return {
            Remedy.NONE: "",
            Remedy.CLEAR_FILTER: translate("MyImagery", "&Clear Filter"),
            Remedy.TRY_AGAIN: translate("MyImagery", "&Try Again"),
            Remedy.UPLOAD: translate("MyImagery", "Upload &Images…"),
        }[self.remedy]


def emptiness(
    error: Optional[ApiError], is_loaded: bool, has_mosaics: bool, is_searching: bool = False
) -> Emptiness:
    """Why nothing is shown; `has_mosaics` says that there are some, and the filter hides them.

    `is_searching` says that images that may match are still on their way.
    """
    if has_mosaics and is_searching:
        return Emptiness(
            translate("MyImagery", "Looking into your mosaics for images that match…"), Remedy.CLEAR_FILTER
        )
    if has_mosaics:
        return Emptiness(
            translate("MyImagery", "No mosaic or image matches the filter."), Remedy.CLEAR_FILTER
        )
    if error is not None and not is_loaded:
        if error.is_unsupported:
            return Emptiness(
                translate("MyImagery", "This server does not list imagery, so there is nothing to show here.")
            )
        text = translate("MyImagery", "Your imagery could not be loaded. {reason}").format(
            reason=error.sentence
        )
        return Emptiness(text, Remedy.TRY_AGAIN)
    if not is_loaded:
        return Emptiness(translate("MyImagery", "Loading your imagery…"))
    text = translate(
        "MyImagery",
        "You have no imagery yet.\n\nUpload georeferenced images: press Upload, or drop files or raster layers here. "
        "Images that belong together go into a mosaic, and can be processed as one.",
    )
    return Emptiness(text, Remedy.UPLOAD)


def search_note(is_searching: bool, failed: int) -> str:
    """What is said under the tree while words are searched for: that it goes on, or was not possible everywhere."""
    if is_searching:
        return translate("MyImagery", "Still looking for images that match…")
    if failed:
        return translate(
            "MyImagery",
            "The images of %n mosaics could not be loaded and are not searched. Press F5 to try again.",
            "The images of one mosaic could not be loaded and are not searched. Press F5 to try again.",
            failed,
        )
    return ""


def notes(stale_since: Optional[datetime], skipped: int) -> list[str]:
    """What is said under the tree: that it is not up to date, that something is left out."""
    said = []
    if stale_since is not None:
        when = local_time_text(stale_since)
        said.append(
            translate("MyImagery", "This is the list of {time}; Mapflow has not answered since.").format(
                time=when
            )
        )
    if skipped:
        said.append(
            translate(
                "MyImagery",
                "%n mosaics could not be read and are left out.",
                "One mosaic could not be read and is left out.",
                skipped,
            )
        )
    return said
