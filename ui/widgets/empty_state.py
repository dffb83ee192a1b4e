"""What stands in place of a list while there is nothing to list: a text, and a button that helps."""

from __future__ import annotations

import enum
from dataclasses import dataclass

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
            Remedy.CLEAR_FILTER: translate("Widgets", "&Clear Filter"),
            Remedy.TRY_AGAIN: translate("Widgets", "&Try Again"),
            Remedy.UPLOAD: translate("Widgets", "Upload &Images…"),
        }[self.remedy]
