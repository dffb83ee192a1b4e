"""The names of what an account offers, remembered among the settings for when the service cannot be reached."""

from __future__ import annotations

import pytest

from mapflow_dock.api.account import read_account
from mapflow_dock.api.http.addresses import account_key
from mapflow_dock.api.offers.known import KnownOffers, known_offers, remember_account, remember_projects
from mapflow_dock.api.projects import read_project
from mapflow_dock.api.settings import OFFERS

SERVER, OTHER = "https://one.example/rest", "https://two.example/rest"
STATUS = {
    "email": "a@example.org",
    "remainingCredits": 5,
    "models": [
        {
            "id": "m1",
            "name": "🏠 Buildings",
            "displayName": "Buildings",
            "pricePerSqKm": 12,
            "blocks": [
                {"name": "OSM", "displayName": "Merge with OpenStreetMap", "optional": True, "price": 5}
            ],
        }
    ],
    "dataProviders": [
        {
            "id": "p",
            "name": "Mapbox",
            "displayName": "Mapbox Satellite",
            "previewUrl": "https://t.example?key=canary",
        }
    ],
}


def test_names_are_remembered_for_each_server():
    remember_account(SERVER, read_account(STATUS))
    remember_projects(SERVER, [read_project({"id": "1", "name": "Town"})])
    known = known_offers(SERVER)
    assert [(each.id, each.name, each.title) for each in known.models] == [
        ("m1", "🏠 Buildings", "Buildings")
    ]
    assert [each.name for each in known.steps] == ["OSM"]
    assert [(each.name, each.title) for each in known.providers] == [("Mapbox", "Mapbox Satellite")]
    assert [each.name for each in known.projects] == ["Town"]
    assert known_offers(OTHER) == KnownOffers()


def test_projects_stay_when_the_account_is_read_again_and_its_own_models_are_added():
    remember_projects(SERVER, [read_project({"id": "1", "name": "Town"})])
    project = read_project({"id": "1", "name": "Town", "workflowDefs": [{"id": "m2", "name": "Forest"}]})
    remember_account(SERVER, read_account(STATUS), project)
    known = known_offers(SERVER)
    assert [each.name for each in known.projects] == ["Town"]
    assert {each.id for each in known.models} == {"m1", "m2"}


def test_no_address_no_price_and_no_balance_is_kept():
    remember_account(SERVER, read_account(STATUS))
    text = OFFERS.of(account_key(SERVER, "")).read()
    assert "Buildings" in text
    assert not [word for word in ("canary", "https", "12", "a@example.org") if word in text]


@pytest.mark.parametrize("text", ["{", "[]", "7", '{"models": [{"title": "no name"}]}', '{"models": 5}'])
def test_what_cannot_be_read_is_nothing(text):
    OFFERS.of(account_key(SERVER, "")).write(text)
    assert known_offers(SERVER) == KnownOffers()
