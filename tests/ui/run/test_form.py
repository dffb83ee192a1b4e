"""The page as a form: its width, its words and its keys."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMainWindow,
    QTabWidget,
    QToolButton,
)
from run_page_service import (
    COST,
)


def test_nothing_scrolls_sideways_at_340_pixels_and_the_foot_stays_in_sight(ready, service, qtbot):
    service.answers[COST] = (400, {"code": "BAD_REQUEST", "message": "A long sentence of the service. " * 8})
    ready.model.modelCombo.setCurrentIndex(1)
    qtbot.waitUntil(ready.foot.retryCostButton.isVisible)
    ready.resize(340, 420)
    qtbot.waitUntil(lambda: ready.width() == 340)
    QApplication.processEvents()
    assert ready.runForm.minimumSizeHint().width() <= ready.runScroll.viewport().width()
    assert ready.runForm.width() <= ready.runScroll.viewport().width()
    for widget in (
        ready.foot.costLabel,
        ready.foot.reasonIcon,
        ready.foot.reasonLabel,
        ready.foot.retryCostButton,
        ready.foot.startButton,
    ):
        where = widget.mapTo(ready, QPoint(0, 0))
        assert ready.rect().contains(where), widget.objectName()
        assert ready.rect().contains(where + QPoint(widget.width() - 1, widget.height() - 1)), (
            widget.objectName()
        )


@pytest.mark.parametrize("width", [340, 420])
def test_the_fields_of_all_sections_begin_in_one_column(ready, qtbot, width):
    ready.resize(width, 900)
    own = ready.own.chooser
    for source, fields in (
        (0, [ready.imagery.providerCombo, ready.imagery.zoomCombo]),
        (1, [own.ownMosaicCombo]),
    ):
        ready.imagery.sourceCombo.setCurrentIndex(source)
        QApplication.processEvents()
        fields += [
            ready.area.areaLayerCombo,
            ready.model.modelCombo,
            ready.imagery.sourceCombo,
            ready.naming.nameEdit,
            ready.naming.descriptionEdit,
        ]
        assert len({field.mapTo(ready, QPoint(0, 0)).x() for field in fields}) == 1


def test_preview_is_beside_the_source_whichever_it_is(ready):
    places = []
    for source, button in ((0, ready.imagery.previewButton), (1, ready.own.chooser.ownPreviewButton)):
        ready.imagery.sourceCombo.setCurrentIndex(source)
        QApplication.processEvents()
        assert button.isVisible()
        places.append(button.mapTo(ready.imagery, QPoint(0, 0)).y())
    assert places[0] == places[1]
    assert not ready.imagery.previewButton.isVisible()


def test_why_it_cannot_start_stands_beside_a_warning(page, qtbot):
    assert page.foot.reasonLabel.text() == "Choose an area first."
    assert page.foot.reasonIcon.isVisible()
    assert not page.foot.reasonIcon.pixmap().isNull()
    page.area.drawPolygonButton.click()
    assert page.foot.reasonLabel.text() == "Finish drawing, or press Esc."
    page.area.drawPolygonButton.click()
    assert page.foot.reasonLabel.text() == "Choose an area first."
    page.area.mapExtentButton.click()
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    assert not page.foot.reasonIcon.isVisible()


def test_every_control_says_what_it_is(ready):
    controls = [
        widget
        for kind in (QComboBox, QLineEdit, QAbstractButton)
        for widget in ready.findChildren(kind)
        if widget.objectName() and not widget.objectName().startswith("qt_")
    ]
    assert len(controls) > 12
    for widget in controls:
        said = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
        assert said, widget.objectName()


def test_the_page_is_walked_from_top_to_bottom_by_keyboard(ready, qtbot):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "fields", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(37.55, 55.75, 37.56, 55.76)))
    layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    layer.selectAll()
    ready.area.areaLayerCombo.setLayer(layer)
    qtbot.waitUntil(ready.foot.startButton.isEnabled)
    ready.activateWindow()
    ready.area.areaLayerCombo.setFocus()
    walked = []
    for _ in range(40):
        focus = QApplication.focusWidget()
        walked.append(focus.objectName())
        if focus is ready.foot.startButton:
            break
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    groups = [name for name in walked if name.endswith("Group")]
    assert groups == ["modelGroup", "imageryGroup", "nameGroup"], "none is left for the end"
    named = [name for name in walked if not name.endswith("Group") and name != "collapseButton"]
    assert named == [
        "areaLayerCombo",
        "selectedOnlyCheck",
        "drawPolygonButton",
        "drawRectangleButton",
        "mapExtentButton",
        "moreAreasButton",
        "clearAreaButton",
        "modelCombo",
        "aboutModelButton",
        "block_Simplify",
        "block_Classify",
        "sourceCombo",
        "previewButton",
        "providerCombo",
        "zoomCombo",
        "nameEdit",
        "descriptionEdit",
        "startButton",
    ]
    assert isinstance(ready.area.drawPolygonButton, QToolButton)


def test_the_area_is_on_the_map_while_the_dock_is_in_sight(page, canvas, qtbot):
    def bands():
        return [item for item in canvas.scene().items() if isinstance(item, QgsRubberBand)]

    window = QMainWindow()
    qtbot.addWidget(window)
    dock = QDockWidget("Mapflow", window)
    tabs = QTabWidget(dock)
    tabs.addTab(page, "Run")
    tabs.addTab(QLabel("…"), "Processings")
    dock.setWidget(tabs)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    window.show()
    qtbot.waitExposed(window)
    page.area.mapExtentButton.click()
    assert len(bands()) == 1
    tabs.setCurrentIndex(1)
    assert len(bands()) == 1
    dock.hide()
    assert bands() == []
    dock.show()
    assert len(bands()) == 1
    page.close()
    assert bands() == []
    page.setParent(None)
