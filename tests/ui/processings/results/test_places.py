"""Where the files of results go: told once, chosen in the options, or beside the project and moved with it."""

from __future__ import annotations

import os
import shutil

import pytest
from processings_service import CUT, features, record
from qgis.core import QgsProject, QgsVectorLayer

from mapflow_dock.api.settings import RESULTS_BESIDE_PROJECT, RESULTS_FOLDER
from mapflow_dock.ui.options import preferences
from mapflow_dock.ui.options.page import OptionsPage

PATIENCE_MS = 30_000
RESULT = "GET /processings/id-1/result"
NOBODY = 65534


def add(page, qtbot):
    page.list.choose("id-1")
    with qtbot.waitSignal(page.results.adding.added, timeout=PATIENCE_MS):
        page.addResultButton.click()


def files_of():
    return [
        layer.source().split("|")[0]
        for layer in QgsProject.instance().mapLayers().values()
        if isinstance(layer, QgsVectorLayer)
    ]


@pytest.fixture
def undecided(monkeypatch, tmp_path):
    """Nobody has chosen where results go."""
    RESULTS_FOLDER.forget()
    documents = tmp_path / "Documents" / "Mapflow"
    monkeypatch.setattr(preferences, "default_results_folder", lambda: documents)
    return documents


def test_the_first_result_says_where_it_is_and_offers_another_place(listed, undecided, qtbot):
    page = listed(record(1, name="Harbour"))
    add(page, qtbot)
    first = page.notices[-1]
    assert f"Results are kept in {undecided}." in first.text
    assert first.action == "Change…"
    with qtbot.waitSignal(page.settings_wanted):
        first.on_action()
    QgsProject.instance().clear()
    for path in undecided.glob("*.gpkg"):
        path.unlink()
    add(page, qtbot)
    assert "are kept in" not in page.notices[-1].text, "it is said once"
    assert page.notices[-1].action == ""


def test_who_has_chosen_a_folder_is_told_nothing(listed, results, qtbot):
    page = listed(record(1, name="Harbour"))
    add(page, qtbot)
    assert page.notices[-1].text == "“Harbour” is on the map: 3 objects."


def test_beside_the_project_they_move_with_it(listed, results, qtbot, tmp_path):
    RESULTS_BESIDE_PROJECT.write(True)
    home = tmp_path / "home"
    home.mkdir()
    project = QgsProject.instance()
    assert project.write(str(home / "town.qgz"))
    page = listed(record(1, name="Harbour"))
    add(page, qtbot)
    (path,) = files_of()
    assert os.path.dirname(path) == str(home / "Mapflow")
    assert not results.exists()
    assert project.write()
    project.clear()
    moved = tmp_path / "elsewhere"
    shutil.move(home, moved)
    assert project.read(str(moved / "town.qgz"))
    (layer,) = project.mapLayers().values()
    assert layer.isValid()
    assert layer.featureCount() == 3
    assert files_of() == [str(moved / "Mapflow" / os.path.basename(path))]


def test_a_project_that_is_not_saved_says_where_they_are_instead(listed, results, qtbot):
    RESULTS_BESIDE_PROJECT.write(True)
    page = listed(record(1, name="Harbour"))
    add(page, qtbot)
    (path,) = files_of()
    assert os.path.dirname(path) == str(results)
    assert "is not saved yet" in page.notices[-1].text
    assert str(results) in page.notices[-1].text


def test_the_choice_is_kept_in_the_options(qtbot):
    page = OptionsPage()
    qtbot.addWidget(page)
    assert not page.form.besideCheck.isChecked()
    page.form.besideCheck.setChecked(True)
    page.apply()
    assert RESULTS_BESIDE_PROJECT.read()
    again = OptionsPage()
    qtbot.addWidget(again)
    assert again.form.besideCheck.isChecked()


def test_a_folder_nobody_may_write_to_is_a_sentence(listed, results, qtbot):
    results.mkdir()
    page = listed(record(1, name="Harbour"))
    user = os.geteuid()
    results.chmod(0o500)
    if user == 0:
        os.seteuid(NOBODY)
    try:
        page.list.choose("id-1")
        page.addResultButton.click()
        qtbot.waitUntil(lambda: bool(page.notices), timeout=PATIENCE_MS)
    finally:
        os.seteuid(user)
        results.chmod(0o700)
    assert "could not be added" in page.notices[-1].text
    assert "permission" in page.notices[-1].text


def test_offline_the_day_of_the_file_is_told(listed, service, session, results, qtbot):
    page = listed(record(1, name="Harbour"))
    add(page, qtbot)
    QgsProject.instance().clear()
    for question in ("GET /user/status", "GET /processings/id-1/v2", RESULT):
        service.answers[question] = CUT
    session.client.retry_base_s = 0.001
    session.refresh_account()
    qtbot.waitUntil(lambda: not session.is_reachable, timeout=PATIENCE_MS)
    add(page, qtbot)
    text = page.notices[-1].text
    assert "“Harbour” is on the map: 3 objects." in text
    assert "Mapflow cannot be reached: this is the result as downloaded on" in text
    assert len(files_of()) == 1


def test_a_newer_result_is_told_although_the_list_is_older(listed, service, results, qtbot):
    page = listed(record(1, name="Harbour"))
    add(page, qtbot)
    QgsProject.instance().clear()
    service.answers["GET /processings/id-1/v2"] = record(1, name="Harbour", updated="2027-01-01T00:00:00Z")
    service.answers[RESULT] = features(5)
    add(page, qtbot)
    qtbot.waitUntil(lambda: any("newer result" in each.text for each in page.notices), timeout=PATIENCE_MS)
    newer = page.notices[-1]
    assert newer.action == "Refresh"
    with qtbot.waitSignal(page.results.adding.added, timeout=PATIENCE_MS):
        newer.on_action()
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.featureCount() == 5
    assert "stays as it was, with what you changed in it" in page.notices[-1].text
