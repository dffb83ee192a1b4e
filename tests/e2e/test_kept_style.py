"""A user's style of a result is the default of its model in the next QGIS, until it is reset; in the real desktop."""

from __future__ import annotations

RED = "#c80000"


def test_a_style_is_kept_for_the_model_over_a_restart(qgis_user, sandbox):
    alone = sandbox.start()
    first = qgis_user.run(
        "keep_style",
        seconds=180,
        url=alone.url,
        pasted=alone.basic,
        bbox=alone.bbox,
        model="Buildings",
        colour=RED,
    )
    assert {"mActionKeepMapflowStyle", "mActionResetMapflowStyle"} <= set(first["offered"])
    assert any("Later results of “🏠 Buildings”" in text for text in first["told"])

    later = qgis_user.run("kept_style", seconds=120)

    assert later["kept"] == RED
    assert later["after_reset"] == first["usual"]
