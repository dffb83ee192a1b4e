"""Inside QGIS: start a processing and close QGIS while it runs."""

from __future__ import annotations

from qgis.utils import plugins

from desktop import steps


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    steps.open_dock(desk)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    steps.show_imagery(desk, settings["bbox"])
    steps.draw_area(desk)
    steps.choose_model(desk, settings["model"])
    steps.wait_for_cost(desk)
    name = desk.text("nameEdit")
    steps.start(desk)
    return {
        "name": name,
        "project": desk.text("projectCombo"),
        "watched": list(plugins["mapflow_dock"].standby.monitor.watched),
    }
