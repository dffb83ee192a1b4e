"""A summary in a print layout: a table that is put in once, and brought up to date when it is put in again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from qgis.core import (
    QgsLayoutFrame,
    QgsLayoutItemLabel,
    QgsLayoutItemManualTable,
    QgsLayoutItemMap,
    QgsLayoutMultiFrame,
    QgsLayoutTable,
    QgsLayoutTableColumn,
    QgsMapSettings,
    QgsPrintLayout,
    QgsProject,
    QgsTableCell,
    QgsTextFormat,
)
from qgis.PyQt.QtCore import QRectF
from qgis.PyQt.QtGui import QColor, QFont

from ...text.server_text import unmarked
from ...text.translation import translate

MARK = "mapflow_dock/summary"  # on tables: what they are of
_MARGIN, _TITLE, _GAP = 10.0, 10.0, 4.0  # millimetres
_MAP_SHARE = 0.5  # of the height of a page, in a new layout
_BODY_PT, _TITLE_PT = 9.0, 16.0
_LINE = 8.0  # millimetres of a row
_LONGEST = 120

Rows = Sequence[Sequence[str]]


def layouts(project: QgsProject) -> list[QgsPrintLayout]:
    """Return the print layouts of a project, by name."""
    found = [each for each in project.layoutManager().layouts() if isinstance(each, QgsPrintLayout)]
    return sorted(found, key=lambda each: str(each.name()).casefold())


def new_layout(project: QgsProject, title: str, settings: QgsMapSettings) -> QgsPrintLayout:
    """Return a new layout with a title and what the map shows; there is room for a table below."""
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName(_free_name(project, unmarked(title, _LONGEST)))
    page = layout.pageCollection().page(0).sizeWithUnits()
    width, height = page.width() - 2 * _MARGIN, page.height()
    label = QgsLayoutItemLabel(layout)
    label.setText(unmarked(title, _LONGEST))
    label.setFont(QFont(QFont().family(), round(_TITLE_PT)))
    layout.addLayoutItem(label)
    label.attemptSetSceneRect(QRectF(_MARGIN, _MARGIN, width, _TITLE))
    shown = QgsLayoutItemMap(layout)
    layout.addLayoutItem(shown)
    top = _MARGIN + _TITLE + _GAP
    shown.attemptSetSceneRect(QRectF(_MARGIN, top, width, height * _MAP_SHARE))
    shown.setCrs(settings.destinationCrs())
    shown.zoomToExtent(settings.extent())
    shown.setFrameEnabled(True)
    project.layoutManager().addLayout(layout)
    return layout


def put_table(layout: QgsPrintLayout, mark: str, rows: Rows) -> bool:
    """Put a table into `layout`, its first row the header; one with the same `mark` is filled anew.

    Returns whether there was one. Both can be undone in the layout's window.
    """
    present = _present(layout, mark)
    text = translate("Summary", "Put in Mapflow Summary")
    if present is not None:
        present.beginCommand(text)
        _fill(present, rows)
        present.endCommand()
        return True
    # a table that was taken out is kept by the layout for its undoing
    layout.undoStack().beginMacro(text)
    table = QgsLayoutItemManualTable.create(layout)
    table.setCustomProperty(MARK, mark)
    _fill(table, rows)
    layout.addMultiFrame(table)
    frame = QgsLayoutFrame(layout, table)
    frame.attemptSetSceneRect(_place(layout, len(rows)))
    table.addFrame(frame)
    table.setResizeMode(QgsLayoutMultiFrame.ResizeMode.ExtendToNextPage)
    table.recalculateFrameSizes()
    layout.undoStack().endMacro()
    layout.setSelectedItem(frame)
    return False


def _present(layout: QgsPrintLayout, mark: str) -> Optional[QgsLayoutItemManualTable]:
    frames = [item for item in layout.items() if isinstance(item, QgsLayoutFrame)]
    tables = (frame.multiFrame() for frame in frames)
    found = (each for each in tables if isinstance(each, QgsLayoutItemManualTable))
    return next((each for each in found if each.customProperty(MARK) == mark), None)


def _fill(table: QgsLayoutItemManualTable, rows: Rows) -> None:
    header, *body = rows
    table.setIncludeTableHeader(True)
    table.setHeaders([QgsLayoutTableColumn(unmarked(text, _LONGEST)) for text in header])
    table.setTableContents([[QgsTableCell(unmarked(text, _LONGEST)) for text in row] for row in body])
    table.setContentTextFormat(_format(is_bold=False))
    table.setHeaderTextFormat(_format(is_bold=True))
    table.setWrapBehavior(QgsLayoutTable.WrapBehavior.WrapText)
    table.refresh()


def _format(is_bold: bool) -> QgsTextFormat:
    font = QFont()
    font.setBold(is_bold)
    text = QgsTextFormat()
    text.setFont(font)
    text.setSize(_BODY_PT)  # points, by default
    text.setColor(QColor("black"))  # on paper, whatever theme QGIS has
    return text


def _place(layout: QgsPrintLayout, rows: int) -> QRectF:
    """Return where a new table goes: below all there is on the first page, or at its top where that is full."""
    page = layout.pageCollection().page(0)
    size = page.sizeWithUnits()
    items = [item for item in layout.pageCollection().itemsOnPage(0) if item is not page]
    tops = [item.sceneBoundingRect().bottom() for item in items]
    start = max(tops) + _GAP if tops else _MARGIN
    room = size.height() - _MARGIN
    top = start if room - start > 3 * _LINE else _MARGIN
    return QRectF(_MARGIN, top, size.width() - 2 * _MARGIN, min(room - top, rows * _LINE))


def _free_name(project: QgsProject, wanted: str) -> str:
    name, number = wanted, 2
    while project.layoutManager().layoutByName(name) is not None:
        name, number = f"{wanted} {number}", number + 1
    return name
