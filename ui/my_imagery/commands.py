"""What the user does with the chosen imagery: what each action of the page sets off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QApplication, QWidget

from ...api.imagery_records import Mosaic
from ...jobs.imagery.downloads import ImageDownloads
from ..widgets.notice import refused_name
from .actions import ImageryActions
from .changes import ImageryChanges
from .choice import Choice
from .clearing import FailedImages
from .deletion import ImageryDeletion
from .dialogs import ImageryDialogs
from .downloads import ImageSaving
from .map_layers import ImageryOnMap

if TYPE_CHECKING:
    from qgis.core import QgsGeometry
    from qgis.gui import QgsMapCanvas

    from ...api.imagery_records import Image
    from ...api.session import Session
    from .loading import ImageryLoading
    from .tree.list import ImageryList


class ImageryCommands(QObject):
    """Connects the actions, and lets them be offered for what is chosen in `shown`."""

    notice = pyqtSignal(object)  # Notice
    updated = pyqtSignal()  # other actions may be offered now
    use_wanted = pyqtSignal(object, object)  # Mosaic, tuple of its Images: none for the whole mosaic
    area_wanted = pyqtSignal(object, object, object)  # ground (EPSG:4326), Mosaic, tuple of its Images

    def __init__(
        self,
        session: Session,
        loading: ImageryLoading,
        canvas: QgsMapCanvas,
        shown: ImageryList,
        actions: ImageryActions,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        tree = loading.tree
        self._shown = shown
        self._actions = actions
        self.map = ImageryOnMap(session, tree, canvas, self)
        self.downloads = ImageDownloads(session, self)
        self.dialogs = ImageryDialogs(session, tree, window)
        self._changes = ImageryChanges(session, loading, self)
        self._deletion = ImageryDeletion(session, tree, self._changes, window)
        self._failed = FailedImages(session, loading, self._changes, window)
        self._saving = ImageSaving(self.downloads, tree, window)
        for room in (self.map, self._changes, self._deletion, self._failed, self._saving):
            room.notice.connect(self.notice)
        tree.rename_asked.connect(self._changes.rename)
        self.dialogs.tags_decided.connect(self._set_tags)
        self._soon = QTimer(self)  # many rows may change at once
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.update)
        shown.chosen_changed.connect(self.update)
        shown.opened.connect(self._preview_one)
        shown.name_refused.connect(lambda problem: self.notice.emit(refused_name(problem)))
        self.downloads.changed.connect(self.update)
        self._connect_actions()

    def update(self) -> None:
        """Offer what can be done with what is chosen."""
        choice = self._shown.choice()
        is_downloading = any(self.downloads.is_under_way(image.id) for image in choice.images)
        self._actions.update(choice, self._shown.chosen_mosaic(), is_downloading)
        self.updated.emit()

    def update_soon(self, *_what_changed: object) -> None:
        """Offer it once all rows have changed."""
        self._soon.start(0)

    def close(self) -> None:
        """End requests, downloads, questions and dialogs."""
        asking = (self.dialogs, self._deletion, self._failed, self._saving)
        for room in (*asking, self.map, self._changes, self.downloads):
            room.close()

    def _connect_actions(self) -> None:
        actions = self._actions
        actions.use.triggered.connect(self._use)
        actions.area.triggered.connect(self._use_ground)
        actions.preview.triggered.connect(lambda: self.map.preview(self._shown.choice()))
        actions.outlines.triggered.connect(lambda: self.map.add_outlines(self._shown.choice()))
        actions.zoom.triggered.connect(lambda: self.map.zoom(self._shown.choice()))
        actions.download.triggered.connect(self._download)
        actions.cancel.triggered.connect(self._cancel_downloads)
        actions.rename.triggered.connect(self._edit_name)
        actions.tags.triggered.connect(self._edit_tags)
        actions.delete.triggered.connect(lambda: self._deletion.ask(self._shown.choice()))
        actions.clear_failed.triggered.connect(self._clear_failed)
        actions.details.triggered.connect(self._show_details)
        actions.copy_id.triggered.connect(self._copy_ids)
        actions.new_mosaic.triggered.connect(self.dialogs.new_mosaic)

    def _use(self) -> None:
        choice, mosaic = self._shown.choice(), self._shown.chosen_mosaic()
        if choice.can_be_processed and mosaic is not None:
            self.use_wanted.emit(mosaic, choice.images)

    def _use_ground(self) -> None:
        choice, mosaic = self._shown.choice(), self._shown.chosen_mosaic()
        if not choice.can_be_processed or mosaic is None:
            return

        def hand_on(ground: QgsGeometry) -> None:
            self.area_wanted.emit(ground, mosaic, choice.images)

        self.map.with_ground(choice, hand_on)

    def _preview_one(self, image: Image) -> None:
        self.map.preview(Choice((), (image,)))

    def _download(self) -> None:
        images = self._shown.choice().images
        self._saving.ask([image for image in images if image.is_usable and image.can_download])

    def _cancel_downloads(self) -> None:
        self.downloads.cancel(image.id for image in self._shown.choice().images)

    def _edit_name(self) -> None:
        only = self._shown.choice().only
        if only is not None:
            self._shown.edit_name(only)

    def _edit_tags(self) -> None:
        mosaics = self._shown.choice().mosaics
        if mosaics:
            self.dialogs.edit_tags(mosaics)

    def _set_tags(self, changes: list[tuple[Mosaic, tuple[str, ...]]]) -> None:
        for mosaic, tags in changes:
            self._changes.set_tags(mosaic, tags)

    def _clear_failed(self) -> None:
        mosaic = self._shown.chosen_mosaic()
        if mosaic is not None:
            self._failed.ask(mosaic)

    def _show_details(self) -> None:
        only = self._shown.choice().only
        if only is not None:
            self.dialogs.show_details(only)

    def _copy_ids(self) -> None:
        QApplication.clipboard().setText("\n".join(node.id for node in self._shown.chosen()))
