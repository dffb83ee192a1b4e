"""The dialog of a source: what is wrong is said as it is typed, and a login goes into the store alone."""

from __future__ import annotations

import threading

import pytest
from qgis.core import QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QApplication, QDialogButtonBox, QLabel

from mapflow_dock.api.account import Model, ZoomBounds
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.login import SourceLogin, is_made_here, keep_login, read_login
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.ui.own_sources.dialog import SourceDialog

LEFT = Qt.MouseButton.LeftButton
BUILDINGS = Model(id="b", name="Buildings", required_zoom=ZoomBounds(17, 19), best_zoom=18)
MOSCOW = (37.61, 55.75)
WORD = "canary-word"


@pytest.fixture
def open_dialog(qgis_app, qtbot):
    opened = []

    def open_one(taken=(), former=None, place=lambda: MOSCOW):
        dialog = SourceDialog(list(taken), place, BUILDINGS, former)
        qtbot.addWidget(dialog)
        dialog.kept = []
        dialog.saved.connect(dialog.kept.append)
        dialog.show()
        opened.append(dialog)
        return dialog

    yield open_one
    for dialog in opened:
        dialog.reject()


def type_in(qtbot, edit, text):
    edit.selectAll()
    qtbot.keyClicks(edit, text)


def save(qtbot, dialog):
    qtbot.mouseClick(dialog.sourceButtons.button(QDialogButtonBox.StandardButton.Save), LEFT)


def choose(combo, data):
    combo.setCurrentIndex(combo.findData(data))


def test_a_source_is_typed_and_saved(open_dialog, tiles, qtbot):
    dialog = open_dialog()
    assert dialog.windowTitle() == "New Source"
    assert dialog.sourceZoomCombo.currentText() == "18 (best)", "the model's best zoom is proposed"
    type_in(qtbot, dialog.sourceNameEdit, "My  survey")
    type_in(qtbot, dialog.sourceAddressEdit, tiles.template)
    choose(dialog.sourceCrsCombo, "EPSG:3395")
    assert dialog.sourceMessage.text() == ""
    save(qtbot, dialog)
    assert dialog.kept == [OwnSource("My survey", SourceKind.XYZ, tiles.template, 18, "EPSG:3395")]
    assert not dialog.isVisible()


def test_what_is_wrong_is_said_as_it_is_typed(open_dialog, qtbot):
    dialog = open_dialog(taken=["Survey"])
    type_in(qtbot, dialog.sourceNameEdit, "survey")
    assert "has this name already" in dialog.sourceMessage.text()
    type_in(qtbot, dialog.sourceNameEdit, "Survey 2")
    assert dialog.sourceMessage.text() == "", "an address that is not typed yet is not wrong"
    type_in(qtbot, dialog.sourceAddressEdit, "https://h.example/{z}/{x}")
    assert "{y}" in dialog.sourceMessage.text()
    type_in(qtbot, dialog.sourceAddressEdit, "https://h.example/wms?SERVICE=WMS")
    assert "does not take WMS" in dialog.sourceMessage.text()


@pytest.mark.parametrize(
    ("field", "said"), [("name", "Give the source a name"), ("address", "Type the address")]
)
def test_saving_says_what_is_missing_and_loses_nothing(open_dialog, qtbot, field, said):
    dialog = open_dialog()
    if field == "address":
        type_in(qtbot, dialog.sourceNameEdit, "Survey")
    save(qtbot, dialog)
    assert said in dialog.sourceMessage.text()
    assert dialog.isVisible()
    assert dialog.kept == []


def test_an_address_can_tell_the_kind(open_dialog, qtbot):
    dialog = open_dialog()
    for address, kind in (
        ("https://h.example/{q}", SourceKind.QUADKEY),
        ("https://h.example/{z}/{x}/{-y}", SourceKind.TMS),
        ("s3://bucket/a.tif", SourceKind.LOCAL),
        ("L2A_T32TQM_A007612_20180822T101024", SourceKind.SENTINEL_L2A),
    ):
        dialog.sourceAddressEdit.clear()
        type_in(qtbot, dialog.sourceAddressEdit, address)
        assert dialog.kind is kind
        assert dialog.sourceZoomCombo.isEnabled() is kind.is_tiled
        assert dialog.sourceLoginGroup.isEnabled() is kind.is_tiled
        assert dialog.sourceMessage.text() in ("", "Give the source a name.")


