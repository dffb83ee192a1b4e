"""The My imagery page: one's mosaics and images, and what can be done with them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProject
from qgis.gui import QgsFilterLineEdit
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QPoint, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QHideEvent, QShowEvent
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ...api.imagery_records import Mosaic
from ...api.lost_answers.create import create_mosaic
from ...text.translation import translate
from .actions import ImageryActions
from .changes import ImageryChanges
from .choice import Choice
from .deletion import ImageryDeletion
from .downloads import ImageDownloads
from .empty_state import Remedy, emptiness, notes, search_note
from .map_layers import ImageryOnMap
from .mosaic_dialog import MosaicDialog, TagsDialog
from .narrowing import Narrowing
from .particulars import Particulars
from .storage_bar import StorageBar
from .tree.list import ImageryList

if TYPE_CHECKING:
    from qgis.core import QgsGeometry
    from qgis.gui import QgsMapCanvas

    from ...api.session import Session
    from .loading import ImageryLoading

_FORM = str(Path(__file__).with_name("page.ui"))
_OLD_S = 60.0  # a list older than this is asked for again when the page comes into view


class MyImageryPage(QWidget):
    """Browse, organise, preview and use. Uploads are someone else's: `upload_requested` says what is wanted.

    Their widget has its place in `uploadSlot`, and `mosaic_changed` is to be called when an image has arrived.
    """

    notice = pyqtSignal(object)  # Notice
    upload_requested = pyqtSignal(list, object)  # paths (none: ask for them), Mosaic or None for a new one
    use_requested = pyqtSignal(object, object)  # Mosaic, tuple of its Images: none for the whole mosaic
    area_requested = pyqtSignal(object, object, object)  # ground (EPSG:4326), Mosaic, tuple of its Images

    imageryFilterEdit: QgsFilterLineEdit
    tagCombo: QComboBox
    imagerySortButton: QToolButton
    imageryRefreshButton: QToolButton
    imageryStack: QStackedWidget
    treePage: QWidget
    noImageryPage: QWidget
    imageryView: QTreeView
    noImageryLabel: QLabel
    noImageryButton: QPushButton
    imageryNote: QLabel
    storageBox: QWidget
    storageLabel: QLabel
    storageBar: QProgressBar
    uploadSlot: QVBoxLayout
    uploadButton: QPushButton
    useImageryButton: QPushButton
    newMosaicButton: QToolButton
    previewImageryButton: QToolButton
    deleteImageryButton: QToolButton

    def __init__(
        self,
        session: Session,
        loading: ImageryLoading,
        canvas: QgsMapCanvas,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._session = session
        self._loading = loading
        self.tree = loading.tree
        self._is_closed = False
        self._seen_at = 0.0
        self._remedy = Remedy.NONE
        self._to_open: set[str] = set()  # mosaics to be opened once they are listed
        self._dialog: Optional[QDialog] = None
        self._soon = QTimer(self)  # many rows may change at once
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._update_actions)
        self.list = ImageryList(self.imageryView, self.tree, loading.thumbnails, self)
        self._narrowing = Narrowing(
            self.tree, self.list.filter, self.imageryFilterEdit, self.tagCombo, self.imagerySortButton
        )
        self._storage = StorageBar(self.storageBox, self.storageLabel, self.storageBar)
        self._map = ImageryOnMap(session, self.tree, canvas, self)
        self._changes = ImageryChanges(session, loading, self)
        self._deletion = ImageryDeletion(session, self.tree, self._changes, self)
        self._downloads = ImageDownloads(session, self.tree, self)
        self._particulars = Particulars(session, self.tree, self)
        self._actions = ImageryActions(self.imageryView)
        self._set_up_buttons()
        self._connect_actions()
        self._connect_rooms()
        self._show_state()

    # what others call

    def mosaic_changed(self, mosaic_id: str) -> None:
        """Something in a mosaic is new, or the mosaic itself: it is asked for, opened and shown."""
        self._loading.mosaic_changed(mosaic_id)
        self._to_open.add(mosaic_id)
        self._open_awaited()

    def choice(self) -> Choice:
        """What is chosen in the tree."""
        return Choice.of(self.list.chosen())

    def chosen_mosaic(self) -> Optional[Mosaic]:
        """The one mosaic that what is chosen belongs to; None where there is none, or several."""
        return self.tree.mosaic(self.choice().mosaic_id)

    def mosaic_at(self, place: QPoint) -> Optional[Mosaic]:
        """The mosaic at a place of this page; None where there is none."""
        if not self.imageryView.isVisible():
            return None
        return self.list.mosaic_at(self.imageryView.mapFrom(self, place))

    def close(self) -> bool:
        """End requests, downloads, questions and dialogs."""
        if not self._is_closed:
            for signal, slot in self._foreign_signals():
                signal.disconnect(slot)
        self._is_closed = True
        self._loading.watch(False)
        self._drop_work()
        return bool(super().close())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: a list that may be out of date is asked for again."""
        super().showEvent(event)
        self._loading.watch(True)
        if time.monotonic() - self._seen_at > _OLD_S or not self._loading.is_loaded:
            self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: nobody sees what changes."""
        super().hideEvent(event)
        self._loading.watch(False)

    # setting up

    def _set_up_buttons(self) -> None:
        actions = self._actions
        for button, action in (
            (self.imageryRefreshButton, actions.refresh),
            (self.newMosaicButton, actions.new_mosaic),
            (self.previewImageryButton, actions.preview),
            (self.deleteImageryButton, actions.delete),
            (self.useImageryButton, actions.use),
        ):
            button.setIcon(action.icon())
            button.clicked.connect(action.trigger)
        for button, text in (
            (self.imageryRefreshButton, translate("MyImagery", "Refresh (F5)")),
            (self.newMosaicButton, translate("MyImagery", "New mosaic")),
            (
                self.previewImageryButton,
                translate("MyImagery", "Preview the chosen imagery on the map (Enter)"),
            ),
            (self.deleteImageryButton, translate("MyImagery", "Delete the chosen imagery (Del)")),
        ):
            button.setToolTip(text)
        self.uploadButton.setIcon(actions.upload.icon())
        self.uploadButton.clicked.connect(self._upload)
        self.noImageryButton.clicked.connect(self._help_emptiness)

    def _connect_actions(self) -> None:
        actions = self._actions
        actions.use.triggered.connect(self._use)
        actions.area.triggered.connect(self._use_ground)
        actions.preview.triggered.connect(lambda: self._map.preview(self.choice()))
        actions.outlines.triggered.connect(lambda: self._map.add_outlines(self.choice()))
        actions.zoom.triggered.connect(lambda: self._map.zoom(self.choice()))
        actions.upload.triggered.connect(self._upload)
        actions.download.triggered.connect(self._download)
        actions.cancel.triggered.connect(self._cancel_downloads)
        actions.rename.triggered.connect(self._edit_name)
        actions.tags.triggered.connect(self._edit_tags)
        actions.delete.triggered.connect(lambda: self._deletion.ask(self.choice()))
        actions.details.triggered.connect(self._show_details)
        actions.copy_id.triggered.connect(self._copy_ids)
        actions.new_mosaic.triggered.connect(self._new_mosaic)
        actions.refresh.triggered.connect(self._refresh)

    def _connect_rooms(self) -> None:
        for room in (self._map, self._changes, self._deletion, self._downloads):
            room.notice.connect(self.notice)
        self.tree.rename_asked.connect(self._changes.rename)
        self.list.chosen_changed.connect(self._update_actions)
        self.list.opened.connect(lambda image: self._map.preview(Choice((), (image,))))
        self.list.ask_again.connect(self._loading.ask_images)
        self.imageryView.customContextMenuRequested.connect(self._open_menu)
        self._narrowing.changed.connect(self._narrow)
        self.list.looked_into.connect(self._loading.look_into)
        self._downloads.changed.connect(self._update_actions)
        for signal, slot in self._foreign_signals():
            signal.connect(slot)

    def _foreign_signals(self) -> list[tuple[Any, Any]]:
        """Signals of what outlives this page."""
        return [
            (self._loading.changed, self._show_state),
            (self.tree.dataChanged, self._update_soon),
            (QgsProject.instance().cleared, self._map.close),
            (self._session.signed_in, self._on_signed_in),
            (self._session.signed_out, self._on_signed_out),
        ]

    # what is shown

    def _show_state(self) -> None:
        loading = self._loading
        has_mosaics = self.tree.rowCount() > 0
        self._narrowing.offer_tags()
        if self.list.filter.rowCount() > 0:
            self.imageryStack.setCurrentWidget(self.treePage)
        else:
            shown = emptiness(loading.error, loading.is_loaded, has_mosaics, loading.is_searching)
            self.noImageryLabel.setText(shown.text)
            self.noImageryButton.setText(shown.button)
            self.noImageryButton.setVisible(shown.remedy is not Remedy.NONE)
            self._remedy = shown.remedy
            self.imageryStack.setCurrentWidget(self.noImageryPage)
        self._narrowing.set_enabled(has_mosaics)
        stale_since = loading.listed_when if loading.error is not None and has_mosaics else None
        said = notes(stale_since, loading.skipped)
        if self._narrowing.has_words:
            said.append(search_note(loading.is_searching, loading.failed_count))
        self.imageryNote.setText("\n".join(filter(None, said)))
        self.imageryNote.setVisible(bool(self.imageryNote.text()))
        self._storage.show(loading.storage)
        self._open_awaited()
        self._update_actions()

    def _narrow(self) -> None:
        self._loading.search(self._narrowing.has_words)
        self._show_state()

    def _open_awaited(self) -> None:
        for mosaic_id in [key for key in self._to_open if self.list.is_shown(key)]:
            self._to_open.discard(mosaic_id)
            self.list.open(mosaic_id)

    def _update_soon(self, *_what_changed: object) -> None:
        self._soon.start(0)

    def _update_actions(self, *_what_changed: object) -> None:
        choice = self.choice()
        actions = self._actions
        actions.update(choice, any(self._downloads.is_under_way(image.id) for image in choice.images))
        for button, action in (
            (self.useImageryButton, actions.use),
            (self.previewImageryButton, actions.preview),
            (self.deleteImageryButton, actions.delete),
        ):
            button.setEnabled(action.isEnabled())
        self.useImageryButton.setToolTip(actions.use.toolTip())

    def _open_menu(self, where: QPoint) -> None:
        self._actions.menu.popup(self.imageryView.viewport().mapToGlobal(where))

    # what the user does

    def _refresh(self) -> None:
        self._seen_at = time.monotonic()
        self._loading.refresh()

    def _upload(self) -> None:
        self.upload_requested.emit([], self.chosen_mosaic())

    def _use(self) -> None:
        choice, mosaic = self.choice(), self.chosen_mosaic()
        if choice.can_be_processed and mosaic is not None:
            self.use_requested.emit(mosaic, choice.images)

    def _use_ground(self) -> None:
        choice, mosaic = self.choice(), self.chosen_mosaic()
        if not choice.can_be_processed or mosaic is None:
            return

        def hand_on(ground: QgsGeometry) -> None:
            self.area_requested.emit(ground, mosaic, choice.images)

        self._map.with_ground(choice, hand_on)

    def _download(self) -> None:
        self._downloads.ask(
            [image for image in self.choice().images if image.is_usable and image.can_download]
        )

    def _cancel_downloads(self) -> None:
        for image in self.choice().images:
            self._downloads.cancel(image.id)

    def _edit_name(self) -> None:
        only = self.choice().only
        if only is not None:
            self.list.edit_name(only)

    def _edit_tags(self) -> None:
        mosaics = self.choice().mosaics
        if mosaics:
            dialog = TagsDialog(mosaics, self)
            dialog.decided.connect(self._set_tags)
            self._open(dialog)

    def _set_tags(self, changes: list[tuple[Mosaic, tuple[str, ...]]]) -> None:
        for mosaic, tags in changes:
            self._changes.set_tags(mosaic, tags)
        self._show_state()

    def _new_mosaic(self) -> None:
        client = self._session.client
        dialog = MosaicDialog(lambda name, tags: create_mosaic(client, name, tags), self)
        dialog.saved.connect(self._take_new)
        dialog.finished.connect(lambda _result: self._loading.refresh())  # a dropped request may have arrived
        self._open(dialog)

    def _take_new(self, mosaic: Mosaic) -> None:
        self.tree.put_mosaic(mosaic)
        if not self.list.is_shown(mosaic.id):
            self._narrowing.clear()
        self._show_state()
        self.list.choose([mosaic.id])

    def _show_details(self) -> None:
        only = self.choice().only
        if only is not None:
            self._open(self._particulars.dialog(only))

    def _copy_ids(self) -> None:
        QApplication.clipboard().setText("\n".join(node.id for node in self.list.chosen()))

    def _help_emptiness(self) -> None:
        if self._remedy is Remedy.CLEAR_FILTER:
            self._narrowing.clear()
        elif self._remedy is Remedy.TRY_AGAIN:
            self._refresh()
        elif self._remedy is Remedy.UPLOAD:
            self._upload()

    # putting away

    def _open(self, dialog: QDialog) -> None:
        self._close_dialog()
        self._dialog = dialog
        dialog.finished.connect(self._forget_dialog)
        dialog.open()

    def _close_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.reject()

    def _forget_dialog(self, _result: int = 0) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _on_signed_in(self, _account: object) -> None:
        if self.isVisible():
            self._refresh()

    def _on_signed_out(self, _why: str) -> None:
        self._drop_work()

    def _drop_work(self) -> None:
        self._to_open.clear()
        self._close_dialog()
        self._map.close()
        self._deletion.close()
        self._changes.close()
        self._downloads.close()
