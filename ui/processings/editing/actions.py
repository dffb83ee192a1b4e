"""What can be said of a result: the entries of the menu *Review*."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.PyQt.QtWidgets import QAction, QMenu, QWidget

from ....api.processings import Processing, Review, Status
from ....text.translation import translate


class ReviewActions:
    """Accept, reject and rate, enabled by the state of what is chosen."""

    def __init__(self, parent: QWidget) -> None:
        self.menu = QMenu(translate("Editing", "Revie&w"), parent)
        self.menu.setObjectName("reviewMenu")
        self.menu.setToolTipsVisible(True)
        self.accept = self._entry("acceptResultAction", translate("Editing", "&Accept Result…"))
        self.reject = self._entry("rejectResultAction", translate("Editing", "Re&ject Result…"))
        self.menu.addSeparator()
        self.rate = self._entry("rateResultAction", translate("Editing", "&Rate Result…"))

    def update(self, chosen: Sequence[Processing], may_start: bool) -> None:
        """Enable what makes sense for `chosen`; who may start processings may judge them."""
        one = chosen[0] if len(chosen) == 1 else None
        is_ready = one is not None and one.status is Status.OK
        is_in_review = one is not None and one.review is Review.IN_REVIEW
        self.accept.setEnabled(is_in_review and may_start)
        self.reject.setEnabled(is_in_review and may_start)
        self.rate.setEnabled(is_ready and may_start)
        self.menu.setEnabled(is_ready)
        refusal = _refusal(may_start)
        only_in_review = translate("Editing", "Only a result that is in review is accepted or rejected")
        for action, tip in (
            (self.accept, translate("Editing", "The result is what was ordered")),
            (self.reject, translate("Editing", "Say what is wrong, with a layer that shows where")),
        ):
            action.setToolTip(refusal or (tip if is_in_review else only_in_review))
        self.rate.setToolTip(refusal or translate("Editing", "Say how good the result is"))

    def _entry(self, name: str, text: str) -> QAction:
        action = self.menu.addAction(text)
        action.setObjectName(name)
        return action


def _refusal(may_start: bool) -> str:
    if may_start:
        return ""
    return translate("Editing", "In this project you may only look")
