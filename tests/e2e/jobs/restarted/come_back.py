"""Inside a second QGIS: signed in without typing, and told of what ended meanwhile."""

from __future__ import annotations

from qgis.utils import plugins

from desktop import steps


def run(desk):
    name = desk.settings["name"]
    steps.arrange_window(desk)
    steps.open_dock(desk)
    desk.wait("signed in with the stored login", lambda: desk.sees("tabs"))
    monitor = plugins["mapflow_dock"].standby.monitor

    def told():
        if monitor.watched:
            monitor.refresh()  # the processing may still run; its next turn would be half a minute away
        return next((text for text in steps.bar_texts(desk.iface.messageBar()) if name in text), "")

    notification = desk.wait("told what ended", told, 90)
    desk.choose_tab("tabs", 1)
    desk.wait("the processing is listed", lambda: steps.rows(desk) > 0)
    desk.click_row("processingsView", 0)
    desk.wait("its result can be added", lambda: desk.find("addResultButton").isEnabled())
    return {
        "signed_in_as": plugins["mapflow_dock"].standby.session.account.email,
        "project": desk.text("projectCombo"),
        "notification": notification,
        "can_be_added": True,
    }
