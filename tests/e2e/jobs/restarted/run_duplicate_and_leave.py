"""Inside QGIS: run, add the result, run the same once more, save the project, and close QGIS while that runs."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.request import Request, urlopen

from qgis.utils import plugins

from desktop import processing_steps, steps


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    steps.open_dock(desk)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    steps.show_imagery(desk, settings["bbox"])
    area = steps.draw_area(desk)
    steps.choose_model(desk, settings["model"])
    cost = steps.wait_for_cost(desk)
    name = desk.text("nameEdit")
    steps.start(desk)
    steps.wait_until_finished(desk)
    layers = steps.add_result(desk)
    again = processing_steps.duplicate(desk, name)
    desk.picture("duplicated")
    busy = keep_busy(settings)
    steps.start(desk)
    steps.save_project(desk, Path(settings["files"]) / "project.qgz")
    return {
        "name": name,
        "area": area,
        "cost": cost,
        "again": again,
        "busy": busy,
        "objects": sum(layer.featureCount() for layer in layers),
        "watched": list(plugins["mapflow_dock"].standby.monitor.watched),
    }


def keep_busy(settings):
    """Give the service so much to do that what is started next waits for its turn; the id of that processing."""
    request = Request(
        settings["url"] + "/processings/v2",
        json.dumps(settings["order"]).encode(),
        {"Authorization": f"Basic {settings['pasted']}", "Content-Type": "application/json"},
    )
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)["id"]
