"""Inside QGIS: a result is styled by its user, and that kept as the default of its model."""

from __future__ import annotations

from qgis.core import QgsFillSymbol, QgsSingleSymbolRenderer

from desktop import layer_steps, steps


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    steps.open_dock(desk)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    steps.go_to(desk, settings["bbox"])
    steps.draw_area(desk)
    steps.choose_model(desk, settings["model"])
    steps.wait_for_cost(desk)
    steps.start(desk)
    steps.wait_until_finished(desk)
    [layer] = steps.add_result(desk)
    desk.wait_for_map()
    desk.picture("result-as-usual")
    usual = layer.renderer().dump()
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple({"color": settings["colour"]})))
    layer.triggerRepaint()
    offered = layer_steps.offered(desk, layer)
    layer_steps.keep_style(desk, layer)
    told = desk.wait("it says so", lambda: [item.text() for item in desk.iface.messageBar().items()])
    desk.picture("style-kept")
    return {"usual": usual, "offered": offered, "told": told}
