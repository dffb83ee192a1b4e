"""*For Each Feature…* in a real QGIS desktop: the form fills QGIS's own dialog, and that runs the batch."""

from __future__ import annotations

from batches.service import ledger


def test_the_form_is_run_feature_by_feature(qgis_user, sandboxes, sandbox):
    own = sandbox.start()
    told = qgis_user.run("for_each_feature", seconds=170, url=own.url, pasted=own.basic, bbox=own.bbox)
    assert not told["was_enabled"]
    assert told["blocked"].startswith("Choose a polygon layer under Area")
    given = told["given"]
    assert given["MODEL"].endswith("Buildings")
    assert given["PROVIDER"] == own.provider
    assert given["NAME"] == "'It''s the orchard' || ' ' || $id"
    assert told["selected_only"]
    assert not told["spends"]
    said = ledger(own.url, own.basic)
    assert (told["outcome"]["PARTS"], told["outcome"]["FINISHED"]) == (2, 2)
    assert told["outcome"]["COST"] == said.cost > 0
    assert said.names == ("It's the orchard 1", "It's the orchard 2")
    assert told["layers"]["Fields"] == 3
    assert sorted(told["layers"].values()) == sorted([2, 3, told["outcome"]["COUNT"]])
