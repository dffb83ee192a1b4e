"""What happens after a search: other areas and filters, a sign-out, another account, a project that is closed."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import replace

import pytest
from qgis.core import QgsGeometry, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QDate, Qt, QTimer

from mapflow_dock.api.account import Provider
from mapflow_dock.api.catalog.records import PreviewPart
from mapflow_dock.api.http.errors import ApiError, Fault
from mapflow_dock.api.http.reply import ApiReply
from mapflow_dock.api.settings import SEARCH_FILTERS
from mapflow_dock.jobs.catalog import search as catalog_search
from mapflow_dock.jobs.catalog.preview import ScenePreview
from mapflow_dock.jobs.catalog.search import FoundImage
from mapflow_dock.layers.areas.measure import wgs84
from mapflow_dock.ui.options.preferences import results_folder
from mapflow_dock.ui.search.filter_values import FilterValues, Span

pytestmark = pytest.mark.both_dialects
PATIENCE_MS = 20_000
LEFT = Qt.MouseButton.LeftButton
RUN, PROCESSINGS, SEARCH = 0, 1, 2


@pytest.fixture
def page(dock, qtbot):
    """The page with the first images in its list."""
    qtbot.mouseClick(dock.search.searchButton, LEFT)
    qtbot.waitUntil(lambda: dock.search.list.model.rowCount() > 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not dock.search.search.is_asking, timeout=PATIENCE_MS)
    return dock.search


def told(sandbox, area, **more):
    """What the server finds, by an HTTP client that is not the plugin's."""
    order = {"sortBy": "ACQUISITION_DATE", "sortOrder": "DESC"}
    request = urllib.request.Request(
        f"{sandbox.url}/catalog/meta",
        json.dumps({"aoi": area, "limit": 1000, **order, **more}).encode(),
        {"Authorization": f"Basic {sandbox.basic}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        rows = json.load(answer)
    return rows["images"] if isinstance(rows, dict) else rows


def move_area(dock):
    x, y = dock.middle
    ground = QgsGeometry.fromRect(QgsRectangle(x, y, x + 0.001, y + 0.001))
    dock.pages.run.area.use_ground(ground, wgs84(), "another square")


def sign_in_again(dock, sandbox, qtbot, basic):
    with qtbot.waitSignal(dock.session.signed_out):
        dock.session.sign_out()
    with qtbot.waitSignal(dock.session.project_changed, timeout=PATIENCE_MS):
        dock.session.sign_in(basic, sandbox.url, remember=False)


def test_a_list_of_another_area_says_so_until_searched_again(dock, page, qtbot):
    assert "changed" not in page.foundNote.text()
    move_area(dock)
    assert "area was changed" in page.foundNote.text()
    dock.pages.run.area.clear()
    assert "area was changed" in page.foundNote.text()
    page.filters.availableCheck.click()
    assert "area was changed" in page.foundNote.text(), "nothing could be asked without an area"
    move_area(dock)
    qtbot.mouseClick(page.searchButton, LEFT)
    qtbot.waitUntil(lambda: not page.search.is_asking, timeout=PATIENCE_MS)
    assert "changed" not in page.foundNote.text()


def test_filters_that_could_not_be_asked_for_are_told(dock, page):
    area = dock.pages.run.area.area.geometry
    dock.pages.run.area.clear()
    page.filters.availableCheck.click()
    dock.pages.run.area.use_ground(area, wgs84(), "the same square")
    assert "filters were changed" in page.foundNote.text()


def test_tighter_filters_that_leave_nothing_of_what_came_ask_for_the_rest(sandbox, dock, page, qtbot):
    area = dock.pages.run.area.area.to_geojson()
    assert page.search.is_more, "else all was looked at"
    days = [row["acquisitionDate"] for row in told(sandbox, area) if row.get("acquisitionDate")]
    day = QDate.fromString(days[-1][:10], Qt.DateFormat.ISODate).addDays(2)
    filters = page.filters
    filters.spanCombo.setCurrentIndex(filters.spanCombo.findData(Span.BETWEEN.name))
    filters.lastDayEdit.setDate(day)
    filters.take_now()
    assert page.list.model.rowCount() == 0
    assert page.nothingFoundLabel.text() == "Searching the catalog…"
    qtbot.waitUntil(lambda: page.list.model.rowCount() > 0, timeout=PATIENCE_MS)
    until = filters.values.query({}, day.toPyDate()).acquired_to
    expected = [row["id"] for row in told(sandbox, area, acquisitionDateTo=until.isoformat())]
    assert [each.image.id for each in page.list.model.found()] == expected != []


def test_a_narrowed_list_goes_on_with_the_tighter_question(sandbox, dock, page, qtbot):
    area = dock.pages.run.area.area.to_geojson()
    page.filters.cloudSpin.setValue(20)
    page.filters.take_now()
    kept = [each.image.id for each in page.list.model.found()]
    while page.search.is_more:
        page.search.more()
        qtbot.waitUntil(lambda: not page.search.is_asking, timeout=PATIENCE_MS)
    scale = 1 if sandbox.dialect == "deployed" else 100
    expected = [row["id"] for row in told(sandbox, area, maxCloudCover=20 / scale)]
    shown = [each.image.id for each in page.list.model.found()]
    assert shown[: len(kept)] == kept
    assert sorted(shown) == sorted(expected)
    assert not page.search.is_narrowed, "what is counted is what is shown"


def test_a_first_page_is_not_told_as_all(page):
    assert page.search.is_more
    shown, total = page.list.model.rowCount(), page.search.total
    expected = f"the first {shown} images" if total is None else f"{shown} of {total} images"
    assert page.foundNote.text() == expected


def test_a_preview_on_its_way_is_dropped_at_a_sign_out_and_with_the_project(dock, page, qtbot):
    for leave in (QgsProject.instance().clear, dock.session.sign_out):
        page.list.choose([each.key for each in page.list.model.found() if each.image.preview_url][:3])
        qtbot.mouseClick(page.previewFoundButton, LEFT)
        assert len(page._commands._previews._queue) > 0
        leave()
        assert len(page._commands._previews._queue) == 0


def test_the_area_is_followed_again_after_a_sign_out_at_this_tab(sandbox, dock, page, qtbot):
    sign_in_again(dock, sandbox, qtbot, sandbox.basic)
    assert dock.pages.tabs.currentIndex() == SEARCH
    assert dock.pages.run.area._is_attached


def test_what_another_account_picked_is_dropped(sandbox, dock, page, qtbot):
    run = dock.pages.run
    image = page.list.model.found()[0]
    page.list.choose([image.key])
    qtbot.mouseClick(page.useFoundButton, LEFT)
    account = dock.session.account
    run.found.set_account(account, dock.session.client.server)
    assert "Pick images" not in run.found.foundLabel.text()
    run.found.set_account(account, "https://another.example")
    assert run.found.source is None
    assert "Pick images" in run.found.foundLabel.text()


def test_leaving_the_tab_gives_up_a_drawing(dock, page, qtbot):
    area = dock.pages.run.area
    qtbot.mouseClick(area.drawPolygonButton, LEFT)
    assert area.is_drawing
    dock.pages.tabs.setCurrentIndex(PROCESSINGS)
    assert not area.is_drawing


def test_providers_an_account_does_not_have_narrow_nothing(dock, page):
    """The combo box would say that all are chosen."""
    SEARCH_FILTERS.write(FilterValues(providers=("of another account",)).stored())
    filters = type(page.filters)(page.orderCombo, page)
    assert "of another account" in filters.summary()
    filters.set_providers([Provider("ours", "Ours")])
    assert filters.summary() == ""
    assert filters.values.providers == ()


def test_a_folder_that_cannot_be_written_is_told_and_asked_for_again(dock, page, qtbot):
    results_folder().mkdir(parents=True, exist_ok=True)
    in_the_way = results_folder() / "previews"
    in_the_way.write_text("")
    scene = next(each for each in page.list.model.found() if not each.image.is_mosaic)
    notices = []
    page.notice.connect(notices.append)
    for count in (1, 2):
        page.list.choose([scene.key])
        qtbot.mouseClick(page.previewFoundButton, LEFT)
        qtbot.waitUntil(lambda count=count: len(notices) == count, timeout=PATIENCE_MS)
        assert str(in_the_way) in notices[-1].text
        assert len(page._commands._previews._queue) == 0


def test_a_broken_outline_does_not_take_the_others_along(dock, page):
    """What two images cover is known, though the outline of one of them crosses itself."""
    image = page.list.model.found()[0].image
    outlines = ("1 1, 3 1, 3 3, 1 3, 1 1", "3 3, 0 2, 4 3, 3 2, 3 2, 3 3")
    found = [
        FoundImage(replace(image, id=outline), QgsGeometry.fromWkt(f"MULTIPOLYGON((({outline})))"))
        for outline in outlines
    ]
    expected = QgsGeometry.fromWkt(
        "POLYGON((3 1, 1 1, 1 2.25, 0 2, 1 2.33333333333333, 1 3, 3 3, 3 2.75, 4 3, 3 2, 3 1))"
    )
    dock.pages.run.found.use(found)
    ground = dock.pages.run.found.ground
    assert ground.area() == pytest.approx(expected.area())
    assert ground.intersection(expected).area() == pytest.approx(expected.area())


def test_a_preview_of_too_many_parts_is_refused_and_not_cut_short(dock, page, tmp_path, qtbot):
    first = page.list.model.found()[0]
    square = first.ground.asWkt()
    parts = tuple(PreviewPart(f"{dock.session.client.server}/{number}", square) for number in range(101))
    found = FoundImage(replace(first.image, preview_parts=parts), first.ground)
    job = ScenePreview(dock.session.client, found, tmp_path / "preview.tif")
    with qtbot.waitSignal(job.failed, timeout=PATIENCE_MS) as told_of:
        job.start()
    assert "too many parts" in told_of.args[0].sentence


def test_no_more_than_there_is_room_for_is_asked_for_and_that_is_told(dock, page, qtbot, monkeypatch):
    monkeypatch.setattr(catalog_search, "MOST_FOUND", 200)
    page.search.more()
    qtbot.waitUntil(lambda: not page.search.is_asking, timeout=PATIENCE_MS)
    assert page.search.is_more
    assert "No more than" in page.foundNote.text()
    assert "narrow the search" in page.foundNote.text()
    assert not page.list.model.is_more
    page.search.more()
    assert not page.search.is_asking
    assert page.list.model.rowCount() == 200


def test_pictures_that_did_not_come_are_asked_for_once_more_when_they_are_seen_again(dock, page, qtbot):
    asked = []

    class Lost(ApiReply):
        def __init__(self, address):
            super().__init__()
            asked.append(address)
            QTimer.singleShot(0, lambda: self.fail(ApiError(Fault.NETWORK, "No way there.")))

    page.list.thumbnails._request = lambda _client, address: Lost(address)
    page.list.thumbnails.clear()
    page.foundView.viewport().update()
    qtbot.waitUntil(lambda: len(asked) > 3 and len(page.list.thumbnails._queue) == 0, timeout=PATIENCE_MS)
    qtbot.wait(200)
    first = len(asked)
    assert len(set(asked)) == first, "each once, however often its row is painted"
    dock.pages.tabs.setCurrentIndex(RUN)
    dock.pages.tabs.setCurrentIndex(SEARCH)
    qtbot.waitUntil(lambda: len(asked) >= 2 * first, timeout=PATIENCE_MS)
    qtbot.wait(200)
    assert sorted(asked[first:]) == sorted(set(asked[:first])), "and once more when they are seen again"


def test_an_angle_is_judged_by_the_service(sandbox, dock, page, qtbot):
    """Whether it counts by its side only the service knows: a tighter one is asked for."""
    area = dock.pages.run.area.area.to_geojson()
    page.filters.mostNadirSpin.setValue(8)
    page.filters.take_now()
    assert page.search.is_asking
    qtbot.waitUntil(lambda: not page.search.is_asking, timeout=PATIENCE_MS)
    expected = [row["id"] for row in told(sandbox, area, maxOffNadirAngle=8)]
    shown = [each.image.id for each in page.list.model.found()]
    assert shown == expected[: len(shown)] != []


def test_while_mapflow_cannot_be_reached_nothing_is_searched_and_that_is_said(dock):
    page, client = dock.search, dock.session.client
    assert page.searchButton.isEnabled()
    client.note_reachable(False)
    assert not page.searchButton.isEnabled()
    assert page.searchProblemLabel.text() == "Mapflow cannot be reached. You can search once it answers."
    assert page.searchProblemLabel.isVisibleTo(page)
    area = dock.pages.run.area.area
    client.note_reachable(True)
    assert page.searchButton.isEnabled()
    assert not page.searchProblemLabel.isVisibleTo(page)
    assert dock.pages.run.area.area is area
