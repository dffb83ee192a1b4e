"""Icons: every one that is named exists, and the plugin's own are seen in light and dark themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from qgis.PyQt.QtCore import QFile
from qgis.PyQt.QtGui import QColor, QImage
from wcag import contrast

from mapflow_dock.ui.widgets.icons import OWN_ICONS, icon_named

UI = Path(__file__).resolve().parents[3] / "ui"
THEME = ":/images/themes/default/"
OWN = sorted(path.name for path in OWN_ICONS.glob("*.svg"))
SIDE = 16
LEAST_CONTRAST = 1.8  # against the ground, of a pixel that is seen well enough to carry a shape
LEAST_SHARE = 0.6  # of the icon's ink
BACKGROUNDS = ("#ffffff", "#323232")  # QGIS's default theme, and Night Mapping


def named_in_the_sources() -> set[str]:
    """The SVG files that the sources name; a name that is put together is not seen here."""
    texts = (path.read_text(encoding="utf-8") for path in UI.rglob("*.py"))
    return {name for text in texts for name in re.findall(r'"/?([\w/]+\.svg)"', text)}


def seen_share(image: QImage, ground: QColor) -> float:
    """How much of the ink in `image` stands out from `ground`."""
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    ink = [pixel for pixel in pixels if pixel.alphaF() > 0.5]
    return sum(contrast(pixel, ground) >= LEAST_CONTRAST for pixel in ink) / len(ink)


def test_every_icon_named_in_the_sources_exists(qapp):
    names = named_in_the_sources()
    assert "mActionRefresh.svg" in names
    assert "polygon.svg" in names
    missing = {name for name in names if name not in OWN and not QFile.exists(THEME + name)}
    assert missing == set()


def test_an_own_icon_is_taken_before_the_themes(qapp):
    for name in ("polygon.svg", "mActionRefresh.svg"):
        assert not icon_named(name).pixmap(SIDE, SIDE).isNull()
    assert icon_named("no_such_icon.svg").pixmap(SIDE, SIDE).isNull()


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("name", OWN)
def test_own_icons_are_seen_in_both_themes(qapp, name, background):
    image = icon_named(name).pixmap(SIDE, SIDE).toImage()
    assert seen_share(image, QColor(background)) >= LEAST_SHARE
