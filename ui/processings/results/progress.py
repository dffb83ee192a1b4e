"""The strip below the list that shows the results under way as one bar, and stops them."""

from __future__ import annotations

from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtWidgets import QLabel, QProgressBar, QPushButton, QWidget

from ....jobs.results.transfers import ResultTransfers
from ....text.quantities import percent_text
from ....text.server_text import plain_tip

_STEPS = 1000


class ResultProgress(QObject):
    """Follows `transfers`; the strip is there only while something is under way."""

    def __init__(
        self, transfers: ResultTransfers, box: QWidget, label: QLabel, bar: QProgressBar, cancel: QPushButton
    ) -> None:
        super().__init__(box)
        self._transfers = transfers
        self._box = box
        self._label = label
        self._bar = bar
        cancel.clicked.connect(self._cancel)
        transfers.overall_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        state = self._transfers.overall()
        self._box.setVisible(self._transfers.count() > 0)
        metrics = self._label.fontMetrics()
        room = self._label.width()
        # the number stands here, not in the bar: across a bar no one colour is read on all themes
        percent = percent_text(100 * state.fraction) if state.fraction > 0 else ""
        room -= metrics.horizontalAdvance(f" {percent}")
        # it begins with the name and ends with what is being done: both have to be seen
        shown = metrics.elidedText(state.doing, Qt.TextElideMode.ElideMiddle, room)
        self._label.setText(f"{shown} {percent}".strip())
        self._label.setToolTip(plain_tip(state.doing))
        is_known = state.fraction >= 0
        self._bar.setMaximum(_STEPS if is_known else 0)
        self._bar.setValue(round(state.fraction * _STEPS) if is_known else -1)

    def _cancel(self) -> None:
        self._transfers.cancel_all()
