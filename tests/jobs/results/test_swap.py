"""Tiles and file of a result take each other's place: name, place, visibility and look stay, whatever was changed."""

from __future__ import annotations

import pytest
from fault_proxy import Answer
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsRuleBasedRenderer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtGui import QColor
from result_service import BUILDINGS, MIXED, PROCESSING_ID, collection, feature, square

from mapflow_dock.api.processings import TileSet
from mapflow_dock.jobs.results.delivery import ResultDelivery
from mapflow_dock.jobs.results.swap import FileForTiles
from mapflow_dock.jobs.results.tiles import TilesDelivery
from mapflow_dock.layers.tiles.vector import read_tilejson

WAIT = 20_000
RESULT = f"/processings/{PROCESSING_ID}/result"
TILEJSON = {"tilejson": "3.0.0", "minzoom": 3, "maxzoom": 16, "bounds": [37.0, 55.0, 37.1, 55.1]}


@pytest.fixture
def wait_for(qtbot):
    def wait_for(job):
        outcome = []
        job.succeeded.connect(outcome.append)
        job.failed.connect(outcome.append)
        job.start()
        qtbot.waitUntil(lambda: bool(outcome), timeout=WAIT)
        return outcome[0]

    return wait_for


@pytest.fixture
def tiled(server, processing):
    """The processing, whose tiles are elsewhere and so need no login."""
    server.route("GET", "/tiles.json", Answer.of(TILEJSON))
    tiles = TileSet("http://tiles.example/{z}/{x}/{y}.pbf?uri=s3%3A%2F%2Fa", server.url + "/tiles.json")
    return lambda **changes: processing(vector=tiles, **changes)


@pytest.fixture
def add_file(wait_for, client, project, tmp_path):
    return lambda made: wait_for(ResultDelivery(client, made, "", tmp_path, project))


@pytest.fixture
def to_tiles(wait_for, client, project):
    return lambda made: wait_for(TilesDelivery(client, made, "", project, swaps=True))


@pytest.fixture
def to_file(wait_for, project, tmp_path):
    return lambda layer: wait_for(FileForTiles(layer, [tmp_path], project))


def only(project):
    (layer,) = project.mapLayers().values()
    return layer


def node_of(project, layer):
    return project.layerTreeRoot().findLayer(layer.id())


def colours(layer):
    """Each label with the colour that is drawn, of tiles and of files alike."""
    renderer = layer.renderer()
    if isinstance(layer, QgsVectorTileLayer):
        return {each.styleName(): each.symbol().color().name() for each in renderer.styles()}
    if isinstance(renderer, QgsCategorizedSymbolRenderer):
        return {each.label(): each.symbol().color().name() for each in renderer.categories()}
    if isinstance(renderer, QgsRuleBasedRenderer):
        return {each.label(): each.symbol().color().name() for each in renderer.rootRule().children()}
    return {"": renderer.symbol().color().name()}


def test_tiles_alone_need_no_download_and_come_once(wait_for, client, project, tiled, server):
    first = wait_for(TilesDelivery(client, tiled(), "", project))
    again = wait_for(TilesDelivery(client, tiled(), "", project))
    assert isinstance(first, QgsVectorTileLayer)
    assert again is first
    assert (first.sourceMinZoom(), first.sourceMaxZoom()) == (3, 16)
    assert "uri=s3" in first.source()
    assert server.count(path=RESULT) == 0
    assert len(project.mapLayers()) == 1
    assert first.metadata().identifier() == PROCESSING_ID
    assert first.metadata().extent().spatialExtents()[0].bounds.width() == pytest.approx(11_131.9, rel=1e-3)


def test_the_file_takes_the_place_of_tiles_that_were_added_alone(
    serve, wait_for, add_file, client, project, tiled
):
    serve(BUILDINGS)
    tiles = wait_for(TilesDelivery(client, tiled(), "", project))
    tiles.setName("My houses")
    node_of(project, tiles).setItemVisibilityChecked(False)
    other = QgsVectorLayer("Point?crs=EPSG:4326", "mine", "memory")
    project.addMapLayer(other, False)
    group = node_of(project, tiles).parent()
    group.insertLayer(0, other)
    result = add_file(tiled())
    (layer,) = result.layers
    assert layer.name() == "My houses"
    assert [each.name() for each in group.children()] == ["mine", "My houses"]
    assert not node_of(project, layer).itemVisibilityChecked()


