"""Colours that are seen on white paper, grey and dark imagery, near and afar, and told apart without red or green."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from qgis.core import (
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsMapSettings,
    QgsMapToPixel,
    QgsRectangle,
    QgsRenderContext,
)
from qgis.PyQt.QtGui import QColor, QImage, QPainter
from wcag import contrast

from mapflow_dock.layers.styles.classes import CLASS_COLOURS, OTHER_COLOUR
from mapflow_dock.layers.styles.groups import class_groups, height_ranges
from mapflow_dock.layers.styles.kinds import Kind
from mapflow_dock.layers.styles.symbols import base_symbol, coloured
from mapflow_dock.layers.tables import Family

SIDE, INSET = 120, 20
GROUNDS = {"white": QColor(255, 255, 255), "grey": QColor(128, 128, 128), "dark imagery": QColor(38, 46, 34)}
NEAR, DISTRICT, AFAR = 2_000, 10_000, 50_000
DEUTERANOPIA = [  # Machado, Oliveira and Fernandes 2009, severity 1; of linear RGB
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.011820, 0.042940, 0.968881],
]
XYZ = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
]
D65 = (0.95047, 1.0, 1.08883)


def colours_of(kind):
    return [kind.colour, *(each.colour for each in (*class_groups(kind), *height_ranges(kind)))]


def lab(colour, seen_by):
    """CIELAB of a colour for an eye that sees it so."""
    rgb = np.array(QColor(colour).getRgbF()[:3])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    x, y, z = np.clip(np.array(XYZ) @ np.clip(np.array(seen_by) @ linear, 0, 1) / D65, 1e-9, None)
    f = [value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one, other, seen_by):
    return float(np.linalg.norm(lab(one, seen_by) - lab(other, seen_by)))


def drawn(symbol, ground, scale):
    """A square drawn with a symbol on a map of that scale."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(ground)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    context = QgsRenderContext.fromQPainter(painter)
    scope = QgsExpressionContextUtils.mapSettingsScope(QgsMapSettings())
    scope.setVariable("map_scale", scale)
    context.expressionContext().appendScope(scope)
    context.setMapToPixel(QgsMapToPixel(1.0, SIDE / 2, SIDE / 2, SIDE, SIDE, 0))
    context.setExtent(QgsRectangle(0, 0, SIDE, SIDE))
    square = QgsFeature()
    square.setGeometry(QgsGeometry.fromRect(QgsRectangle(INSET, INSET, SIDE - INSET, SIDE - INSET)))
    own = symbol.clone()
    own.startRender(context)
    own.renderFeature(square, context)
    own.stopRender(context)
    painter.end()
    return image


def best_contrast(image, ground):
    return max(contrast(image.pixelColor(x, SIDE // 2), ground) for x in range(INSET - 5, SIDE // 2))


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("kind", list(Kind))
def test_outlines_stand_out_near_by(qgis_app, kind, ground):
    """3 is what WCAG asks of graphics; dark casing or coloured line, one of them has it."""
    for colour in colours_of(kind):
        image = drawn(coloured(base_symbol(kind, Family.POLYGONS), colour), GROUNDS[ground], NEAR)
        assert best_contrast(image, GROUNDS[ground]) >= 3.0, colour


@pytest.mark.parametrize("kind", list(Kind))
def test_areas_are_seen_from_afar_and_have_no_outline(qgis_app, kind):
    for colour in colours_of(kind):
        symbol = coloured(base_symbol(kind, Family.POLYGONS), colour)
        for ground in (GROUNDS["white"], GROUNDS["dark imagery"]):
            image = drawn(symbol, ground, AFAR)
            inside = image.pixelColor(SIDE // 2, SIDE // 2)
            assert apart(inside.name(), ground.name(), np.eye(3)) >= 25, colour
            edge = [image.pixelColor(x, SIDE // 2).name() for x in range(INSET + 2, SIDE // 2)]
            assert set(edge) == {inside.name()}, "no outline within"


def test_outlines_are_thin_on_maps_of_towns(qgis_app):
    """At 1:50,000 a house is a pixel or two: 100 of them cover what they do on the ground, not their outlines."""
    symbol = base_symbol(Kind.BUILDINGS, Family.POLYGONS)

    def covered(scale):
        image = drawn(symbol, QColor(255, 255, 255), scale)
        white = QColor(255, 255, 255)
        return sum(image.pixelColor(x, y) != white for x in range(SIDE) for y in range(SIDE))

    true = (SIDE - 2 * INSET) ** 2
    assert covered(AFAR) <= 1.03 * true
    assert covered(DISTRICT) <= 1.06 * true
    assert covered(NEAR) > 1.04 * true


@pytest.mark.parametrize("kind", [kind for kind in Kind if class_groups(kind)])
@pytest.mark.parametrize("seen_by", [np.eye(3), DEUTERANOPIA], ids=["all", "deuteranopia"])
def test_classes_are_told_apart_by_all_eyes(kind, seen_by):
    colours = [*(group.colour for group in class_groups(kind)), OTHER_COLOUR, kind.colour]
    least = min((apart(one, other, seen_by), one, other) for one, other in combinations(colours, 2))
    assert least[0] >= 12, least


@pytest.mark.parametrize("kind", [kind for kind in Kind if height_ranges(kind)])
@pytest.mark.parametrize("seen_by", [np.eye(3), DEUTERANOPIA], ids=["all", "deuteranopia"])
def test_heights_are_told_apart_by_all_eyes(kind, seen_by):
    colours = [each.colour for each in height_ranges(kind)]
    assert min(apart(one, other, seen_by) for one, other in combinations(colours, 2)) >= 11


@pytest.mark.parametrize("seen_by", [np.eye(3), DEUTERANOPIA], ids=["all", "deuteranopia"])
def test_what_comes_together_is_told_apart(seen_by):
    together = (Kind.BUILDINGS, Kind.ROADS, Kind.FOREST, Kind.CROWNS, Kind.WATER, Kind.LAND_USE)
    assert min(apart(a.colour, b.colour, seen_by) for a, b in combinations(together, 2)) >= 12
    assert min(apart(a, b, seen_by) for a, b in combinations(CLASS_COLOURS, 2)) >= 12
