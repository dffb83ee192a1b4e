"""The My Imagery page: one's mosaics and images, and what can be done with them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProject
from qgis.gui import QgsFilterLineEdit
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QPoint, pyqtSignal
from qgis.PyQt.QtGui import QHideEvent, QShowEvent
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ...text.translation import translate
from ..used_imagery.in_tree import UsedInTree
from ..widgets.empty_state import InsteadOfList, Remedy
from ..widgets.tool_row import ToolRow
from .actions import ImageryActions
from .commands import ImageryCommands
from .empty_state import empty_state, notes, search_note
from .narrowing import Narrowing
from .storage_bar import StorageBar
from .tree.list import ImageryList

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ...api.imagery_records import Mosaic
    from ...api.session import Session
    from .loading import ImageryLoading

_FORM = str(Path(__file__).with_name("page.ui"))
_OLD_S = 60.0  # a list older than this is asked for again when the page comes into view


class MyImageryPage(QWidget):
    """Shows imagery and offers what can be done with it. It uploads nothing: `upload_requested` asks others to do so.

    Their widget has its place in `uploadSlot`, and `mosaic_changed` is to be called when an image has arrived.
    """

    notice = pyqtSignal(object)  # Notice
    upload_requested = pyqtSignal(list, object)  # paths (none: ask for them), Mosaic or None for a new one
    use_requested = pyqtSignal(object, object)  # Mosaic, tuple of its Images: none for the whole mosaic
    area_requested = pyqtSignal(object, object, object)  # ground (EPSG:4326), Mosaic, tuple of its Images
    images_came = pyqtSignal(str, object)  # id of a mosaic, its ImageListing

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
    imageryTools: QWidget
    uploadButton: QToolButton
    useImageryButton: QToolButton
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
        self.list = ImageryList(self.imageryView, self.tree, loading.thumbnails, self)
        self._actions = ImageryActions(self.imageryView)
        self._commands = ImageryCommands(session, loading, canvas, self.list, self._actions, self)
        self._narrowing = Narrowing(
            self.tree, self.list.filter, self.imageryFilterEdit, self.tagCombo, self.imagerySortButton
        )
        self.used = UsedInTree(session, loading, self.list, self._narrowing, self)
        self._storage = StorageBar(self.storageBox, self.storageLabel, self.storageBar)
        self._instead = InsteadOfList(
            self.imageryStack, self.treePage, self.noImageryPage, self.noImageryLabel, self.noImageryButton
        )
        self._set_up_buttons()
        self._connect()
        self._show_state()

    # what others call

    def mosaic_changed(self, mosaic_id: str, is_opened: bool = True) -> None:
        """Something in a mosaic is new, or the mosaic itself: it is asked for, and opened if it is to be."""
        self._loading.mosaic_changed(mosaic_id)
        if is_opened:
            self.list.open(mosaic_id)

    def mosaic_at(self, place: QPoint) -> Optional[Mosaic]:
        """The mosaic at a place of this page; None if there is none."""
        if not self.imageryView.isVisible():
            return None
        return self.list.mosaic_at(self.imageryView.mapFrom(self, place))

    def close(self) -> bool:
        """End requests, downloads, questions and dialogs."""
        if not self._is_closed:
            for signal, slot in self._foreign_signals():
                signal.disconnect(slot)
        self._is_closed = True
        self._loading.images.watch(False)
        self._commands.close()
        self.used.close()
        return bool(super().close())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: a list that may be out of date is asked for again."""
        super().showEvent(event)
        self._loading.images.watch(True)
        if time.monotonic() - self._seen_at > _OLD_S or not self._loading.is_loaded:
            self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: nobody sees what changes."""
        super().hideEvent(event)
        self._loading.images.watch(False)

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
            (self.deleteImageryButton, translate("MyImagery", "Delete the chosen imagery (Del)")),
        ):
            button.setToolTip(text)
        self.uploadButton.setIcon(actions.upload.icon())
        self.uploadButton.clicked.connect(self._upload)
        ToolRow((self.uploadButton, self.useImageryButton), self.imageryTools)

    def _connect(self) -> None:
        commands = self._commands
        commands.notice.connect(self.notice)
        self.used.notice.connect(self.notice)
        commands.updated.connect(self._update_buttons)
        commands.use_wanted.connect(self.use_requested)
        commands.area_wanted.connect(self.area_requested)
        commands.dialogs.mosaic_made.connect(self._take_new)
        commands.dialogs.new_mosaic_closed.connect(self._loading.refresh)
        commands.dialogs.tags_decided.connect(self._show_state)
        self._actions.upload.triggered.connect(self._upload)
        self._actions.refresh.triggered.connect(self._refresh)
        self.list.ask_again.connect(self._loading.images.ask)
        self.list.looked_into.connect(self._loading.images.look_into)
        self.imageryView.customContextMenuRequested.connect(self._actions.open_menu)
        self._narrowing.changed.connect(self._narrow)
        self._instead.remedy_wanted.connect(self._help)
        for signal, slot in self._foreign_signals():
            signal.connect(slot)

    def _foreign_signals(self) -> list[tuple[Any, Any]]:
        """Signals of what outlives this page."""
        return [
            (self._loading.changed, self._show_state),
            (self._loading.images.came, self.images_came),
            (self.tree.dataChanged, self._commands.update_soon),
            (QgsProject.instance().cleared, self._commands.map.close),
            (self._session.signed_in, self._on_signed_in),
            (self._session.signed_out, self._commands.close),
            (self._session.signed_out, self.used.close),
        ]

    # what is shown

    def _show_state(self, *_what_changed: object) -> None:
        loading = self._loading
        has_mosaics = self.tree.rowCount() > 0
        self._narrowing.offer_tags()
        if self.list.filter.rowCount() > 0:
            self._instead.show(None)
        else:
            is_searching = loading.images.is_searching
            self._instead.show(empty_state(loading.error, loading.is_loaded, has_mosaics, is_searching))
        self._narrowing.set_enabled(has_mosaics)
        stale_since = loading.listed_when if loading.error is not None and has_mosaics else None
        said = notes(stale_since, loading.skipped)
        if self._narrowing.has_words:
            said.append(search_note(loading.images.is_searching, loading.images.failed_count))
        self.imageryNote.setText("\n".join(filter(None, said)))
        self.imageryNote.setVisible(bool(self.imageryNote.text()))
        self._storage.show(loading.storage)
        self._commands.update()

    def _update_buttons(self) -> None:
        actions = self._actions
        for button, action in (
            (self.useImageryButton, actions.use),
            (self.previewImageryButton, actions.preview),
            (self.deleteImageryButton, actions.delete),
        ):
            button.setEnabled(action.isEnabled())
        self.useImageryButton.setToolTip(actions.use.toolTip())
        self.previewImageryButton.setToolTip(actions.preview.toolTip())

    def _narrow(self) -> None:
        self.list.forget_place()
        self._loading.images.search(self._narrowing.has_words)
        self._show_state()

    # what the user does

    def _refresh(self) -> None:
        self._seen_at = time.monotonic()
        self._loading.refresh()

    def _upload(self) -> None:
        self.upload_requested.emit([], self.list.chosen_mosaic())

    def _take_new(self, mosaic: Mosaic) -> None:
        self.tree.put_mosaic(mosaic)
        if not self.list.is_shown(mosaic.id):
            self._narrowing.clear()
        self._show_state()
        self.list.choose([mosaic.id])

    def _help(self, remedy: Remedy) -> None:
        help_of = {
            Remedy.CLEAR_FILTER: self._narrowing.clear,
            Remedy.TRY_AGAIN: self._refresh,
            Remedy.UPLOAD: self._upload,
        }
        help_of[remedy]()

    # the session

    def _on_signed_in(self, _account: object) -> None:
        if self.isVisible():
            self._refresh()
