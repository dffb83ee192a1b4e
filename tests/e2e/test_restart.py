"""Closing QGIS and starting it again loses neither the login nor what was being watched."""

from __future__ import annotations


def test_login_and_watched_processing_outlive_a_restart(qgis_user, sandbox):
    started = qgis_user.run(
        "start_and_leave", url=sandbox.url, pasted=sandbox.basic, bbox=sandbox.bbox, model="Buildings"
    )
    assert started["watched"]

    told = qgis_user.run("come_back", seconds=150, name=started["name"])

    assert told["signed_in_as"] == sandbox.email
    assert told["project"] == started["project"]
    assert started["name"] in told["notification"]
    assert told["can_be_added"]
