"""The dock is worked by keys, and QGIS keeps its own."""

from __future__ import annotations

from itertools import pairwise

ONE_ROW_PX = 8  # what stands in a row is not all of one height


def test_no_letter_is_taken_from_the_menus_or_given_twice(qgis_user, sandbox):
    told = qgis_user.run("keys", url=sandbox.url, pasted=sandbox.basic, bbox=sandbox.bbox)

    assert len(told["menus"]) > 10, "QGIS's menu bar was read"
    for page, letters in told["found"].items():
        assert letters, page
        assert not set(letters) & set(told["menus"]), page
        assert len(letters) == len(set(letters)), page
    assert {"moreAreasMenu", "saveAsMenu", "processingsMenu", "QGIS"} < set(told["entries"])
    for menu, entries in told["entries"].items():
        assert [text for text, keys in entries if "&" not in text and not keys] == [], menu
        given = [text[text.index("&") + 1].upper() for text, _keys in entries if "&" in text]
        assert menu == "QGIS" or len(given) == len(set(given)), menu
    for page, stops in told["walked"].items():
        assert len(stops) > 5, page
        upwards = [(before, after) for before, after in pairwise(stops) if after[1] < before[1] - ONE_ROW_PX]
        assert upwards == [], page
        assert page == "signed out" or "tabs" in [name for name, _top in stops], page
    assert told["pressed"] == {
        "U": "Run",
        "N": "Processings",
        "G": "My Imagery",
        "Alt+B": "Search",
        "T": "projectCombo",
    }
    assert told["log"] == "Mapflow Dock"
    assert told["drawing"] == [True, False]
    assert told["shown"] == {"keys": "Ctrl+Shift+Y", "others": [], "seen": [False, True]}
