"""Switching the plugin off leaves QGIS as it was, however often and at whatever moment."""

from __future__ import annotations

TIMES = 20


def test_loading_and_unloading_leaves_nothing(qgis_user, sandbox):
    told = qgis_user.run(
        "load_and_unload", seconds=150, url=sandbox.url, pasted=sandbox.basic, bbox=sandbox.bbox, times=TIMES
    )

    assert told["times"] == TIMES
    assert told["left_behind"] == {}
    assert told["offered"] == [["mActionUseAsMapflowArea", "mActionOpenMapflowProcessing"], []]
    assert told["missed_while_loaded"] == []
