"""The found images in their views and on the map, which light each other's images up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsPointXY
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QModelIndex, QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QApplication, QListView, QTableView

from ....api.catalog.pictures import forget_pictures, picture
from ....jobs.catalog.search import FoundImage, Key
from ...map_tools.pick_tool import PickTool
from ...widgets.rows.thumbnails import Thumbnails
from .model import SearchRole, SearchRows
from .on_map import FootprintsOnMap
from .row_delegate import SearchDelegate
from .views import FoundViews

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas, QgsMapTool

    from ....api.session import Session


class FoundList(QObject):
    """Shows `model` in `views`. What is chosen or hovered there is lit on the map, and the other way round."""

    chosen_changed = pyqtSignal()
    picking_ended = pyqtSignal()  # the map has another tool now

    def __init__(
        self, session: Session, rows: QListView, table: QTableView, canvas: QgsMapCanvas, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.model = SearchRows(self)
        self.map = FootprintsOnMap(canvas, self)
        self.thumbnails = Thumbnails(session, picture, forget_pictures, self)
        rows.setItemDelegate(SearchDelegate(self.thumbnails, rows))
        self.views = FoundViews(rows, table, self.model)
        self._canvas = canvas
        self._tool: Optional[PickTool] = None
        self._former: Optional[QgsMapTool] = None
        self._awaited: set[Key] = set()  # were chosen, and are to come again in another order
        self._chosen_before: list[Key] = []  # the list was cleared
        self.views.entered.connect(self._on_entered)
        self.views.left.connect(lambda: self.map.hover(None))
        self.views.selection.selectionChanged.connect(self._on_selection)
        self.thumbnails.arrived.connect(lambda _key: rows.viewport().update())
        self.map.hovered.connect(self.model.light)

    def chosen(self) -> tuple[FoundImage, ...]:
        """The chosen images, in the order they are shown."""
        return tuple(self.model.at(row) for row in self.views.chosen_rows())

    def set_found(self, found: tuple[FoundImage, ...]) -> None:
        """Show these; what was chosen and is among them stays chosen."""
        chosen = [each.key for each in self.chosen()]
        self.model.set_found(found)
        self.map.set_found(found)
        self.choose(chosen)
        if not self.views.chosen_rows():  # else it was told already
            self._on_selection()

    def clear(self) -> None:
        """Show nothing, and forget what came."""
        if self.model.rowCount():
            self._chosen_before = [each.key for each in self.chosen()]
        self.model.set_found(())
        self.map.clear()
        self.thumbnails.forget_missing()
        self._on_selection()

    def restore(self, found: tuple[FoundImage, ...]) -> None:
        """Show these again, which were cleared away; what was chosen then is chosen."""
        self._awaited = set()
        self.set_found(found)
        self.choose(self._chosen_before)

    def await_chosen(self) -> None:
        """Choose again what is chosen now, when it comes again."""
        self._awaited |= {each.key for each in self.chosen()}

    def await_none(self) -> None:
        """Choose nothing by itself."""
        self._awaited = set()

    def add(self, found: tuple[FoundImage, ...]) -> None:
        """Show these, too."""
        self.model.add(found)
        self.map.add(found)
        again = {each.key for each in found} & self._awaited
        if again:
            self._awaited -= again
            self.choose([*(each.key for each in self.chosen()), *again])

    def choose(self, keys: Iterable[Key]) -> None:
        """Choose these and no others."""
        indexes = (self.model.index_of(key) for key in keys)
        self.views.choose({index.row() for index in indexes if index.isValid()})

    def copy_rows(self) -> None:
        """Copy what is chosen as text."""
        QApplication.clipboard().setText(self.views.text(self.views.chosen_rows()))

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
        self.views.close()
        self.thumbnails.close()

    def _on_entered(self, index: QModelIndex) -> None:
        found = index.data(int(SearchRole.FOUND))
        self.map.hover(found.key if isinstance(found, FoundImage) else None)

    def _on_selection(self, *_what: object) -> None:
        self.map.choose(each.key for each in self.chosen())
        self.chosen_changed.emit()

    def _on_picked(self, point: QgsPointXY, is_added: bool) -> None:
        rows = [self.model.index_of(key).row() for key in self.map.at(point)[:1]]
        if not is_added:
            self.views.choose(rows)
        for row in rows:
            if is_added:
                self.views.toggle(row)
            self.views.go_to(row)  # from where keys go on

    def _on_tool_gone(self) -> None:
        tool, self._tool, self._former = self._tool, None, None
        if tool is not None:
            tool.deleteLater()
            self.picking_ended.emit()
