"""The algorithms in a real QGIS desktop: the toolbox's dialog runs in the background and adds the result."""

from __future__ import annotations

import pytest


@pytest.mark.both_dialects
def test_a_model_is_run_from_the_toolbox(qgis_user, sandbox):
    told = qgis_user.run(
        "toolbox",
        seconds=170,
        url=sandbox.url,
        pasted=sandbox.basic,
        bbox=sandbox.bbox,
        model="Buildings",
        provider=sandbox.provider,
    )
    assert told["objects"] == told["first"]["COUNT"] > 5
    assert told["first"]["COST"] > 0
    assert told["again"]["PROCESSING_ID"] == told["first"]["PROCESSING_ID"]
    assert told["again"]["WAS_REUSED"]
    assert told["again"]["COST"] == 0
    assert set(told["styled"]) <= {"categorizedSymbol", "singleSymbol", "graduatedSymbol", "RuleRenderer"}
    assert told["stopped_after"] < 2
