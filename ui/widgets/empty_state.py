"""What stands in place of a list while there is nothing to list: a text, and a button that helps."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from ...text.quantities import local_time_text
from ...text.translation import translate


class Remedy(enum.Enum):
    """What the button under the text does."""

    NONE = ""
    CLEAR_FILTER = "clear"
    TRY_AGAIN = "again"
    UPLOAD = "upload"


@dataclass(frozen=True)
class EmptyState:
    """The text, and the button that helps."""

    text: str
    remedy: Remedy = Remedy.NONE

    @property
    def button(self) -> str:
        """The text of the button; "" for none."""
        return {
            Remedy.NONE: "",
            Remedy.CLEAR_FILTER: translate("Widgets", "Clear &Filter"),
            Remedy.TRY_AGAIN: translate("Widgets", "Tr&y Again"),
            Remedy.UPLOAD: translate("Widgets", "Upload Images…"),
        }[self.remedy]


def notes_of(stale_since: Optional[datetime], left_out: str) -> list[str]:
    """What is said under a list: that it is not up to date, and `left_out`, what of it could not be read."""
    stale = ""
    if stale_since is not None:
        text = translate("Widgets", "This is the list of {time}; Mapflow has not answered since.")
        stale = text.format(time=local_time_text(stale_since))
    return [line for line in (stale, left_out) if line]
