"""A user's own style is the default of a model: for later results, after a restart, without the project's data."""

from __future__ import annotations

import itertools

import pytest
from fault_proxy import Answer
from other_qgis import other_qgis
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsPalLayerSettings,
    QgsProject,
    QgsRendererCategory,
    QgsRendererRange,
    QgsSingleSymbolRenderer,
    QgsVectorLayerSimpleLabeling,
    QgsVectorTileLayer,
)
from result_service import BUILDINGS, collection, feature, square

from mapflow_dock.api.processings import TileSet
from mapflow_dock.jobs.results.delivery import ResultDelivery
from mapflow_dock.layers.results.layers import apply_own_style, describe_layer, key_of_layer
from mapflow_dock.layers.results.restyling import restyle
from mapflow_dock.layers.styles import kept
from mapflow_dock.layers.styles.kept import StyleKey, apply_kept, forget, is_kept, keep
from mapflow_dock.layers.tiles.vector import TileMatrix, result_tiles_layer

__all__ = ["other_qgis"]
RED = "#c80000"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Another profile's folder for each test."""
    monkeypatch.setattr(kept, "styles_folder", lambda: tmp_path / "profile" / "styles")
    return tmp_path / "profile" / "styles"


@pytest.fixture
def deliver(serve, client, processing, project, tmp_path, qtbot):
    """Adds a result to a new project, downloaded into a folder of its own if none is named; returns what it became."""

    def deliver(body=BUILDINGS, folder="", **changes):
        project.clear()
        serve(body)
        results = tmp_path / (folder or f"results-{next(numbers)}")
        job = ResultDelivery(client, processing(**changes), "", results, project)
        with qtbot.waitSignal(job.succeeded, timeout=20_000) as told:
            job.start()
        return told.args[0]

    return deliver


numbers = itertools.count()


def red():
    return QgsFillSymbol.createSimple({"color": RED, "outline_style": "no"})


def test_later_results_of_the_model_look_like_the_layer_that_was_kept(deliver):
    (layer,) = deliver().layers
    layer.setRenderer(QgsSingleSymbolRenderer(red()))
    labels = QgsPalLayerSettings()
    labels.fieldName = "class_id"
    layer.setLabeling(QgsVectorLayerSimpleLabeling(labels))
    layer.setLabelsEnabled(True)
    keep(layer, key_of_layer(layer))
    (later,) = deliver().layers
    assert later.renderer().symbol().color().name() == RED
    assert later.labelsEnabled()
    assert later.labeling().settings().fieldName == "class_id"
    (other,) = deliver(model_name="🌲 Forest").layers
    assert isinstance(other.renderer(), QgsCategorizedSymbolRenderer), "another model keeps its own look"


def test_a_file_that_is_found_again_looks_as_the_user_keeps_it_meanwhile(deliver):
    (layer,) = deliver(folder="kept").layers
    usual = layer.renderer().dump()
    layer.setRenderer(QgsSingleSymbolRenderer(red()))
    keep(layer, key_of_layer(layer))
    (again,) = deliver(folder="kept").layers
    assert again.renderer().symbol().color().name() == RED
    forget(key_of_layer(again))
    (third,) = deliver(folder="kept").layers
    assert third.renderer().dump() == usual
    assert third.labeling() is not None, "labels are prepared, as they are the first time"


def test_a_style_saved_in_a_result_s_own_file_stays(deliver):
    (layer,) = deliver(folder="kept").layers
    layer.setRenderer(QgsSingleSymbolRenderer(red()))
    layer.saveStyleToDatabase("mine", "", True, "")
    (again,) = deliver(folder="kept").layers
    assert again.renderer().symbol().color().name() == RED


def test_objects_of_another_type_and_geometry_keep_their_own(deliver):
    line = {"type": "LineString", "coordinates": [[37, 55], [37.1, 55.1]]}
    body = collection(
        feature(square(37, 55), object_type="roads"),
        feature(line, object_type="roads"),
        feature(square(38, 55), object_type="buildings"),
    )
    layers = {layer.name(): layer for layer in deliver(body, model_name="[multi]").layers}
    of_roads = layers["Old town: Roads (polygons)"]
    of_roads.setRenderer(QgsSingleSymbolRenderer(red()))
    keep(of_roads, key_of_layer(of_roads))
    later = {layer.name(): layer for layer in deliver(body, model_name="[multi]").layers}
    colours = {name: layer.renderer().symbol().color().name() for name, layer in later.items()}
    assert [name for name, colour in colours.items() if colour == RED] == ["Old town: Roads (polygons)"]