def test_there_and_back_all_is_as_it_was(serve, add_file, to_tiles, to_file, project, tiled, server):
    serve(BUILDINGS)
    (layer,) = add_file(tiled()).layers
    before, source = colours(layer), layer.source()
    symbol = QgsFillSymbol.createSimple({"color": "#123456"})
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    layer.setMapTipTemplate("my tip")
    layer.setOpacity(0.5)
    layer.setName("My houses")
    node_of(project, layer).setItemVisibilityChecked(False)
    node_of(project, layer).setExpanded(False)
    assert before != colours(layer)

    tiles = to_tiles(tiled())
    assert only(project) is tiles
    assert isinstance(tiles, QgsVectorTileLayer)
    assert set(colours(tiles).values()) == {"#123456"}, "the colour of the user, in tiles too"
    assert (tiles.name(), tiles.opacity()) == ("My houses", 0.5)
    assert not node_of(project, tiles).itemVisibilityChecked()

    tiles.setName("My roofs")
    tiles.setOpacity(0.25)
    assert to_file(tiles) is True
    back = only(project)
    assert isinstance(back, QgsVectorLayer)
    assert back.source() == source
    assert (back.name(), back.opacity(), back.mapTipTemplate()) == ("My roofs", 0.25, "my tip")
    assert isinstance(back.renderer(), QgsSingleSymbolRenderer)
    assert colours(back) == {"": "#123456"}
    assert back.featureCount() == 9
    assert server.count(path=RESULT) == 1
    assert back.metadata().identifier() == PROCESSING_ID
    assert back.customProperty("mapflow_dock/role") == "result"


def test_untouched_layers_have_their_own_names_and_styles(serve, add_file, to_tiles, to_file, project, tiled):
    serve(BUILDINGS)
    (layer,) = add_file(tiled()).layers
    before = colours(layer)
    tiles = to_tiles(tiled())
    assert tiles.name() == "Old town (tiles)"
    assert {"House", "Apartment building"} <= set(colours(tiles))
    assert to_file(tiles)
    assert only(project).name() == "Old town"
    assert colours(only(project)) == before


def test_colours_changed_in_tiles_are_those_of_the_file(serve, add_file, to_tiles, to_file, project, tiled):
    serve(BUILDINGS)
    add_file(tiled())
    tiles = to_tiles(tiled())
    renderer = tiles.renderer()
    styles = renderer.styles()
    for style in styles:
        if style.styleName() == "House":
            style.symbol().setColor(QColor("#010203"))
    renderer.setStyles(styles)
    tiles.setRenderer(renderer.clone())
    assert colours(tiles)["House"] == "#010203"
    assert to_file(tiles)
    assert colours(only(project))["House"] == "#010203"


@pytest.mark.parametrize("is_reopened", [False, True])
def test_a_category_recoloured_in_the_file_is_so_in_tiles(
    serve, add_file, to_tiles, to_file, project, tiled, tmp_path, is_reopened
):
    serve(BUILDINGS)
    (layer,) = add_file(tiled()).layers
    renderer = layer.renderer().clone()
    categories = renderer.categories()  # kept: their symbols are theirs
    index = next(i for i, each in enumerate(categories) if each.label() == "House")
    symbol = categories[index].symbol().clone()
    symbol.setColor(QColor("#0a0b0c"))
    renderer.updateCategorySymbol(index, symbol)
    layer.setRenderer(renderer)
    if is_reopened:
        reopen(project, tmp_path)
    tiles = to_tiles(tiled())
    styles = {each.styleName(): each for each in tiles.renderer().styles()}
    assert styles["House"].symbol().color().name() == "#0a0b0c"
    assert "102" in styles["House"].filterExpression()
    assert "Polygon" in styles["House"].filterExpression()
    if is_reopened:
        reopen(project, tmp_path)
    assert to_file(only(project))
    assert isinstance(only(project).renderer(), QgsCategorizedSymbolRenderer), "its very own renderer"
    assert colours(only(project))["House"] == "#0a0b0c"


