"""One's imagery on the map: previews as tiles or pictures, outlines, and where the canvas goes."""

from __future__ import annotations

import pytest
from fault_proxy import Answer, FaultProxy
from imagery_service import SIDE, SOUTH, WEST, image, jpeg
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt

from mapflow_dock.jobs import tilejson

LEFT = Qt.MouseButton.LeftButton


def layers():
    return list(QgsProject.instance().mapLayers().values())


def run(page, name):
    next(one for one in page.imageryView.actions() if one.objectName() == name).trigger()


def tiles(service, key):
    return {
        "tileUrl": service.url + "/rasters/cogs/tiles/{z}/{x}/{y}.png?uri=" + key,
        "tileJsonUrl": f"{service.url}/rasters/cogs/tiles.json?uri={key}",
    }


@pytest.fixture
def stored(session, service, qtbot):
    """Signed in with a login layers can name."""
    session.sign_in("demo@example.org:key", service.url, remember=True)
    qtbot.waitUntil(lambda: session.project is not None)
    session.client.retry_base_s = 0.005
    return session


@pytest.fixture
def tiled(stored, service, loading, page, qtbot):
    """The page with imagery that has tiles."""
    service.fill(m1=[image("a"), image("b", 1)], m2=[image("z", 5)])
    service.mosaics[0]["rasterLayer"] = tiles(service, "m1")
    for one in service.images["m1"]:
        one["rasterLayer"] = tiles(service, one["id"])
    service.route(
        "GET",
        "/rasters/cogs/tiles.json",
        Answer.of({"minzoom": 2, "maxzoom": 17, "bounds": [WEST, SOUTH, WEST + SIDE, SOUTH + SIDE]}),
    )
    loading.refresh()
    qtbot.waitUntil(lambda: page.tree.rowCount() == 2)
    page.list.open("m1")
    qtbot.waitUntil(lambda: len(page.tree.known.images("m1")) == 2)
    return page


@pytest.fixture(autouse=True)
def _routes_first(service):
    """Let what a test routes win over what the service holds."""
    held = service.answer

    def answer(asked):
        route = service.routes.get((asked.verb, asked.path))
        return held(asked) if route is None else route(asked) if callable(route) else route

    service.answer = answer


def shown_box(canvas):
    to_degrees = QgsCoordinateTransform(
        canvas.mapSettings().destinationCrs(),
        QgsCoordinateReferenceSystem("EPSG:4326"),
        QgsProject.instance(),
    )
    return to_degrees.transformBoundingBox(canvas.extent())


def test_an_image_is_previewed_as_tiles_within_its_ground(tiled, session, canvas, qtbot):
    tiled.list.choose(["a"])
    qtbot.mouseClick(tiled.previewImageryButton, LEFT)
    qtbot.waitUntil(lambda: len(layers()) == 1)
    (layer,) = layers()
    assert layer.name() == "a.tif (preview)"
    assert layer.isValid()
    assert f"authcfg={session.tile_authcfg}" in layer.source()
    assert "zmin=2&zmax=17" in layer.source()
    assert layer.extent().width() == pytest.approx(SIDE * 111319.49, rel=1e-3)
    assert shown_box(canvas).contains(QgsPointXY(WEST + SIDE / 2, SOUTH + SIDE / 2))
    assert shown_box(canvas).width() < 10 * SIDE


def test_enter_previews_a_whole_mosaic_and_not_twice(tiled, canvas, qtbot):
    tiled.list.choose(["m1"])
    tiled.activateWindow()
    tiled.imageryView.setFocus()
    qtbot.keyClick(tiled.imageryView, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(layers()) == 1)
    node = QgsProject.instance().layerTreeRoot().findLayer(layers()[0])
    node.setItemVisibilityChecked(False)
    qtbot.keyClick(tiled.imageryView, Qt.Key.Key_Return)
    assert node.itemVisibilityChecked()
    assert len(layers()) == 1


def test_a_preview_whose_login_is_gone_is_made_anew(tiled, service, session, qtbot):
    tiled.list.choose(["a"])
    run(tiled, "previewImageryAction")
    qtbot.waitUntil(lambda: len(layers()) == 1)
    (layer,) = layers()
    layer.setDataSource(layer.source().replace(session.tile_authcfg, "gone123"), layer.name(), "wms")
    run(tiled, "previewImageryAction")
    qtbot.waitUntil(lambda: [session.tile_authcfg in held.source() for held in layers()] == [True])


