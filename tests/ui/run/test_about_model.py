"""What is known of a model is told in full, and its page opened where the service has one."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox, QPushButton

from mapflow_dock.api.account import Block, Model, RasterNeeds, ZoomBounds
from mapflow_dock.api.settings import DEFAULT_SERVER
from mapflow_dock.ui.run.model.section import ModelSection
from mapflow_dock.ui.widgets.facts.dialog import FactsDialog

SANDBOX = "http://127.0.0.1:8000/rest"
MODELS_PAGE = "https://docs.mapflow.ai/userguides/pipelines.html"
BUILDINGS = Model(
    id="b",
    name="🏠 Buildings",
    description="Roofs of <b>buildings</b>. " + "What it finds in detail. " * 40 + "The end.",
    price_per_km2=5,
    blocks=(
        Block("Segmentation", "", 1.0, optional=False),
        Block("Simplification", "Simplification", 0.0, optional=True, description="Straight outlines."),
        Block("Classification", "Use", 2.0, optional=True, description="What a building is for."),
        Block("Heights", "Heights", None, optional=True),
    ),
    required_zoom=ZoomBounds(17, 19),
    best_zoom=18,
    required_raster=RasterNeeds(0.2, 1.2, (1, 3)),
    recommended_raster=RasterNeeds(None, 0.6),
)


@pytest.fixture
def about(qgis_app, qtbot):
    """Opens what is told of a model of a server, as its button does."""
    sections = []

    def about(model=BUILDINGS, server=SANDBOX, prices_shown=True):
        section = ModelSection()
        qtbot.addWidget(section)
        sections.append(section)
        section.server = server
        section.set_models((model,), prices_shown)
        section.show()
        qtbot.mouseClick(section.aboutModelButton, Qt.MouseButton.LeftButton)
        dialog = section.findChild(FactsDialog)
        qtbot.waitUntil(dialog.isVisible)
        return dialog

    yield about
    for section in sections:
        for dialog in section.findChildren(FactsDialog):
            dialog.reject()


def test_all_of_its_description_price_zooms_and_needs_are_told(about):
    dialog = about()
    assert dialog.windowTitle() == "About 🏠 Buildings"
    told = dialog.table.text.replace("\u00a0", " ")
    for line in (
        "Price without options: 6 credits per km²",
        "Best zoom: 18",
        "Zooms it can work with: 17–19",
        "Pixels of your imagery: 20 cm to 1.2 m",
        "Best pixels: at most 0.6 m",
        "Bands of your imagery: 1, 3",
        "Simplification: free\nStraight outlines.",
        "Use: +2 credits/km²\nWhat a building is for.",
        "Heights: price not known",
    ):
        assert line in told, line
    assert "Description: Roofs of <b>buildings</b>." in told
    assert "The end." in told, "the form has room for the beginning alone"
    assert "Segmentation" not in told


def test_it_can_be_copied_and_has_help_and_close(about, qtbot):
    dialog = about()
    qtbot.mouseClick(dialog.findChild(QPushButton, "copyButton"), Qt.MouseButton.LeftButton)
    assert "Price without options: 6 credits per km²" in QApplication.clipboard().text()
    for button in (QDialogButtonBox.StandardButton.Help, QDialogButtonBox.StandardButton.Close):
        assert dialog.buttons.button(button) is not None


def test_prices_are_not_told_where_the_account_does_not_pay_credits(about):
    assert "credit" not in about(prices_shown=False).table.text


def test_what_is_not_known_is_left_out(about):
    told = about(Model(id="x", name="Plain")).table.text
    assert told.splitlines() == ["Model: Plain", "Price without options: price not known"]


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("🏠 Buildings", "https://docs.mapflow.ai/userguides/buildings_model.html"),
        ("🌲 Forest and trees", "https://docs.mapflow.ai/userguides/forest_model.html"),
        ("🏗️ Construction sites", "https://docs.mapflow.ai/userguides/construction_model.html"),
        ("[multi] Buildings + Roads + Forest", "https://docs.mapflow.ai/userguides/combo_model.html"),
        ("A model of one's own", MODELS_PAGE),
    ],
)
def test_its_own_page_opens_or_that_of_all_models(about, monkeypatch, qtbot, name, page):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    dialog = about(Model(id="x", name=name), DEFAULT_SERVER)
    qtbot.mouseClick(dialog.findChild(QPushButton, "modelPageButton"), Qt.MouseButton.LeftButton)
    assert opened == [page]


def test_another_server_has_no_pages(about):
    assert about().findChild(QPushButton, "modelPageButton") is None


def test_without_models_there_is_nothing_to_tell(qgis_app, qtbot):
    section = ModelSection()
    qtbot.addWidget(section)
    section.set_models(())
    assert not section.aboutModelButton.isEnabled()
