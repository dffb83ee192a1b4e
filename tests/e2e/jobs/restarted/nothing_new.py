"""Inside a further QGIS: signed in again, and told nothing that was told before."""

from __future__ import annotations

from qgis.utils import plugins

from desktop import steps


def run(desk):
    monitor = plugins["mapflow_dock"].standby.monitor
    steps.arrange_window(desk)
    steps.open_dock(desk)
    desk.wait("signed in with the stored login", lambda: desk.sees("tabs"))
    desk.choose_tab("tabs", 1)
    desk.wait("the processings are listed", lambda: steps.rows(desk) == desk.settings["rows"])
    desk.wait("the list has come", lambda: not monitor.is_polling)
    return {"told": steps.bar_texts(desk.iface.messageBar())}
