"""The Imagery part of the form."""

from __future__ import annotations

import pytest

from mapflow_dock.api.account import Model, Provider, ZoomBounds, ZoomPrice
from mapflow_dock.api.sources import ProviderSource
from mapflow_dock.jobs.cost import ImageryPrice
from mapflow_dock.ui.run.imagery_section import ImagerySection

BUILDINGS = Model(id="b", name="Buildings", required_zoom=ZoomBounds(17, 19), best_zoom=18)
AERIAL = Model(id="a", name="Buildings (Aerial)", required_zoom=ZoomBounds(19, 20), best_zoom=20)
WORLD = Provider(
    name="world",
    title="World imagery",
    prices=tuple(ZoomPrice(zoom, zoom / 10) for zoom in range(15, 20)),
    preview_url="https://tiles.example/{z}/{x}/{y}.png",
    min_area_m2=2e6,
)
COARSE = Provider(name="coarse", title="Coarse imagery", prices=(ZoomPrice(13, 0.0), ZoomPrice(14, 0.0)))
ANY = Provider(name="any", title="Any zoom", prices=(ZoomPrice(None, 3.0),))


@pytest.fixture
def section(qgis_app, qtbot):
    section = ImagerySection()
    qtbot.addWidget(section)
    section.set_model(BUILDINGS)
    section.set_providers((WORLD, COARSE, ANY))
    section.show()
    return section


def zooms(section) -> list[str]:
    return [section.zoomCombo.itemText(row) for row in range(section.zoomCombo.count())]


def pick_zoom(section, zoom):
    """As a user does: the combo tells that apart from being set."""
    row = section.zoomCombo.findData(zoom)
    section.zoomCombo.setCurrentIndex(row)
    section.zoomCombo.activated.emit(row)


def test_the_service_chooses_the_zoom_unless_one_is_picked_that_provider_and_model_can_do(section):
    assert zooms(section) == ["Automatic", "17", "18 (best)", "19"]
    assert section.zoomCombo.currentText() == "Automatic"
    assert section.source == ProviderSource("world", None)
    assert section.problem == ""
    pick_zoom(section, 18)
    assert section.source == ProviderSource("world", 18)
    assert section.imageryLabel.text() == "1.8\u00a0credits per km² · areas from 2\u00a0km²"


def test_an_automatic_zoom_costs_from_the_lowest_price_the_model_allows_upwards(section):
    assert section.imageryLabel.text() == "from 1.7\u00a0credits per km² · areas from 2\u00a0km²"
    assert section.price == ImageryPrice(1.7, is_least=True)
    section.set_model(AERIAL)
    assert section.imageryLabel.text() == "1.9\u00a0credits per km² · areas from 2\u00a0km²", (
        "there is one zoom only"
    )
    assert section.price == ImageryPrice(1.9)


def test_where_a_price_is_not_known_none_is_told_for_an_automatic_zoom(section):
    unpriced = Provider(name="unpriced", title="Unpriced")
    section.set_providers((unpriced,))
    assert zooms(section) == ["Automatic", "17", "18 (best)", "19"]
    assert section.price is None
    assert section.imageryLabel.text() == ""


def test_what_an_automatic_zoom_saves_is_said_beside_the_price(section):
    pick_zoom(section, 19)
    section.show_saving(14.0)
    assert section.imageryLabel.text() == (
        "1.9\u00a0credits per km² · Automatic costs 14\u00a0credits less · areas from 2\u00a0km²"
    )
    section.show_saving(0.0)
    assert "Automatic" not in section.imageryLabel.text()


def test_where_nothing_fits_it_says_what_is_offered_and_what_is_needed(section):
    section.providerCombo.setCurrentIndex(1)
    assert zooms(section) == []
    assert section.source is None
    expected = "Coarse imagery offers zoom 13, 14, and Buildings needs zoom 17–19. Choose other imagery."
    assert section.problem == expected
    assert section.imageryLabel.text() == expected


def test_a_provider_without_zooms_of_its_own_offers_the_models(section):
    section.providerCombo.setCurrentIndex(2)
    assert zooms(section) == ["Automatic", "17", "18 (best)", "19"]
    assert section.price == ImageryPrice(3.0)


def test_without_any_bounds_the_service_chooses(section):
    section.set_model(Model(id="m", name="Free"))
    section.providerCombo.setCurrentIndex(2)
    assert zooms(section) == ["Automatic"]
    assert section.source == ProviderSource("any", None)
    assert section.problem == ""


def test_a_picked_zoom_stays_while_it_fits_and_then_the_service_chooses(section):
    pick_zoom(section, 19)
    section.providerCombo.setCurrentIndex(2)
    assert section.zoom == 19
    section.set_model(AERIAL)
    assert section.zoom == 19
    section.set_model(Model(id="f", name="Forest", required_zoom=ZoomBounds(17, 18), best_zoom=18))
    assert section.zoom is None
    section.set_model(BUILDINGS)
    assert section.zoom == 19


def test_a_zoom_nobody_picked_is_left_to_the_service_whatever_else_is_chosen(section):
    for change in (lambda: section.providerCombo.setCurrentIndex(2), lambda: section.set_model(AERIAL)):
        change()
        assert section.zoomCombo.currentText() == "Automatic"
        assert section.zoom is None


def test_automatic_can_be_picked_again(section):
    pick_zoom(section, 19)
    section.zoomCombo.setCurrentIndex(0)
    section.zoomCombo.activated.emit(0)
    section.providerCombo.setCurrentIndex(2)
    assert section.zoomCombo.currentText() == "Automatic"


def previewed(section, qtbot):
    with qtbot.waitSignal(section.preview_wanted) as wanted:
        section.previewButton.click()
    return wanted.args


def test_the_preview_is_at_the_models_best_zoom_or_the_picked_one(section, qtbot):
    assert previewed(section, qtbot) == [WORLD, 18]
    pick_zoom(section, 17)
    assert previewed(section, qtbot) == [WORLD, 17]


def test_the_nearest_zoom_stands_in_for_a_best_one_that_is_not_offered(section, qtbot):
    section.set_model(AERIAL)
    assert zooms(section) == ["Automatic", "19"]
    assert previewed(section, qtbot) == [WORLD, 19]


def test_the_recommended_zoom_where_no_best_one_is_known(section, qtbot):
    model = Model(id="m", name="M", required_zoom=ZoomBounds(15, None), recommended_zoom=ZoomBounds(17, 18))
    section.set_model(model)
    assert previewed(section, qtbot) == [WORLD, 18]


def test_preview_is_offered_only_where_there_are_tiles(section, qtbot):
    assert section.previewButton.isEnabled()
    assert previewed(section, qtbot) == [WORLD, 18]
    section.providerCombo.setCurrentIndex(1)
    assert not section.previewButton.isEnabled()


def test_the_chosen_provider_stays_when_the_account_is_read_anew(section):
    section.providerCombo.setCurrentIndex(2)
    section.set_providers((COARSE, ANY))
    assert section.provider == ANY


def test_an_account_that_lists_no_providers_may_use_the_documented_ones(section):
    section.set_providers(())
    assert section.provider.name == "Mapbox"
    assert section.source == ProviderSource("Mapbox", None)


def test_no_prices_for_an_account_that_does_not_pay_in_credits(section):
    section.set_providers((WORLD,), prices_shown=False)
    assert section.imageryLabel.text() == "areas from 2\u00a0km²"
