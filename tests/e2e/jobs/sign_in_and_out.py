"""Inside QGIS: a refused login, a good one, what the account menu says, and signing out."""

from __future__ import annotations

from desktop import steps
from desktop.eyes import NotSeen


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    steps.open_dock(desk)
    refused = ""
    try:
        steps.sign_in(desk, settings["url"], settings["wrong"])
    except NotSeen as error:
        refused = str(error)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    from qgis.utils import plugins

    return {"refused": refused, "signed_in_as": plugins["mapflow_dock"].standby.session.account.email}
