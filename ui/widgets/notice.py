"""What a page of the dock tells the user, and how the dock's message bar shows it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis
from qgis.gui import QgsMessageBar, QgsMessageBarItem
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from ...api.http.errors import AWAY, ApiError
from ...text.facts import Fact, told
from ...text.quantities import copied
from ...text.server_text import bounded, bounded_lines
from ...text.translation import translate
from .facts.table import FactsTable
from .guide import Chapter, add_help_button
from .notice_row import NoticeRow

if TYPE_CHECKING:
    from ...jobs.job import JobError

FORM = "form"  # what a notice is about that tells of what stands in a form: it goes when that does
MAX_SENTENCE = 600  # characters shown in the bar; the rest is in the details
_SECONDS_SHOWN = 8
_SECONDS_OF_WARNING = 30  # it may take opening to be read, and something has to be done about it
_WIDTH, _AROUND = 460, 50  # logical pixels of the details: all of them, and what lies around the text
_MOST_PARAMETERS, _LONGEST_KEY = 100, 80
_FEWEST_LINES, _MOST_LINES = 6, 24


@dataclass(frozen=True)
class Notice:
    """One thing to tell the user; `details` opens in a dialog of its own, `action` is a button's text.

    With an `error` the dialog tells what is known of it in a table.
    `about` is the id of what it is about: the notice goes once that is settled. `once_reachable` is said in its place
    when the service answers again: its reason is no longer true then.
    """

    text: str
    level: Qgis.MessageLevel = Qgis.MessageLevel.Info
    details: str = ""
    action: str = ""
    on_action: Optional[Callable[[], None]] = None
    about: str = ""
    once_reachable: Optional[Notice] = None
    error: Optional[ApiError] = None


def from_error(error: ApiError) -> Notice:
    """The notice of a failed request: its sentence, with all that is known of it as details."""
    level = Qgis.MessageLevel.Warning if error.fault in AWAY else Qgis.MessageLevel.Critical
    return Notice(error.sentence, level, details_of(error), error=error)


def refused_name(problem: str) -> Notice:
    """The notice of a name that was typed and cannot be: what was typed is still there."""
    text = translate("Widgets", "The name was not changed. {problem}").format(problem=problem)
    return Notice(text, Qgis.MessageLevel.Warning)


def details_of(error: ApiError) -> str:
    """Everything known of a failed request, as lines of plain text."""
    lines = [error.sentence, ""]
    if error.status:
        lines.append(translate("Widgets", "HTTP status: {status}").format(status=error.status))
    if error.code:
        lines.append(translate("Widgets", "Code: {code}").format(code=error.code))
    if error.params:
        lines.append(translate("Widgets", "Parameters: {values}").format(values=_as_json(dict(error.params))))
    if error.raw:
        lines += ["", error.raw]
    return "\n".join(lines).strip()


def facts_of(error: ApiError) -> list[Fact]:
    """What is known of a failed request, but for the answer as it came."""
    facts = told(
        (
            (translate("Widgets", "Reason"), bounded_lines(error.sentence, MAX_SENTENCE)),
            (translate("Widgets", "HTTP status"), str(error.status) if error.status else ""),
            (translate("Widgets", "Code"), bounded(error.code)),
        )
    )
    if error.params:
        facts.append(Fact(translate("Widgets", "Parameters")))
    values = list(error.params.items())[:_MOST_PARAMETERS]
    return facts + [
        Fact(bounded(key, _LONGEST_KEY), bounded(value if isinstance(value, str) else _as_json(value)) or "–")
        for key, value in values
    ]


def from_job_error(error: JobError) -> Notice:
    """The notice of a failed job: that of the request that failed, or its own sentence."""
    if error.cause is not None:
        return from_error(error.cause)
    return Notice(error.sentence, Qgis.MessageLevel.Critical, job_details(error))


def job_details(error: JobError) -> str:
    """Everything known of a failed job, as lines of plain text."""
    if error.cause is not None:
        return details_of(error.cause)
    return f"{error.sentence}\n\n{error.detail}".strip()


def show_notice(
    bar: QgsMessageBar, notice: Notice, seconds: Optional[int] = None, owner: Optional[QWidget] = None
) -> QgsMessageBarItem:
    """Put `notice` into `bar`, in one line until it is opened. Errors stay until closed.

    The dialog of its details goes with `owner`, which is `bar` where that is our own.
    """
    row = NoticeRow(bounded_lines(notice.text, MAX_SENTENCE), bar)
    item = QgsMessageBarItem(row, notice.level, _seconds(notice) if seconds is None else seconds)
    if notice.action and notice.on_action is not None:
        on_action = notice.on_action

        def act() -> None:
            bar.popWidget(item)
            on_action()

        row.add_button(notice.action, act)
    if notice.details:
        details, error = notice.details, notice.error

        def open_details() -> None:
            DetailsDialog(translate("Widgets", "Details"), details, owner or bar, error).open()

        row.add_button(translate("Widgets", "Details…"), open_details, is_later=True)
    bar.pushItem(item)
    return item


class DetailsDialog(QDialog):
    """Plain text that can be read, selected and copied; of an `error` a table of facts, and what came as it came."""

    def __init__(
        self, title: str, text: str, parent: Optional[QWidget] = None, error: Optional[ApiError] = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("MapflowDetailsDialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text_view = QPlainTextEdit(self)
        self.text_view.setObjectName("detailsText")
        self.text_view.setAccessibleName(title)
        self.text_view.setReadOnly(True)
        self._text = bounded_lines(text)
        self.text_view.setPlainText(self._text if error is None else bounded_lines(error.raw))
        layout = QVBoxLayout(self)
        if error is not None:
            self.table = FactsTable(title, self)
            self.table.set_facts(facts_of(error))
            layout.addWidget(self.table, 1)
            self.text_view.setAccessibleName(translate("Widgets", "The answer as it came"))
            self.text_view.setVisible(bool(error.raw))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(translate("Widgets", "&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setObjectName("copyButton")
        copy.setAutoDefault(False)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        copy.clicked.connect(self._copy)
        add_help_button(buttons, Chapter.PROBLEMS)
        buttons.rejected.connect(self.reject)
        layout.addWidget(self.text_view, 1)
        layout.addWidget(buttons)
        lines = min(max(text.count("\n") + 3, _FEWEST_LINES), _MOST_LINES)
        self.resize(_WIDTH, lines * self.fontMetrics().lineSpacing() + buttons.sizeHint().height() + _AROUND)

    def _copy(self) -> None:
        QApplication.clipboard().setText(copied(self._text))


def _seconds(notice: Notice) -> int:
    stays = notice.level == Qgis.MessageLevel.Critical or bool(notice.action)
    if stays:
        return 0
    return _SECONDS_OF_WARNING if notice.level == Qgis.MessageLevel.Warning else _SECONDS_SHOWN


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)
