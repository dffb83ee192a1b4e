"""Inside a second QGIS: the result added anew has its user's look, and the usual one after a reset."""

from __future__ import annotations

from desktop import layer_steps, steps


def run(desk):
    steps.arrange_window(desk)
    steps.open_dock(desk)
    desk.wait("signed in with the stored login", lambda: desk.sees("tabs"))
    desk.choose_tab("tabs", 1)
    desk.wait("the processing is listed", lambda: steps.rows(desk) > 0)
    desk.click_row("processingsView", 0)
    [layer] = steps.add_result(desk)
    kept = layer.renderer().symbol().color().name()
    layer_steps.reset_style(desk, layer)
    desk.wait_for_map()
    desk.picture("style-reset")
    return {"kept": kept, "after_reset": layer.renderer().dump()}
