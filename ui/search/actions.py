"""What can be done with the found images: the actions of the page's buttons, context menu and keys."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.PyQt.QtCore import QObject, QPoint, Qt
from qgis.PyQt.QtWidgets import QAction, QListView, QMenu

from ...jobs.catalog.search import FoundImage
from ...text.translation import translate
from ..widgets.icons import icon_named
from ..widgets.keys.view_keys import ViewKeys


class SearchActions(QObject):
    """The actions, enabled by what is chosen. The page connects them."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
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
        ViewKeys(
            view,
            {
                int(Qt.Key.Key_Return): self.preview,
                int(Qt.Key.Key_Enter): self.preview,
                int(Qt.Key.Key_Z): self.zoom,
            },
            {},
        )
        self.menu = QMenu(view)
        self.menu.setObjectName("foundMenu")
        self.menu.addActions([self.use, self.preview, self.zoom, self.pan])
        self.menu.addSeparator()
        self.menu.addActions([self.cover, self.footprints, self.copy_id])
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
        self.footprints.setEnabled(shown > 0)
        self.cover.setEnabled(shown > 0)
        self.footprints.setToolTip(
            translate("Search", "Add the footprints of the chosen images as a layer")
            if chosen
            else translate("Search", "Add the footprints of all images that are listed as a layer")
        )
        self.pick.setEnabled(shown > 0 or self.pick.isChecked())

    def open_menu(self, place: QPoint) -> None:
        """Show the context menu at a place of the list."""
        self.menu.popup(self._view.viewport().mapToGlobal(place))

    def _action(self, name: str, title: str, icon: str) -> QAction:
        action = QAction(icon_named(icon), title, self)
        action.setObjectName(name)
        return action


def _has_preview(found: FoundImage) -> bool:
    return bool(found.image.preview_url or found.image.preview_parts)
