"""What a name or an id means."""

from __future__ import annotations

import pytest
from qgis.core import QgsApplication, QgsProcessingException

from mapflow_dock.algorithms.registration import Algorithms
from mapflow_dock.algorithms.work.choosing import chosen

THINGS = [
    ("1", "🏠 Buildings", "Buildings"),
    ("2", "🌲 Forest", "Trees"),
    ("3", "Twin", "Twin"),
    ("4", "twin", "Twin"),
]
MISSING = "There is no “{name}”."


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ("1", 0),
        ("🏠 Buildings", 0),
        ("buildings", 0),
        (" BUILDINGS ", 0),
        ("trees", 1),
        ("forest", 1),
        ("4", 3),
    ],
)
def test_ids_names_and_titles_are_known_without_case_and_pictures(wanted, number):
    assert chosen(THINGS, wanted.strip(), lambda thing: thing, MISSING) is THINGS[number]


def test_of_several_alike_the_id_is_wanted():
    with pytest.raises(QgsProcessingException, match=r"may be several. Give its id, one of: 3, 4"):
        chosen(THINGS, "twin", lambda thing: thing, MISSING)


def test_what_is_not_there_is_told_with_what_is_and_never_as_markup():
    with pytest.raises(
        QgsProcessingException, match=r"no “‹b›Roads”. Choose one of: Buildings, Trees, Twin, Twin"
    ):
        chosen(THINGS, "<b>Roads", lambda thing: thing, MISSING)
    with pytest.raises(QgsProcessingException, match="nothing to choose from"):
        chosen([], "Roads", lambda thing: thing, MISSING)


def test_the_provider_is_registered_once_and_taken_back(provider):
    registry = QgsApplication.processingRegistry()
    before = len(registry.providers())
    assert provider.name() == "Mapflow"
    again = Algorithms()
    again.unload()
    assert len(registry.providers()) == before
    ids = [each.id() for each in provider.algorithms()]
    assert len(set(ids)) == 10
    assert all(each.startswith("mapflow:") for each in ids)
    for each in provider.algorithms():
        names = [parameter.name() for parameter in each.parameterDefinitions()]
        assert len(names) == len(set(names))
        spends = "ALLOW_SPENDING" in names
        assert not spends or each.parameterDefinition("ALLOW_SPENDING").defaultValue() is False
        assert each.flags() & each.FlagCanCancel
        assert not each.flags() & each.FlagNoThreading
