"""What can be done with the chosen imagery: the actions of the page's buttons, context menu and keys."""

from __future__ import annotations

from qgis.PyQt.QtCore import QObject, QPoint, Qt
from qgis.PyQt.QtGui import QIcon, QKeySequence
from qgis.PyQt.QtWidgets import QAction, QMenu, QTreeView

from ...text.translation import translate
from ..widgets.icons import icon_named
from ..widgets.view_keys import ViewKeys
from .choice import Choice


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
        self.update(Choice(), False)

    def update(self, choice: Choice, is_downloading: bool) -> None:
        """Enable what makes sense for `choice`; `is_downloading` says that one of its images is on its way."""
        only = choice.only
        is_something = not choice.is_empty
        usable = [image for image in choice.images if image.is_usable]
        for action in (self.use, self.area):
            action.setEnabled(choice.can_be_processed)
        why = translate("MyImagery", "Choose one mosaic, or images of one mosaic that are ready.")
        self.use.setToolTip(
            translate("MyImagery", "Process this imagery: go to Run with it")
            if choice.can_be_processed
            else why
        )
        self.area.setToolTip(
            translate("MyImagery", "Go to Run with the ground this imagery covers")
            if choice.can_be_processed
            else why
        )
        self.preview.setEnabled(bool(choice.mosaics or usable))
        self.outlines.setEnabled(is_something)
        self.zoom.setEnabled(is_something)
        self.upload.setEnabled(bool(choice.mosaic_id))
        self.download.setEnabled(any(image.can_download for image in usable) and not choice.mosaics)
        self.cancel.setVisible(is_downloading)
        self.cancel.setEnabled(is_downloading)
        self.rename.setEnabled(only is not None)
        self.tags.setEnabled(bool(choice.mosaics) and not choice.images)
        self.delete.setEnabled(is_something)
        self.details.setEnabled(only is not None)
        self.copy_id.setEnabled(is_something)

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
            (self.upload, self.download, self.cancel),
            (self.rename, self.tags, self.details, self.copy_id, self.delete),
            (self.new_mosaic, self.refresh),
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
