"""The list of found images and the map, which light each other's images up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import QgsPointXY
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QListView

from ...api.catalog.pictures import forget_pictures, picture
from ...jobs.catalog.search import FoundImage, Key
from ..map_tools.pick_tool import PickTool
from ..widgets.rows.thumbnails import Thumbnails
from .delegate import SearchDelegate
from .model import SearchRole, SearchRows
from .on_map import FootprintsOnMap

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas, QgsMapTool

    from ...api.session import Session

_SELECT = QItemSelectionModel.SelectionFlag


class FoundList(QObject):
    """Shows `model` in `view`. What is chosen or hovered there is lit on the map, and the other way round."""

    chosen_changed = pyqtSignal()
    picking_ended = pyqtSignal()  # the map has another tool now

    def __init__(self, session: Session, view: QListView, canvas: QgsMapCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self.model = SearchRows(self)
        self.map = FootprintsOnMap(canvas, self)
        self._view = view
        self._canvas = canvas
        self._tool: Optional[PickTool] = None
        self._former: Optional[QgsMapTool] = None
        self._thumbnails = Thumbnails(session, picture, forget_pictures, self)
        view.setModel(self.model)
        view.setItemDelegate(SearchDelegate(self._thumbnails, view))
        view.viewport().installEventFilter(self)
        view.entered.connect(self._on_entered)
        view.selectionModel().selectionChanged.connect(self._on_selection)
        self._thumbnails.arrived.connect(lambda _key: view.viewport().update())
        self.map.hovered.connect(self.model.light)

    def chosen(self) -> tuple[FoundImage, ...]:
        """The chosen images, in the order they are shown."""
        rows = sorted(index.row() for index in self._view.selectionModel().selectedRows())
        return tuple(self.model.index(row).data(int(SearchRole.FOUND)) for row in rows)

    def set_found(self, found: tuple[FoundImage, ...]) -> None:
        """Show these; what was chosen and is among them stays chosen."""
        chosen = [each.key for each in self.chosen()]
        self.model.set_found(found)
        self.map.set_found(found)
        self.choose(chosen)
        self._on_selection()

    def clear(self) -> None:
        """Show nothing, and forget what came."""
        self.model.set_found(())
        self.map.clear()
        self._on_selection()

    def add(self, found: tuple[FoundImage, ...]) -> None:
        """Show these below the others."""
        self.model.add(found)
        self.map.add(found)

    def choose(self, keys: list[Key], is_added: bool = False) -> None:
        """Choose these in the list, beside those that are chosen with `is_added`."""
        selection = self._view.selectionModel()
        if not is_added:
            selection.clearSelection()
        for key in keys:
            index = self.model.index_of(key)
            if index.isValid():
                selection.select(index, _SELECT.Toggle if is_added else _SELECT.Select)

    def pick_on_map(self, is_wanted: bool) -> None:
        """Let clicks on the map choose images, or give the map its former tool back."""
        if is_wanted and self._tool is None:
            self._former = self._canvas.mapTool()
            self._tool = PickTool(self._canvas)
            self._tool.picked.connect(self._on_picked)
            self._tool.deactivated.connect(self._on_tool_gone)
            self._canvas.setMapTool(self._tool)
        elif not is_wanted and self._tool is not None:
            former = self._former
            if former is not None and not sip.isdeleted(former):
                self._canvas.setMapTool(former)
            else:
                self._canvas.unsetMapTool(self._tool)

    def close(self) -> None:
        """Give the map back, and ask for nothing more."""
        self.pick_on_map(False)
        self.map.close()
        self._thumbnails.close()

    def eventFilter(self, _viewport: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: the pointer has left the list."""
        if event.type() == QEvent.Type.Leave:
            self.map.hover(None)
        return False

    def _on_entered(self, index: QModelIndex) -> None:
        found = index.data(int(SearchRole.FOUND))
        self.map.hover(found.key if isinstance(found, FoundImage) else None)

    def _on_selection(self, *_what: object) -> None:
        self.map.choose(each.key for each in self.chosen())
        self.chosen_changed.emit()

    def _on_picked(self, point: QgsPointXY, is_added: bool) -> None:
        keys = self.map.at(point)[:1]
        self.choose(keys, is_added)
        if keys:  # from where keys go on
            self._view.selectionModel().setCurrentIndex(self.model.index_of(keys[0]), _SELECT.NoUpdate)
            self._view.scrollTo(self.model.index_of(keys[0]))

    def _on_tool_gone(self) -> None:
        tool, self._tool, self._former = self._tool, None, None
        if tool is not None:
            tool.deleteLater()
            self.picking_ended.emit()
