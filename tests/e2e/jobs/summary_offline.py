"""Inside a second QGIS, without a server: the project is opened, and its result summed up from the layer panel."""

from __future__ import annotations

from pathlib import Path

from desktop import layer_steps, steps, summary_steps


def run(desk):
    steps.arrange_window(desk)
    desk.iface.addProject(str(Path(desk.settings["files"]) / "project.qgz"))
    [layer, *_others] = desk.wait("the layers are there", steps.result_layers)
    layer_steps.open_summary(desk, layer)
    whole = summary_steps.wait_for_figures(desk)
    desk.picture("summary-offline")
    summary_steps.close(desk)
    return {"whole": whole, "is_signed_in": desk.sees("tabs")}