def test_a_login_that_is_typed_goes_into_the_store(open_dialog, qtbot):
    dialog = open_dialog()
    type_in(qtbot, dialog.sourceNameEdit, "Survey")
    type_in(qtbot, dialog.sourceAddressEdit, "https://h.example/{z}/{x}/{y}")
    type_in(qtbot, dialog.sourceUserEdit, "me")
    assert "a user name and a password" in dialog.sourceMessage.text()
    type_in(qtbot, dialog.sourcePasswordEdit, WORD)
    save(qtbot, dialog)
    (source,) = dialog.kept
    assert read_login(source.authcfg) == SourceLogin("me", WORD)
    assert is_made_here(source.authcfg)
    assert dialog.sourcePasswordEdit.text() == ""
    settings = QgsSettings()
    assert WORD not in repr({key: settings.value(key) for key in settings.allKeys()})


@pytest.mark.parametrize(
    ("pasted", "kept_address", "login"),
    [
        (f"https://me:{WORD}@h.example/{{z}}/{{x}}/{{y}}", "https://h.example/{z}/{x}/{y}", ("me", WORD)),
        (
            f"https://h.example/{{z}}/{{x}}/{{y}}?apikey={WORD}",
            "https://h.example/{z}/{x}/{y}?apikey={key}",
            ("", WORD),
        ),
    ],
)
def test_a_login_that_is_pasted_with_the_address_is_taken_out(
    open_dialog, qtbot, pasted, kept_address, login
):
    dialog = open_dialog()
    type_in(qtbot, dialog.sourceNameEdit, "Survey")
    type_in(qtbot, dialog.sourceAddressEdit, pasted)
    qtbot.keyClick(dialog.sourceAddressEdit, Qt.Key.Key_Tab)
    dialog.sourceAddressEdit.editingFinished.emit()
    assert dialog.sourceAddressEdit.text() == kept_address
    assert "QGIS keeps it encrypted" in dialog.sourceMessage.text()
    save(qtbot, dialog)
    (source,) = dialog.kept
    assert source.url == kept_address
    assert read_login(source.authcfg) == SourceLogin(*login)


def test_a_login_is_not_sent_where_it_could_be_read(open_dialog, qtbot):
    dialog = open_dialog()
    type_in(qtbot, dialog.sourceNameEdit, "Survey")
    type_in(qtbot, dialog.sourceAddressEdit, "http://h.example/{z}/{x}/{y}")
    type_in(qtbot, dialog.sourceUserEdit, "me")
    type_in(qtbot, dialog.sourcePasswordEdit, WORD)
    assert "Use https://" in dialog.sourceMessage.text()
    save(qtbot, dialog)
    assert dialog.kept == []


def test_a_source_is_changed_and_keeps_its_login(open_dialog, qtbot):
    authcfg = keep_login(SourceLogin("me", WORD), "Survey")
    former = OwnSource("Survey", SourceKind.XYZ, "https://h.example/{z}/{x}/{y}", None, authcfg=authcfg)
    dialog = open_dialog(former=former)
    assert dialog.windowTitle() == "Edit Source"
    assert dialog.sourceZoomCombo.currentText() == "Automatic"
    assert not dialog.sourceUserEdit.isEnabled(), "a stored login is chosen"
    type_in(qtbot, dialog.sourceNameEdit, "Survey 2")
    save(qtbot, dialog)
    assert dialog.kept == [OwnSource("Survey 2", SourceKind.XYZ, former.url, None, authcfg=authcfg)]


def test_another_login_takes_the_place_of_the_one_made_before(open_dialog, qtbot):
    authcfg = keep_login(SourceLogin("me", "former-word"), "Survey")
    former = OwnSource("Survey", SourceKind.XYZ, "https://h.example/{z}/{x}/{y}", 18, authcfg=authcfg)
    dialog = open_dialog(former=former)
    dialog.sourceConfigSelect.setConfigId("")
    type_in(qtbot, dialog.sourceUserEdit, "me")
    type_in(qtbot, dialog.sourcePasswordEdit, WORD)
    save(qtbot, dialog)
    assert dialog.kept[0].authcfg == authcfg
    assert read_login(authcfg).secret == WORD


def test_a_locked_store_keeps_what_was_typed(open_dialog, qtbot, monkeypatch):
    monkeypatch.setattr("mapflow_dock.api.own_sources.login.unlock", lambda: False)
    dialog = open_dialog()
    type_in(qtbot, dialog.sourceNameEdit, "Survey")
    type_in(qtbot, dialog.sourceAddressEdit, "https://h.example/{z}/{x}/{y}")
    type_in(qtbot, dialog.sourceUserEdit, "me")
    type_in(qtbot, dialog.sourcePasswordEdit, WORD)
    save(qtbot, dialog)
    assert "stayed locked" in dialog.sourceMessage.text()
    assert dialog.isVisible()
    assert dialog.sourcePasswordEdit.text() == WORD


