"""Opens the dialogs that ask what to do with the files of a batch, one after the other."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtWidgets import QWidget

from ...jobs.uploads.batch import Batch
from ...jobs.uploads.queue import UploadQueue
from .dialog import UploadDialog


class UploadQuestions(QObject):
    """At most one dialog is open; what was decided in it goes to the queue."""

    def __init__(self, queue: UploadQueue, panel: QWidget) -> None:
        super().__init__(panel)
        self._queue = queue
        self._panel = panel
        self.dialog: Optional[UploadDialog] = None

    def ask(self, batch: Batch) -> None:
        """Open the dialog of `batch`; nothing happens while another one is open."""
        if self.dialog is not None:
            return
        dialog = UploadDialog(batch, self._panel.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.decided.connect(self._queue.decide)
        dialog.cancelled.connect(self._cancel)
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        dialog.show()

    def ask_next(self) -> None:
        """Open the dialog of the first batch that waits for a decision, or bring the open one to the front."""
        if self.dialog is not None:
            self.dialog.raise_()
            return
        batch = next((batch for batch in self._queue.uploads.batches if batch.undecided), None)
        if batch is not None:
            self.ask(batch)

    def close(self) -> None:
        """Close the dialog; nothing is decided by that."""
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.finished.disconnect(self._forget)
            dialog.close()

    def _cancel(self, batch: Batch) -> None:
        unwanted = [upload.id for upload in batch.undecided]
        self._queue.cancel(unwanted)
        self._queue.uploads.remove(unwanted)

    def _forget(self, result: int) -> None:
        self.dialog = None
        if result == int(UploadDialog.DialogCode.Accepted):
            self.ask_next()
