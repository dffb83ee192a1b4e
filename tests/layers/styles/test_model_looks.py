"""How results of the models look: light over imagery, readable over a white map, the same in tiles and file."""

from __future__ import annotations

import pytest
from qgis.core import QgsRenderContext
from qgis.PyQt.QtCore import QPointF
from qgis.PyQt.QtGui import QColor, QImage, QPainter, QPolygonF

from mapflow_dock.layers.styles.kinds import Kind, kind_of, kinds_within
from mapflow_dock.layers.styles.renderers import table_renderer
from mapflow_dock.layers.styles.tiles import tile_renderer
from mapflow_dock.layers.tables import Family, Table

SIDE, INSET = 120, 20
GROUNDS = {
    "white paper": QColor(255, 255, 255),
    "tree crowns": QColor(72, 92, 50),
    "scraped soil": QColor(190, 160, 122),
    "asphalt": QColor(107, 107, 110),
}
FOREST = ("00m-04m", "04m-10m", "10m-99m")


def file_symbols(model, classes=()):
    """The symbols of a downloaded result by the titles in its legend."""
    table = Table("x", "t", Family.POLYGONS, 1, class_field="class_id", classes=classes)
    renderer = table_renderer(table, kind_of(model))
    if not classes:
        return {kind_of(model).title: renderer.symbol().clone()}
    return {each.label(): each.symbol().clone() for each in renderer.categories() if each.value()}


def drawn(symbol, ground):
    """A square drawn with a symbol on a ground of one colour."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(ground)
    painter = QPainter(image)
    context = QgsRenderContext.fromQPainter(painter)
    own = symbol.clone()
    own.startRender(context)
    far = SIDE - INSET
    corners = [(INSET, INSET), (far, INSET), (far, far), (INSET, far), (INSET, INSET)]
    own.renderPolygon(QPolygonF([QPointF(x, y) for x, y in corners]), [], None, context)
    own.stopRender(context)
    painter.end()
    return image


def luminance(colour):
    """Relative luminance as WCAG defines it, 0-1."""
    parts = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    """The contrast of two colours as WCAG defines it, 1-21."""
    light, dark = sorted((luminance(one.getRgbF()[:3]), luminance(other.getRgbF()[:3])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def across_the_edge(image):
    """The pixels over the left edge of the square."""
    return [image.pixelColor(x, SIDE // 2) for x in range(INSET - 6, INSET + 7)]


LOOKS = [
    *[("🌲 Forest", FOREST, number) for number in range(3)],
    ("🌲 Forest", (), 0),
    ("🏗️ Construction", (), 0),
    ("🏠 Buildings (Aerial)", (), 0),
]


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize(("model", "classes", "number"), LOOKS)
def test_an_outline_stands_out_and_what_it_covers_shows(qgis_app, model, classes, number, ground):
    symbol = list(file_symbols(model, classes).values())[number]
    below = GROUNDS[ground]
    image = drawn(symbol, below)
    assert max(contrast(each, below) for each in across_the_edge(image)) >= 2.0
    inside = image.pixelColor(SIDE // 2, SIDE // 2)
    full = symbol.color()
    for part in ("red", "green", "blue"):
        off, most = (abs(getattr(each, part)() - getattr(below, part)()) for each in (inside, full))
        assert off <= 0.45 * most + 2, "the imagery is seen through it"


def test_heights_of_forest_are_told_apart_at_a_glance(qgis_app):
    colours = [symbol.color() for symbol in file_symbols("🌲 Forest", FOREST).values()]
    low, middle, high = colours
    assert contrast(low, middle) >= 1.4
    assert contrast(middle, high) >= 1.4


@pytest.mark.parametrize(("model", "classes"), [("🌲 Forest", FOREST), ("🏗️ Construction", ())])
def test_a_file_looks_as_its_tiles_did(qgis_app, model, classes):
    tiles = {
        style.styleName(): style.symbol().clone()
        for style in tile_renderer(kind_of(model), kinds_within(model)).styles()
        if style.geometryType() == 2
    }
    of_file = file_symbols(model, classes)
    assert set(of_file) <= set(tiles)
    for title, symbol in of_file.items():
        assert drawn(symbol, GROUNDS["asphalt"]) == drawn(tiles[title], GROUNDS["asphalt"])


def test_construction_has_a_look_of_its_own():
    assert kind_of("🏗️ Construction") is kind_of("construction") is Kind.CONSTRUCTION
    assert [kind.colour for kind in Kind].count(Kind.CONSTRUCTION.colour) == 1