def test_a_preview_lives_on_when_its_owner_signs_in_again(tiled, service, session, loading, qtbot):
    tiled.list.choose(["a"])
    run(tiled, "previewImageryAction")
    qtbot.waitUntil(lambda: len(layers()) == 1)
    (layer,) = layers()
    session.sign_out()
    session.sign_in("demo@example.org:key", service.url, remember=True)
    qtbot.waitUntil(lambda: session.project is not None and loading.is_loaded)
    assert f"authcfg={session.tile_authcfg}" in layer.source()
    tiled.list.open("m1")
    qtbot.waitUntil(lambda: len(tiled.tree.known.images("m1")) == 2)
    tiled.list.choose(["a"])
    run(tiled, "previewImageryAction")
    assert layers() == [layer]


def test_what_was_asked_for_in_one_project_does_not_land_in_the_next(tiled, service, session, qtbot):
    service.add(path="/tiles.json", hold=True)
    tiled.list.choose(["a"])
    run(tiled, "previewImageryAction")
    qtbot.waitUntil(lambda: service.count("GET", "/tiles.json") == 1)
    QgsProject.instance().clear()
    service.release()
    assert not len(tiled._commands.map._previews._queue)
    qtbot.wait(100)
    assert layers() == []


def test_a_double_click_previews_an_image(tiled, qtbot):
    view = tiled.imageryView
    where = view.visualRect(tiled.list._index_of("b")).center()
    qtbot.mouseClick(view.viewport(), LEFT, pos=where)
    qtbot.mouseDClick(view.viewport(), LEFT, pos=where)
    qtbot.waitUntil(lambda: [layer.name() for layer in layers()] == ["b.tif (preview)"])


def test_several_images_are_all_seen(tiled, canvas, qtbot):
    tiled.list.choose(["a", "b"])
    run(tiled, "previewImageryAction")
    qtbot.waitUntil(lambda: len(layers()) == 2)
    box = shown_box(canvas)
    assert box.contains(QgsPointXY(WEST + 0.001, SOUTH + 0.001))
    assert box.contains(QgsPointXY(WEST + 2 * SIDE - 0.001, SOUTH + 0.001))


def test_without_a_tilejson_the_outline_bounds_the_tiles(tiled, service, qtbot):
    for one in service.images["m1"]:
        one["rasterLayer"]["tileJsonUrl"] = ""
    tiled._loading.refresh()
    qtbot.waitUntil(lambda: not tiled.tree.known.image("a").tiles.tilejson_url)
    tiled.list.choose(["a"])
    run(tiled, "previewImageryAction")
    qtbot.waitUntil(lambda: len(layers()) == 1)
    (layer,) = layers()
    assert layer.extent().width() == pytest.approx(SIDE * 111319.49, rel=1e-3)
    assert "zmax=18" in layer.source()  # of half a metre at this latitude


def test_a_tilejson_that_does_not_come_is_not_waited_for(tiled, service, qtbot, monkeypatch):
    monkeypatch.setattr(tilejson, "WAIT_MS", 100)
    service.add(path="/tiles.json", hold=True)
    tiled.list.choose(["a"])
    run(tiled, "previewImageryAction")
    qtbot.waitUntil(lambda: len(layers()) == 1)


def placed(key, **values):
    """An image whose outline fills its picture, as a placed picture needs it."""
    to_degrees = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:32637"),
        QgsCoordinateReferenceSystem("EPSG:4326"),
        QgsProject.instance(),
    )
    west, south, side = 400_000, 6_100_000, 50
    corners = [
        (west, south),
        (west + side, south),
        (west + side, south + side),
        (west, south + side),
        (west, south),
    ]
    points = [to_degrees.transform(QgsPointXY(*corner)) for corner in corners]
    outline = "POLYGON((" + ", ".join(f"{point.x():.9f} {point.y():.9f}" for point in points) + "))"
    return image(key, footprint=outline, **values)


@pytest.fixture
def untiled(page, service, loading, qtbot):
    """The page with imagery of a service that offers no tiles of it."""
    service.fill(m1=[placed("a"), image("b", 1)], m2=[placed("z"), placed("y")])
    service.pictures = {key: jpeg() for key in "abzy"}
    service.route("GET", "/rasters/image/b/preview/l", Answer(200, jpeg(), {"Content-Type": "image/jpeg"}))
    loading.refresh()
    qtbot.waitUntil(lambda: len(page.tree.known.images("m1")) == 2)
    return page


def test_without_tiles_the_picture_is_laid_where_the_image_is(untiled, service, results, qtbot):
    untiled.list.choose(["a"])
    run(untiled, "previewImageryAction")
    qtbot.waitUntil(lambda: len(layers()) == 1)
    (layer,) = layers()
    assert layer.crs().authid() == "EPSG:32637"
    assert layer.extent().xMinimum() == pytest.approx(400_000, abs=0.5)
    assert layer.source().startswith(str(results))
    assert service.count("GET", "/a/preview/l") == 1


