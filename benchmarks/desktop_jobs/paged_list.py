"""Inside QGIS: a list that is paged by the service, and one that is read whole where it arrives."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable

from event_loop import Cost, StallWatch
from qgis.PyQt.QtCore import QItemSelectionModel, QSortFilterProxyModel, Qt
from qgis.PyQt.QtGui import QStandardItem, QStandardItemModel
from qgis.PyQt.QtWidgets import QTabWidget, QTreeView
from qgis.utils import plugins

from desktop.hands import Desk
from mapflow_dock.api.listing.pages import SortBy
from mapflow_dock.ui.processings.list.cells import Column
from mapflow_dock.ui.processings.page import ProcessingsPage

WORDS = "77"
FEW = 50  # rows: more than are seen at once


def paged(desk: Desk) -> dict[str, dict[str, float]]:
    """The steps with the plugin's own list."""
    standby, url, rows = plugins["mapflow_dock"].standby, desk.settings["url"], desk.settings["rows"]
    page = _signed_in(desk)
    asked(f"{url}/fill")
    view, shown = page.processingsView, page.processingsView.model()
    told = {"first_rows": measured(desk, standby.monitor.refresh, lambda: shown.rowCount() >= FEW)}

    def is_at_the_end() -> bool:
        view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
        return shown.rowCount() == rows

    told["scroll"] = measured(desk, lambda: None, is_at_the_end)
    asked(f"{url}/turn")
    changed: list[int] = []
    page.model.dataChanged.connect(lambda first, _last, _roles: changed.append(first.row()))
    middle = shown.index(rows // 2, 0)
    view.scrollTo(middle, QTreeView.ScrollHint.PositionAtTop)
    view.selectionModel().select(middle, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    place = view.verticalScrollBar().value()

    def is_refreshed() -> bool:
        return len(changed) >= rows // 100 and not page.listed.pages.is_reading

    told["refresh"] = measured(desk, page.listed.ask_again, is_refreshed)
    told["refresh"]["rows_touched"] = len(set(changed))
    told["refresh"]["scrolled_px"] = abs(view.verticalScrollBar().value() - place)
    standby.session.sign_out()
    page = _signed_in(desk)  # nothing but the first rows is there
    view, shown = page.processingsView, page.processingsView.model()
    desk.wait("the first rows are there", lambda: shown.rowCount() >= FEW)
    desk.settle()
    expected = asked_page(url, rows, terms=WORDS)["total"]

    def is_narrowed() -> bool:
        pages = page.listed.pages
        is_asked = bool(pages.question.words) and not pages.is_reading
        return is_asked and shown.rowCount() >= min(FEW, expected)

    told["filter"] = measured(desk, lambda: page.filterEdit.setText(WORDS), is_narrowed)
    page.filterEdit.clear()
    desk.wait("all are wanted", lambda: not page.listed.pages.question.words and shown.rowCount() >= FEW)
    desk.settle()
    first = asked_page(url, 1, sortBy="NAME", sortOrder="ASC")["results"][0]["name"]
    pages = page.listed.pages

    def names() -> list[object]:
        return [shown.index(0, 0).data(), min(FEW, shown.rowCount())]

    told["sort"] = measured(
        desk,
        lambda: view.sortByColumn(int(Column.NAME), Qt.SortOrder.AscendingOrder),
        lambda: not pages.is_reading and pages.question.sort_by is SortBy.NAME and names() == [first, FEW],
    )
    return told


def _signed_in(desk: Desk) -> ProcessingsPage:
    standby, url = plugins["mapflow_dock"].standby, desk.settings["url"]
    standby.session.sign_in(desk.settings["pasted"], url, False)
    desk.wait("signed in", lambda: desk.sees("tabs"))
    desk.find("tabs", QTabWidget).setCurrentIndex(1)
    page: ProcessingsPage = desk.find("tabs", QTabWidget).findChild(ProcessingsPage)
    desk.wait("the first answer came", lambda: page.listed.is_loaded)
    desk.settle()
    return page


def plainly_listed(desk: Desk) -> dict[str, dict[str, float]]:
    """The same with a list that is read whole in one go, as an ordinary plugin does it."""
    url, rows = desk.settings["url"], desk.settings["rows"]
    view, model, proxy = QTreeView(), QStandardItemModel(0, 5), QSortFilterProxyModel()
    proxy.setSourceModel(model)
    view.setUniformRowHeights(True)
    view.setModel(proxy)
    view.resize(380, 700)
    view.show()
    desk.settle()

    def records() -> list[dict[str, object]]:
        return json.loads(asked(f"{url}/projects/p1/processings/v2"))

    def fill() -> None:
        for each in records():
            texts = [str(each[key]) for key in ("name", "status", "aoiArea", "cost", "created")]
            model.appendRow([QStandardItem(text) for text in texts])
        proxy.sort(4, Qt.SortOrder.DescendingOrder)

    def refresh() -> None:
        for row, each in enumerate(records()):
            if model.item(row, 0).text() != each["name"]:
                model.item(row, 0).setText(str(each["name"]))

    def scroll() -> bool:
        view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
        return True

    told = {
        "first_rows_plain": measured(desk, fill, lambda: proxy.rowCount() == rows),
        "scroll_plain": measured(desk, lambda: None, scroll),
        "refresh_plain": measured(desk, refresh, lambda: True),
        "filter_plain": measured(desk, lambda: proxy.setFilterFixedString(WORDS), lambda: True),
    }
    proxy.setFilterFixedString("")
    told["sort_plain"] = measured(desk, lambda: proxy.sort(0, Qt.SortOrder.AscendingOrder), lambda: True)
    view.close()
    view.deleteLater()
    return told


def measured(desk: Desk, act: Callable[[], None], is_done: Callable[[], bool]) -> dict[str, float]:
    """What `act` takes until `is_done`, and the longest standstill of QGIS meanwhile."""
    with StallWatch() as watch:
        cost = Cost()
        act()
        told = {f"call_{key}": value for key, value in cost.told().items()}
        desk.wait("it is done", is_done)
        told |= cost.told()
        desk.settle()
    return {**told, "longest_standstill_ms": watch.longest_ms}


def asked(address: str) -> bytes:
    """What the server answers."""
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - a local address
        return answer.read()


def asked_page(url: str, limit: int, **how: str) -> dict[str, object]:
    """A page, asked for without the plugin."""
    body = {"limit": limit, "offset": 0, "sortBy": "CREATED", "sortOrder": "DESC", **how}
    request = urllib.request.Request(  # noqa: S310 - a local address
        f"{url}/projects/p1/processings/v2/page", json.dumps(body).encode(), method="POST"
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.loads(answer.read())
