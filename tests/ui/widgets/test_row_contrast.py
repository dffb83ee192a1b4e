"""What rows say can be read, and their signs seen, in every state and theme: measured in what is painted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from qgis.core import Qgis, QgsApplication, QgsGeometry, QgsRectangle
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtCore import QEvent, QItemSelectionModel, QPoint, QPointF, QRect, Qt
from qgis.PyQt.QtGui import QColor, QHoverEvent, QImage, QPalette
from qgis.PyQt.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListView,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from wcag import contrast

from mapflow_dock.api.catalog.pictures import forget_pictures, picture
from mapflow_dock.api.catalog.records import CatalogImage
from mapflow_dock.api.imagery import forget_previews, preview
from mapflow_dock.api.imagery_records import Image, Mosaic, Preparation
from mapflow_dock.api.processings import Processing, Review, Status
from mapflow_dock.api.session import Session
from mapflow_dock.jobs.catalog.search import FoundImage
from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.text.facts import Fact
from mapflow_dock.ui.my_imagery.tree.list import ImageryList
from mapflow_dock.ui.my_imagery.tree.model import ImageryTree
from mapflow_dock.ui.my_imagery.tree.nodes import Doing
from mapflow_dock.ui.processings.list.cells import Column
from mapflow_dock.ui.processings.list.list import ProcessingsList
from mapflow_dock.ui.search.found.model import SearchRows
from mapflow_dock.ui.search.found.row_delegate import SearchDelegate
from mapflow_dock.ui.uploads.delegate import UploadDelegate, stage_icon
from mapflow_dock.ui.uploads.model import UploadModel, UploadRow
from mapflow_dock.ui.widgets.facts.table import FactsTable
from mapflow_dock.ui.widgets.icons import icon_named
from mapflow_dock.ui.widgets.notice import Notice, show_notice
from mapflow_dock.ui.widgets.notice_row import NoticeRow
from mapflow_dock.ui.widgets.rows.painting import PADDING, lines_in
from mapflow_dock.ui.widgets.rows.thumbnails import Thumbnails

TEXT, SIGN = 4.5, 3.0
STATES = ("plain", "hovered", "selected", "selected and hovered", "selected elsewhere", "disabled")
THEMES = ("light", "dark", "Night Mapping", "Blend of Gray")
NOTICE_LEVELS = {
    "info": Qgis.MessageLevel.Info,
    "success": Qgis.MessageLevel.Success,
    "warning": Qgis.MessageLevel.Warning,
    "critical": Qgis.MessageLevel.Critical,
}
POINTS = 22  # so large that a stroke is wider than a pixel
NOON = datetime(2026, 2, 10, 12, tzinfo=UTC)


def dark_palette() -> QPalette:
    """As a dark desktop has it: Qt's own dark colours of Fusion."""
    roles = QPalette.ColorRole
    palette = QPalette(QColor(50, 50, 50))
    for role, colour in (
        (roles.Window, "#323232"),
        (roles.Base, "#242424"),
        (roles.AlternateBase, "#2b2b2b"),
        (roles.WindowText, "#ffffff"),
        (roles.Text, "#ffffff"),
        (roles.ButtonText, "#ffffff"),
        (roles.Highlight, "#308cc6"),
        (roles.HighlightedText, "#ffffff"),
    ):
        palette.setColor(role, QColor(colour))
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#7f7f7f"))
    return palette


@pytest.fixture(params=THEMES)
def theme(request, qgis_app):
    before, font = QApplication.palette(), QApplication.font()
    if request.param == "dark":
        QApplication.setPalette(dark_palette())
    elif request.param != "light":
        if request.param not in QgsApplication.uiThemes():
            pytest.skip("this QGIS has no such theme")
        QgsApplication.setUITheme(request.param)
    large = QApplication.font()
    large.setPointSizeF(POINTS)
    QApplication.setFont(large)
    yield request.param
    QgsApplication.setUITheme("default")
    qgis_app.setStyleSheet("")
    QApplication.setPalette(before)
    QApplication.setFont(font)


