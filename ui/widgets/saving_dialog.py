"""A form that is sent to the server, and closes only once the server has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional, Union

from qgis.PyQt import uic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QWidget,
)

from ...api.http.replies import Replies

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.http.reply import ApiReply

Input = Union[QLineEdit, QPlainTextEdit]


class SavingDialog(QDialog):
    """Sends what its fields hold, and says in place what is wrong. Subclasses know the fields and the request."""

    saved = pyqtSignal(object)  # the answer

    def __init__(self, form: str, title: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(form, self)
        self.setWindowTitle(title)
        self._answer = Replies()
        self._inputs: Sequence[Input] = ()
        self._message: QLabel
        self._progress: QProgressBar
        self._ok: QPushButton

    def set_up(
        self,
        inputs: Sequence[Input],
        message: QLabel,
        progress: QProgressBar,
        buttons: QDialogButtonBox,
        ok_text: str,
    ) -> None:
        """Put the widgets of the form together; the first of `inputs` gets the focus."""
        self._inputs, self._message, self._progress = inputs, message, progress
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText(ok_text)
        buttons.accepted.connect(self._send)
        buttons.rejected.connect(self.reject)
        for field in inputs:
            field.textChanged.connect(self._forget_message)
        self._forget_message()
        self._set_busy(False)

    def problem(self) -> str:
        """What keeps the fields from being sent, as a sentence; empty when nothing does."""
        raise NotImplementedError

    def request(self) -> ApiReply:
        """Send the fields."""
        raise NotImplementedError

    def done(self, result: int) -> None:
        """Qt: the dialog closes, however it does; a request in flight is dropped."""
        self._answer.abort()
        super().done(result)

    def _send(self) -> None:
        if self._answer.are_waited_for:
            return
        problem = self.problem()
        if problem:
            self._say(problem)
            return
        self._answer.follow(self.request(), self._succeed, self._fail)
        self._set_busy(True)

    def _succeed(self, answer: object) -> None:
        self.saved.emit(answer)
        self.accept()

    def _fail(self, error: ApiError) -> None:
        self._set_busy(False)
        self._say(error.sentence)

    def _set_busy(self, busy: bool) -> None:
        self._progress.setVisible(busy)
        self._ok.setEnabled(not busy)
        for field in self._inputs:
            field.setReadOnly(busy)
        if not busy:
            self._inputs[0].setFocus()

    def _say(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._message.setVisible(True)

    def _forget_message(self) -> None:
        self._message.clear()
        self._message.setVisible(False)
