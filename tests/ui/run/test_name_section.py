"""The Name part of the form."""

from __future__ import annotations

import re

import pytest

from mapflow_dock.ui.run.name_section import NameSection


@pytest.fixture
def section(qgis_app, qtbot):
    section = NameSection()
    qtbot.addWidget(section)
    section.set_model_name("🏠 Buildings")
    return section


def test_the_suggestion_is_the_model_without_its_picture_and_the_time(section):
    assert re.fullmatch(r"Buildings \d{4}-\d\d-\d\d \d\d:\d\d", section.nameEdit.text())


def test_the_suggestion_follows_the_model_until_a_name_is_typed(section, qtbot):
    section.set_model_name("🌲 Forest")
    assert section.name.startswith("Forest ")
    section.nameEdit.selectAll()
    qtbot.keyClicks(section.nameEdit, "North of the river")
    section.set_model_name("🚗 Roads")
    section.refresh()
    assert section.name == "North of the river"


def test_an_emptied_name_is_the_suggestion_again(section, qtbot):
    section.nameEdit.selectAll()
    qtbot.keyClicks(section.nameEdit, "x")
    section.nameEdit.clear()
    section.nameEdit.textEdited.emit("")
    assert section.name.startswith("Buildings ")
    section.set_model_name("🚗 Roads")
    assert section.nameEdit.text().startswith("Roads ")


def test_after_a_start_name_and_description_are_fresh(section, qtbot):
    section.nameEdit.selectAll()
    qtbot.keyClicks(section.nameEdit, "North of the river")
    qtbot.keyClicks(section.descriptionEdit, "spring")
    assert section.description == "spring"
    section.renew()
    assert section.name.startswith("Buildings ")
    assert section.description == ""


def test_a_name_is_sent_without_spaces_around_it(section, qtbot):
    section.nameEdit.selectAll()
    qtbot.keyClicks(section.nameEdit, "  a b ")
    assert section.name == "a b"


def test_two_of_the_same_minute_have_names_of_their_own(section):
    names = []
    for _start in range(3):
        names.append(section.name)
        section.renew()
    assert len(set(names)) == 3
    # the minute may pass meanwhile
    assert all(re.fullmatch(r"Buildings \d{4}-\d\d-\d\d \d\d:\d\d( \(\d\))?", name) for name in names)
