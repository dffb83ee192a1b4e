"""A source is chosen at a zoom, and used only once a tile of it came."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialogButtonBox, QMessageBox
from tile_server import picture

from mapflow_dock.api.account import Model, ZoomBounds
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.login import SourceLogin, keep_login, read_login
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.api.settings import OWN_LOGINS
from mapflow_dock.api.sources import UserSource
from mapflow_dock.jobs.cost import ImageryPrice
from mapflow_dock.ui.own_sources.chooser import OwnSources
from mapflow_dock.ui.own_sources.dialog import SourceDialog

LEFT = Qt.MouseButton.LeftButton
BUILDINGS = Model(id="b", name="Buildings", required_zoom=ZoomBounds(17, 19), best_zoom=18)
MOSCOW = (37.61, 55.75)


class Spot:
    """Where a tile is looked for."""

    place, others, is_area = MOSCOW, (), True

    def __call__(self):
        return (self.place, *self.others), self.is_area


@pytest.fixture
def spot():
    return Spot()


@pytest.fixture
def open_chooser(kept, spot, qtbot):
    opened = []

    def open_one(*sources):
        for source in sources:
            kept.save(source)
        chooser = OwnSources(kept, spot)
        qtbot.addWidget(chooser)
        chooser.set_model(BUILDINGS)
        chooser.show()
        opened.append(chooser)
        return chooser

    yield open_one
    for chooser in opened:
        chooser.close_dialogs()


def survey(tiles, **fields):
    return OwnSource("Survey", SourceKind.XYZ, tiles.template, **{"zoom": 18, **fields})


def texts(combo):
    return [combo.itemText(row) for row in range(combo.count())]


def test_without_a_source_it_says_how_to_get_one(open_chooser):
    chooser = open_chooser()
    assert chooser.source is None
    assert "Press +" in chooser.ownSourceLabel.text()
    assert not chooser.editSourceButton.isEnabled()
    assert not chooser.removeSourceButton.isEnabled()
    assert not chooser.previewSourceButton.isEnabled()


def test_it_is_used_once_a_tile_under_the_area_came(open_chooser, tiles, qtbot):
    chooser = open_chooser(survey(tiles))
    assert "Trying a tile" in chooser.problem
    assert chooser.source is None
    qtbot.waitUntil(lambda: chooser.problem == "")
    assert chooser.source == UserSource("XYZ", tiles.template, 18, "EPSG:3857")
    assert chooser.price == ImageryPrice(0.0)
    assert "256 × 256" in chooser.ownSourceLabel.text()
    assert [path for path, _login in tiles.asked] == ["/18/158458/81954.png"]


def test_what_came_is_remembered_while_nothing_changed(open_chooser, tiles, spot, qtbot):
    chooser = open_chooser(survey(tiles))
    qtbot.waitUntil(lambda: chooser.problem == "")
    chooser.look_again()
    chooser._look()
    assert len(tiles.asked) == 1
    spot.place = (37.70, 55.75)
    chooser.look_again()
    assert chooser.source is None, "there is another tile under the area now"
    qtbot.waitUntil(lambda: chooser.problem == "")
    assert len(tiles.asked) == 2
    chooser.ownSourceZoomCombo.setCurrentIndex(chooser.ownSourceZoomCombo.findData(17))
    qtbot.waitUntil(lambda: chooser.problem == "")
    assert tiles.asked[-1][0].startswith("/17/")
    assert chooser.source.zoom == 17


def test_what_is_wrong_is_said_and_can_be_tried_again(open_chooser, tiles, qtbot):
    tiles.status = 404
    chooser = open_chooser(survey(tiles))
    qtbot.waitUntil(lambda: "no tile under the area" in chooser.problem)
    assert chooser.ownSourceLabel.text() == chooser.problem
    tiles.status = 200
    qtbot.mouseClick(chooser.checkSourceButton, LEFT)
    qtbot.waitUntil(lambda: chooser.problem == "")


def test_where_there_is_nothing_other_places_of_the_area_are_tried(open_chooser, tiles, spot, qtbot):
    spot.others = (MOSCOW, (37.62, 55.75))  # the first one has the same tile
    tiles.missing = {"/18/158458/81954.png": 404}
    chooser = open_chooser(survey(tiles))
    qtbot.waitUntil(lambda: chooser.problem == "")
    assert "no imagery in the middle of the area" in chooser.ownSourceLabel.text()
    assert "no imagery in the middle" in chooser.readiness.doubt(chooser.chosen)
    assert len(tiles.asked) == 2
    tiles.missing, tiles.status = {}, 404
    qtbot.mouseClick(chooser.checkSourceButton, LEFT)
    qtbot.waitUntil(lambda: "no tile under the area" in chooser.problem)


def test_one_colour_is_a_doubt_and_no_reason(open_chooser, tiles, spot, qtbot):
    """It can be the sea, or a server's picture of nothing."""
    spot.others = ((37.62, 55.75),)
    tiles.body = picture(colours=1)
    chooser = open_chooser(survey(tiles))
    qtbot.waitUntil(lambda: chooser.problem == "")
    assert "one colour only" in chooser.ownSourceLabel.text()
    assert "one colour only" in chooser.readiness.doubt(chooser.chosen)
    assert len(tiles.asked) == 2


