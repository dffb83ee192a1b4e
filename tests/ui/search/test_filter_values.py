"""The filters as they are kept among the settings: what was spoilt there costs that filter alone."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import date

import pytest

from mapflow_dock.ui.search.filter_values import FilterValues
from mapflow_dock.ui.search.found.orders import Order

KEPT = FilterValues(
    span="BETWEEN",
    first_day="2024-02-29",
    last_day="2025-01-01",
    max_cloud=35,
    min_resolution=0.3,
    max_resolution=2.5,
    min_off_nadir=-10.0,
    max_off_nadir=25.0,
    min_overlap=50,
    providers=("one", "two"),
    product="MOSAICS",
    is_available=True,
    order="ID_FALLING",
)
SPOILT = [None, "", "no such", 1e400, -1, 10**9, True, [], {}, ["a", 3], "2025-02-30", "\ud800", 12.5]


def test_what_is_kept_is_read_again(qgis_app):
    assert FilterValues.of_stored(KEPT.stored()) == KEPT


@pytest.mark.parametrize("name", [field.name for field in fields(FilterValues)])
@pytest.mark.parametrize("value", SPOILT)
def test_a_spoilt_value_costs_its_own_filter_alone(qgis_app, name, value):
    read = FilterValues.of_stored(json.dumps({**asdict(KEPT), name: value}))
    default, whole = asdict(FilterValues()), asdict(KEPT)
    for other, told in asdict(read).items():
        if other != name:
            assert told == whole[other]
        elif told != default[other]:
            assert told == value or told in {("a",), ()} or (name.startswith("m") and told == float(value))
    read.query({}, date(2026, 5, 1))
    read.summary({})


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '"x"', "{}", '{"order": 5', "x" * 20_000])
def test_what_is_no_filters_at_all_narrows_nothing(qgis_app, text):
    assert FilterValues.of_stored(text) == FilterValues()


def test_each_order_has_a_title_and_both_ways_of_each_column(qgis_app):
    titles = [order.title for order in Order]
    assert len(set(titles)) == len(titles)
    assert all(Order.of(order.column, not order.is_rising) is not None for order in Order)
