"""The Processings page against the sandbox, in both dialects: a run followed to its end, its result on the map."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtWidgets import QDialogButtonBox, QMessageBox, QPushButton, QRadioButton

from mapflow_dock.api import processings
from mapflow_dock.api.lost_answers.start import start as start_processing
from mapflow_dock.api.monitor import ProcessingMonitor
from mapflow_dock.api.processings import ProcessingRequest, Review, Status
from mapflow_dock.api.session import Session
from mapflow_dock.api.sources import ProviderSource
from mapflow_dock.jobs.results.export import ExportFormat
from mapflow_dock.text.quantities import days_left_text, local_date_text
from mapflow_dock.ui.processings.details import ProcessingDetails
from mapflow_dock.ui.processings.editing.dialogs import RatingDialog, RejectionDialog
from mapflow_dock.ui.processings.list.cells import Column
from mapflow_dock.ui.processings.status import StatusGroup

LEFT = Qt.MouseButton.LeftButton
SIDE = 0.0015  # degrees: a small area is done in seconds
ANSWER_MS = 15_000
RUN_MS = 120_000
VALUES = ("id", "object_type", "area", "shape_type", "processing_date", "confidence")


@pytest.fixture
def sign_in(open_page, qtbot):
    """The page of someone signed in to a sandbox, polling as often as a test can wait."""
    opened = []

    def open_one(sandbox):
        session = Session()
        monitor = ProcessingMonitor(session, interval_ms=200)
        page = open_page(session, monitor)
        page.resize(340, 560)
        page.show()
        opened.append((page, monitor, session))
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
        qtbot.waitUntil(lambda: session.project is not None and page.listed.is_loaded, timeout=ANSWER_MS)
        return page

    yield open_one
    for page, monitor, session in opened:
        page.notifications.close()
        page.close()
        monitor.close()
        session.close()


def outcome(reply, qtbot):
    with qtbot.waitSignal(reply.succeeded, timeout=ANSWER_MS) as told:
        pass
    return told.args[0]


def start(page, sandbox, qtbot, name, model="Buildings", shift=(0.0,)):
    """Start a run over the middle of the imagery, or over parts that lie `shift` degrees east of it."""
    west, south, east, north = sandbox.bbox
    y, half = (south + north) / 2, SIDE / 2
    rings = []
    for x in ((west + east) / 2 + off for off in shift):
        ring = [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]]
        rings.append([*ring, ring[0]])
    models = page.commands._session.project.models or page.commands._session.account.models
    request = ProcessingRequest(
        name=name,
        project_id=page.commands._session.project.id,
        model_id=next(one.id for one in models if model in one.name),
        geometry={"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]},
        source=ProviderSource(sandbox.provider, 18),
    )
    processing = outcome(start_processing(page.commands._session.client, request), qtbot)
    page.show_processing(processing)
    return processing


def end_of(page, qtbot, key, status):
    qtbot.waitUntil(lambda: page.model.processing(key).status is status, timeout=RUN_MS)
    return page.model.processing(key)


def layers():
    return [
        layer for layer in QgsProject.instance().mapLayers().values() if isinstance(layer, QgsVectorLayer)
    ]


def plain(value):
    """A value as it came; days are dates in a GeoPackage, and QGIS takes those of a GeoJSON file for dates."""
    return value.toString("yyyy-MM-dd") if isinstance(value, QDate) else value


@pytest.mark.both_dialects
def test_a_run_is_followed_added_saved_renamed_and_deleted(sandbox, sign_in, canvas, tmp_path, qtbot):
    page = sign_in(sandbox)
    key = start(page, sandbox, qtbot, "Middle of the town").id
    assert [one.id for one in page.list.chosen()] == [key]
    ended = end_of(page, qtbot, key, Status.OK)
    assert ended.area_m2 > 0
    assert ended.cost >= 1
    assert page.notices == [], "the row says it"

    with qtbot.waitSignal(page.results.adding.added, timeout=RUN_MS):
        qtbot.mouseClick(page.addResultButton, LEFT)
    found = sum(layer.featureCount() for layer in layers())
    assert found > 0
    assert all(layer.isValid() and layer.source().split("|")[0].endswith(".gpkg") for layer in layers())
    west, south, east, north = sandbox.bbox
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    canvas.setDestinationCrs(degrees)
    assert QgsRectangle(west, south, east, north).contains(canvas.extent().center())
    assert [group.name() for group in QgsProject.instance().layerTreeRoot().findGroups(True)] == [
        "Mapflow",
        "Middle of the town",
    ]

    on_map = {tuple(plain(row[name]) for name in VALUES) for row in layers()[0].getFeatures()}
    assert len(on_map) == found
    for export_format in ExportFormat:
        path = tmp_path / f"town{export_format.suffix}"
        with qtbot.waitSignal(page.results.saving.saved, timeout=RUN_MS) as saved:
            page.results.saving.save(page.model.processing(key), export_format, path)
            if export_format is ExportFormat.SHAPEFILE:
                qtbot.waitUntil(lambda: bool(page.findChildren(QMessageBox)), timeout=ANSWER_MS)
                box = page.findChild(QMessageBox, "lossQuestion")
                assert "processing_date → processing" in box.informativeText()
                assert "GeoPackage keeps all of it." in box.informativeText()
                qtbot.mouseClick(box.findChild(QPushButton, "saveAnywayButton"), LEFT)
        (written,) = (QgsVectorLayer(str(one), "town", "ogr") for one in saved.args[0])
        names = [name[: 10 if export_format is ExportFormat.SHAPEFILE else None] for name in VALUES]
        assert {tuple(plain(row[name]) for name in names) for row in written.getFeatures()} == on_map, (
            export_format
        )

    page.model.setData(page.model.index_of(key), "Old Town")
    fresh = processings.fetch
    qtbot.waitUntil(
        lambda: outcome(fresh(page.commands._session.client, key), qtbot).name == "Old Town",
        timeout=ANSWER_MS,
    )
    page.commands.actions.delete.trigger()
    qtbot.waitUntil(lambda: bool(page.findChildren(QMessageBox)))
    box = page.findChildren(QMessageBox)[0]
    accept = QMessageBox.ButtonRole.AcceptRole
    qtbot.mouseClick(next(button for button in box.buttons() if box.buttonRole(button) == accept), LEFT)
    qtbot.waitUntil(lambda: page.model.processing(key) is None, timeout=ANSWER_MS)
    client, project = page.commands._session.client, page.commands._session.project

    def listed():
        return [one.id for one in outcome(processings.list_by_project(client, project.id), qtbot).processings]

    qtbot.waitUntil(lambda: key not in listed(), timeout=ANSWER_MS)
    assert page.model.processing(key) is None


@pytest.mark.both_dialects
def test_a_run_without_imagery_fails_and_is_explained(sandbox, sign_in, qtbot):
    page = sign_in(sandbox)
    key = start(page, sandbox, qtbot, "Far away", shift=(5.0,)).id
    failed = end_of(page, qtbot, key, Status.FAILED)
    assert failed.messages
    said = "“Far away” failed."  # a page of the list may be there before the poll that tells of it
    qtbot.waitUntil(lambda: any(said in notice.text for notice in page.notices), timeout=ANSWER_MS)
    warning = next(notice.text for notice in page.notices if said in notice.text)
    assert failed.messages[0].sentence in warning
    assert failed.messages[0].code not in warning  # plain words
    if page.addResultButton.isEnabled():  # a service that does not tell how many parts there are is asked
        qtbot.mouseClick(page.addResultButton, LEFT)
        qtbot.waitUntil(lambda: "no part of it is ready" in page.notices[-1].text, timeout=ANSWER_MS)
    assert not page.addResultButton.isEnabled()
    assert "no part of it is ready" in page.addResultButton.toolTip()
    assert layers() == []
    assert page.commands.actions.restart.isEnabled()


@pytest.mark.both_dialects
def test_what_is_ready_of_a_failed_run_is_added_and_saved(sandbox, sign_in, tmp_path, qtbot):
    page = sign_in(sandbox)
    key = start(page, sandbox, qtbot, "Half of it", shift=(0.0, 5.0)).id
    failed = end_of(page, qtbot, key, Status.FAILED)
    assert failed.cost >= 1  # of what is ready
    with qtbot.waitSignal(page.results.adding.added, timeout=RUN_MS):
        qtbot.mouseClick(page.addResultButton, LEFT)
    found = sum(layer.featureCount() for layer in layers())
    assert found > 0
    assert "What is ready of “Half of it” is on the map" in page.notices[-1].text
    page.results.saving.ask(page.model.processing(key), ExportFormat.GEOJSON)
    qtbot.waitUntil(lambda: page.results.saving._choice._dialog is not None, timeout=ANSWER_MS)
    path = tmp_path / "half.geojson"
    with qtbot.waitSignal(page.results.saving.saved, timeout=RUN_MS):
        page.results.saving._choice._dialog.fileSelected.emit(str(path))
    assert QgsVectorLayer(str(path), "half", "ogr").featureCount() == found


@pytest.mark.both_dialects
def test_parts_are_added_and_shown_by_themselves(sandbox, sign_in, canvas, qtbot):
    page = sign_in(sandbox)
    key = start(page, sandbox, qtbot, "In parts", shift=(0.0, 0.003, 5.0)).id
    end_of(page, qtbot, key, Status.FAILED)
    page.list.choose(key)
    page.commands.actions.details.trigger()
    panel = page.findChild(ProcessingDetails).parts
    qtbot.waitUntil(lambda: panel.model.rowCount() == 3, timeout=ANSWER_MS)
    assert panel.isVisible()
    states = [panel.model.index(row, 1).data() for row in range(3)]
    assert states == ["Ready", "Ready", "Failed"]
    assert "There is no imagery in the area." in panel.model.index(2, 3).data()
    ids = [part.id for part in panel.model.parts]

    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    for row in (0, 1):
        panel.view.setCurrentIndex(panel.model.index(row, 0))
        for _again in range(2):  # which adds nothing
            told = len(page.notices)
            qtbot.mouseClick(panel.findChild(QPushButton, "addPartButton"), LEFT)
            qtbot.waitUntil(lambda told=told: len(page.notices) > told, timeout=RUN_MS)
            assert f"Part {row + 1} of “In parts” is on the map" in page.notices[-1].text
        assert len(layers()) == row + 1
        layer = next(each for each in layers() if each.customProperty("mapflow_dock/part_id") == ids[row])
        question = Request(
            f"{sandbox.url}/processings/{key}/result?aoiId={ids[row]}",
            headers={"Authorization": f"Basic {sandbox.basic}"},
        )
        with urlopen(question, timeout=30) as answer:
            found = json.load(answer)["features"]
        assert layer.featureCount() == len(found) > 0
        assert f"(part {row + 1})" in layer.name()
    both = [set(map(str, (each["id"] for each in layer.getFeatures()))) for layer in layers()]
    assert both[0] != both[1]

    panel.view.setCurrentIndex(panel.model.index(2, 0))
    assert not panel.add.isEnabled()
    qtbot.mouseClick(panel.findChild(QPushButton, "zoomToPartButton"), LEFT)
    west, _south, east, _north = sandbox.bbox
    assert canvas.extent().center().x() == pytest.approx((west + east) / 2 + 5, abs=SIDE)
    page.findChild(ProcessingDetails).close()

    with qtbot.waitSignal(page.results.adding.added, timeout=RUN_MS):
        qtbot.mouseClick(page.addResultButton, LEFT)
    assert len(layers()) == 3, "the whole result is a layer beside those of its parts"


@pytest.mark.both_dialects
def test_progress_is_seen_in_the_row(sandbox, sign_in, qtbot):
    page = sign_in(sandbox)
    seen = set()
    page.model.dataChanged.connect(
        lambda *_what: seen.update(one.percent for one in page.model.processings() if one.status.is_running)
    )
    parts = (-0.006, -0.003, 0.0, 0.003, 0.006)  # so many that it cannot end between two looks
    key = start(page, sandbox, qtbot, "Watched", model="Forest", shift=parts).id
    end_of(page, qtbot, key, Status.OK)
    assert all(percent is None or 0 <= percent <= 100 for percent in seen)
    assert seen


@pytest.mark.both_dialects
def test_a_run_that_ended_elsewhere_is_offered_over_the_map(sandbox, sign_in, main_bar, qtbot):
    page = sign_in(sandbox)
    page.hide()
    start(page, sandbox, qtbot, "Out of sight", model="Roads")
    qtbot.waitUntil(lambda: bool(main_bar.items()), timeout=RUN_MS)


@pytest.mark.both_dialects
def test_a_result_that_is_reviewed_is_ready_once_it_was_accepted(sandbox, sign_in, qtbot):
    page = sign_in(sandbox.start(review=True))
    session = page.commands._session
    key = start(page, sandbox, qtbot, "Reviewed").id
    ended = end_of(page, qtbot, key, Status.OK)
    tells_date = ended.review_until is not None
    assert tells_date is (sandbox.dialect == "deployed")  # the reference knows the status alone
    date = local_date_text(ended.review_until)
    word = f"In review until {date}, {days_left_text(ended.review_until)}" if tells_date else "In review"
    assert page.model.index_of(key, Column.STATUS).data() == word
    assert page.notices == [], "its row says so"

    page.commands.actions.details.trigger()
    dialog = page.findChild(ProcessingDetails)
    assert dialog.titleLabel.text() == f"Reviewed – {word}"
    assert f"Status: {word}" in dialog.facts.text.splitlines()
    dialog.close()

    shown = {}
    for group in (StatusGroup.READY, StatusGroup.REVIEW):
        page.statusCombo.setCurrentIndex(page.statusCombo.findData(group.value))
        shown[group] = page.list.is_shown(key)
    assert shown == {StatusGroup.READY: False, StatusGroup.REVIEW: True}

    page.list.choose(key)
    page.commands.actions.review.accept.trigger()
    box = page.findChild(QMessageBox, "acceptResultQuestion")
    qtbot.mouseClick(box.findChild(QPushButton, "goOnButton"), LEFT)
    qtbot.waitUntil(lambda: not page.commands.editing.is_waiting, timeout=ANSWER_MS)
    assert page.model.processing(key).review is Review.ACCEPTED
    assert outcome(processings.fetch(session.client, key), qtbot).review is Review.ACCEPTED
    qtbot.waitUntil(lambda: page.model.index_of(key, Column.STATUS).data() == "Ready", timeout=ANSWER_MS)
    assert not page.list.is_shown(key)


@pytest.mark.both_dialects
def test_a_result_is_rated_and_rejected_with_what_shows_where(sandbox, sign_in, qtbot):
    page = sign_in(sandbox.start(review=True))
    key = start(page, sandbox, qtbot, "Judged").id
    end_of(page, qtbot, key, Status.OK)
    layer = QgsVectorLayer("Point?crs=EPSG:3857", "Where", "memory")
    wrong = QgsFeature()
    wrong.setGeometry(QgsGeometry.fromWkt("Point (0 0)"))
    layer.dataProvider().addFeatures([wrong])
    QgsProject.instance().addMapLayer(layer)
    page.list.choose(key)

    page.commands.actions.review.rate.trigger()
    rating = page.findChild(RatingDialog)
    rating.findChild(QRadioButton, "rating4Button").setChecked(True)
    qtbot.mouseClick(rating.editButtons.button(QDialogButtonBox.StandardButton.Ok), LEFT)
    qtbot.waitUntil(lambda: any("was rated" in each.text for each in page.notices), timeout=ANSWER_MS)
    told = outcome(processings.fetch(page.commands._session.client, key), qtbot).rating
    assert told == (4 if sandbox.dialect == "deployed" else None), "the reference does not tell it"
    assert page.model.processing(key).rating == told
    page.commands.actions.review.rate.trigger()
    again = page.commands.editing._dialog
    assert again.findChild(QRadioButton, "rating4Button").isChecked() is (told == 4)
    again.reject()

    page.commands.actions.review.reject.trigger()
    rejection = page.findChild(RejectionDialog)
    rejection.rejectionEdit.setPlainText("A roof is missing")
    rejection.correctionsCombo.setLayer(layer)
    qtbot.mouseClick(rejection.editButtons.button(QDialogButtonBox.StandardButton.Ok), LEFT)
    word = "Not accepted"
    qtbot.waitUntil(lambda: page.model.index_of(key, Column.STATUS).data() == word, timeout=ANSWER_MS)
    assert not page.commands.actions.review.reject.isEnabled()
