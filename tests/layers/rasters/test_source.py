"""What can be uploaded is taken as it is shown; what cannot says why, and what to do instead."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsLayerTreeModel,
    QgsMimeDataUtils,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QMimeData, QUrl
from raster_layers import layer_of, pseudocolour, virtual_layer
from rasters import write_raster

from mapflow_dock.layers.rasters.check import Limits, check_raster
from mapflow_dock.layers.rasters.issues import Problem
from mapflow_dock.layers.rasters.source import (
    NotUploadableError,
    holds_rasters,
    source_of_file,
    source_of_layer,
    sources_of_layers,
    sources_of_mime,
    sources_of_paths,
)
from mapflow_dock.layers.rasters.stretch import BandStretch, Stretch


def dropped(*paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_a_layer_of_bytes_is_taken_as_it_is(project, tmp_path):
    source = source_of_layer(layer_of(write_raster(tmp_path / "a.tif")))
    assert source.path == tmp_path / "a.tif"
    assert source.name == "Aerial"
    assert source.file_name == "Aerial.tif"
    assert source.stretch == Stretch((BandStretch(1), BandStretch(2), BandStretch(3)))
    assert source.drawing is None
    assert "37N" in source.crs


def test_a_layer_brings_the_stretch_and_the_bands_it_is_shown_with(project, tmp_path):
    layer = layer_of(write_raster(tmp_path / "a.tif", bands=4, dtype="uint16", values=(100, 3000)))
    renderer = layer.renderer()
    renderer.setRedBand(4)
    for enhancement in (
        renderer.redContrastEnhancement(),
        renderer.greenContrastEnhancement(),
        renderer.blueContrastEnhancement(),
    ):
        enhancement.setMinimumValue(500)
        enhancement.setMaximumValue(2500)
    source = source_of_layer(layer)
    assert source.stretch is not None
    assert [part.band for part in source.stretch.bands] == [4, 2, 3]
    assert {part.ends for part in source.stretch.bands} == {(500.0, 2500.0)}


def inverted_grey(layer):
    renderer = layer.renderer()
    renderer.setGradient(renderer.Gradient.WhiteToBlack)
    return layer


def brighter(layer):
    layer.brightnessFilter().setBrightness(40)
    return layer


def coloured(layer):
    layer.hueSaturationFilter().setSaturation(50)
    return layer


def without_black(layer):
    layer.dataProvider().setUserNoDataValue(1, [])
    from qgis.core import QgsRasterRange

    layer.dataProvider().setUserNoDataValue(1, [QgsRasterRange(0, 0)])
    return layer


@pytest.mark.parametrize("restyle", [pseudocolour, inverted_grey, brighter, coloured, without_black])
def test_a_style_that_is_more_than_a_stretch_is_drawn(project, tmp_path, restyle):
    source = source_of_layer(restyle(layer_of(write_raster(tmp_path / "a.tif", bands=1))))
    assert source.stretch is None
    assert source.drawing is not None
    assert (source.drawing.width, source.drawing.height) == (64, 48)


def test_a_crs_set_in_qgis_comes_along(project, tmp_path):
    layer = layer_of(write_raster(tmp_path / "a.tif", epsg=None))
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32637"))
    assert "37N" in source_of_layer(layer).crs


@pytest.mark.parametrize(
    ("uri", "provider"),
    [
        ("type=xyz&url=http://127.0.0.1:9/%7Bz%7D/%7Bx%7D/%7By%7D.png&zmax=19&zmin=0", "wms"),
        (
            "crs=EPSG:3857&format=image/png&layers=a&styles=&url=http://127.0.0.1:9/wms&contextualWMSLegend=0",
            "wms",
        ),
    ],
)
def test_services_are_refused_with_a_reason(project, uri, provider):
    layer = QgsRasterLayer(uri, "Tiles", provider)
    with pytest.raises(NotUploadableError) as refused:
        source_of_layer(layer)
    assert refused.value.name == "Tiles"
    if layer.isValid():
        assert "map service" in refused.value.sentence


def test_a_layer_that_gdal_does_not_read_is_drawn(project, tmp_path):
    layer = virtual_layer(write_raster(tmp_path / "a.tif"))
    assert layer.isValid()
    source = source_of_layer(layer)
    assert source.path is None
    assert source.stretch is None
    assert source.drawing is not None
    assert source.drawing.provider == "virtualraster"
    assert (source.drawing.width, source.drawing.height) == (64, 48)
    check = check_raster(source, Limits())
    assert [issue.problem for issue in check.issues] == [Problem.DRIVER]
    assert check.may_be_converted
    assert check.facts.pixel == (0.5, 0.5)
    assert check.facts.pixel_m == pytest.approx(0.5, rel=1e-2)


def test_a_layer_computed_from_a_map_service_is_refused(project, tmp_path, monkeypatch):
    layer = virtual_layer(write_raster(tmp_path / "a.tif"))
    source = layer.source()
    monkeypatch.setattr(layer, "source", lambda: source.replace("gdal", "wms"))
    with pytest.raises(NotUploadableError) as refused:
        source_of_layer(layer)
    assert "map service" in refused.value.sentence


def test_a_raster_of_a_database_is_to_be_opened_before_it_is_dropped(project):
    uri = QgsMimeDataUtils.Uri()
    uri.layerType, uri.providerKey, uri.name, uri.uri = "raster", "postgresraster", "Dem", "dbname='x'"
    sources, refused = sources_of_mime(QgsMimeDataUtils.encodeUriList([uri]))
    assert sources == []
    assert "Add it to the map" in refused[0].sentence


def test_a_service_by_way_of_gdal_is_refused_too(project, tmp_path):
    described = tmp_path / "tiles.xml"
    described.write_text(
        "<GDAL_WMS><Service name='TMS'><ServerUrl>http://127.0.0.1:9/${z}/${x}/${y}.png</ServerUrl></Service>"
        "<DataWindow><UpperLeftX>-20037508.34</UpperLeftX><UpperLeftY>20037508.34</UpperLeftY>"
        "<LowerRightX>20037508.34</LowerRightX><LowerRightY>-20037508.34</LowerRightY><TileLevel>18</TileLevel>"
        "<TileCountX>1</TileCountX><TileCountY>1</TileCountY><YOrigin>top</YOrigin></DataWindow>"
        "<Projection>EPSG:3857</Projection><BlockSizeX>256</BlockSizeX><BlockSizeY>256</BlockSizeY>"
        "<BandsCount>3</BandsCount></GDAL_WMS>",
        encoding="utf-8",
    )
    check = check_raster(source_of_file(described), Limits())
    assert {issue.problem for issue in check.issues} == {Problem.SERVICE}
    assert not check.may_be_converted


def test_other_layers_are_refused_with_a_reason(project):
    vector = QgsVectorLayer("Polygon?crs=EPSG:4326", "Fields", "memory")
    sources, refused = sources_of_layers([vector])
    assert sources == []
    assert "raster" in refused[0].sentence


def test_a_layer_whose_file_is_gone_is_refused(project, tmp_path):
    path = write_raster(tmp_path / "a.tif")
    path.unlink()
    broken = QgsRasterLayer(str(path), "Broken")
    sources, refused = sources_of_layers([broken])
    assert sources == []
    assert refused[0].name == "Broken"


def test_files_are_dropped_from_the_file_manager(project, tmp_path):
    one, two = (write_raster(tmp_path / name) for name in ("первый снимок.tif", "b & c.tif"))
    mime = dropped(one, two, one)
    assert holds_rasters(mime)
    sources, refused = sources_of_mime(mime)
    assert [source.path for source in sources] == [one, two], "each once"
    assert [source.name for source in sources] == ["первый снимок.tif", "b & c.tif"]
    assert refused == []


def test_a_folder_is_refused_with_a_reason(project, tmp_path):
    sources, refused = sources_of_mime(dropped(tmp_path))
    assert sources == []
    assert "folder" in refused[0].sentence


def test_what_is_no_raster_is_refused_by_its_name_and_first_bytes(project, tmp_path):
    nameless = write_raster(tmp_path / "a.tif").rename(tmp_path / "nameless")
    (tmp_path / "broken.tif").write_text("no raster any more", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "fields.geojson").write_text(
        '{"type": "FeatureCollection", "features": []}', encoding="utf-8"
    )
    (tmp_path / "all.zip").write_bytes(b"PK\x03\x04")
    names = ("nameless", "broken.tif", "notes.txt", "fields.geojson", "all.zip")
    for take, given in ((sources_of_paths, None), (sources_of_mime, dropped(*(tmp_path / n for n in names)))):
        sources, refused = take([tmp_path / name for name in names] if given is None else given)
        assert [source.path for source in sources] == [nameless, tmp_path / "broken.tif"], (
            "this one is told of"
        )
        assert [each.name for each in refused] == ["notes.txt", "fields.geojson", "all.zip"]
        assert {each.sentence for each in refused} == {"It is not a raster: only rasters can be uploaded."}


@pytest.mark.parametrize("text", ["hello", "http://127.0.0.1:9/a.tif"])
def test_other_things_cannot_be_dropped(project, text):
    mime = QMimeData()
    mime.setText(text)
    assert not holds_rasters(mime)
    web = QMimeData()
    web.setUrls([QUrl("https://127.0.0.1/a.tif")])
    assert not holds_rasters(web)
    assert sources_of_mime(web) == ([], [])


def test_layers_are_dropped_from_the_layer_panel_with_their_style(project, tmp_path):
    layer = pseudocolour(layer_of(write_raster(tmp_path / "a.tif", bands=1)))
    vector = QgsVectorLayer("Point?crs=EPSG:4326", "Trees", "memory")
    project.addMapLayers([layer, vector])
    tree = QgsLayerTreeModel(project.layerTreeRoot())
    mime = tree.mimeData([tree.index(row, 0) for row in range(tree.rowCount())])
    assert holds_rasters(mime)
    sources, refused = sources_of_mime(mime)
    assert [source.name for source in sources] == ["Aerial"]
    assert sources[0].drawing is not None, "as the panel shows it"
    assert [each.name for each in refused] == ["Trees"]


def test_items_are_dropped_from_the_browser(project, tmp_path):
    path = write_raster(tmp_path / "a.tif")
    uri = QgsMimeDataUtils.Uri()
    uri.layerType, uri.providerKey, uri.name, uri.uri = "raster", "gdal", "a", str(path)
    service = QgsMimeDataUtils.Uri()
    service.layerType, service.providerKey, service.name, service.uri = (
        "raster",
        "wms",
        "Tiles",
        "type=xyz&url=x",
    )
    table = QgsMimeDataUtils.Uri()
    table.layerType, table.providerKey, table.name, table.uri = "vector", "ogr", "Roads", "/roads.gpkg"
    sources, refused = sources_of_mime(QgsMimeDataUtils.encodeUriList([uri, service, table]))
    assert [source.path for source in sources] == [path]
    assert {each.name for each in refused} == {"Tiles", "Roads"}


def test_a_layer_in_an_archive_has_no_file_to_send(project, tmp_path):
    write_raster(tmp_path / "in.tif")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "in.tif", "in.tif")
    source = source_of_layer(layer_of(f"/vsizip/{tmp_path / 'a.zip'}/in.tif"))
    assert source.path is None
    assert source.uri == f"/vsizip/{tmp_path / 'a.zip'}/in.tif"


def test_files_are_chosen(project, tmp_path):
    paths = [write_raster(tmp_path / name) for name in ("a.tif", "b.tif")]
    sources, refused = sources_of_paths([*paths, Path(tmp_path)])
    assert [source.path for source in sources] == paths
    assert len(refused) == 1
