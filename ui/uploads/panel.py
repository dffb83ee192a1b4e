"""The uploads below the tree of My Imagery: a list, how far all are, and buttons that act on all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis, QgsApplication
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QLabel, QListView, QProgressBar, QPushButton, QToolButton, QWidget

from ...jobs.uploads.batch import Batch, UploadTarget
from ...jobs.uploads.queue import UploadQueue
from ...jobs.uploads.stage import Stage
from ...text.quantities import number_text, percent_text, size_text
from ...text.server_text import bounded, plain_tip
from ...text.translation import translate
from ..widgets.elsewhere_notices import ElsewhereNotices
from ..widgets.icons import icon_named
from ..widgets.notice import Notice
from ..widgets.rows.painting import row_height
from .actions import UploadActions
from .delegate import UploadDelegate, stage_icon
from .failures import FailureNotices
from .fold import Fold
from .model import UploadModel, UploadRow
from .notices import outcome_notice, refusal_notice
from .questions import UploadQuestions

if TYPE_CHECKING:
    from qgis.gui import QgisInterface
    from qgis.PyQt.QtGui import QResizeEvent

    from ...api.session import Session
    from ...layers.rasters.source import NotUploadableError, RasterSource

_FORM = str(Path(__file__).with_name("panel.ui"))
_STEPS = 1000
_TICK_MS = 100  # between looks at how far all are
_MOST_ROWS = 4  # shown at once; the tree above needs the room


class UploadPanel(QWidget):
    """Hidden while there is nothing to show. `close` ends everything that is under way."""

    notice = pyqtSignal(object)  # Notice
    arrived = pyqtSignal(str, object)  # mosaic id, Optional[Image], which may not be ready yet
    # id of a mosaic in which an image that was not ready is now, has failed or is gone
    settled = pyqtSignal(str)
    show_wanted = pyqtSignal()  # something is to be decided: bring the panel into view

    uploadsLabel: QLabel
    uploadsBar: QProgressBar
    foldButton: QToolButton
    decideButton: QPushButton
    retryButton: QToolButton
    cancelAllButton: QToolButton
    clearButton: QToolButton
    uploadsView: QListView

    def __init__(
        self,
        session: Session,
        iface: QgisInterface,
        is_in_view: Callable[[], bool],
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._session = session
        self.is_closed = False
        self.queue = UploadQueue(session, self)
        self.model = UploadModel(self)
        self.model.show(self.queue.uploads)
        self.questions = UploadQuestions(self.queue, self)
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show)
        self._notices = ElsewhereNotices(iface, is_in_view, self)
        self._notices.notice.connect(self.notice)
        self.failures = FailureNotices(self.queue.uploads, self._notices, self)
        self.uploadsView.setModel(self.model)
        icons = {stage: icon_named(stage_icon(stage)) for stage in Stage}
        self.uploadsView.setItemDelegate(UploadDelegate(icons, self.uploadsView))
        self._fold = Fold(self.foldButton, self.uploadsView, self)
        self._actions = UploadActions(self.uploadsView, self.queue, self.questions)
        self._set_up_buttons()
        self._connect()
        self._show()

    def upload(
        self,
        sources: Sequence[RasterSource],
        refused: Sequence[NotUploadableError],
        target: UploadTarget,
    ) -> None:
        """Take in what was chosen or dropped, and say why the rest is not."""
        if refused:
            self.notice.emit(refusal_notice(refused))
        if not sources:
            return
        if not self._session.is_signed_in:
            text = translate("Uploads", "Sign in to Mapflow first, then upload it again.")
            self.notice.emit(Notice(text, Qgis.MessageLevel.Warning))
            return
        if target.is_new and not target.name:
            target.name = _mosaic_name(sources)
        before = self.model.rowCount()
        self.queue.add(sources, target)
        self.uploadsView.scrollTo(self.model.index(before))

    def close(self) -> bool:
        """Stop all uploads, close dialogs, and take back notices from the message bar of QGIS."""
        if not self.is_closed:
            self.is_closed = True
            self._session.signed_out.disconnect(self._on_signed_out)
            self._session.signed_in.disconnect(self._on_signed_in)
        self.questions.close()
        self.queue.clear()
        self._notices.close()
        return bool(super().close())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: what is said of all has other room."""
        super().resizeEvent(event)
        self._show_soon()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: narrow enough for the narrowest dock."""
        return QSize(200, super().minimumSizeHint().height())

    # setting up

    def _set_up_buttons(self) -> None:
        for button, icon in (
            (self.retryButton, "/mActionRefresh.svg"),
            (self.cancelAllButton, "/mTaskCancel.svg"),
            (self.clearButton, "/console/iconClearConsole.svg"),
        ):
            button.setIcon(QgsApplication.getThemeIcon(icon))

    def _connect(self) -> None:
        queue, uploads = self.queue, self.queue.uploads
        self.decideButton.clicked.connect(lambda _checked=False: self.questions.ask_next())
        self.retryButton.clicked.connect(lambda _checked=False: queue.retry(self._failed_ids()))
        self.cancelAllButton.clicked.connect(
            lambda _checked=False: queue.cancel([upload.id for upload in uploads])
        )
        self.clearButton.clicked.connect(lambda _checked=False: uploads.remove_finished())
        uploads.changed.connect(self._show)
        uploads.progressed.connect(self._show_soon)
        queue.decision_wanted.connect(self._on_decision_wanted)
        queue.arrived.connect(self.arrived)
        queue.settled.connect(self.settled)
        queue.batch_over.connect(self._tell_over)
        self._session.signed_out.connect(self._on_signed_out)
        queued = Qt.ConnectionType.QueuedConnection  # the dock empties its message bar first
        self._session.signed_in.connect(self._on_signed_in, queued)  # type: ignore[call-arg]

    # what the queue and the session say

    def _on_decision_wanted(self, batch: Batch) -> None:
        self.show_wanted.emit()
        self.questions.ask(batch)

    def _tell_over(self, batch: Batch) -> None:
        notice = outcome_notice(batch)
        if notice is None:
            return
        failed = [upload.id for upload in batch.uploads if upload.stage is Stage.FAILED]
        if failed:
            rows = [row.id for row in self.model.rows()]
            self.uploadsView.scrollTo(self.model.index(rows.index(failed[0])))
            self.failures.tell(notice, failed, self.queue.retry)
        else:
            self._notices.tell(notice)

    def _on_signed_out(self, why: str) -> None:
        self.questions.close()
        self._notices.close()
        if why:  # nobody asked for it, and nobody was asked whether the uploads may be given up
            self.queue.interrupt()
        else:
            self.queue.clear()

    def _on_signed_in(self, _account: object) -> None:
        dropped = self.queue.uploads.hand_over(self._session.client, self._session.account_key)
        failed = self._failed_ids()
        warning = Qgis.MessageLevel.Warning
        if dropped:
            text = translate(
                "Uploads",
                "Images the former account was uploading when it was signed out were not uploaded: {count}.",
            )
            self._notices.tell(Notice(text.format(count=number_text(dropped, 0)), warning))
        elif failed:
            text = translate("Uploads", "Images that were not uploaded, since you were signed out: {count}.")
            again, action = partial(self.queue.retry, failed), translate("Uploads", "Try Again")
            self._notices.tell(
                Notice(text.format(count=number_text(len(failed), 0)), warning, "", action, again)
            )

    def _failed_ids(self) -> list[int]:
        return [row.id for row in self.model.rows() if row.stage is Stage.FAILED]

    # what is shown

    def _show_soon(self) -> None:
        if not self._tick.isActive():
            self._tick.start()

    def _show(self) -> None:
        self._tick.stop()
        rows = self.model.rows()
        self.setVisible(bool(rows))
        self._show_overall(rows)
        stages = {row.stage for row in rows}
        self.decideButton.setVisible(Stage.UNDECIDED in stages)
        self.retryButton.setEnabled(Stage.FAILED in stages)
        self.cancelAllButton.setEnabled(any(stage.is_on_its_way for stage in stages))
        self.cancelAllButton.setToolTip(self._cancel_tip())
        self.clearButton.setEnabled(any(stage.may_be_cleared for stage in stages))
        shown = max(1, min(_MOST_ROWS, len(rows)))
        frame = 2 * self.uploadsView.frameWidth()
        self.uploadsView.setFixedHeight(shown * row_height(self.uploadsView.font()) + frame)
        self._fold.follow(bool(rows) and all(stage.may_be_cleared for stage in stages))
        self._actions.update()

    def _cancel_tip(self) -> str:
        """What cancelling all does, and what is lost by it."""
        sent = self.queue.uploads.bytes_under_way
        if not sent:
            return translate("Uploads", "Cancel all uploads")
        text = translate("Uploads", "Cancel all uploads: {sent} that were sent of them are lost")
        return text.format(sent=size_text(sent))

    def _show_overall(self, rows: Sequence[UploadRow]) -> None:
        counted = [row for row in rows if not row.stage.is_given_up]
        done = sum(row.stage is Stage.DONE for row in counted)
        failed = sum(row.stage is Stage.FAILED for row in counted)
        preparing = sum(row.stage is Stage.PREPARING for row in counted)
        running = self.queue.uploads.is_busy
        overall = self.queue.uploads.overall if running else 0.0
        whole = translate("Uploads", "{done} of {count} uploaded")
        parts = [whole.format(done=number_text(done, 0), count=number_text(len(counted), 0))]
        if running:
            parts.append(percent_text(100 * overall))
        if failed:
            parts.append(translate("Uploads", "{failed} failed").format(failed=number_text(failed, 0)))
        if preparing:
            parts.append(translate("Uploads", "%Ln being prepared", "1 being prepared", preparing))
        text = " · ".join(parts)
        label = self.uploadsLabel
        label.setText(label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, label.width()))
        label.setToolTip(plain_tip(text))
        self.uploadsBar.setVisible(running)
        self.uploadsBar.setValue(round(_STEPS * overall))


def _mosaic_name(sources: Sequence[RasterSource]) -> str:
    """What to call a new mosaic: as its only raster, the folder they are in, or the first and how many more."""
    first = sources[0]
    name = Path(first.name).stem if first.path is not None and first.path.name == first.name else first.name
    if len(sources) == 1:
        return bounded(name, 120)
    folders = {source.path.parent for source in sources if source.path is not None}
    if len(folders) == 1 and all(source.path is not None for source in sources):
        folder = folders.pop().name
        if folder:
            return bounded(folder, 120)
    return translate("Uploads", "{name} and {count} more").format(
        name=bounded(name, 100), count=len(sources) - 1
    )
