"""Inside a second QGIS: open the project, be told what ended, go from the layer to its processing, run it once more."""

from __future__ import annotations

from pathlib import Path

from qgis.utils import plugins

from desktop import processing_steps, steps


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    desk.iface.addProject(str(Path(settings["files"]) / "project.qgz"))
    desk.settle()
    layers = steps.result_layers()
    monitor = plugins["mapflow_dock"].standby.monitor
    steps.open_dock(desk)
    desk.wait("signed in with the stored login", lambda: desk.sees("tabs"))
    desk.wait("told what ended", lambda: about(desk, settings["again"]), 60)
    desk.wait("nothing is watched any more", lambda: not monitor.watched and not monitor.is_polling)
    told = about(desk, settings["again"])
    lost = about(desk, "is not there any more")
    opened = processing_steps.go_to_processing(desk, layers[0])
    again = processing_steps.duplicate(desk, settings["name"])
    steps.start(desk)
    steps.wait_until_finished(desk)
    steps.add_result(desk)
    return {
        "objects_before": sum(layer.featureCount() for layer in layers),
        "told": told,
        "lost": lost,
        "opened": opened,
        "again": again,
        "layers": len(steps.result_layers()),
    }


def about(desk, name):
    return [text for text in steps.bar_texts(desk.iface.messageBar()) if name in text]
