"""The Model part of the form."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import QCheckBox, QLabel

from mapflow_dock.api.account import Block, Model
from mapflow_dock.ui.run.model.section import ModelSection, OptionCheck

BUILDINGS = Model(
    id="b",
    name="🏠 Buildings",
    description="Roofs of buildings",
    price_per_km2=5,
    blocks=(
        Block("Segmentation", "Segmentation", 1.0, optional=False),
        Block("Simplification", "Simplification", 0.0, optional=True, default_enabled=True),
        Block("Classification", "Classification of use", 2.0, optional=True, default_enabled=True),
        Block("Hidden", "", 3.0, optional=True, default_enabled=True),
    ),
    best_zoom=18,
)
ROADS = Model(id="r", name="🚗 Roads", price_per_km2=4)


@pytest.fixture
def section(qgis_app, qtbot):
    section = ModelSection()
    qtbot.addWidget(section)
    section.resize(420, 300)
    section.show()
    section.set_models((BUILDINGS, ROADS))
    section.news = []
    section.changed.connect(lambda: section.news.append(section.blocks))
    return section


def checks(section) -> dict[str, QCheckBox]:
    return {check.text(): check for check in section.blocksBox.findChildren(QCheckBox) if check.isVisible()}


def told(section) -> str:
    """What stands below the model; the spaces that keep a price in one line look like others."""
    return section.modelDescription.text().replace("\u00a0", " ")


def test_price_best_zoom_and_description_are_shown(section):
    assert told(section) == "Roofs of buildings · 6 credits per km² · best at zoom 18"


def test_after_a_whole_sentence_the_price_needs_no_dot(section):
    section.set_models((Model(id="x", name="Roofs", description="Roofs of buildings.", price_per_km2=4),))
    assert told(section) == "Roofs of buildings. 4 credits per km²"


def test_only_optional_blocks_with_a_title_are_offered_each_with_its_price(section):
    assert list(checks(section)) == ["Simplification", "Classification of use"]
    labels = [label.text() for label in section.blocksBox.findChildren(QLabel) if label.isVisible()]
    assert labels == ["free", "+2/km²"]


def test_a_default_is_honoured_but_nothing_paid_is_switched_on_unasked(section):
    assert section.blocks == (("Simplification", True), ("Classification", False))


def test_a_price_that_is_not_told_is_not_shown_as_free(section, qtbot):
    block = Block("OSM", "Merge with OSM", None, optional=True, default_enabled=True)
    section.set_models((Model(id="b", name="Unpriced", description="Roofs", blocks=(block,)),))

    def prices():
        return [label.text() for label in section.blocksBox.findChildren(QLabel) if label.isVisible()]

    qtbot.waitUntil(lambda: prices() == ["price not known"])
    assert told(section) == "Roofs · price not known"
    assert section.blocks == (("OSM", False),)
    assert section.price_per_km2 is None


def test_ticking_a_paid_option_raises_the_price(section, qtbot):
    qtbot.mouseClick(checks(section)["Classification of use"], Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert section.blocks == (("Simplification", True), ("Classification", True))
    assert "· 8 credits per km²" in told(section)
    assert section.price_per_km2 == 8
    assert len(section.news) == 1


def test_options_are_remembered_for_each_model(section):
    checks(section)["Simplification"].click()
    section.modelCombo.setCurrentIndex(1)
    assert section.blocks == ()
    assert section.blocksBox.isHidden()
    section.modelCombo.setCurrentIndex(0)
    assert section.blocks == (("Simplification", False), ("Classification", False))
    assert not checks(section)["Simplification"].isChecked()


def test_the_choice_survives_a_change_of_project_by_id_or_else_by_name(section):
    section.modelCombo.setCurrentIndex(1)
    section.set_models((ROADS, BUILDINGS))
    assert section.model == ROADS
    same_name = Model(id="other", name="🚗 Roads", price_per_km2=9)
    section.set_models((BUILDINGS, same_name))
    assert section.model == same_name
    section.set_models(())
    assert section.model is None
    section.set_models((BUILDINGS, ROADS))
    assert section.model == ROADS, "a moment without models made it forget"


def test_without_models_it_says_so(section):
    section.set_models(())
    assert section.model is None
    assert not section.modelCombo.isEnabled()
    assert "offers no models" in section.modelDescription.text()
    assert "credits" not in told(section)


def test_the_same_models_again_are_no_news(section):
    section.set_models((BUILDINGS, ROADS))
    assert section.news == []


def test_no_prices_for_an_account_that_does_not_pay_in_credits(section):
    section.set_models((BUILDINGS, ROADS), prices_shown=False)
    assert told(section) == "Roofs of buildings · best at zoom 18"
    assert [label for label in section.blocksBox.findChildren(QLabel) if label.isVisible()] == []


def test_text_of_the_server_is_never_markup(section):
    odd = Model(id="x", name="<b>Bold</b> & Co", description="<img src='file:///etc/passwd'>" + "long " * 500)
    section.set_models((odd,))
    assert section.modelDescription.textFormat() == Qt.TextFormat.PlainText
    assert len(section.modelDescription.text()) <= 600
    assert section.modelCombo.currentText() == "<b>Bold</b> & Co"
    tip = section.modelCombo.itemData(0, Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip


def test_a_long_option_makes_the_form_no_wider(section):
    before = section.minimumSizeHint().width()
    blocks = (Block("x", "A very long name of an optional step " * 4, 1.0, optional=True),)
    section.set_models((Model(id="x", name="Model with a name that goes on and on " * 3, blocks=blocks),))
    assert section.minimumSizeHint().width() <= max(before, 320)


def test_a_long_option_is_shortened_and_its_price_stays_in_sight(section, qtbot):
    blocks = (Block("x", "Classification of the use of each building", 2.5, optional=True),)
    section.set_models((Model(id="x", name="M", blocks=blocks),))
    section.resize(300, 300)
    (check,) = section.blocksBox.findChildren(OptionCheck, "block_x")
    qtbot.waitUntil(lambda: check.text().endswith("…"))
    (price,) = check.parentWidget().findChildren(QLabel)
    assert price.geometry().right() < section.blocksBox.width()
    assert check.accessibleName() == "Classification of the use of each building, +2.5\u00a0credits/km²"
    section.resize(900, 300)
    qtbot.waitUntil(lambda: check.text() == "Classification of the use of each building")


def test_options_can_be_reached_and_switched_by_keyboard(section, qtbot):
    section.activateWindow()
    section.modelCombo.setFocus()
    qtbot.keyClick(section.modelCombo, Qt.Key.Key_Tab)
    assert section.aboutModelButton.hasFocus()
    qtbot.keyClick(section.aboutModelButton, Qt.Key.Key_Tab)
    check = checks(section)["Simplification"]
    assert check.hasFocus()
    qtbot.keyClick(check, Qt.Key.Key_Space)
    assert section.blocks[0] == ("Simplification", False)
