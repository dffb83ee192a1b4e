"""What is asked before uploads begin: the new mosaic's name, and what to do with each file something is wrong with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QWidget,
)

from ...jobs.uploads.batch import Decision
from ...text.quantities import size_text
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.guide import Chapter, add_help_button
from .review import ReviewDelegate, ReviewModel

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QResizeEvent, QShowEvent

    from ...jobs.uploads.batch import Batch

_FORM = str(Path(__file__).with_name("dialog.ui"))
_MOST_TAGS = 50


class UploadDialog(QDialog):
    """Shows one batch; `decided` tells what the user wants, `cancelled` that none of it is wanted.

    *Decide Later*, Esc and closing it decide nothing: it can be opened again.
    """

    decided = pyqtSignal(object, object)  # Batch, {id: Decision}
    cancelled = pyqtSignal(object)  # Batch

    targetLabel: QLabel
    newMosaicBox: QWidget
    mosaicNameEdit: QLineEdit
    mosaicTagsEdit: QLineEdit
    reviewView: QListView
    decisionBox: QWidget
    decisionLabel: QLabel
    convertButton: QPushButton
    asItIsButton: QPushButton
    leaveOutButton: QPushButton
    storageLabel: QLabel
    buttonBox: QDialogButtonBox

    def __init__(self, batch: Batch, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self.batch = batch
        self._was_shown = False
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.timeout.connect(self._show_whole_rows)
        self.model = ReviewModel(batch.undecided, self)
        self.reviewView.setModel(self.model)
        self.reviewView.setItemDelegate(ReviewDelegate(self.reviewView))
        self._buttons = {
            Decision.CONVERT: self.convertButton,
            Decision.AS_IT_IS: self.asItIsButton,
            Decision.LEAVE_OUT: self.leaveOutButton,
        }
        self.upload_button = self.buttonBox.button(QDialogButtonBox.StandardButton.Ok)
        self.upload_button.setObjectName("startUploadsButton")
        self._add_ways_out()
        add_help_button(self.buttonBox, Chapter.MY_IMAGERY)
        self._show_target()
        self.convertButton.clicked.connect(lambda _checked=False: self._decide(Decision.CONVERT))
        self.asItIsButton.clicked.connect(lambda _checked=False: self._decide(Decision.AS_IT_IS))
        self.leaveOutButton.clicked.connect(lambda _checked=False: self._decide(Decision.LEAVE_OUT))
        self.reviewView.selectionModel().selectionChanged.connect(self._show_choice)
        self.model.dataChanged.connect(self._show_choice)
        self.mosaicNameEdit.textChanged.connect(self._show_choice)
        self.buttonBox.accepted.connect(self._go_on)
        self._show_choice()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: sentences wrap anew."""
        super().resizeEvent(event)
        self.reviewView.scheduleDelayedItemsLayout()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: at first the list shows whole rows."""
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self._fitting.start(0)

    def _show_whole_rows(self) -> None:
        """Make the dialog as high as ends with a row; the others are scrolled to."""
        view = self.reviewView
        room, wanted = view.viewport().height(), 0
        for row in range(self.model.rowCount()):
            height = view.sizeHintForRow(row)
            if wanted and wanted + height / 2 > room:
                break
            wanted += height
        self.resize(self.width(), self.height() + wanted - room)

    def _add_ways_out(self) -> None:
        cancel = self.buttonBox.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setToolTip(translate("Uploads", "Upload none of these files"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self._cancel)
        later = self.buttonBox.addButton(
            translate("Uploads", "Decide &Later"), QDialogButtonBox.ButtonRole.ActionRole
        )
        later.setObjectName("decideLaterButton")
        later.setToolTip(translate("Uploads", "Keep the files in the list of uploads until it is decided"))
        later.setAutoDefault(False)
        later.clicked.connect(self.reject)

    def _show_target(self) -> None:
        target = self.batch.target
        doubtful = sum(bool(upload.issues) for upload in self.batch.undecided)
        if doubtful:
            text = _doubt_text(doubtful, self.model.rowCount() - doubtful)
        else:
            text = translate(
                "Uploads",
                "Nothing is wrong with these files.",
                "Nothing is wrong with the file.",
                self.model.rowCount(),
            )
        if doubtful and self.model.rowCount() > 1:
            text = f"{text} {translate('Uploads', 'Select some below to decide about those alone.')}"
        if not target.is_new:
            into = translate(
                "Uploads",
                "They go into the mosaic “{name}”.",
                "It goes into the mosaic “{name}”.",
                self.model.rowCount(),
            ).format(name=bounded(target.name, 80))
            text = f"{text} {into}"
        self.targetLabel.setText(text)
        self.newMosaicBox.setVisible(target.is_new)
        self.mosaicNameEdit.setText(bounded(target.name))
        self.mosaicTagsEdit.setText("; ".join(target.tags))
        self.decisionBox.setVisible(doubtful > 0)
        if target.is_new:
            self.mosaicNameEdit.setFocus()
            self.mosaicNameEdit.selectAll()

    def _rows(self) -> list[int]:
        """The chosen rows, or all rows if none is chosen."""
        chosen = [index.row() for index in self.reviewView.selectionModel().selectedRows()]
        return chosen or list(range(self.model.rowCount()))

    def _decide(self, decision: Decision) -> None:
        self.model.decide(self._rows(), decision)
        self._show_choice()

    def _show_choice(self, *_what_changed: object) -> None:
        rows = self._rows()
        for decision, button in self._buttons.items():
            button.setEnabled(self.model.allows(rows, decision))
        is_all = len(rows) == self.model.rowCount()
        self.decisionLabel.setText(
            translate("Uploads", "All files:")
            if is_all
            else translate("Uploads", "%Ln chosen:", "1 chosen:", len(rows))
        )
        kept = self.model.settle()
        shortage = self.batch.shortage
        told = (_left_out_text(self.model.rowCount() - len(kept)), shortage or self._storage_text())
        self.storageLabel.setText(" ".join(each for each in told if each))
        self.storageLabel.setVisible(bool(self.storageLabel.text()))
        is_named = bool(self.mosaicNameEdit.text().strip()) or not self.batch.target.is_new
        if kept:
            text = translate("Uploads", "&Upload %Ln Files", "&Upload 1 File", len(kept))
            self.upload_button.setText(text)
        else:
            self.upload_button.setText(translate("Uploads", "&Upload Nothing"))
        self.upload_button.setEnabled(is_named and (not shortage or not kept))

    def _storage_text(self) -> str:
        storage = self.batch.storage
        least = sum(upload.bytes_at_least for upload in self.batch.undecided)
        most = sum(upload.bytes_at_most for upload in self.batch.undecided)
        if storage is None or storage.free is None or not most:
            return ""
        free = size_text(storage.free)
        if most > storage.free:
            return translate(
                "Uploads",
                "Converted, these files may need up to {most}, and your storage has {free} left. They are uploaded one "
                "after the other as long as there is room.",
            ).format(most=size_text(most), free=free)
        if most > least:
            return translate("Uploads", "Up to {most} of the {free} left in your storage are needed.").format(
                most=size_text(most), free=free
            )
        return translate("Uploads", "{needed} of the {free} left in your storage are needed.").format(
            needed=size_text(most), free=free
        )

    def _cancel(self) -> None:
        self.cancelled.emit(self.batch)
        self.reject()

    def _go_on(self) -> None:
        target = self.batch.target
        if target.is_new:
            target.name = " ".join(self.mosaicNameEdit.text().split())
            tags = (" ".join(part.split()) for part in self.mosaicTagsEdit.text().split(";"))
            target.tags = tuple(dict.fromkeys(tag for tag in tags if tag))[:_MOST_TAGS]
        self.decided.emit(self.batch, self.model.decisions)
        self.accept()


def _left_out_text(count: int) -> str:
    """What the button does not count."""
    if not count:
        return ""
    return translate("Uploads", "%Ln files are left out.", "1 file is left out.", count)


def _doubt_text(doubtful: int, sound: int) -> str:
    """What is to be looked at, and what not: no number is of other files than it seems."""
    if not sound:
        return translate(
            "Uploads",
            "%Ln files need a look before they are uploaded.",
            "The file needs a look before it is uploaded.",
            doubtful,
        )
    rest = translate(
        "Uploads", "nothing is wrong with the other %Ln", "nothing is wrong with the other one", sound
    )
    text = translate(
        "Uploads",
        "%Ln files need a look before they are uploaded; {rest}.",
        "1 file needs a look before it is uploaded; {rest}.",
        doubtful,
    )
    return text.format(rest=rest)
