"""The uploads below the tree of My imagery: the queue, what it asks and says, and the ways files come into it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.core import Qgis, QgsApplication
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QPoint, QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QLabel, QListView, QProgressBar, QPushButton, QToolButton, QWidget

from ...text.quantities import number_text
from ...text.server_text import bounded, plain_tip
from ...text.translation import translate
from ..widgets.elsewhere_notices import ElsewhereNotices
from ..widgets.notice import DetailsDialog, Notice
from ..widgets.row_painting import row_height
from .actions import UploadActions
from .batch import Batch, UploadTarget
from .delegate import UploadDelegate, stage_icon
from .dialog import UploadDialog
from .model import Role, Stage, UploadRow, state_text
from .queue import UploadQueue

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from ...api.imagery_records import Image
    from ...api.session import Session
    from ...layers.rasters.source import NotUploadableError, RasterSource

_FORM = str(Path(__file__).with_name("panel.ui"))
_STEPS = 1000
_TICK_MS = 100  # between looks at how far all are
_MOST_ROWS = 4  # shown at once; the tree above needs the room


class UploadPanel(QWidget):
    """Hidden while there is nothing to show. `close` ends everything that is under way."""

    notice = pyqtSignal(object)  # Notice
    arrived = pyqtSignal(str, object)  # mosaic id, Optional[Image]
    show_wanted = pyqtSignal()  # something is to be decided: bring the panel into view

    uploadsLabel: QLabel
    uploadsBar: QProgressBar
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
        self._dialog: Optional[UploadDialog] = None
        self.is_closed = False
        self.queue = UploadQueue(session, self)
        self.model = self.queue.model
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show)
        self._notices = ElsewhereNotices(iface, is_in_view, self)
        self._notices.notice.connect(self.notice)
        self.uploadsView.setModel(self.model)
        icons = {stage: QgsApplication.getThemeIcon("/" + stage_icon(stage)) for stage in Stage}
        self.uploadsView.setItemDelegate(UploadDelegate(icons, self.uploadsView))
        self._actions = UploadActions(self.uploadsView)
        self._set_up_buttons()
        self._connect()
        self._show()

    # what others call

    def upload(
        self,
        sources: Sequence[RasterSource],
        refused: Sequence[NotUploadableError],
        target: UploadTarget,
    ) -> None:
        """Take in what was chosen or dropped, and say why the rest is not."""
        if refused:
            self.notice.emit(_refusal(refused))
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
        """Stop all uploads, close what is open, take back what is said elsewhere."""
        if not self.is_closed:
            self.is_closed = True
            self._session.signed_out.disconnect(self._on_signed_out)
            self._session.signed_in.disconnect(self._on_signed_in)
        self._close_dialog()
        self.queue.clear()
        self._notices.close()
        return bool(super().close())

    # setting up

    def _set_up_buttons(self) -> None:
        for button, icon in (
            (self.retryButton, "/mActionRefresh.svg"),
            (self.cancelAllButton, "/mTaskCancel.svg"),
            (self.clearButton, "/console/iconClearConsole.svg"),
        ):
            button.setIcon(QgsApplication.getThemeIcon(icon))

    def _connect(self) -> None:
        queue, actions = self.queue, self._actions
        self.decideButton.clicked.connect(self._decide_next)
        self.retryButton.clicked.connect(self._retry_failed)
        self.cancelAllButton.clicked.connect(lambda _checked=False: queue.cancel_all())
        self.clearButton.clicked.connect(lambda _checked=False: queue.remove_finished())
        actions.decide.triggered.connect(self._decide_chosen)
        actions.retry.triggered.connect(lambda: queue.retry(self._chosen_ids()))
        actions.cancel.triggered.connect(lambda: queue.cancel(self._chosen_ids()))
        actions.remove.triggered.connect(lambda: queue.remove(self._chosen_ids()))
        actions.details.triggered.connect(self._show_details)
        view = self.uploadsView
        view.customContextMenuRequested.connect(self._open_menu)
        view.selectionModel().selectionChanged.connect(self._show_actions)
        view.doubleClicked.connect(self._on_double_click)
        queue.changed.connect(self._show)
        queue.progressed.connect(self._show_soon)
        queue.decision_wanted.connect(self._on_decision_wanted)
        queue.arrived.connect(self._on_arrived)
        queue.batch_over.connect(self._tell_over)
        self._session.signed_out.connect(self._on_signed_out)
        queued = Qt.ConnectionType.QueuedConnection  # the dock empties its message bar first
        self._session.signed_in.connect(self._on_signed_in, queued)  # type: ignore[call-arg]

    # what the queue says

    def _on_arrived(self, mosaic_id: str, image: Optional[Image]) -> None:
        self.arrived.emit(mosaic_id, image)

    def _on_decision_wanted(self, batch: Batch) -> None:
        self.show_wanted.emit()
        if self._dialog is None:
            self._open_dialog(batch)

    def _on_signed_out(self, why: str) -> None:
        self._close_dialog()
        self._notices.close()
        if why:  # nobody asked for it, and nobody was asked whether the uploads may be given up
            self.queue.interrupt()
        else:
            self.queue.clear()

    def _on_signed_in(self, _account: object) -> None:
        dropped = self.queue.resume()
        failed = [row.id for row in self.model.rows() if row.stage is Stage.FAILED]
        if dropped:
            text = translate(
                "Uploads",
                "Images the former account was uploading when it was signed out were not uploaded: {count}.",
            )
            self._notices.tell(Notice(text.format(count=dropped), Qgis.MessageLevel.Warning))
        elif failed:
            text = translate(
                "Uploads", "Images that were not uploaded, since you were signed out: {count}."
            ).format(count=len(failed))
            again: Callable[[], None] = lambda: self.queue.retry(failed)  # noqa: E731 - a button's action
            self._notices.tell(
                Notice(text, Qgis.MessageLevel.Warning, "", translate("Uploads", "Try Again"), again)
            )

    def _tell_over(self, batch: Batch) -> None:
        notice = _outcome(batch)
        if notice is not None:
            failed = [upload.id for upload in batch.uploads if upload.stage is Stage.FAILED]
            if failed:
                rows = [row.id for row in self.model.rows()]
                self.uploadsView.scrollTo(self.model.index(rows.index(failed[0])))
                again: Callable[[], None] = lambda: self.queue.retry(failed)  # noqa: E731 - a button's action
                notice = Notice(
                    notice.text, notice.level, notice.details, translate("Uploads", "Try Again"), again
                )
            self._notices.tell(notice)

    # deciding

    def _open_dialog(self, batch: Batch) -> None:
        dialog = UploadDialog(batch, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.decided.connect(self.queue.decide)
        dialog.finished.connect(self._forget_dialog)
        self._dialog = dialog
        dialog.show()

    def _forget_dialog(self, result: int) -> None:
        self._dialog = None
        if result == int(UploadDialog.DialogCode.Accepted):
            self._decide_next()

    def _close_dialog(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.finished.disconnect(self._forget_dialog)
            dialog.close()

    def _decide_next(self, _checked: bool = False) -> None:
        batch = next((batch for batch in self.queue.batches() if batch.undecided), None)
        if batch is not None and self._dialog is None:
            self._open_dialog(batch)
        elif self._dialog is not None:
            self._dialog.raise_()

    def _decide_chosen(self) -> None:
        chosen = self.queue.uploads(self._chosen_ids())
        batch = next((upload.batch for upload in chosen if upload.stage is Stage.UNDECIDED), None)
        if batch is not None and self._dialog is None:
            self._open_dialog(batch)

    # what is shown

    def _chosen(self) -> list[UploadRow]:
        indexes = sorted(self.uploadsView.selectionModel().selectedRows(), key=lambda index: index.row())
        return [index.data(int(Role.ROW)) for index in indexes]

    def _chosen_ids(self) -> list[int]:
        return [row.id for row in self._chosen()]

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
        self.cancelAllButton.setEnabled(any(not stage.is_over for stage in stages))
        self.clearButton.setEnabled(any(stage.may_be_cleared for stage in stages))
        shown = max(1, min(_MOST_ROWS, len(rows)))
        frame = 2 * self.uploadsView.frameWidth()
        self.uploadsView.setFixedHeight(shown * row_height(self.uploadsView.font()) + frame)
        self._show_actions()

    def _show_overall(self, rows: Sequence[UploadRow]) -> None:
        counted = [row for row in rows if not row.stage.is_given_up]
        done = sum(row.stage is Stage.DONE for row in counted)
        failed = sum(row.stage is Stage.FAILED for row in counted)
        running = any(not row.stage.is_over and row.stage is not Stage.UNDECIDED for row in rows)
        overall = self.queue.overall() if running else 0.0
        parts = [translate("Uploads", "{done} of {count} uploaded").format(done=done, count=len(counted))]
        if running:
            parts.append(translate("Uploads", "{percent} %").format(percent=number_text(100 * overall, 0)))
        if failed:
            parts.append(translate("Uploads", "{failed} failed").format(failed=failed))
        text = " · ".join(parts)
        label = self.uploadsLabel
        label.setText(label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, label.width()))
        label.setToolTip(plain_tip(text))
        self.uploadsBar.setVisible(running)
        self.uploadsBar.setValue(round(_STEPS * overall))

    def _show_actions(self, *_what_changed: object) -> None:
        self._actions.update(self._chosen())

    def _open_menu(self, where: QPoint) -> None:
        if self._chosen():
            self._actions.menu.popup(self.uploadsView.viewport().mapToGlobal(where))

    def _on_double_click(self, _index: Any) -> None:
        if self._actions.decide.isVisible():
            self._decide_chosen()
        else:
            self._show_details()

    def _show_details(self) -> None:
        chosen = self._chosen()
        if len(chosen) == 1:
            DetailsDialog(translate("Uploads", "Upload"), _details(chosen[0]), self).open()

    def _retry_failed(self, _checked: bool = False) -> None:
        self.queue.retry([row.id for row in self.model.rows() if row.stage is Stage.FAILED])

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: narrow enough for the narrowest dock."""
        return QSize(200, super().minimumSizeHint().height())


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


