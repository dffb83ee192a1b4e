"""What can be done with the chosen imagery: the actions of the page's buttons, context menu and keys."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QObject, QPoint, Qt
from qgis.PyQt.QtGui import QIcon, QKeySequence
from qgis.PyQt.QtWidgets import QAction, QMenu, QTreeView

from ...api.imagery_records import Mosaic
from ...text.server_text import plain_tip
from ...text.translation import translate
from ..widgets.icons import icon_named
from ..widgets.keys.view_keys import ViewKeys
from .choice import Choice
from .fit import why_no_image_ready, why_not_ready


class ImageryActions(QObject):
    """The actions, enabled by what is chosen. The page connects them."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view
        self.use = self._action("useImageryAction", translate("MyImagery", "&Use in Run"), "mActionStart.svg")
        self.area = self._action(
            "outlineAsAreaAction", translate("MyImagery", "Use Outline as &Area"), "polygon.svg"
        )
        self.preview = self._action(
            "previewImageryAction", translate("MyImagery", "&Preview on Map"), "mActionAddRasterLayer.svg"
        )
        self.outlines = self._action(
            "addOutlinesAction", translate("MyImagery", "Add &Outlines as Layer"), "outlines.svg"
        )
        self.zoom = self._action(
            "zoomToImageryAction", translate("MyImagery", "&Zoom to Imagery"), "mActionZoomToLayer.svg"
        )
        self.upload = self._action(
            "uploadIntoMosaicAction",
            translate("MyImagery", "Upload in&to Mosaic…"),
            "mActionSharingExport.svg",
        )
        self.download = self._action(
            "downloadImageAction", translate("MyImagery", "Do&wnload Original…"), "mActionFileSaveAs.svg"
        )
        self.cancel = self._action(
            "cancelDownloadAction", translate("MyImagery", "&Cancel Download"), "mTaskCancel.svg"
        )
        self.rename = self._action(
            "renameImageryAction", translate("MyImagery", "Re&name"), "mActionToggleEditing.svg"
        )
        self.tags = self._action(
            "editTagsAction", translate("MyImagery", "Edit Ta&gs…"), "mActionLabeling.svg"
        )
        self.delete = self._action(
            "deleteImageryAction", translate("MyImagery", "&Delete…"), "mActionDeleteSelected.svg"
        )
        self.clear_failed = self._action(
            "clearFailedImagesAction",
            translate("MyImagery", "Clear Fai&led Images…"),
            "mActionRemove.svg",
        )
        self.details = self._action(
            "imageryDetailsAction", translate("MyImagery", "D&etails…"), "mActionPropertiesWidget.svg"
        )
        self.copy_id = self._action(
            "copyImageryIdAction", translate("MyImagery", "Copy &ID"), "mActionEditCopy.svg"
        )
        self.new_mosaic = self._action(
            "newMosaicAction", translate("MyImagery", "New &Mosaic…"), "mActionAdd.svg"
        )
        self.refresh = self._action(
            "refreshImageryAction", translate("MyImagery", "Re&fresh"), "mActionRefresh.svg"
        )
        self._give_keys()
        self.menu = self._menu()
        self.update(Choice(), None, False)

    def update(self, choice: Choice, mosaic: Optional[Mosaic], is_downloading: bool) -> None:
        """Enable what makes sense for `choice`, and say why the rest does not.

        `mosaic` is the one that all of it belongs to; `is_downloading` says that one of its images is on its way.
        """
        only = choice.only
        is_something = not choice.is_empty
        usable = [image for image in choice.images if image.is_usable]
        unready = why_not_ready(choice.images) or why_no_image_ready(choice.mosaics)
        self._update_use(choice, unready)
        is_on_map = any(mosaic.is_usable for mosaic in choice.mosaics)
        tip = translate("MyImagery", "Preview the chosen imagery on the map (Enter)")
        self._offer(self.preview, is_on_map or bool(usable), unready, tip)
        is_located = is_on_map or any(image.is_usable or image.footprint for image in choice.images)
        self._offer(self.outlines, is_located, unready)
        self._offer(self.zoom, is_located, unready)
        self.upload.setEnabled(bool(choice.mosaic_id))
        can_download = any(image.can_download for image in usable) and not choice.mosaics
        self._offer(self.download, can_download, unready)
        self.cancel.setVisible(is_downloading)
        self.cancel.setEnabled(is_downloading)
        self.rename.setEnabled(only is not None)
        self.tags.setEnabled(bool(choice.mosaics) and not choice.images)
        self.delete.setEnabled(is_something)
        has_failed = mosaic is not None and mosaic.counts is not None and mosaic.counts.failed > 0
        self.clear_failed.setVisible(has_failed)
        self.clear_failed.setEnabled(has_failed)
        self.details.setEnabled(only is not None)
        self.copy_id.setEnabled(is_something)

    def _update_use(self, choice: Choice, unready: str) -> None:
        is_possible = choice.can_be_processed
        why = unready or translate("MyImagery", "Choose one mosaic, or images of one mosaic that are ready.")
        told = (
            (self.use, translate("MyImagery", "Process this imagery: go to Run with it")),
            (self.area, translate("MyImagery", "Go to Run with the ground this imagery covers")),
        )
        for action, tip in told:
            action.setEnabled(is_possible)
            action.setToolTip(plain_tip(tip if is_possible else why))

    @staticmethod
    def _offer(action: QAction, is_possible: bool, why_not: str, tip: str = "") -> None:
        """Enable an action, or say in its tool tip why it is not possible; Qt shows its text where there is no tip."""
        action.setEnabled(is_possible)
        action.setToolTip(plain_tip((why_not if not is_possible else "") or tip))

    def open_menu(self, where: QPoint) -> None:
        """Open the menu at a place of the view."""
        self.menu.popup(self._view.viewport().mapToGlobal(where))

    def _menu(self) -> QMenu:
        menu = QMenu(self._view)
        menu.setObjectName("imageryMenu")
        menu.setToolTipsVisible(True)
        groups = (
            (self.use, self.area),
            (self.preview, self.outlines, self.zoom),
            (self.upload, self.download),
            (self.cancel,),
            (self.rename, self.tags, self.details, self.copy_id),
            (self.new_mosaic, self.refresh),
            (self.delete, self.clear_failed),
        )
        for group in groups:
            menu.addActions(group)
            menu.addSeparator()
        return menu

    def _give_keys(self) -> None:
        enter = (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))
        self.preview.setShortcuts([QKeySequence(key) for key in enter])
        self.details.setShortcut(QKeySequence("Alt+Return"))
        self.rename.setShortcut(QKeySequence(Qt.Key.Key_F2))
        self.delete.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        self.refresh.setShortcut(QKeySequence(Qt.Key.Key_F5))
        plain = {
            **dict.fromkeys(enter, self.preview),
            int(Qt.Key.Key_F2): self.rename,
            int(Qt.Key.Key_Delete): self.delete,
            int(Qt.Key.Key_F5): self.refresh,
        }
        self._keys = ViewKeys(self._view, plain, dict.fromkeys(enter, self.details))

    def _action(self, name: str, text: str, icon: str) -> QAction:
        action = QAction(icon_named(icon) if icon else QIcon(), text, self)
        action.setObjectName(name)
        # The keys belong to the tree alone: a Delete pressed in the filter box must not delete images.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._view.addAction(action)
        return action
