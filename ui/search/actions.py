"""What can be done with the found images: the actions of the page's buttons, context menu and keys."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QAbstractItemView, QAction, QMenu

from ...jobs.catalog.search import FoundImage
from ...text.translation import translate
from ..widgets.icons import icon_named
from ..widgets.keys.view_keys import ViewKeys


class SearchActions(QObject):
    """The actions, enabled by what is chosen. The page connects them."""

    def __init__(self, views: Sequence[QAbstractItemView], columns_menu: QMenu) -> None:
        super().__init__(views[0])
        self.use = self._action("useFoundAction", translate("Search", "&Use in Run"), "mActionStart.svg")
        self.preview = self._action(
            "previewFoundAction", translate("Search", "&Preview on Map"), "mActionAddRasterLayer.svg"
        )
        self.zoom = self._action(
            "zoomToFoundAction", translate("Search", "&Zoom to Footprint"), "mActionZoomToLayer.svg"
        )
        self.pan = self._action(
            "panToFoundAction", translate("Search", "Pa&n to Footprint"), "mActionPan.svg"
        )
        self.footprints = self._action(
            "addFootprintsAction", translate("Search", "Add &Footprints as Layer"), "outlines.svg"
        )
        self.cover = self._action(
            "coverAreaAction", translate("Search", "&Cover the Area"), "mActionSelectPolygon.svg"
        )
        self.cover.setToolTip(
            translate(
                "Search",
                "Choose the fewest of the listed images of one provider that cover the area; those that come first are "
                "preferred",
            )
        )
        self.copy_id = self._action(
            "copyFoundIdAction", translate("Search", "Copy &ID"), "mActionEditCopy.svg"
        )
        self.pick = self._action("pickFoundAction", translate("Search", "Pick on &Map"), "mActionSelect.svg")
        self.pick.setCheckable(True)
        self.pick.setToolTip(
            translate("Search", "Choose images by clicking on the map; hold Ctrl to choose more")
        )
        self.copy_rows = self._action(
            "copyFoundRowsAction", translate("Search", "Copy &Rows"), "mActionEditCopy.svg"
        )
        self.table = self._action(
            "foundTableAction", translate("Search", "Show as &Table"), "mActionOpenTable.svg"
        )
        self.table.setCheckable(True)
        self.columns = columns_menu.menuAction()
        self.save_menu = QMenu(translate("Search", "Sa&ve Footprints As"), views[0])
        self.save_menu.setObjectName("saveFootprintsMenu")
        self.save_menu.menuAction().setIcon(icon_named("mActionFileSaveAs.svg"))
        self.export = self._action(
            "exportFootprintsAction", translate("Search", "&Other Format…"), "mActionFileSaveAs.svg"
        )
        self.export.setToolTip(
            translate("Search", "Add the footprints as a layer, and save that in any format QGIS can write")
        )
        self.save_menu.setToolTipsVisible(True)
        self._give_keys(views)
        self.menu = self._menu(views[0])
        self.update((), 0)

    def update(self, chosen: Sequence[FoundImage], shown: int) -> None:
        """Enable what makes sense for what is chosen among `shown` images."""
        is_placed = any(not each.ground.isEmpty() for each in chosen)
        self.use.setEnabled(bool(chosen))
        self.preview.setEnabled(any(_has_preview(each) for each in chosen))
        self.preview.setToolTip(
            translate("Search", "Preview the chosen images on the map (Enter)")
            if self.preview.isEnabled() or not chosen
            else translate("Search", "The catalog has no preview of it.")
        )
        self.zoom.setEnabled(is_placed)
        self.pan.setEnabled(is_placed)
        self.copy_id.setEnabled(bool(chosen))
        self.copy_rows.setEnabled(bool(chosen))
        self.footprints.setEnabled(shown > 0)
        self.save_menu.setEnabled(shown > 0)
        self.cover.setEnabled(shown > 0)
        self.footprints.setToolTip(
            translate("Search", "Add the footprints of the chosen images as a layer")
            if chosen
            else translate("Search", "Add the footprints of all images that are listed as a layer")
        )
        self.pick.setEnabled(shown > 0 or self.pick.isChecked())

    def _menu(self, parent: QAbstractItemView) -> QMenu:
        menu = QMenu(parent)
        menu.setObjectName("foundMenu")
        menu.addActions([self.use, self.preview, self.zoom, self.pan])
        menu.addSeparator()
        menu.addActions([self.cover, self.footprints])
        menu.addMenu(self.save_menu)
        menu.addSeparator()
        menu.addActions([self.copy_rows, self.copy_id])
        menu.addSeparator()
        menu.addActions([self.table, self.columns])
        return menu

    def _give_keys(self, views: Sequence[QAbstractItemView]) -> None:
        self.copy_rows.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self.copy_rows.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        keys = {
            int(Qt.Key.Key_Return): self.preview,
            int(Qt.Key.Key_Enter): self.preview,
            int(Qt.Key.Key_Z): self.zoom,
        }
        for view in views:
            view.addAction(self.copy_rows)
            ViewKeys(view, keys, {}, {int(Qt.Key.Key_C): self.copy_rows})

    def _action(self, name: str, title: str, icon: str) -> QAction:
        action = QAction(icon_named(icon), title, self)
        action.setObjectName(name)
        return action


def _has_preview(found: FoundImage) -> bool:
    return bool(found.image.preview_url or found.image.preview_parts)
