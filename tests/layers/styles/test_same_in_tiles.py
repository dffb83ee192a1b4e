"""A result of the sandbox looks the same as tiles and as a downloaded file: pixel by pixel, and in its legend."""

from __future__ import annotations

import numpy as np
import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsRuleBasedRenderer,
    QgsVectorTileBasicRenderer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage

from mapflow_dock.api import processings
from mapflow_dock.api.lost_answers.start import start as start_processing
from mapflow_dock.api.processings import ProcessingRequest, Status
from mapflow_dock.api.session import Session
from mapflow_dock.api.sources import ProviderSource
from mapflow_dock.jobs.results.delivery import ResultDelivery
from mapflow_dock.layers.tiles.restyling import look_like_files, look_like_tiles
from mapflow_dock.layers.tiles.vector import TileMatrix, result_tiles_layer

ANSWER_MS, RUN_MS = 15_000, 120_000
DEEPEST = 17  # of the sandbox's tiles
SIDE = 700  # pixels
APART = {300: 5, 1_200: 20, 6_000: 6}  # by the metres that SIDE shows; of 255, on average of what is covered
OF_NO_CLASS = ("", "Not classified", "Height not known")
ORDERS = {  # model, options, degrees
    "classes of buildings": ("Buildings", ("Classification",), 0.006),
    "heights of buildings": ("Buildings", ("Heights",), 0.006),
    "heights of forest": ("Forest", ("Heights",), 0.012),
    "roads": ("Roads", (), 0.006),
    "buildings": ("Buildings", (), 0.006),
}


@pytest.fixture
def signed_in(sandbox, qgis_new_project, qtbot):
    session = Session()
    session.sign_in(sandbox.basic, sandbox.url, remember=True)
    qtbot.waitUntil(lambda: session.project is not None and session.account is not None, timeout=ANSWER_MS)
    yield session
    session.close()


def outcome(reply, qtbot):
    with qtbot.waitSignal(reply.succeeded, timeout=ANSWER_MS) as told:
        pass
    return told.args[0]


