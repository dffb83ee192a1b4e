"""The dock is worked by keys, and QGIS keeps its own."""

from __future__ import annotations


def test_no_letter_is_taken_from_the_menus_or_given_twice(qgis_user, sandbox):
    told = qgis_user.run("keys", url=sandbox.url, pasted=sandbox.basic)

    assert len(told["menus"]) > 10, "QGIS's menu bar was read"
    for page, letters in told["found"].items():
        assert letters, page
        assert not set(letters) & set(told["menus"]), page
        assert len(letters) == len(set(letters)), page
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