def _refusal(refused: Sequence[NotUploadableError]) -> Notice:
    sentences = [f"{bounded(each.name, 60)}: {each.sentence}" for each in refused]
    if len(refused) == 1:
        return Notice(sentences[0], Qgis.MessageLevel.Warning)
    text = translate("Uploads", "%n of these cannot be uploaded.", None, len(refused))
    return Notice(f"{text} {sentences[0]}", Qgis.MessageLevel.Warning, "\n\n".join(sentences))


def _outcome(batch: Batch) -> Optional[Notice]:
    """What to say when all uploads of a batch are over; nothing where all were cancelled."""
    done = [upload for upload in batch.uploads if upload.stage is Stage.DONE]
    failed = [upload for upload in batch.uploads if upload.stage is Stage.FAILED]
    mosaic = bounded(batch.target.name, 80)
    if not done and not failed:
        return None
    if failed:
        first = failed[0]
        name = bounded(first.source.name, 60)
        if len(failed) == 1:
            text = translate("Uploads", "“{name}” was not uploaded. {reason}").format(
                name=name, reason=first.sentence
            )
        else:
            text = translate(
                "Uploads",
                "{failed} of %n images were not uploaded. “{name}”: {reason}",
                None,
                len(failed) + len(done),
            ).format(failed=len(failed), name=name, reason=first.sentence)
        details = "\n\n".join(_details(upload.row) for upload in failed)
        return Notice(text, Qgis.MessageLevel.Warning, details)
    if len(done) == 1:
        name = bounded(done[0].source.name, 80)
        text = translate("Uploads", "“{name}” is in the mosaic “{mosaic}” now.").format(
            name=name, mosaic=mosaic
        )
    else:
        text = translate("Uploads", "%n images are in the mosaic “{mosaic}” now.", None, len(done)).format(
            mosaic=mosaic
        )
    return Notice(text, Qgis.MessageLevel.Success)


def _details(row: UploadRow) -> str:
    lines = [
        row.name,
        translate("Uploads", "Mosaic: {name}").format(name=row.target),
        state_text(row),
        row.detail,
    ]
    return "\n".join(line for line in lines if line)
