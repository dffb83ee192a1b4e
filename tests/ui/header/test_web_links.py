"""Links into the browser are offered where they lead to what the user is signed in to."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QToolButton, QWidget

from mapflow_dock.api.settings import DEFAULT_SERVER
from mapflow_dock.ui.header.account_menu import AccountMenu
from mapflow_dock.ui.header.web_links import WebPage, has_web_pages


@pytest.mark.parametrize(
    ("server", "has_them"),
    [
        (DEFAULT_SERVER, True),
        ("https://whitemaps-duty.mapflow.ai/rest", True),
        ("http://127.0.0.1:8000/rest", False),
        ("https://mapflow.ai.example.org/rest", False),
        ("https://notmapflow.ai/rest", False),
    ],
)
def test_only_the_service_itself_has_pages(server, has_them):
    assert has_web_pages(server) is has_them


class Session:
    """As much of a session as the menu asks for."""

    def __init__(self, server):
        self.client = self
        self.server = server


@pytest.mark.parametrize(("server", "shown"), [(DEFAULT_SERVER, True), ("http://127.0.0.1:8000/rest", False)])
def test_the_menu_has_them_and_opens_them(qtbot, monkeypatch, server, shown):
    window = QWidget()
    qtbot.addWidget(window)
    menu = AccountMenu(Session(server), QToolButton(window), window)
    menu.aboutToShow.emit()
    pages = {
        "topUpAction": WebPage.TOP_UP,
        "modelsPageAction": WebPage.MODELS,
        "webApplicationAction": WebPage.APPLICATION,
    }
    actions = {action.objectName(): action for action in menu.actions()}
    assert [actions[name].isVisible() for name in pages] == [shown] * 3
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    for name in pages:
        actions[name].trigger()
    assert opened == [page.value for page in pages.values()]