def test_a_check_can_be_stopped_and_is_not_begun_again_by_itself(open_chooser, tiles, qtbot):
    tiles.hold = threading.Event()
    chooser = open_chooser(survey(tiles))
    qtbot.waitUntil(lambda: chooser.checkSourceButton.text() == "Stop")
    qtbot.mouseClick(chooser.checkSourceButton, LEFT)
    assert chooser.checkSourceButton.text() == "Check"
    assert "Press Check" in chooser.problem
    chooser._look()
    assert "Press Check" in chooser.problem
    tiles.hold.set()
    qtbot.mouseClick(chooser.checkSourceButton, LEFT)
    qtbot.waitUntil(lambda: chooser.problem == "")


def test_without_an_area_only_the_button_tries_a_tile(open_chooser, tiles, spot, qtbot):
    spot.is_area = False
    chooser = open_chooser(survey(tiles))
    chooser._look()
    assert chooser.problem == ""
    assert tiles.asked == []
    qtbot.mouseClick(chooser.checkSourceButton, LEFT)
    qtbot.waitUntil(lambda: "256" in chooser.ownSourceLabel.text())


def test_the_zooms_are_those_of_the_model_and_the_sources_own(open_chooser, tiles):
    chooser = open_chooser(survey(tiles, zoom=15))
    combo = chooser.ownSourceZoomCombo
    assert texts(combo) == ["Automatic", "15", "17", "18 (best)", "19"]
    assert combo.currentData() == 15
    assert chooser.problem == "Buildings needs zoom 17–19, and zoom 15 is chosen. Choose 18 under Zoom."
    combo.setCurrentIndex(combo.findData(18))
    assert "Trying" in chooser.problem
    chooser.set_model(Model(id="a", name="Aerial", required_zoom=ZoomBounds(19, 20)))
    assert texts(combo) == ["Automatic", "15", "19", "20"]


def test_automatic_leaves_the_zoom_to_the_service(open_chooser, tiles, qtbot):
    chooser = open_chooser(survey(tiles, zoom=None))
    qtbot.waitUntil(lambda: chooser.problem == "")
    assert chooser.source.zoom is None
    assert tiles.asked[0][0].startswith("/18/"), "a tile at the model's best zoom is tried"


def test_what_is_no_tiles_is_used_as_it_is(open_chooser, spot):
    spot.place = (11.9, 44.6)  # in the granule
    chooser = open_chooser(
        OwnSource("Granule", SourceKind.SENTINEL_L2A, "L2A_T32TQM_A007612_20180822T101024")
    )
    assert chooser.problem == ""
    assert chooser.source == UserSource("SENTINEL_L2A", "L2A_T32TQM_A007612_20180822T101024")
    assert not chooser.ownSourceZoomCombo.isVisible()
    assert not chooser.previewSourceButton.isEnabled()


def test_a_granule_of_another_place_is_refused_before_it_is_paid_for(open_chooser, spot):
    chooser = open_chooser(
        OwnSource("Granule", SourceKind.SENTINEL_L2A, "L2A_T32TQM_A007612_20180822T101024")
    )
    assert "of the cell 32TQM, and the area lies elsewhere" in chooser.problem
    assert chooser.source is None
    spot.is_area = False
    assert chooser.problem == "", "without an area nothing is said of it"


def test_the_password_is_asked_for_only_when_the_user_checks(open_chooser, tiles, qtbot, monkeypatch):
    authcfg = keep_login(SourceLogin("me", "canary-word"), "Survey")
    tiles.login = ("me", "canary-word")
    monkeypatch.setattr("mapflow_dock.ui.own_sources.readiness.is_locked", lambda: True)
    chooser = open_chooser(survey(tiles, authcfg=authcfg))
    chooser._look()
    assert "master password" in chooser.problem
    assert tiles.asked == []
    qtbot.mouseClick(chooser.checkSourceButton, LEFT)
    qtbot.waitUntil(lambda: chooser.problem == "")


def test_a_login_that_is_gone_is_said(open_chooser, tiles):
    chooser = open_chooser(survey(tiles, authcfg="gone123"))
    assert "Edit the source" in chooser.problem


def answer(qtbot, window, name):
    box = window.findChildren(QMessageBox, "removeSource")[-1]  # an earlier one may be about to go
    button = (
        box.button(QMessageBox.StandardButton.Cancel) if name == "cancel" else box.findChild(object, name)
    )
    return box, button


@pytest.mark.parametrize("with_login", [True, False])
def test_a_source_is_removed_after_a_question_and_its_login_if_wanted(
    open_chooser, tiles, kept, qtbot, with_login
):
    authcfg = keep_login(SourceLogin("me", "canary-word"), "Survey")
    chooser = open_chooser(survey(tiles, authcfg=authcfg))
    qtbot.mouseClick(chooser.removeSourceButton, LEFT)
    box, button = answer(qtbot, chooser, "cancel")
    qtbot.mouseClick(button, LEFT)
    assert len(kept.all()) == 1
    qtbot.mouseClick(chooser.removeSourceButton, LEFT)
    box, button = answer(qtbot, chooser, "goOnButton")
    box.checkBox().setChecked(with_login)
    qtbot.mouseClick(button, LEFT)
    assert kept.all() == ()
    assert (authcfg in QgsApplication.authManager().configIds()) is not with_login
    assert chooser.chosen is None


