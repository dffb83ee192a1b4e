"""Inside QGIS: how long the Search tab takes with thousands of images, beside a plain list of as many texts."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from event_loop import Cost, StallWatch
from qgis.core import QgsGeometry, QgsPointXY, QgsRectangle
from qgis.PyQt.QtGui import QStandardItem, QStandardItemModel
from qgis.PyQt.QtWidgets import QAbstractItemView, QListView
from qgis.utils import plugins

from desktop import steps
from desktop.hands import Desk
from mapflow_dock.api.catalog.narrowing import fits
from mapflow_dock.api.catalog.records import CatalogImage
from mapflow_dock.api.catalog.search import CatalogQuery
from mapflow_dock.jobs.catalog.search import PAGE, FoundImage
from mapflow_dock.ui.run.area_section import AreaSection
from mapflow_dock.ui.search.found.orders import Order
from mapflow_dock.ui.search.page import SearchPage

FIRST = datetime(2026, 1, 1, tzinfo=timezone.utc)
AREA = {"type": "Polygon", "coordinates": [[[30, 50], [31, 50], [31, 51], [30, 51], [30, 50]]]}
CLEAR = CatalogQuery(AREA, max_cloud_percent=20.0)
HOVERS = 100


def run(desk: Desk) -> dict[str, dict[str, float]]:
    """Times by what was measured."""
    steps.arrange_window(desk)
    steps.go_to(desk, (29.0, 49.0, 32.0, 52.0))
    found = [_found(number) for number in range(desk.settings["rows"])]
    return {**_plain(desk, found), **_own(desk, found)}


def _found(number: int) -> FoundImage:
    """Tilted scenes that overlap, spread over the area."""
    angle = math.radians(number * 7 % 90)
    x, y = 29.5 + number * 0.61803 % 2, 49.5 + number * 0.41421 % 2
    corners = [
        QgsPointXY(x + 0.2 * math.cos(angle + turn), y + 0.2 * math.sin(angle + turn)) for turn in _TURNS
    ]
    image = CatalogImage(
        id=f"scene-{number}",
        provider=f"provider-{number % 7}",
        product_type="Scene",
        acquired=FIRST + timedelta(minutes=number * 7919 % 500_000),
        sensor=f"SAT-{number % 5}",
        resolution_m=0.3 + number % 10 / 10,
        cloud_percent=float(number % 101),
    )
    return FoundImage(image, QgsGeometry.fromPolygonXY([[*corners, corners[0]]]))


_TURNS = (0.0, math.pi / 2, math.pi, 3 * math.pi / 2)


def _plain(desk: Desk, found: list[FoundImage]) -> dict[str, dict[str, float]]:
    view, model = QListView(), QStandardItemModel()
    view.setUniformItemSizes(True)
    view.setModel(model)
    view.resize(380, 700)
    view.show()
    desk.settle()

    def fill() -> None:
        for each in found:
            model.appendRow(QStandardItem(f"{each.image.acquired} {each.image.sensor}"))

    def narrow() -> None:
        model.clear()
        for each in found:
            if (each.image.cloud_percent or 0) <= 20:
                model.appendRow(QStandardItem(f"{each.image.acquired} {each.image.sensor}"))

    told = {"fill_plain": _measured(desk, fill), "narrow_plain": _measured(desk, narrow)}
    view.close()
    view.deleteLater()
    return told


def _own(desk: Desk, found: list[FoundImage]) -> dict[str, dict[str, float]]:
    session = plugins["mapflow_dock"].standby.session
    area = AreaSection(desk.canvas, desk.iface)
    page = SearchPage(session, desk.canvas, area)
    page.resize(380, 900)
    page.show()
    page.searchStack.setCurrentWidget(page.foundPage)
    desk.settle()
    pages = iter(range(0, len(found), PAGE))

    def fill() -> None:
        for first in pages:
            page.list.add(tuple(found[first : first + PAGE]))
            page.searchStack.setCurrentWidget(page.foundPage)
            desk.settle()

    told = {
        "fill": _measured(desk, fill),
        "narrow": _measured(desk, lambda: page.list.set_found(_clear(found))),
        "widen": _measured(desk, lambda: page.list.set_found(tuple(found))),
        "hover_map": _measured(desk, lambda: _hover(desk), HOVERS),
        "hover_list": _measured(desk, lambda: _hover_list(desk, page), HOVERS),
        "scroll": _measured(desk, lambda: _scroll(desk, page.foundView)),
        **_as_table(desk, page, found),
    }
    page.close()
    area.detach()
    for each in (page, area):
        each.deleteLater()
    return told


def _as_table(desk: Desk, page: SearchPage, found: list[FoundImage]) -> dict[str, dict[str, float]]:
    views, table, model = page.list.views, page.foundTable, page.list.model
    told = {
        "table_show": _measured(desk, lambda: views.show_table(True)),
        "table_scroll": _measured(desk, lambda: _scroll(desk, table)),
        "table_hover": _measured(desk, lambda: _hover_table(desk, page), HOVERS),
        "table_sort": _measured(desk, lambda: model.set_order(Order.ID)),
        "table_choose_all": _measured(desk, table.selectAll),
        "table_sort_all_chosen": _measured(desk, lambda: model.set_order(Order.ID_FALLING)),
        "table_narrow": _measured(desk, lambda: page.list.set_found(_clear(found))),
        "table_widen": _measured(desk, lambda: page.list.set_found(tuple(found))),
        "table_hide": _measured(desk, lambda: views.show_table(False)),
    }
    model.set_order(Order.NEWEST)
    return told


def _hover_table(desk: Desk, page: SearchPage) -> None:
    for number in range(HOVERS):
        page.foundTable.entered.emit(page.list.model.index(number, 1))
        desk.settle()


def _clear(found: list[FoundImage]) -> tuple[FoundImage, ...]:
    return tuple(each for each in found if fits(each.image, CLEAR))


def _hover(desk: Desk) -> None:
    for number in range(HOVERS):
        desk.canvas.xyCoordinates.emit(_on_map(desk, 29.6 + number * 0.017, 50.5))
        desk.settle()


def _on_map(desk: Desk, longitude: float, latitude: float) -> QgsPointXY:
    extent: QgsRectangle = desk.canvas.extent()
    return QgsPointXY(
        extent.xMinimum() + (longitude - 29.0) / 3.0 * extent.width(),
        extent.yMinimum() + (latitude - 49.0) / 3.0 * extent.height(),
    )


def _hover_list(desk: Desk, page: SearchPage) -> None:
    for number in range(HOVERS):
        page.foundView.entered.emit(page.list.model.index(number))
        desk.settle()


def _scroll(desk: Desk, view: QAbstractItemView) -> None:
    bar = view.verticalScrollBar()
    for number in range(40):
        bar.setValue(bar.maximum() * number // 39)
        desk.settle()


def _measured(desk: Desk, act: Callable[[], None], times: int = 1) -> dict[str, float]:
    """What `act`, which does something `times`, costs once."""
    with StallWatch() as watch:
        cost = Cost()
        act()
        told = {key: round(value / times, 2) for key, value in cost.told().items()}
        desk.settle()
    return {**told, "longest_standstill_ms": watch.longest_ms}
