"""Who offers images in the catalog, as the account says it."""

from __future__ import annotations

import pytest

from mapflow_dock.api.account import read_account

OFFER = {
    "id": "00000000-0000-4000-8000-000000000029",
    "name": "orbview_svn1",
    "displayName": "Orbview_Svn1",
    "previewUrl": None,
    "previewUrlMaxZoom": None,
    "webPreviewUrl": None,
    "price": [{"zoom": 18, "priceSqKm": 44.99999999999998}],
    "sourceType": None,
    "minAreaSqkm": 25.0,
    "nominalZoom": 19,
}


def test_the_providers_of_the_catalog_are_read():
    account = read_account(
        {"email": "a", "searchAreaLimit": 250000000, "searchDataProviders": [OFFER, {}, None]}
    )
    (offer,) = account.search_providers
    assert (offer.name, offer.title, offer.preview_url) == ("orbview_svn1", "Orbview_Svn1", "")
    assert (offer.min_area_m2, offer.price(18)) == (25_000_000, pytest.approx(45))
    assert account.search_area_limit_m2 == 250_000_000
    assert account.providers == ()


@pytest.mark.parametrize("limit", [None, 0, -5, "all", float("inf")])
def test_a_limit_that_is_none_is_not_known(limit):
    account = read_account({"email": "a", "searchAreaLimit": limit, "searchDataProviders": None})
    assert (account.search_area_limit_m2, account.search_providers) == (None, ())