def test_a_login_that_another_source_needs_is_not_offered_to_go(open_chooser, tiles, qtbot):
    authcfg = keep_login(SourceLogin("me", "canary-word"), "Survey")
    other = OwnSource("Other", SourceKind.XYZ, tiles.origin + "/o/{z}/{x}/{y}", authcfg=authcfg)
    chooser = open_chooser(survey(tiles, authcfg=authcfg), other)
    qtbot.mouseClick(chooser.removeSourceButton, LEFT)
    box, _button = answer(qtbot, chooser, "goOnButton")
    assert box.checkBox() is None


def test_what_a_processing_used_is_chosen_again(open_chooser, tiles):
    chooser = open_chooser(survey(tiles), OwnSource("A", SourceKind.QUADKEY, "https://h.example/{q}"))
    assert chooser.chosen.name == "A"
    assert chooser.show_given({"sourceType": "XYZ", "url": tiles.template, "zoom": 19}) == ""
    assert (chooser.chosen.name, chooser.chosen.zoom) == ("Survey", 19)
    assert chooser.show_given({"sourceType": "XYZ", "url": tiles.template, "zoom": 15}) == ""
    assert chooser.chosen.zoom == 15
    assert "needs zoom" in chooser.problem


def test_what_is_not_kept_is_offered_to_be(open_chooser, qtbot):
    chooser = open_chooser()
    told = chooser.show_given({"sourceType": "TMS", "url": "https://me:k@h.example/{z}/{x}/{y}", "zoom": 17})
    assert "is not among your sources" in told
    dialog = chooser.editing._dialog
    assert dialog.sourceAddressEdit.text() == "https://h.example/{z}/{x}/{y}"
    assert dialog.typed().zoom == 17
    assert dialog.kind is SourceKind.TMS
    assert "cannot be used again" in chooser.show_given({"sourceType": "XYZ", "url": "https://h.example/…"})


def test_buttons_have_names_and_tips(open_chooser):
    chooser = open_chooser()
    for button in (chooser.newSourceButton, chooser.editSourceButton, chooser.removeSourceButton):
        assert button.accessibleName()
        assert button.toolTip()
        assert not button.icon().isNull()


def test_why_there_is_no_preview_is_said(open_chooser):
    authcfg = keep_login(SourceLogin("", "canary-word"), "Keyed")
    chooser = open_chooser(
        OwnSource("Keyed", SourceKind.XYZ, "https://h.example/{z}/{x}/{y}?key={key}", 18, authcfg=authcfg),
        OwnSource("Stored", SourceKind.LOCAL, "s3://bucket/a.tif"),
    )
    for name, said in (("Keyed", "keep the key"), ("Stored", "Mapflow alone")):
        assert chooser.choose(name)
        assert not chooser.previewSourceButton.isEnabled()
        assert said in chooser.previewSourceButton.toolTip()


def test_a_login_goes_when_its_source_has_another_one(open_chooser, tiles, qtbot):
    former = keep_login(SourceLogin("me", "word"), "Survey")
    users = keep_login(SourceLogin("you", "word"), "Mine")
    OWN_LOGINS.forget(users)  # one the user had already
    chooser = open_chooser(survey(tiles, authcfg=former))
    configs = QgsApplication.authManager().configIds
    change_login(chooser, qtbot, users)
    assert configs() == [users]
    change_login(chooser, qtbot, "")
    assert configs() == [users], "what was not made for a source stays"


def test_a_login_that_another_source_has_stays_as_it_is(open_chooser, tiles, qtbot):
    shared = keep_login(SourceLogin("me", "word"), "Survey")
    chooser = open_chooser(survey(tiles, authcfg=shared), replace(survey(tiles, authcfg=shared), name="Twin"))
    assert chooser.choose("Twin")
    change_login(chooser, qtbot, "", ("you", "new"))
    assert read_login(shared) == SourceLogin("me", "word")
    assert read_login(chooser.chosen.authcfg) == SourceLogin("you", "new")
    assert chooser.chosen.name == "Twin"


def change_login(chooser, qtbot, authcfg, typed=("", "")):
    """Give the chosen source another login in its dialog."""
    qtbot.mouseClick(chooser.editSourceButton, LEFT)
    dialog = chooser.findChild(SourceDialog)
    dialog.sourceConfigSelect.setConfigId(authcfg)
    qtbot.keyClicks(dialog.sourceUserEdit, typed[0])
    qtbot.keyClicks(dialog.sourcePasswordEdit, typed[1])
    qtbot.mouseClick(dialog.sourceButtons.button(QDialogButtonBox.StandardButton.Save), LEFT)
    qtbot.waitUntil(lambda: not dialog.isVisible())
