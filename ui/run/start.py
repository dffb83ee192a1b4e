"""Starting a processing: asked about once when it spends credits, sent once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QMessageBox, QPushButton, QWidget

from ...api.http.errors import ApiError, Fault
from ...api.http.reply import ApiReply
from ...api.lost_answers.poll_until_known import Look
from ...api.lost_answers.start import find_started, start, still_unknown
from ...api.processings import Processing, ProcessingRequest
from ...api.settings import CONFIRM_SPENDING
from ...text.quantities import credits_text
from ...text.translation import translate

if TYPE_CHECKING:
    from ...api.session import Session


@dataclass(frozen=True)
class _Sent:
    """A request and when it was sent, in UTC."""

    request: ProcessingRequest
    at: datetime


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
        self._sent: Optional[_Sent] = None  # on its way
        self._unanswered: dict[str, _Sent] = {}  # may have arrived, though nobody said so; by client id
        self._reply: Optional[ApiReply] = None

    @property
    def is_busy(self) -> bool:
        """Whether a request is being asked about or on its way; another one is not taken then."""
        return self._request is not None

    @property
    def is_sending(self) -> bool:
        """Whether a request is on its way."""
        return self._reply is not None

    def begin(
        self, request: ProcessingRequest, cost: Optional[float], balance: Optional[float], note: str = ""
    ) -> None:
        """Start `request`; ask the user first, with `note`, when its `cost` in credits is more than nothing."""
        if self.is_busy:
            return
        self._request = self._same_again(request)
        if cost and CONFIRM_SPENDING.read():
            self._confirm(self._request.name, cost, balance, note)
        else:
            self._send()
        self.busy_changed.emit()

    def close(self) -> None:
        """Take the question back; a request already sent is not waited for any more."""
        box, self._box = self._box, None
        if box is not None:
            box.finished.disconnect(self._on_confirmed)
            box.close()
        reply, self._reply = self._reply, None
        if reply is not None:
            self._keep_unanswered()
            reply.abort()
        if self._request is not None:
            self._request = self._sent = None
            self.busy_changed.emit()

    def _same_again(self, request: ProcessingRequest) -> ProcessingRequest:
        """Give a request whose answer was lost the id it had, so that the service's list tells them as one."""
        for sent in self._unanswered.values():
            lost = sent.request
            as_lost = replace(request, name=lost.name, description=lost.description, client_id=lost.client_id)
            if as_lost == lost:
                return replace(request, client_id=lost.client_id)
        return request

    def _confirm(self, name: str, cost: float, balance: Optional[float], note: str) -> None:
        box = QMessageBox(self._page)
        box.setObjectName("confirmStart")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(translate("Run", "Start Processing"))
        box.setText(_question(name, cost, balance))
        box.setInformativeText(note)
        start_button = QPushButton(translate("Run", "&Start"), box)
        box.addButton(start_button, QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(start_button)
        box.setEscapeButton(box.button(QMessageBox.StandardButton.Cancel))
        box.setCheckBox(QCheckBox(translate("Run", "Do not ask again"), box))
        box.finished.connect(self._on_confirmed)
        self._box = box
        box.open()

    def _on_confirmed(self, _result: int) -> None:
        box, self._box = self._box, None
        if box is None:
            return
        if box.buttonRole(box.clickedButton()) == QMessageBox.ButtonRole.AcceptRole:
            if box.checkBox().isChecked():
                CONFIRM_SPENDING.write(False)
            self._send()
        else:
            self._request = None
        self.busy_changed.emit()

    def _send(self) -> None:
        request = self._request
        if request is None:
            return
        lost = self._unanswered.get(request.client_id)
        if lost is None:
            self._send_now(request)
        else:
            search = find_started(self._session.client, lost.request, lost.at)
            self._wait_for(search, lambda look: self._send_if_not_there(lost.request, look))

    def _send_if_not_there(self, lost: ProcessingRequest, look: Look) -> None:
        """A request whose answer was lost may be running by now: then it is not paid for twice."""
        if self._request is None:
            return
        if look.found is not None:
            self._on_started(look.found)
        elif look.is_certain:
            self._send_now(self._request)
        else:
            self._on_failed(still_unknown(lost))

    def _send_now(self, request: ProcessingRequest) -> None:
        self._sent = _Sent(request, datetime.now(timezone.utc))
        self._wait_for(start(self._session.client, request), self._on_started)

    def _wait_for(self, reply: ApiReply, on_success: Callable[[Any], None]) -> None:
        self._reply = reply
        reply.succeeded.connect(on_success)
        reply.failed.connect(self._on_failed)

    def _on_started(self, processing: Processing) -> None:
        if self._request is not None:
            self._unanswered.pop(self._request.client_id, None)
        self._end()
        self._session.refresh_account()
        self.started.emit(processing)

    def _on_failed(self, error: ApiError) -> None:
        if error.fault is Fault.LOST_ANSWER:
            self._keep_unanswered()
        self._end()
        if error.status:
            self._session.refresh_account()  # the balance may be what it stumbled over
        self.failed.emit(error)

    def _keep_unanswered(self) -> None:
        if self._sent is not None:
            self._unanswered[self._sent.request.client_id] = self._sent

    def _end(self) -> None:
        self._request = self._sent = self._reply = None
        self.busy_changed.emit()


def _question(name: str, cost: float, balance: Optional[float]) -> str:
    if balance is None:
        return translate("Run", "Start “{name}”? It costs {cost}.").format(name=name, cost=credits_text(cost))
    return translate("Run", "Start “{name}”? It costs {cost}; your balance is {balance}.").format(
        name=name, cost=credits_text(cost), balance=credits_text(balance)
    )
