"""Starting a processing: asked about once when it spends credits, sent once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QMessageBox, QPushButton, QWidget

from ...api.http.errors import ApiError
from ...api.http.replies import LatestReply
from ...api.lost_answers.start import start
from ...api.processings import Processing, ProcessingRequest
from ...api.settings import CONFIRM_SPENDING
from ...text.quantities import credits_text, minutes_ago
from ...text.server_text import bounded, bounded_lines
from ...text.translation import translate
from ..widgets.guide import Chapter
from ..widgets.question import plain_box
from .recent_starts import RecentStarts

if TYPE_CHECKING:
    from ...api.session import Session

_LONGEST_NAME = 80
_LONGEST_NOTE = 600


class ProcessingStart(QObject):
    """Takes one request at a time, from the button to the service's answer."""

    started = pyqtSignal(object)  # Processing
    failed = pyqtSignal(object)  # ApiError
    busy_changed = pyqtSignal()

    def __init__(self, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._session = session
        self._page = page
        self._box: Optional[QMessageBox] = None
        self._request: Optional[ProcessingRequest] = None
        self._answer = LatestReply()
        self._recent = RecentStarts()

    @property
    def is_busy(self) -> bool:
        """Whether a request is being asked about or on its way; another one is not taken then."""
        return self._request is not None

    @property
    def is_sending(self) -> bool:
        """Whether a request is on its way."""
        return self._request is not None and self._box is None

    def begin(
        self,
        request: ProcessingRequest,
        cost: Optional[float],
        balance: Optional[float],
        note: str = "",
        doubt: str = "",
    ) -> None:
        """Start `request`; ask the user first, with `note`, when its `cost` in credits is more than nothing.

        A `doubt` about what it will find is asked about also by those who do not want to be asked of the cost alone.
        """
        if self.is_busy:
            return
        self._request = request
        again = _again_text(self._recent.minutes_since(request, self._email))
        # the same once more is a slip more often than a wish
        if cost and (again or doubt or CONFIRM_SPENDING.read()):
            notes = " ".join(each for each in (doubt, note, again) if each)
            self._confirm(request.name, cost, balance, notes)
        else:
            self._send()
        self.busy_changed.emit()

    def close(self) -> None:
        """Take the question back; a request already sent is not waited for any more."""
        box, self._box = self._box, None
        if box is not None:
            box.finished.disconnect(self._on_confirmed)
            box.close()
        self._answer.abort()
        if self._request is not None:
            self._request = None
            self.busy_changed.emit()

    @property
    def _email(self) -> str:
        account = self._session.account
        return "" if account is None else account.email

    def _confirm(self, name: str, cost: float, balance: Optional[float], note: str) -> None:
        question = _question(bounded(name, _LONGEST_NAME), cost, balance)
        box = plain_box(self._page, "confirmStart", question, bounded_lines(note, _LONGEST_NOTE), Chapter.RUN)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        start_button = QPushButton(translate("Run", "&Start"), box)
        box.addButton(start_button, QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(start_button)
        box.setEscapeButton(box.button(QMessageBox.StandardButton.Cancel))
        if CONFIRM_SPENDING.read():
            box.setCheckBox(QCheckBox(translate("Run", "Do not ask again"), box))
        box.finished.connect(self._on_confirmed)
        self._box = box
        box.open()

    def _on_confirmed(self, _result: int) -> None:
        box, self._box = self._box, None
        if box is None:
            return
        if box.buttonRole(box.clickedButton()) == QMessageBox.ButtonRole.AcceptRole:
            never = box.checkBox()
            if never is not None and never.isChecked():
                CONFIRM_SPENDING.write(False)
            self._send()
        else:
            self._request = None
        self.busy_changed.emit()

    def _send(self) -> None:
        if self._request is None:
            return
        self._answer.follow(start(self._session.client, self._request), self._on_started, self._on_failed)

    def _on_started(self, processing: Processing) -> None:
        if self._request is not None:
            self._recent.add(self._request, self._email)
        self._end()
        self._session.refresh_account()
        self.started.emit(processing)

    def _on_failed(self, error: ApiError) -> None:
        self._end()
        if error.status:
            self._session.refresh_account()  # the balance may be what it stumbled over
        self.failed.emit(error)

    def _end(self) -> None:
        self._request = None
        self.busy_changed.emit()


def _again_text(minutes: Optional[int]) -> str:
    if minutes is None:
        return ""
    if minutes == 0:
        return translate("Run", "You have just started the same area with this model and imagery.")
    return translate("Run", "You started the same area with this model and imagery {age}.").format(
        age=minutes_ago(minutes)
    )


def _question(name: str, cost: float, balance: Optional[float]) -> str:
    if balance is None:
        return translate("Run", "Start “{name}”? It costs {cost}.").format(name=name, cost=credits_text(cost))
    return translate("Run", "Start “{name}”? It costs {cost}; your balance is {balance}.").format(
        name=name, cost=credits_text(cost), balance=credits_text(balance)
    )
