"""The Search tab as its user works with it, a function a step."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsPointXY,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QListView, QTableView, QToolButton

from desktop import steps
from desktop.hands import LEFT, NO_KEYS, Desk

SEARCH_TAB = 2


def open_search(desk: Desk) -> None:
    """Go to the Search tab."""
    desk.choose_tab("tabs", SEARCH_TAB)
    desk.wait("the page is there", lambda: desk.sees("searchButton"))


def search(desk: Desk) -> int:
    """Press Search, and wait for the list; returns how many images it has by now."""
    desk.click("searchButton")
    desk.wait("images were found", lambda: desk.sees("foundView"))
    desk.settle()
    return desk.find("foundView", QListView).model().rowCount()


def choose(desk: Desk, count: int, first: int = 0) -> None:
    """Click on a row of the list, and with Shift on the last of `count`."""
    view = desk.find("foundView", QListView)
    keys = Qt.KeyboardModifier.ShiftModifier if count > 1 else NO_KEYS
    for row, held in ((first, NO_KEYS), (first + count - 1, keys)):
        index = view.model().index(row, 0)
        view.scrollTo(index)
        QTest.mouseClick(view.viewport(), LEFT, held, view.visualRect(index).center())
    desk.settle()


def chosen(desk: Desk) -> list[int]:
    """The rows that are chosen."""
    view = desk.find("foundView", QListView)
    return sorted({index.row() for index in view.selectionModel().selectedIndexes()})


def point_at_row(desk: Desk, row: int) -> None:
    """Move the pointer over a row."""
    view = desk.find("foundView", QListView)
    place = view.visualRect(view.model().index(row, 0)).center()
    QTest.mouseMove(view.viewport(), place + QPoint(1, 1))
    QTest.mouseMove(view.viewport(), place)
    desk.settle()


def pick_on_map(desk: Desk, longitude: float, latitude: float) -> None:
    """Choose the image at a place by a click on the map."""
    desk.click("pickFoundButton")
    canvas = desk.canvas
    to_map = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:4326"),
        canvas.mapSettings().destinationCrs(),
        QgsProject.instance(),
    )
    at = canvas.getCoordinateTransform().transform(to_map.transform(QgsPointXY(longitude, latitude)))
    QTest.mouseClick(canvas.viewport(), LEFT, NO_KEYS, QPoint(round(at.x()), round(at.y())))
    desk.settle()
    desk.click("pickFoundButton")


def as_table(desk: Desk) -> dict[str, object]:
    """Show the table, sort it by cloud with a click on its header, copy the first row with keys, and go back."""
    desk.click("tableButton")
    desk.wait("the table is there", lambda: desk.sees("foundTable"))
    table = desk.find("foundTable", QTableView)
    kept = sorted({index.row() for index in table.selectionModel().selectedIndexes()})
    model, header = table.model(), table.horizontalHeader()
    titles = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(header.count())]
    column = titles.index("Cloud")
    before = model.index(0, titles.index("ID")).data()
    at = QPoint(header.sectionViewportPosition(column) + 5, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, NO_KEYS, at)
    desk.wait(
        "the rows are sorted",
        lambda: model.rowCount() > 0 and model.index(0, titles.index("ID")).data() != before,
    )
    desk.settle()
    QTest.mouseClick(table.viewport(), LEFT, NO_KEYS, table.visualRect(model.index(0, column)).center())
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    clouds = [model.index(row, column).data() for row in range(20)]
    desk.click("tableButton")
    desk.wait("the list is back", lambda: desk.sees("foundView"))
    return {
        "chosen": kept,
        "clouds": [float(text.split()[0].rstrip("%")) for text in clouds if text],
        "copied": QApplication.clipboard().text().splitlines(),
    }


def show_source(desk: Desk) -> dict[str, object]:
    """From the details of the processing that is chosen back to the images it used."""
    desk.click("detailsButton")
    desk.wait("the details are there", lambda: desk.sees("showSourceButton"))
    desk.click("showSourceButton")
    desk.wait(
        "its images are listed", lambda: desk.sees("foundView") and "images of" in desk.text("foundNote")
    )
    view = desk.find("foundView", QListView)
    return {"count": view.model().rowCount(), "chosen": chosen(desk), "told": desk.text("foundNote")}


def fold_filters(desk: Desk) -> None:
    """Open the filters, or close them."""
    QTest.mouseClick(desk.find("SearchFilters").findChild(QToolButton, "collapseButton"), LEFT)
    desk.settle()


def only_mosaics(desk: Desk) -> None:
    """Narrow the search to mosaics, which can be processed at once."""
    combo = desk.find("SearchFilters").findChild(QComboBox, "productCombo")
    fold_filters(desk)
    QTest.keyClick(combo, Qt.Key.Key_M)  # as one types the beginning of an entry
    QTest.keyClick(combo, Qt.Key.Key_Return)
    fold_filters(desk)
    desk.wait("mosaics were found", lambda: desk.sees("filtersLabel") and desk.sees("foundView"))
    desk.settle()


def cover(desk: Desk) -> list[int]:
    """Choose the fewest images that cover the area; returns their rows once the dock says what they cover."""
    desk.click("coverAreaButton")
    bar = desk.find("messageBar", within=steps.DOCK)
    desk.wait("it is told what they cover", lambda: any("cover" in text for text in steps.bar_texts(bar)))
    return chosen(desk)


def preview(desk: Desk, count: int = 1) -> list[QgsRasterLayer]:
    """Put the chosen images on the map; returns their layers."""
    desk.click("previewFoundButton")
    desk.wait("the previews are on the map", lambda: len(previews()) >= count)
    desk.wait_for_map()
    return previews()


def previews() -> list[QgsRasterLayer]:
    """The preview layers of the catalog's images."""
    layers = QgsProject.instance().mapLayers().values()
    return [layer for layer in layers if layer.customProperty("mapflow_dock/catalog_image")]


def export_dialog(desk: Desk) -> str:
    """Choose *Other Format*, and close QGIS's dialog that opens; returns its title."""
    titles: list[str] = []

    def close() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            looking.stop()
            titles.append(dialog.windowTitle())
            QTest.keyClick(dialog, Qt.Key.Key_Escape)

    looking = QTimer()
    looking.timeout.connect(close)
    looking.start(100)
    button = desk.find("footprintsButton", QToolButton)
    next(each for each in button.menu().actions() if each.objectName() == "exportFootprintsAction").trigger()
    desk.wait("QGIS's dialog was open", lambda: bool(titles))
    return titles[0]


def use_in_run(desk: Desk) -> str:
    """Take the chosen images to Run; returns what Run says of them."""
    desk.click("useFoundButton")
    desk.wait("Run shows what was picked", lambda: desk.sees("foundLabel"))
    return desk.text("foundLabel")