def test_nothing_of_the_project_is_kept(deliver, folder, processing):
    (layer,) = deliver(description="A canary of the project").layers
    layer.setName("Layer canary")
    keep(layer, key_of_layer(layer))
    (path,) = folder.iterdir()
    text = path.read_text(encoding="utf-8")
    for canary in (
        processing().id,
        layer.id(),
        layer.source(),
        "canary",
        "Old town",
        "mapflow_dock/",
        "datasource",
    ):
        assert canary not in text
    assert "<extent" not in text
    assert path.name.startswith("buildings_polygon_")


def test_classes_that_the_style_does_not_know_look_as_usual(deliver):
    (layer,) = deliver(collection(feature(square(37, 55), class_id="101"))).layers
    own = [QgsRendererCategory("101", red(), "My flats"), QgsRendererCategory(None, red(), "Rest")]
    layer.setRenderer(QgsCategorizedSymbolRenderer("class_id", own))
    keep(layer, key_of_layer(layer))
    (later,) = deliver().layers
    labels = [each.label() for each in later.renderer().categories()]
    assert labels == ["My flats", "House", "Industrial building", "Rest"]


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "no style",
        "<qgis/>",
        "<qgis><renderer-v2 type='nothing known'/></qgis>",
        "\x00\x01",
        "<!DOCTYPE a><a/>",
    ],
)
def test_a_broken_style_falls_back_with_a_sentence(deliver, folder, broken):
    (layer,) = deliver().layers
    usual = layer.renderer().dump()
    keep(layer, key_of_layer(layer))
    (path,) = folder.iterdir()
    path.write_text(broken, encoding="utf-8")
    result = deliver()
    assert "Your default style for the model" in result.remarks[0]
    assert "Use as Default Style" in result.remarks[0]
    assert result.layers[0].renderer().dump() == usual
    assert "House" in [each.label() for each in result.layers[0].renderer().categories()]


def test_a_style_by_an_attribute_that_is_not_there_falls_back(deliver):
    (layer,) = deliver(collection(feature(square(37, 55), height=5.0))).layers
    layer.setRenderer(QgsGraduatedSymbolRenderer("height", [QgsRendererRange(0, 9, red(), "low")]))
    keep(layer, key_of_layer(layer))
    result = deliver()
    assert "“height”" in result.remarks[0]
    assert isinstance(result.layers[0].renderer(), QgsCategorizedSymbolRenderer)


@pytest.mark.parametrize("codes", [(101, 102.0), ("101", 102, None), ("101.0", "102")])
def test_a_style_by_classes_that_are_no_plain_texts_is_kept(deliver, codes):
    body = collection(*(feature(square(37 + row, 55), class_id=code) for row, code in enumerate(codes)))
    (layer,) = deliver(body).layers
    renderer = layer.renderer().clone()
    renderer.updateCategorySymbol(0, red())
    layer.setRenderer(renderer)
    keep(layer, key_of_layer(layer))
    later = deliver(body)
    assert later.remarks == ()
    assert later.layers[0].renderer().categories()[0].symbol().color().name() == RED


def test_a_reset_brings_the_usual_look_back(deliver):
    (layer,) = deliver().layers
    usual, tip = layer.renderer().dump(), layer.mapTipTemplate()
    layer.setRenderer(QgsSingleSymbolRenderer(red()))
    layer.setMapTipTemplate("mine")
    key = key_of_layer(layer)
    keep(layer, key)
    assert is_kept(key)
    assert forget(key)
    restyle(layer)
    assert layer.renderer().dump() == usual
    assert layer.mapTipTemplate() == tip
    assert not is_kept(key)
    assert not forget(key)
    assert deliver().layers[0].renderer().dump() == usual


def test_tiles_have_a_default_of_their_own(server, processing, qgis_app):
    told = processing(vector=TileSet(server.origin + "/t/{z}/{x}/{y}", ""))

    def tiles():
        layer = QgsVectorTileLayer(f"type=xyz&url={server.origin}/t/%7Bz%7D/%7Bx%7D/%7By%7D&zmax=14", "t")
        describe_layer(layer, told, server.url, "tiles")
        restyle(layer)
        return layer

    server.route("GET", "/t/", Answer(404))
    first = tiles()
    styles = first.renderer().styles()
    styles[0].setSymbol(red())
    first.renderer().setStyles(styles)
    assert key_of_layer(first).geometry == "tiles"
    keep(first, key_of_layer(first))
    later = tiles()
    assert later.renderer().styles()[0].symbol().color().name() != RED
    assert apply_own_style(later, told) == ""
    assert later.renderer().styles()[0].symbol().color().name() == RED
    assert len(later.renderer().styles()) == len(styles)