def test_a_mosaic_without_tiles_is_previewed_image_by_image(untiled, qtbot):
    untiled.list.choose(["m2"])
    run(untiled, "previewImageryAction")
    qtbot.waitUntil(
        lambda: sorted(layer.name() for layer in layers()) == ["y.tif (preview)", "z.tif (preview)"]
    )


def test_a_picture_whose_place_is_not_known_offers_the_outline(untiled, qtbot):
    untiled.list.choose(["b"])
    run(untiled, "previewImageryAction")
    qtbot.waitUntil(lambda: bool(untiled.notices))
    assert "does not say exactly where" in untiled.notices[-1].text
    untiled.notices[-1].on_action()
    assert [layer.name() for layer in layers()] == ["Mosaic m1 (outlines)"]


def test_tiles_whose_login_no_layer_can_name_are_replaced_by_pictures(
    untiled, session, service, loading, qtbot
):
    service.images["m1"][0]["rasterLayer"] = tiles(service, "a")
    loading.refresh()
    qtbot.waitUntil(lambda: untiled.tree.known.image("a").tiles is not None)
    assert not session.tile_authcfg
    untiled.list.choose(["a"])
    run(untiled, "previewImageryAction")
    qtbot.waitUntil(lambda: [layer.providerType() for layer in layers()] == ["gdal"])


def test_tiles_that_are_not_there_are_replaced_by_pictures(untiled, stored, service, loading, qtbot):
    service.images["m1"][0]["rasterLayer"] = tiles(service, "a")  # whose TileJSON is a 404
    loading.refresh()
    qtbot.waitUntil(lambda: untiled.tree.rowCount() == 2)
    untiled.list.open("m1")
    qtbot.waitUntil(
        lambda: untiled.tree.known.image("a") is not None and untiled.tree.known.image("a").tiles is not None
    )
    untiled.list.choose(["a"])
    run(untiled, "previewImageryAction")
    qtbot.waitUntil(lambda: [layer.providerType() for layer in layers()] == ["gdal"])


def test_an_empty_mosaic_has_nothing_to_preview(untiled, service, loading, qtbot):
    service.images["m2"] = []
    untiled.list.choose(["m2"])
    run(untiled, "previewImageryAction")
    qtbot.waitUntil(lambda: bool(untiled.notices))
    assert "has no images to preview yet" in untiled.notices[-1].text


def test_too_many_at_once_are_refused(page, service, loading, qtbot):
    service.fill(m1=[image(f"i{number}", number) for number in range(20)])
    loading.refresh()
    qtbot.waitUntil(lambda: len(page.tree.known.images("m1")) == 20)
    page.list.choose([f"i{number}" for number in range(20)])
    run(page, "previewImageryAction")
    assert "too much to preview" in page.notices[-1].text
    assert layers() == []


def test_a_preview_lies_above_base_maps_and_below_what_is_drawn(tiled, qtbot):
    from qgis.core import QgsRasterLayer

    project = QgsProject.instance()
    base = QgsRasterLayer("type=xyz&url=http://127.0.0.1:9/%7Bz%7D/%7Bx%7D/%7By%7D.png", "base", "wms")
    drawn = QgsVectorLayer("Polygon?crs=EPSG:4326", "drawn", "memory")
    project.addMapLayer(base)
    project.addMapLayer(drawn)
    tiled.list.choose(["a"])
    run(tiled, "previewImageryAction")
    qtbot.waitUntil(lambda: len(layers()) == 3)
    assert [node.name() for node in project.layerTreeRoot().children()] == ["drawn", "Mapflow", "base"]
    assert [layer.name() for layer in project.layerTreeRoot().layerOrder()] == [
        "drawn",
        "a.tif (preview)",
        "base",
    ]


# outlines and places


def test_outlines_of_a_mosaic_that_was_not_opened(page, service, canvas, qtbot):
    page.list.choose(["m2"])
    run(page, "addOutlinesAction")
    qtbot.waitUntil(lambda: len(layers()) == 1)
    (layer,) = layers()
    assert layer.name() == "Mosaic m2 (outlines)"
    assert [row["image_id"] for row in layer.getFeatures()] == ["z"]
    assert shown_box(canvas).contains(QgsPointXY(WEST + 5.5 * SIDE, SOUTH + SIDE / 2))


def test_outlines_of_some_images(page, qtbot):
    page.list.choose(["a", "c"])
    run(page, "addOutlinesAction")
    (layer,) = layers()
    assert [row["image_id"] for row in layer.getFeatures()] == ["a", "c"]