def test_check_shows_the_tile(open_dialog, tiles, qtbot):
    tiles.login = ("me", WORD)
    dialog = open_dialog()
    type_in(qtbot, dialog.sourceAddressEdit, tiles.template)
    type_in(qtbot, dialog.sourceUserEdit, "me")
    type_in(qtbot, dialog.sourcePasswordEdit, WORD)
    qtbot.mouseClick(dialog.tryTileButton, LEFT)
    qtbot.waitUntil(lambda: "256 × 256" in dialog.sourceMessage.text())
    assert not dialog.sourceTileLabel.pixmap().isNull()
    type_in(qtbot, dialog.sourcePasswordEdit, "wrong-word")
    assert not dialog.sourceTileLabel.pixmap(), "it is of what was typed before"
    qtbot.mouseClick(dialog.tryTileButton, LEFT)
    qtbot.waitUntil(lambda: "does not accept the login" in dialog.sourceMessage.text())


def test_check_can_be_stopped(open_dialog, tiles, qtbot):
    tiles.hold = threading.Event()
    dialog = open_dialog()
    type_in(qtbot, dialog.sourceAddressEdit, tiles.template)
    qtbot.mouseClick(dialog.tryTileButton, LEFT)
    assert dialog.tryTileButton.text() == "S&top"
    qtbot.mouseClick(dialog.tryTileButton, LEFT)
    assert "stopped" in dialog.sourceMessage.text()
    assert dialog.tryTileButton.text() == "Chec&k"


def test_check_says_what_it_needs(open_dialog, tiles, qtbot):
    dialog = open_dialog(place=lambda: None)
    qtbot.mouseClick(dialog.tryTileButton, LEFT)
    assert "Type the address" in dialog.sourceMessage.text()
    type_in(qtbot, dialog.sourceAddressEdit, tiles.template)
    qtbot.mouseClick(dialog.tryTileButton, LEFT)
    assert "Choose an area first" in dialog.sourceMessage.text()
    assert tiles.asked == []


def letters(dialog):
    texts = [each.text() for each in dialog.findChildren(QAbstractButton)]
    texts += [each.text() for each in dialog.findChildren(QLabel) if each.buddy() is not None]
    return [text[text.index("&") + 1].upper() for text in texts if "&" in text]


def test_each_letter_of_the_dialog_leads_to_its_field(open_dialog, qtbot):
    dialog = open_dialog()
    found = letters(dialog)
    assert len(found) == len(set(found)) >= 8
    qtbot.waitExposed(dialog)
    QApplication.setActiveWindow(dialog)
    for key, field in (
        (Qt.Key.Key_N, dialog.sourceNameEdit),
        (Qt.Key.Key_A, dialog.sourceAddressEdit),
        (Qt.Key.Key_Z, dialog.sourceZoomCombo),
        (Qt.Key.Key_R, dialog.sourceCrsCombo),
        (Qt.Key.Key_U, dialog.sourceUserEdit),
        (Qt.Key.Key_P, dialog.sourcePasswordEdit),
    ):
        QTest.keyClick(dialog.windowHandle(), key, Qt.KeyboardModifier.AltModifier)
        assert dialog.focusWidget() is field


def test_every_field_has_a_name(open_dialog):
    dialog = open_dialog()
    for name in (
        "sourceImportButton",
        "sourceNameEdit",
        "sourceKindCombo",
        "sourceAddressEdit",
        "sourceZoomCombo",
        "sourceCrsCombo",
        "sourceUserEdit",
        "sourcePasswordEdit",
        "sourceConfigSelect",
        "tryTileButton",
        "sourceTileLabel",
    ):
        assert getattr(dialog, name).accessibleName(), name


def test_tab_goes_through_the_fields_as_they_are_read(open_dialog):
    dialog = open_dialog()
    fields = (
        dialog.sourceNameEdit,
        dialog.sourceKindCombo,
        dialog.sourceAddressEdit,
        dialog.sourceZoomCombo,
        dialog.sourceCrsCombo,
        dialog.sourceUserEdit,
        dialog.sourcePasswordEdit,
        dialog.tryTileButton,
        dialog.sourceButtons.button(QDialogButtonBox.StandardButton.Save),
    )
    widget, seen = dialog.sourceNameEdit, []
    for _ in range(60):
        if widget in fields and widget not in seen:
            seen.append(widget)
        widget = widget.nextInFocusChain()
    assert [field.objectName() for field in seen] == [field.objectName() for field in fields]
    tops = [field.mapTo(dialog, field.rect().topLeft()).y() for field in fields]
    assert tops == sorted(tops)