def finished(session, sandbox, order, qtbot):
    """A processing of the middle of the imagery that has come to its end."""
    model, options, side = ORDERS[order]
    west, south, east, north = sandbox.bbox
    x, y, half = (west + east) / 2, (south + north) / 2, side / 2
    ring = [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]]
    models = session.project.models or session.account.models
    request = ProcessingRequest(
        name=f"Look of {order}",
        project_id=session.project.id,
        model_id=next(one.id for one in models if model in one.name),
        geometry={"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        source=ProviderSource(sandbox.provider, 18),
        blocks=tuple((option, True) for option in options),
    )
    found = outcome(start_processing(session.client, request), qtbot)

    def has_ended():
        return outcome(processings.fetch(session.client, found.id), qtbot).status is Status.OK

    qtbot.waitUntil(has_ended, timeout=RUN_MS)
    return outcome(processings.fetch(session.client, found.id), qtbot)


def in_both(session, sandbox, order, tmp_path, qtbot, layer="vector_layer"):
    """The result as a downloaded layer, and as tiles, whose layer's name is known or not."""
    processing = finished(session, sandbox, order, qtbot)
    delivery = ResultDelivery(session.client, processing, "", tmp_path, QgsProject.instance())
    with qtbot.waitSignal(delivery.succeeded, timeout=RUN_MS) as told:
        delivery.start()
    (of_file,) = told.args[0].layers
    authcfg = session.tile_authcfg
    tiles = result_tiles_layer(processing, sandbox.url, authcfg, TileMatrix((0, DEEPEST), layer=layer))
    assert tiles is not None
    assert tiles.isValid()
    QgsProject.instance().addMapLayer(tiles, False)
    return of_file, tiles


def drawn(layers, extent, qtbot):
    """A picture of some layers in Web Mercator, as an array (SIDE, SIDE, 3)."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setOutputSize(QSize(SIDE, SIDE))
    settings.setExtent(extent)
    settings.setBackgroundColor(QColor(255, 255, 255))
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layers[0]))
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))  # as QGIS's map does
    settings.setExpressionContext(context)
    job = QgsMapRendererParallelJob(settings)
    with qtbot.waitSignal(job.finished, timeout=60_000):
        job.start()
    assert not job.errors()
    return job.renderedImage().convertToFormat(QImage.Format.Format_RGB888)


def pixels(image):
    data = image.constBits().asarray(image.sizeInBytes())
    rows = np.frombuffer(bytes(data), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int)


def middle_of(layer, metres):
    """A square of that side about the middle of a layer, in Web Mercator."""
    to_web = QgsCoordinateTransform(
        layer.crs(), QgsCoordinateReferenceSystem("EPSG:3857"), QgsProject.instance()
    )
    centre = to_web.transformBoundingBox(layer.extent()).center()
    half = metres / 2
    return QgsRectangle(centre.x() - half, centre.y() - half, centre.x() + half, centre.y() + half)


@pytest.mark.parametrize("order", ORDERS)
def test_tiles_and_file_are_the_same_picture_and_legend(sandbox, signed_in, tmp_path, qtbot, order):
    of_file, tiles = in_both(signed_in, sandbox, order, tmp_path, qtbot)
    for metres, most in APART.items():
        apart = difference(of_file, tiles, middle_of(of_file, metres), qtbot)
        assert apart.size > 200
        assert apart.mean() < most, metres
    compare_legends(of_file, tiles)


@pytest.mark.dialect("reference")
def test_tiles_whose_layer_is_not_told_are_drawn_by_class_too(sandbox, signed_in, tmp_path, qtbot):
    order = "classes of buildings"
    of_file, tiles = in_both(signed_in, sandbox, order, tmp_path, qtbot, layer="")
    assert difference(of_file, tiles, middle_of(of_file, 300), qtbot).mean() < APART[300]


@pytest.mark.parametrize("order", ["classes of buildings", "heights of buildings", "roads", "buildings"])
@pytest.mark.parametrize("layer", ["vector_layer", ""])
def test_what_the_user_made_of_the_file_is_what_tiles_show(sandbox, signed_in, tmp_path, qtbot, order, layer):
    of_file, tiles = in_both(signed_in, sandbox, order, tmp_path, qtbot, layer)
    recolour(of_file)
    assert look_like_files(tiles, [(of_file, "")])
    assert difference(of_file, tiles, middle_of(of_file, 300), qtbot).mean() < APART[300]


@pytest.mark.parametrize("order", ["classes of buildings", "heights of buildings", "roads", "buildings"])
@pytest.mark.parametrize("layer", ["vector_layer", ""])
def test_what_the_user_made_of_tiles_is_what_the_file_shows(
    sandbox, signed_in, tmp_path, qtbot, order, layer
):
    of_file, tiles = in_both(signed_in, sandbox, order, tmp_path, qtbot, layer)
    recolour(tiles)
    assert look_like_tiles(of_file, tiles)
    assert difference(of_file, tiles, middle_of(of_file, 300), qtbot).mean() < APART[300]


def recolour(layer):
    """Give each class a flat colour of its own, as nothing else has."""
    renderer = layer.renderer()
    if isinstance(renderer, QgsVectorTileBasicRenderer):
        styles = renderer.styles()
        for row, style in enumerate(styles):
            style.setSymbol(flat(row, style.symbol()))
        fresh = QgsVectorTileBasicRenderer()
        fresh.setStyles(styles)
        layer.setRenderer(fresh)
        return
    rules = QgsRuleBasedRenderer.convertFromRenderer(renderer, layer)
    for row, rule in enumerate(rules.rootRule().children()):
        rule.setSymbol(flat(row, rule.symbol()))
    layer.setRenderer(rules.clone())


def flat(row, symbol):
    colour = QColor.fromHsv(row * 47 % 360, 255, 200).name()
    copy = symbol.clone()
    copy.setColor(QColor(colour))
    return copy


def difference(of_file, tiles, extent, qtbot):
    """How far apart the pictures are, 0-255, in each pixel that one of them covers."""
    one, other = (pixels(drawn([layer], extent, qtbot)) for layer in (of_file, tiles))
    covered = (one < 250).any(axis=2) | (other < 250).any(axis=2)
    found = np.abs(one - other).mean(axis=2)[covered]
    print(found.mean())
    return found


def compare_legends(of_file, tiles):
    """Each entry of the file's legend is one of the tiles' styles, in its colour; what is of no class is the kind."""
    base, *_others = [style for style in tiles.renderer().styles() if style.geometryType() == 2]
    in_tiles = {(style.styleName(), style.symbol().color().name()) for style in tiles.renderer().styles()}
    items = of_file.renderer().legendSymbolItems()
    assert items
    for item in items:
        title = base.styleName() if item.label() in OF_NO_CLASS else item.label()
        assert (title, item.symbol().color().name()) in in_tiles