def test_a_default_of_tiles_is_for_their_layer_whatever_it_was_called_before(server, processing, qgis_app):
    told = processing(vector=TileSet("http://tiles.example/{z}/{x}/{y}", ""), model_name="Land use")

    def tiles(name):
        return result_tiles_layer(told, server.url, "", TileMatrix(layer=name))

    first = tiles("results_of_may")
    describe_layer(first, told, server.url, "tiles")
    keep(first, key_of_layer(first))
    later = tiles("results_of_june")
    assert apply_own_style(later, told) == ""
    assert {each.layerName() for each in later.renderer().styles()} == {"results_of_june"}
    assert {each.layerName() for each in later.labeling().styles()} == {"results_of_june"}
    of_any = tiles("")
    assert apply_own_style(of_any, told) == ""
    *drawn, asking = of_any.renderer().styles()
    assert {each.layerName() for each in drawn} == {""}
    assert asking.layerName() == "vector_layer"
    assert '"class_id"' in asking.filterExpression(), "or QGIS reads no classes"


def test_names_of_files_are_readable_and_never_the_same(qgis_app):
    keys = [
        StyleKey("🏠 Buildings", "", "polygon"),
        StyleKey("🏠 Buildings (Aerial)", "", "polygon"),
        StyleKey("🏠 Buildings", "buildings", "polygon"),
        StyleKey("🏠 Buildings", "", "point"),
        StyleKey("../../etc", "a/b\\c", "polygon"),
        StyleKey("здания", "", "polygon"),
        StyleKey("x" * 300, "", "polygon"),
    ]
    names = [key.file_name for key in keys]
    assert len(set(names)) == len(names)
    assert all(len(name) < 90 and not set(name) & set("/\\:. ") - {"."} for name in names)
    assert StyleKey("🏠 BUILDINGS ", "", "polygon").file_name == names[0]


def test_a_full_disk_is_said(deliver, folder):
    (layer,) = deliver().layers
    folder.parent.mkdir(parents=True)
    folder.write_text("a file where the folder should be")
    with pytest.raises(kept.StyleFault, match="cannot be written"):
        keep(layer, key_of_layer(layer))


def test_it_is_there_in_the_next_qgis(deliver, folder, other_qgis):
    (layer,) = deliver().layers
    layer.setRenderer(QgsSingleSymbolRenderer(red()))
    keep(layer, key_of_layer(layer))
    (path,) = folder.iterdir()
    code = """
from qgis.core import QgsVectorLayer
from mapflow_dock.layers.styles import kept
kept.styles_folder = lambda: Path(arguments[0])
layer = QgsVectorLayer("MultiPolygon?field=class_id:string", "x", "memory")
print(kept.apply_kept(layer, kept.StyleKey("🏠 Buildings", "", "polygon")), layer.renderer().symbol().color().name())
"""
    assert other_qgis(code, path.parent).stdout.readline().split() == ["True", RED]


def test_a_style_of_a_newer_qgis_is_read(deliver, folder):
    (layer,) = deliver().layers
    layer.setRenderer(QgsSingleSymbolRenderer(red()))
    keep(layer, key_of_layer(layer))
    (path,) = folder.iterdir()
    text = path.read_text(encoding="utf-8")
    newer = text.replace('version="3.22', 'version="4.2').replace(
        "<renderer-v2 ", '<elevation zscale="1"/><newer of="4.2"><thing/></newer><renderer-v2 newer="1" '
    )
    assert newer != text
    path.write_text(newer, encoding="utf-8")
    assert deliver().layers[0].renderer().symbol().color().name() == RED


def test_a_layer_that_tells_no_model_has_no_key(deliver):
    (layer,) = deliver().layers
    layer.removeCustomProperty("mapflow_dock/model")
    assert key_of_layer(layer) is None
    assert not apply_kept(layer, StyleKey("nothing", "", "polygon"))
    assert QgsProject.instance().mapLayers()


def test_a_model_whose_name_tells_nothing_is_known_by_its_style_later_too(deliver):
    told = {"model_name": "Nr. 7", "model_style": "forest", "model_display_name": "Seven"}
    codes = ("00m-04m", "04m-10m")
    trees = collection(*(feature(square(37, 55 + row), class_id=code) for row, code in enumerate(codes)))
    (layer,) = deliver(trees, "one", **told).layers
    usual, source = layer.renderer().dump(), layer.source()
    assert "4 to 10 m high" in [each.label() for each in layer.renderer().categories()]
    (again,) = deliver(trees, "one", **told).layers
    assert (again.source(), again.renderer().dump()) == (source, usual), "found again"
    assert again.labeling() is not None
    assert again.attributeAlias(again.fields().indexOf("class_id")) == "Class"
    again.setRenderer(QgsSingleSymbolRenderer(red()))
    restyle(again)
    assert again.renderer().dump() == usual
