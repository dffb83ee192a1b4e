"""The Imagery part of the form."""

from __future__ import annotations

import pytest

from mapflow_dock.api.account import Model, Provider, ZoomBounds, ZoomPrice
from mapflow_dock.api.sources import ProviderSource
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


def test_only_zooms_both_the_provider_and_the_model_can_do_the_best_one_first_chosen(section):
    assert zooms(section) == ["17", "18 (best)", "19"]
    assert section.source == ProviderSource("world", 18)
    assert section.problem == ""
    assert section.imageryLabel.text() == "1.8 credits per km² · areas from 2 km²"


def test_where_nothing_fits_it_says_what_is_offered_and_what_is_needed(section):
    section.providerCombo.setCurrentIndex(1)
    assert zooms(section) == []
    assert section.source is None
    expected = "Coarse imagery offers zoom 13, 14, and Buildings needs zoom 17–19. Choose other imagery."
    assert section.problem == expected
    assert section.imageryLabel.text() == expected


def test_a_provider_without_zooms_of_its_own_offers_the_models(section):
    section.providerCombo.setCurrentIndex(2)
    assert zooms(section) == ["17", "18 (best)", "19"]
    assert section.price_per_km2 == 3.0


def test_without_any_bounds_the_service_chooses(section):
    section.set_model(Model(id="m", name="Free"))
    section.providerCombo.setCurrentIndex(2)
    assert zooms(section) == ["Chosen by the service"]
    assert section.source == ProviderSource("any", None)
    assert section.problem == ""


def test_a_picked_zoom_stays_while_it_fits(section):
    pick_zoom(section, 19)
    section.providerCombo.setCurrentIndex(2)
    assert section.zoom == 19
    section.set_model(AERIAL)
    assert section.zoom == 19
    section.set_model(Model(id="f", name="Forest", required_zoom=ZoomBounds(17, 18), best_zoom=18))
    assert section.zoom == 18


def test_a_zoom_nobody_picked_follows_the_models_best(section):
    assert section.zoom == 18
    section.providerCombo.setCurrentIndex(2)
    section.set_model(AERIAL)
    assert section.zoom == 20


def test_the_nearest_zoom_stands_in_for_a_best_one_that_is_not_offered(section):
    section.set_model(AERIAL)
    assert zooms(section) == ["19"]
    assert section.zoom == 19


def test_the_recommended_zoom_where_no_best_one_is_known(section):
    model = Model(id="m", name="M", required_zoom=ZoomBounds(15, None), recommended_zoom=ZoomBounds(17, 18))
    section.set_model(model)
    assert section.zoom == 17


def test_preview_is_offered_only_where_there_are_tiles(section, qtbot):
    assert section.previewButton.isEnabled()
    with qtbot.waitSignal(section.preview_wanted) as wanted:
        section.previewButton.click()
    assert wanted.args == [WORLD, 18]
    section.providerCombo.setCurrentIndex(1)
    assert not section.previewButton.isEnabled()


def test_the_chosen_provider_stays_when_the_account_is_read_anew(section):
    section.providerCombo.setCurrentIndex(2)
    section.set_providers((COARSE, ANY))
    assert section.provider == ANY


def test_an_account_that_lists_no_providers_may_use_the_documented_ones(section):
    section.set_providers(())
    assert section.provider.name == "Mapbox"
    assert section.source == ProviderSource("Mapbox", 18)


def test_no_prices_for_an_account_that_does_not_pay_in_credits(section):
    section.set_providers((WORLD,), prices_shown=False)
    assert section.imageryLabel.text() == "areas from 2 km²"