def test_outlines_asked_for_again_are_in_the_same_layer(page, service, loading, qtbot):
    page.list.choose(["a"])
    run(page, "addOutlinesAction")
    page.list.choose(["c"])
    run(page, "addOutlinesAction")
    (layer,) = layers()
    assert sorted(row["image_id"] for row in layer.getFeatures()) == ["a", "c"]
    page.list.choose(["m1"])
    run(page, "addOutlinesAction")
    held = sorted(image.id for image in page.tree.known.images("m1") if image.footprint)
    assert layers() == [layer]
    assert sorted(row["image_id"] for row in layer.getFeatures()) == held
    assert [node.name() for node in QgsProject.instance().layerTreeRoot().children()] == ["Mapflow"]


def test_a_preview_made_anew_stands_where_the_former_one_was_dragged(tiled, service, loading, qtbot):
    root = QgsProject.instance().layerTreeRoot()
    tiled.list.choose(["m1"])
    qtbot.mouseClick(tiled.previewImageryButton, LEFT)
    qtbot.waitUntil(lambda: len(layers()) == 1)
    (former,) = layers()
    mine = root.addGroup("Mine")
    node = root.findLayer(former)
    mine.addChildNode(node.clone())
    node.parent().removeChildNode(node)
    former.setCustomProperty("mapflow_dock/imagery_state", "an older one")
    qtbot.mouseClick(tiled.previewImageryButton, LEFT)
    qtbot.waitUntil(
        lambda: (
            len(layers()) == 1 and layers()[0].customProperty("mapflow_dock/imagery_state") != "an older one"
        )
    )
    assert [layer.name() for layer in mine.findLayers()] == [layers()[0].name()]


def test_zooming_goes_to_all_that_is_chosen(page, canvas, qtbot):
    page.list.choose(["a", "m2"])
    run(page, "zoomToImageryAction")
    qtbot.waitUntil(lambda: shown_box(canvas).contains(QgsPointXY(WEST + 5.9 * SIDE, SOUTH + SIDE / 2)))
    assert shown_box(canvas).contains(QgsPointXY(WEST + 0.1 * SIDE, SOUTH + SIDE / 2))


@pytest.mark.parametrize("name", ["zoomToImageryAction", "addOutlinesAction"])
def test_what_lies_nowhere_is_told(page, service, loading, qtbot, name):
    service.images["m1"][0]["footprint"] = None
    loading.refresh()
    qtbot.waitUntil(lambda: page.tree.known.image("a").footprint == "")
    page.list.choose(["a"])
    run(page, name)
    assert "does not say where" in page.notices[-1].text
    assert layers() == []


def test_a_mosaic_whose_images_cannot_be_had_is_told(page, service, qtbot):
    service.add(verb="GET", path="/m2/image", times=9, answer=Answer.of({"detail": "boom"}, 500))
    page.list.choose(["m2"])
    run(page, "zoomToImageryAction")
    qtbot.waitUntil(lambda: bool(page.notices))
    assert "problem of its own" in page.notices[-1].text


# carried to Run


def test_imagery_is_handed_on_to_run(page, qtbot):
    page.list.choose(["b", "a"])
    with qtbot.waitSignal(page.use_requested) as used:
        qtbot.mouseClick(page.useImageryButton, LEFT)
    mosaic, images = used.args
    assert (mosaic.id, [one.id for one in images]) == ("m1", ["a", "b"])
    page.list.choose(["m2"])
    with qtbot.waitSignal(page.use_requested) as used:
        run(page, "useImageryAction")
    assert (used.args[0].id, used.args[1]) == ("m2", ())


def test_an_outline_is_handed_on_to_run(page, qtbot):
    page.list.choose(["m2"])
    with qtbot.waitSignal(page.area_requested) as used:
        run(page, "outlineAsAreaAction")
    ground, mosaic, images = used.args
    assert ground.boundingBox().xMinimum() == pytest.approx(WEST + 5 * SIDE)
    assert (mosaic.id, images) == ("m2", ())


def test_tiles_that_the_service_forwards_are_told_of_and_shown_as_a_picture(tiled, service, qtbot):
    with FaultProxy() as stranger:
        held = service.answer
        service.answer = lambda asked: (
            Answer.redirect(stranger.origin + asked.path) if "/tiles/" in asked.path else held(asked)
        )
        tiled.list.choose(["a"])
        run(tiled, "previewImageryAction")
        qtbot.waitUntil(lambda: any(stranger.origin in notice.text for notice in tiled.notices))
        qtbot.waitUntil(lambda: service.count("GET", "/rasters/image/a/preview/l") > 0)
        assert stranger.asked == []
    assert not any("authcfg" in layer.source() for layer in layers())
