"""The Search page in the dock against the sandbox, in both dialects: found, narrowed, lit on the map, used in Run."""

from __future__ import annotations

import json
import urllib.request

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsPointXY, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import QMessageBox

from mapflow_dock.api.processings import Status, fetch
from mapflow_dock.layers.areas.measure import wgs84
from mapflow_dock.ui.search.filter_values import FilterValues

pytestmark = pytest.mark.both_dialects
PATIENCE_MS = 20_000
LEFT = Qt.MouseButton.LeftButton
RUN, SEARCH = 0, 2


def found(dock, qtbot):
    """Search, and return the images once the first page is there."""
    qtbot.mouseClick(dock.search.searchButton, LEFT)
    model = dock.search.list.model
    qtbot.waitUntil(lambda: model.rowCount() > 0, timeout=PATIENCE_MS)
    return [each.image for each in model.found()]


def raw(sandbox, area, **more):
    """What the server says, by an HTTP client that is not the plugin's."""
    body = {"aoi": area, "limit": 1000, **more}
    request = urllib.request.Request(
        f"{sandbox.url}/catalog/meta",
        json.dumps(body).encode(),
        {"Authorization": f"Basic {sandbox.basic}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        told = json.load(answer)
    return told["images"] if isinstance(told, dict) else told


def shown(dock):
    return [each.image.id for each in dock.search.list.model.found()]


def test_all_images_of_the_area_are_listed_in_the_order_of_the_server(sandbox, dock, qtbot):
    found(dock, qtbot)
    while dock.search.search.is_more:
        dock.search.list.model.fetchMore(dock.search.foundView.rootIndex())
        qtbot.waitUntil(lambda: not dock.search.search.is_asking, timeout=PATIENCE_MS)
    area = dock.pages.run.area.area.to_geojson()
    told = raw(sandbox, area, sortBy="ACQUISITION_DATE", sortOrder="DESC")
    assert shown(dock) == [row["id"] for row in told]
    assert len(told) > 100, "else there is but one page"


def test_what_is_narrowed_takes_one_line(sandbox, dock, qtbot):
    page, filters = dock.search, dock.search.filters
    filters.cloudSpin.setValue(20)
    filters.mostNadirSpin.setValue(8)
    filters.availableCheck.setChecked(True)
    filters.setCollapsed(True)
    page.resize(300, 600)
    label = page.filtersLabel
    qtbot.waitUntil(label.isVisible)
    assert label.height() < 2 * label.fontMetrics().lineSpacing()
    assert label.is_cut_at(150)
    assert "cloud up to 20" in label.text()
    assert label.text().split(" · ")[-1] in label.toolTip()


def test_tighter_filters_narrow_at_once_and_looser_ones_ask(sandbox, dock, qtbot):
    images = found(dock, qtbot)
    search, filters = dock.search.search, dock.search.filters
    filters.cloudSpin.setValue(20)
    filters.take_now()
    assert not search.is_asking
    assert shown(dock) == [
        each.id for each in images if each.cloud_percent is None or each.cloud_percent <= 20
    ]
    assert 0 < len(shown(dock)) < len(images)
    assert "cloud up to 20" in dock.search.filtersLabel.text()
    qtbot.mouseClick(filters.resetFiltersButton, LEFT)
    assert shown(dock) == [each.id for each in images], "all that was asked for is still here"
    assert not search.is_asking
    filters.availableCheck.setChecked(True)
    assert search.is_asking, "only the server knows what the account may process"
    qtbot.waitUntil(lambda: not search.is_asking, timeout=PATIENCE_MS)
    area = dock.pages.run.area.area.to_geojson()
    told = raw(sandbox, area, hideUnavailable=True, sortBy="ACQUISITION_DATE", sortOrder="DESC")
    assert shown(dock) == [row["id"] for row in told][: len(shown(dock))]


def test_filters_survive_a_restart(dock, qtbot):
    dock.search.filters.cloudSpin.setValue(35)
    dock.search.filters.take_now()
    from mapflow_dock.api.settings import SEARCH_FILTERS

    assert FilterValues.of_stored(SEARCH_FILTERS.read()).max_cloud == 35


def test_list_and_map_light_each_other_up(dock, qtbot, canvas):
    found(dock, qtbot)
    page, (x, y) = dock.search, dock.middle
    under = page.list.map.at(QgsPointXY(x, y))
    expected = [
        each.key
        for each in page.list.model.found()
        if each.ground.contains(QgsGeometry.fromPointXY(QgsPointXY(x, y)))
    ]
    assert under == expected != []
    canvas.xyCoordinates.emit(QgsPointXY(x, y))
    assert page.list.model._lit == expected[0]
    canvas.xyCoordinates.emit(QgsPointXY(x + 90, 0))
    assert page.list.model._lit is None
    index = page.list.model.index(1)
    page.foundView.entered.emit(index)
    assert page.list.map._bands[1].asGeometry().equals(page.list.model.found()[1].ground)
    qtbot.mouseClick(page.pickFoundButton, LEFT)
    place = canvas.getCoordinateTransform().transform(QgsPointXY(x, y))
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=QPoint(round(place.x()), round(place.y())))
    assert [each.key for each in page.list.chosen()] == expected[:1]
    qtbot.mouseClick(page.pickFoundButton, LEFT)
    assert page.list._tool is None


def test_a_found_mosaic_is_processed(dock, qtbot):
    images = found(dock, qtbot)
    page, run = dock.search, dock.pages.run
    mosaic = next(each for each in images if each.is_mosaic and each.min_area_m2 == 0)
    page.list.choose([(mosaic.provider, mosaic.id)])
    qtbot.mouseClick(page.useFoundButton, LEFT)
    assert dock.pages.tabs.currentIndex() == RUN
    assert run.area.parentWidget() is run.runForm, "the area's section is back"
    combo = run.model.modelCombo
    combo.setCurrentIndex(next(row for row in range(combo.count()) if "Buildings" in combo.itemText(row)))
    qtbot.waitUntil(run.foot.startButton.isEnabled, timeout=PATIENCE_MS)
    qtbot.mouseClick(run.foot.startButton, LEFT)
    qtbot.waitUntil(lambda: run.findChild(QMessageBox, "confirmStart") is not None)
    box = run.findChild(QMessageBox, "confirmStart")
    accept = next(each for each in box.buttons() if box.buttonRole(each) == QMessageBox.ButtonRole.AcceptRole)
    with qtbot.waitSignal(run.started, timeout=PATIENCE_MS) as told:
        qtbot.mouseClick(accept, LEFT)
    source = told.args[0].source
    assert source["imagerySearch"]["imageIds"] == [mosaic.id]
    assert source["imagerySearch"]["dataProvider"] == mosaic.provider
    with qtbot.waitSignal(
        fetch(dock.session.client, told.args[0].id).succeeded, timeout=PATIENCE_MS
    ) as again:
        pass
    assert again.args[0].status in (Status.UNPROCESSED, Status.IN_PROGRESS, Status.OK)


def test_images_of_two_providers_are_refused_with_the_better_choice(dock, qtbot):
    images = found(dock, qtbot)
    one = images[0]
    other = next(each for each in images if each.provider != one.provider)
    dock.search.list.choose([(each.provider, each.id) for each in (one, other)])
    notices = []
    dock.search.notice.connect(notices.append)
    qtbot.mouseClick(dock.search.useFoundButton, LEFT)
    assert "of one provider" in notices[0].text
    assert dock.pages.tabs.currentIndex() == SEARCH


def test_footprints_become_a_layer_of_all_that_is_listed(dock, qtbot):
    images = found(dock, qtbot)
    qtbot.mouseClick(dock.search.footprintsButton, LEFT)
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.crs() == QgsCoordinateReferenceSystem("EPSG:4326")
    assert [row["image_id"] for row in layer.getFeatures()] == [each.id for each in images]


def test_an_area_beyond_the_limit_of_a_search_is_told_before_asking(dock, qtbot):
    world = QgsGeometry.fromRect(QgsRectangle(-20, -20, 20, 20))
    dock.pages.run.area.use_ground(world, wgs84(), "a continent")
    qtbot.waitUntil(lambda: bool(dock.search.searchProblemLabel.text()), timeout=PATIENCE_MS)
    assert not dock.search.searchButton.isEnabled()


def test_the_fewest_images_that_cover_the_area_are_chosen(dock, qtbot):
    found(dock, qtbot)
    page, notices = dock.search, []
    page.notice.connect(notices.append)
    qtbot.mouseClick(page.coverAreaButton, LEFT)
    qtbot.waitUntil(lambda: bool(notices), timeout=PATIENCE_MS)
    chosen = page.list.chosen()
    assert len({each.image.provider for each in chosen}) == 1
    area = dock.pages.run.area.area.geometry
    left = area.difference(QgsGeometry.unaryUnion([each.ground for each in chosen]))
    assert left.isEmpty() or left.area() < 1e-9 * area.area(), "the catalog is dense here"
    assert len(chosen) == 1, "there are images of all of it"
    assert "cover" in notices[0].text


def test_what_no_image_covers_is_hatched(dock, qtbot):
    found(dock, qtbot)
    page, notices = dock.search, []
    page.notice.connect(notices.append)
    area = dock.pages.run.area.area.geometry

    def share(ground):
        return area.intersection(ground).area() / area.area()

    partly = [each for each in page.list.model.found() if 0.05 < share(each.ground) < 0.6][:1]
    page.list.set_found(tuple(partly))
    qtbot.mouseClick(page.coverAreaButton, LEFT)
    qtbot.waitUntil(lambda: bool(notices), timeout=PATIENCE_MS)
    expected = area.difference(partly[0].ground)
    hatched = page.list.map._bands[2].asGeometry()
    assert hatched.symDifference(expected).area() < 1e-6 * area.area()
    assert f"{round(share(partly[0].ground) * 100)}\u00a0%" in notices[0].text


def test_a_search_is_narrowed_to_a_provider_in_either_dialect(sandbox, dock, qtbot):
    """The reference names no providers to search: those whose images were found are offered."""
    page = dock.search
    qtbot.mouseClick(page.searchButton, LEFT)
    qtbot.waitUntil(lambda: page.list.model.rowCount() > 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not page.search.is_asking, timeout=PATIENCE_MS)
    combo = page.filters.providersCombo
    assert combo.isEnabled()
    row = combo.findData("sandbox_orbital")
    assert row >= 0
    combo.setCheckedItems([combo.itemText(row)])
    qtbot.waitUntil(lambda: bool(page.filters.values.providers), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: page.list.model.rowCount() > 0 and not page.search.is_asking, timeout=PATIENCE_MS)
    assert {each.image.provider for each in page.list.model.found()} == {"sandbox_orbital"}
    dock.session.refresh_account()
    assert combo.findData("sandbox_orbital") >= 0
    assert page.filters.values.providers == ("sandbox_orbital",)
