"""The options page stores what is valid and says what is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qgis.core import QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QIcon

from mapflow_dock.api.settings import ADD_WHEN_READY, CONFIRM_SPENDING, DEFAULT_SERVER, RESULTS_FOLDER, SERVER
from mapflow_dock.ui.options.factory import OptionsFactory
from mapflow_dock.ui.options.page import OptionsPage
from mapflow_dock.ui.options.preferences import (
    PAGE_NAME,
    default_results_folder,
    results_folder,
    server_problem,
)
from mapflow_dock.ui.widgets.guide import close_guide
from mapflow_dock.ui.widgets.guide_window import GuideView


@pytest.fixture
def page(qtbot: QtBot) -> OptionsPage:
    page = OptionsPage()
    qtbot.addWidget(page)
    page.show()
    return page


def test_defaults_are_used_and_not_written_down(page: OptionsPage) -> None:
    assert results_folder() == default_results_folder()
    assert CONFIRM_SPENDING.read()
    assert SERVER.read() == DEFAULT_SERVER
    page.apply()
    settings = QgsSettings()
    assert not settings.contains(f"plugins/mapflow_dock/{RESULTS_FOLDER.name}")
    assert not settings.contains(f"plugins/mapflow_dock/{SERVER.name}")


def test_what_is_chosen_is_kept(page: OptionsPage, tmp_path: Path) -> None:
    page.form.folderWidget.setFilePath(str(tmp_path))
    page.form.confirmCheck.setChecked(False)
    assert not ADD_WHEN_READY.read()
    page.form.addCheck.setChecked(True)
    page.form.optionsServerEdit.setText(" http://127.0.0.1:8000/rest/ ")
    page.apply()
    assert results_folder() == tmp_path
    assert not CONFIRM_SPENDING.read()
    assert ADD_WHEN_READY.read()
    assert SERVER.read() == "http://127.0.0.1:8000/rest"
    again = OptionsPage()
    assert again.form.folderWidget.filePath() == str(tmp_path)
    assert not again.form.confirmCheck.isChecked()
    assert again.form.addCheck.isChecked()
    again.deleteLater()


def test_a_wrong_address_is_said_and_not_kept(page: OptionsPage) -> None:
    SERVER.write("https://maps.example.org/rest")
    page.form.optionsServerEdit.setText("maps.example.org")
    assert "https://" in page.form.serverMessage.text()
    page.apply()
    assert SERVER.read() == "https://maps.example.org/rest"


def test_use_default_goes_back_to_the_service(qtbot: QtBot, page: OptionsPage) -> None:
    SERVER.write("https://maps.example.org/rest")
    qtbot.mouseClick(page.form.optionsServerDefaultButton, Qt.MouseButton.LeftButton)
    page.apply()
    assert SERVER.read() == DEFAULT_SERVER


@pytest.mark.parametrize("folder", ["somewhere/relative", __file__])
def test_a_folder_that_cannot_be_one_is_said_and_not_kept(page: OptionsPage, folder: str) -> None:
    page.form.folderWidget.setFilePath(folder)
    assert page.form.folderMessage.isVisible()
    page.apply()
    assert results_folder() == default_results_folder()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "api.mapflow.ai",
        "ftp://api.mapflow.ai",
        "https://",
        "https://me@api.mapflow.ai",
        "https://a.b/?x=1",
        "http://a b",
    ],
)
def test_addresses_that_cannot_work_have_a_sentence(address: str) -> None:
    assert server_problem(address)


def test_addresses_of_other_servers_are_fine() -> None:
    assert not server_problem("http://127.0.0.1:8123/rest")
    assert not server_problem(DEFAULT_SERVER)


def test_qgis_finds_the_page_by_its_name(qtbot: QtBot) -> None:
    factory = OptionsFactory(QIcon())
    page = factory.createWidget(None)
    qtbot.addWidget(page)
    assert factory.title() == "Mapflow Dock"
    assert page.objectName() == PAGE_NAME
    CONFIRM_SPENDING.write(False)
    assert not CONFIRM_SPENDING.read()


def test_help_opens_the_chapter_of_settings(
    qtbot: QtBot, page: OptionsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(GuideView, "show_chapter", lambda _view, anchor: opened.append(anchor))
    qtbot.mouseClick(page.form.optionsHelpButton, Qt.MouseButton.LeftButton)
    assert opened == ["settings"]
    close_guide()