def reopen(project, folder):
    path = str(folder / "project.qgz")
    assert project.write(path)
    project.clear()
    assert project.read(path)


def test_untouched_layers_of_a_project_that_was_opened_swap_without_a_trace(
    serve, add_file, to_tiles, to_file, project, tiled, tmp_path
):
    serve(BUILDINGS)
    (layer,) = add_file(tiled()).layers
    before = colours(layer)
    reopen(project, tmp_path)
    tiles = to_tiles(tiled())
    assert {each.styleName() for each in tiles.renderer().styles()} >= {"House", "Industrial building"}
    assert len(tiles.renderer().styles()) > len(before), "the styles tiles come with"
    reopen(project, tmp_path)
    assert to_file(only(project))
    assert colours(only(project)) == before


def test_several_layers_come_back_each_as_it_was(serve, add_file, to_tiles, to_file, project, tiled):
    serve(MIXED)
    _polygons, lines, points = add_file(tiled(model_name="New")).layers
    lines.setName("My lines")
    node_of(project, points).setItemVisibilityChecked(False)
    names = [each.name() for each in project.layerTreeRoot().layerOrder()]
    sources = [each.source() for each in project.layerTreeRoot().layerOrder()]
    tiles = to_tiles(tiled(model_name="New"))
    assert only(project) is tiles
    assert tiles.name() == "Old town (tiles)"
    assert to_file(tiles)
    back = project.layerTreeRoot().layerOrder()
    assert [each.name() for each in back] == names
    assert [each.source() for each in back] == sources
    seen = {each.name(): node_of(project, each).itemVisibilityChecked() for each in back}
    assert [seen[name] for name in names] == [True, True, False]
    assert [each.featureCount() for each in back] == [1, 1, 1]


def test_types_of_objects_keep_to_their_own_style(serve, add_file, to_tiles, project, tiled):
    serve(
        collection(
            feature(square(37, 55), object_type="buildings"), feature(square(37.1, 55), object_type="forest")
        )
    )
    houses, forest = add_file(tiled(model_name="[multi] Buildings + Forest")).layers
    for layer, colour in ((houses, "#111111"), (forest, "#222222")):
        layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple({"color": colour})))
    tiles = to_tiles(tiled(model_name="[multi] Buildings + Forest"))
    styles = [(each.filterExpression(), each.symbol().color().name()) for each in tiles.renderer().styles()]
    assert [colour for text, colour in styles if "'buildings'" in text] == ["#111111"]
    assert [colour for text, colour in styles if "'forest'" in text] == ["#222222"]


def test_a_layer_being_edited_stays(serve, add_file, to_tiles, project, tiled):
    serve(BUILDINGS)
    (layer,) = add_file(tiled()).layers
    assert layer.startEditing()
    error = to_tiles(tiled())
    assert "being edited" in error.sentence
    assert only(project) is layer
    layer.rollBack()


def test_a_deleted_file_is_told_by_no_layer(serve, add_file, to_tiles, to_file, project, tiled):
    serve(BUILDINGS)
    path = add_file(tiled()).path
    tiles = to_tiles(tiled())
    path.unlink()
    assert to_file(tiles) is False
    assert only(project) is tiles


def test_a_file_found_by_its_id_takes_the_place_of_tiles_of_another_project(
    serve, wait_for, add_file, to_file, client, project, tiled
):
    serve(BUILDINGS)
    path = add_file(tiled()).path
    project.clear()
    tiles = wait_for(TilesDelivery(client, tiled(), "", project))
    tiles.setName("Roofs")
    assert to_file(tiles) is True
    assert only(project).source().split("|")[0] == str(path)
    assert only(project).name() == "Roofs"
    assert only(project).customProperty("mapflow_dock/processing_id") == PROCESSING_ID


def test_whom_the_service_wants_named_is_plain_text():
    told = read_tilejson({"attribution": '© <a href="https://m.example">Maps &amp; Sons</a>\n[% 1 %]'})
    assert told.attribution == "© Maps & Sons [% 1 %]"
    assert read_tilejson({"attribution": 5}).attribution == ""
