"""Where the figures of a summary go: into a file, into a print layout."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsPrintLayout, QgsProject
from qgis.PyQt.QtCore import QIODevice, QObject, QSaveFile, pyqtSignal
from qgis.PyQt.QtWidgets import QMenu, QWidget

from ...layers.summary.layout import layouts, new_layout, put_table
from ...layers.summary.table import csv_text
from ...text.file_names import file_stem
from ...text.server_text import bounded
from ...text.translation import translate
from ..saving.file_choice import FileChoice
from .words import scope_title, table_rows

if TYPE_CHECKING:
    from ...layers.summary.facts import ResultSummary
    from .subject import SummarySubject

_MOST_NAME = 60
_BOM = "\ufeff"  # without it, spreadsheets on Windows read UTF-8 as something else


class SummaryOutlets(QObject):
    """Asks where to, and puts the figures there; `said` tells how that went."""

    said = pyqtSignal(str)
    layout_chosen = pyqtSignal(object)  # QgsPrintLayout; None for a new one

    def __init__(
        self,
        name: str,
        subject: SummarySubject,
        open_layout: Callable[[QgsPrintLayout], object],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._name = name
        self._subject = subject
        self._open_layout = open_layout
        self._choice = FileChoice(window, "saveSummaryDialog", translate("Summary", "Save Summary as CSV"))
        self.menu = QMenu(window)
        self.menu.setObjectName("layoutMenu")
        self.menu.aboutToShow.connect(self._fill_menu)

    def ask_where(self, summary: Optional[ResultSummary]) -> None:
        """Ask for a file, and write the figures into it."""
        if summary is None:
            return
        stem = f"{file_stem(self._name, 'result')}_summary"
        self._choice.ask_for("CSV", ".csv", stem, partial(self.save, summary))

    def save(self, summary: ResultSummary, path: Path) -> bool:
        """Write the figures into a file, all or nothing; says how that went."""
        file = QSaveFile(str(path))
        data = (_BOM + csv_text(summary)).encode()
        is_open = file.open(QIODevice.OpenModeFlag.WriteOnly)
        is_saved = is_open and file.write(data) == len(data) and file.commit()
        if is_saved:
            text = translate("Summary", "The summary was saved to {path}.").format(path=path)
        else:
            text = translate(
                "Summary", "The summary could not be saved to {path}: {reason}. Choose another folder."
            )
            text = text.format(path=path, reason=bounded(file.errorString(), 200))
        self.said.emit(text)
        return is_saved

    def put(self, summary: Optional[ResultSummary], layout: Optional[QgsPrintLayout]) -> None:
        """Put the figures into `layout`, or into a new one, and open that."""
        if summary is None:
            return
        title = bounded(self._name, _MOST_NAME)
        if layout is None:
            settings = self._subject.canvas.mapSettings()
            layout = new_layout(QgsProject.instance(), title, settings)
        was_there = put_table(layout, self._subject.mark, table_rows(summary))
        text = (
            translate("Summary", "The table in “{layout}” shows these figures now ({scope}).")
            if was_there
            else translate("Summary", "The table is in “{layout}” ({scope}).")
        )
        self.said.emit(text.format(layout=bounded(layout.name(), 80), scope=scope_title(summary.scope)))
        self._open_layout(layout)

    def close(self) -> None:
        """Take back what is asked."""
        self._choice.close()

    def _fill_menu(self) -> None:
        self.menu.clear()
        action = self.menu.addAction(translate("Summary", "&New Layout"))
        action.setObjectName("newLayoutAction")
        action.triggered.connect(lambda _checked=False: self.layout_chosen.emit(None))
        found = layouts(QgsProject.instance())
        if found:
            self.menu.addSeparator()
        for layout in found:
            name = bounded(layout.name(), _MOST_NAME).replace("&", "&&")
            self.menu.addAction(name).triggered.connect(partial(self._choose, layout.name()))

    def _choose(self, name: str, _checked: bool = False) -> None:
        """The layout may have gone since the menu was made."""
        layout = QgsProject.instance().layoutManager().layoutByName(name)
        if isinstance(layout, QgsPrintLayout):
            self.layout_chosen.emit(layout)
