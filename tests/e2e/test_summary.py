"""The summary of a result in a real desktop: by key from the list, and from the layer panel without a server."""

from __future__ import annotations

import csv


def value(lines, label):
    return next(line.split(": ", 1)[1] for line in lines if line.startswith(f"{label}: "))


def test_a_result_is_summed_up_now_and_after_a_restart_without_a_server(qgis_user, sandbox, tmp_path):
    alone = sandbox.start()
    told = qgis_user.run(
        "summary", seconds=180, url=alone.url, pasted=alone.basic, bbox=alone.bbox, model="Buildings"
    )
    assert told["count"] > 20
    assert value(told["whole"], "Objects") == str(told["count"])
    assert value(told["on_map"], "Objects") == str(told["count"]), "the map has gone to the result"
    assert value(told["selected"], "Objects") == "1"
    assert told["table"][0][1] == str(told["count"])
    with (tmp_path / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["objects"] == str(told["count"])
    of_classes = [int(row["objects"]) for row in rows if row["row"] == "class"]
    assert not of_classes or sum(of_classes) == told["count"]
    alone.process.stop()

    later = qgis_user.run("summary_offline")

    assert later["whole"] == told["whole"]
    assert not later["is_signed_in"]