@pytest.fixture
def window(qtbot, theme):
    """A window with another field that can have the focus."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 900)
    layout = QVBoxLayout(window)
    layout.addWidget(QLineEdit(window))
    return window


def shown_in(window, view, qtbot):
    view.setFont(QApplication.font())
    window.layout().addWidget(view)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return view


def put_into(view, index, state):
    """Bring a row into `state`."""
    view.setEnabled(state != "disabled")
    selection = view.selectionModel()
    selection.clear()
    view.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover, True)
    away, over = QPointF(-5, -5), QPointF(view.visualRect(index).center())
    view.window().activateWindow()
    hover_at = over if "hovered" in state else away
    kind = QEvent.Type.HoverMove if "hovered" in state else QEvent.Type.HoverLeave
    QApplication.sendEvent(view.viewport(), QHoverEvent(kind, hover_at, away))
    if "selected" in state:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        selection.setCurrentIndex(index, flags)
    if state == "selected elsewhere":
        view.window().findChild(QLineEdit).setFocus()
    else:
        view.setFocus()


def strongest(image: QImage, ground: QColor) -> float:
    colours = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
    return max(contrast(QColor(colour), ground) for colour in colours)


class Row:
    """A row as it is painted; parts of it are measured against its ground."""

    def __init__(self, view, index):
        self.view, self.rect = view, view.visualRect(index)
        self.image = view.viewport().grab().toImage()
        self.ground = QColor(self.image.pixel(self.rect.topLeft() + QPoint(3, 3)))  # between frame and text

    def contrast(self, part: QRect) -> float:
        found = self.image.copy(part & self.image.rect())
        assert not found.isNull(), part
        return strongest(found, self.ground)

    @property
    def lines(self) -> tuple[QRect, QRect]:
        within = self.rect.adjusted(PADDING, PADDING, -PADDING, -PADDING)
        return lines_in(within, self.view.font())


def square(line: QRect) -> QRect:
    return QRect(line.left(), line.top(), line.height(), line.height())


def beside(line: QRect) -> QRect:
    return line.adjusted(line.height() + PADDING, 0, 0, 0)


def faults(measured: dict[str, tuple[float, float]]) -> dict[str, str]:
    return {name: f"{got:.2f} < {least}" for name, (got, least) in measured.items() if got < least}


@pytest.mark.parametrize("state", STATES)
def test_processings(state, window, qtbot):
    view = QTreeView(window)
    view.setRootIsDecorated(False)
    listed = ProcessingsList(view, QToolButton(window), window)
    values = {"area_m2": 1e6, "cost": 10.0, "model_name": "Buildings", "created": NOON}
    many = [
        Processing(
            status.name,
            status.name,
            status=status,
            percent=50 if status is Status.IN_PROGRESS else None,
            **values,
        )
        for status in Status
    ]
    many += [
        Processing(review.name, "R", status=Status.OK, review_status=review.name, **values)
        for review in Review
    ]
    listed.model.set_processings(many)
    shown_in(window, view, qtbot)
    found = {}
    for one in many:
        index = listed.filter.mapFromSource(listed.model.index_of(one.id))
        put_into(view, index, state)
        row = Row(view, index)
        found[f"{one.id} name"] = row.contrast(row.lines[0]), TEXT
        found[f"{one.id} second line"] = row.contrast(row.lines[1]), TEXT
        row = Row(view, index.sibling(index.row(), Column.STATUS))
        first, second = row.lines
        found[f"{one.id} age"] = row.contrast(second), TEXT
        if one.status is Status.IN_PROGRESS:
            found[f"{one.id} bar"] = bar_contrast(row, first), SIGN
            found[f"{one.id} percent"] = row.contrast(QRect(first.center(), first.bottomRight())), TEXT
        else:
            found[f"{one.id} sign"] = row.contrast(square(first)), SIGN
            found[f"{one.id} word"] = row.contrast(beside(first)), TEXT
    listed.close()
    assert faults(found) == {}


def bar_contrast(row: Row, line: QRect) -> float:
    """Between what is done and what is left, of a bar that begins the line and is half full."""
    level = line.top() + line.height() // 2
    seen = [QColor(row.image.pixel(x, level)) for x in (line.left() + 8, line.left() + line.width() // 2)]
    return contrast(*seen)


@pytest.mark.parametrize("state", STATES)
def test_uploads(state, window, qtbot):
    model, view = UploadModel(window), QListView(window)
    rows = [UploadRow(number, "strip.tif", "Fields", stage) for number, stage in enumerate(Stage)]
    rows.append(UploadRow(99, "strip.tif", "Fields", Stage.SENDING, 0.5))
    model.append(rows)
    view.setModel(model)
    view.setItemDelegate(UploadDelegate({stage: icon_named(stage_icon(stage)) for stage in Stage}, view))
    shown_in(window, view, qtbot)
    found = {}
    for place, one in enumerate(rows):
        index = model.index(place)
        view.scrollTo(index)
        put_into(view, index, state)
        row = Row(view, index)
        first = row.lines[0]
        found[f"{one.stage} sign"] = row.contrast(square(first)), SIGN
        found[f"{one.stage} name"] = row.contrast(beside(first)), TEXT
        found[f"{one.stage} words"] = row.contrast(beside(first).translated(0, first.height() + 1)), TEXT
    assert faults(found) == {}


@pytest.mark.parametrize("state", STATES)
def test_my_imagery(state, window, qtbot):
    view, tree = QTreeView(window), ImageryTree()
    session = Session()
    thumbnails = Thumbnails(session, preview, forget_previews, window)
    listed = ImageryList(view, tree, thumbnails, window)
    known = {"size": 1000, "uploaded": NOON}
    images = [
        Image("ready", "ready.tif", preparation=Preparation.COMPLETED, **known),
        *(
            Image(each.name, f"{each.name}.tif", preparation=each, has_data=False, **known)
            for each in Preparation
        ),
    ]
    tree.set_mosaics([Mosaic("m", "Mosaic", created=NOON), Mosaic("n", "Other", created=NOON)])
    tree.set_images("m", images, skipped=1)
    tree.set_doing("ready", Doing("Downloading", 0.5))
    shown_in(window, view, qtbot)
    view.expand(listed._index_of("m"))
    found = {}
    indexes = {key: listed._index_of(key) for key in ("m", "n", *(one.id for one in images))}
    for key, index in indexes.items():
        view.scrollTo(index)
        put_into(view, index, state)
        row = Row(view, index)
        within = row.rect.adjusted(PADDING, PADDING, -PADDING, -PADDING)
        picture = QRect(within.left(), within.top(), within.height(), within.height())
        first, second = row.lines
        words = picture.right() + 2 * PADDING - first.left()
        plate = QColor(row.image.pixel(picture.topLeft()))  # where the row's ground is no ground for pictures
        found[f"{key} picture"] = strongest(row.image.copy(picture), plate), SIGN
        found[f"{key} name"] = row.contrast(first.adjusted(words, 0, 0, 0)), TEXT
        found[f"{key} second line"] = row.contrast(second.adjusted(words, 0, 0, 0)), TEXT
        if key in ("m", "n"):
            branch = QRect(
                row.rect.left() - view.indentation(), row.rect.top(), view.indentation(), row.rect.height()
            )
            found[f"{key} caret"] = row.contrast(branch), SIGN
    thumbnails.close()
    session.close()
    assert faults(found) == {}


@pytest.mark.parametrize("state", STATES)
def test_found_images(state, window, qtbot):
    view, session = QListView(window), Session()
    thumbnails = Thumbnails(session, picture, forget_pictures, window)
    model = SearchRows(view)
    view.setModel(model)
    view.setItemDelegate(SearchDelegate(thumbnails, view))
    ground = QgsGeometry.fromRect(QgsRectangle(0, 0, 1, 1))
    kinds = [
        CatalogImage(kind, "CG", kind, NOON, sensor="SAT-1", cloud_percent=3.0)
        for kind in ("Scene", "Mosaic")
    ]
    model.set_found([FoundImage(image, ground) for image in kinds])
    shown_in(window, view, qtbot)
    found = {}
    for place, image in enumerate(kinds):
        index = model.index(place)
        put_into(view, index, state)
        row = Row(view, index)
        within = row.rect.adjusted(PADDING, PADDING, -PADDING, -PADDING)
        icon = QRect(within.left(), within.top(), within.height(), within.height())
        first, second = row.lines
        words = icon.right() + 2 * PADDING - first.left()
        plate = QColor(row.image.pixel(icon.topLeft()))
        found[f"{image.id} picture"] = strongest(row.image.copy(icon), plate), SIGN
        found[f"{image.id} name"] = row.contrast(first.adjusted(words, 0, 0, 0)), TEXT
        found[f"{image.id} second line"] = row.contrast(second.adjusted(words, 0, 0, 0)), TEXT
    thumbnails.close()
    session.close()
    assert faults(found) == {}


@pytest.mark.parametrize("state", STATES)
def test_facts(state, window, qtbot):
    table = shown_in(window, FactsTable("Details", window), qtbot)
    table.set_facts([Fact("Size", "1 MiB"), Fact("Pixel", "30 cm"), Fact("For support"), Fact("ID", "abc")])
    found = {}
    for place in range(4):
        index = table.model().index(place, 0)
        put_into(table, index, state)
        row = Row(table, index)
        found[f"{place} label"] = row.contrast(row.rect), TEXT
    assert faults(found) == {}


@pytest.mark.parametrize("points", [9, 11, 13, 16])
@pytest.mark.parametrize("level", list(NOTICE_LEVELS))
def test_the_ink_of_a_notice_is_chosen_once_and_stays(level, points, window, qtbot):
    """In the narrow bar of the dock, where letters stand anywhere in the label."""
    window.resize(380, 90)
    bar = QgsMessageBar(window)
    window.layout().addWidget(bar)
    font = QApplication.font()
    font.setPointSize(points)
    bar.setFont(font)
    text = "“Beyond the imagery” failed. There is no imagery in the area. Move the area, or choose other imagery."
    window.show()
    qtbot.waitExposed(window)
    show_notice(bar, Notice(text, NOTICE_LEVELS[level], "More of it"))
    row = bar.findChild(NoticeRow)
    sentence = row.findChild(QLabel)
    qtbot.waitUntil(lambda: not row._fitting.isActive() and sentence.width() > 60)
    inks = set()
    for _again in range(3):
        row._make_legible()
        inks.add(sentence.palette().color(sentence.foregroundRole()).name())
    assert len(inks) == 1, "another look finds the same"


@pytest.mark.parametrize("level", list(NOTICE_LEVELS))
def test_notices(level, window, qtbot):
    bar = QgsMessageBar(window)
    window.layout().addWidget(bar)
    text = "Harbour is ready. " * 9
    show_notice(bar, Notice(text, NOTICE_LEVELS[level], "More of it", "Add to Map", print))
    window.show()
    qtbot.waitExposed(window)
    row = bar.findChild(NoticeRow)
    buttons = [each for each in row.findChildren(QToolButton) if each.text()]
    qtbot.waitUntil(lambda: all(each.isVisible() for each in buttons))

    def is_read():
        image = window.grab().toImage()
        found = {}
        for widget in (row.findChild(QLabel), *buttons):
            place = QRect(widget.mapTo(window, QPoint()), widget.size())
            middle = place.adjusted(6, 4, -6, -4)
            ground = QColor(image.pixel(middle.topLeft()))
            found[f"{type(widget).__name__} {widget.text()[:8]}"] = (
                strongest(image.copy(middle), ground),
                TEXT,
            )
        more = row.findChild(QToolButton, "moreButton")
        if more.isVisible():
            place = QRect(more.mapTo(window, QPoint()), more.size()).adjusted(3, 3, -3, -3)
            found["more"] = strongest(image.copy(place), QColor(image.pixel(place.topLeft()))), SIGN
        assert faults(found) == {}

    qtbot.waitUntil(is_read)
