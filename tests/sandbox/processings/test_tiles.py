"""The tiles of a processing over HTTP: its result and its imagery, who may see them, and while it still runs."""

from __future__ import annotations

import gzip
import io
import math
import uuid

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from PIL import Image
from shapely.geometry import box, shape

EXTENT = 4096
pytestmark = pytest.mark.both_dialects


def spot(lon, lat, zoom):
    """Where a position is in the matrix of a zoom, in tiles."""
    x = (lon + 180) / 360 * 2**zoom
    return x, (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom


def in_tile(geometry, zoom, x, y, extent=EXTENT):
    """A geometry in degrees as exact coordinates of a tile."""

    def place(positions):
        return (np.array([spot(*each, zoom) for each in positions]) - (x, y)) * extent

    return shapely.transform(geometry, place)


def tiles_over(geometry, zoom):
    west, south, east, north = geometry.bounds
    (left, top), (right, bottom) = spot(west, north, zoom), spot(east, south, zoom)
    return [(zoom, x, y) for x in range(int(left), int(right) + 1) for y in range(int(top), int(bottom) + 1)]


def objects_in(content):
    if not content:
        return {}
    layers = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
    assert list(layers) == ["vector_layer"]
    features = layers["vector_layer"]["features"]
    return {each["id"]: (shape(each["geometry"]), each["properties"]) for each in features}


def alpha_in(content):
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.size, picture.mode) == ((256, 256), "RGBA")
        return np.asarray(picture)[..., 3] > 0


@pytest.fixture(scope="module")
def finished():
    """Makes one finished processing a sandbox, for all tests here: its id, its area, its result's features."""
    known = {}

    def finished(api, square):
        if api.sandbox.url not in known:
            area = square(0.12)
            done = api.ended(api.start(area, blocks=[{"name": "Classification", "enabled": True}]))
            assert done["status"] == "OK"
            features = api.ask("GET", f"/processings/{done['id']}/result")["features"]
            known[api.sandbox.url] = (done["id"], shape(area), features)
        return known[api.sandbox.url]

    return finished


def test_every_object_of_the_result_is_in_its_tile_at_its_place(api, square, finished):
    processing_id, area, features = finished(api, square)
    zoom, found = 17, {}
    for z, x, y in tiles_over(area, zoom):
        answer = api.get(f"/layers/{processing_id}/{z}/{x}/{y}.pbf")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        for number, (geometry, about) in objects_in(answer.content).items():
            feature = features[number - 1]
            assert about == {key: value for key, value in feature["properties"].items() if value is not None}
            expected = in_tile(shape(feature["geometry"]), z, x, y)
            seen = expected.intersection(box(0, 0, EXTENT, EXTENT))
            assert seen.difference(geometry.buffer(4)).is_empty
            assert expected.buffer(4).contains(geometry)
            found[number] = about
    assert sorted(found) == list(range(1, len(features) + 1))


def counted(api, processing_id, area, zoom=9):
    """How many objects the tiles over an area stand for; far enough away that each is in one tile alone."""
    tiles = [api.get(f"/layers/{processing_id}/{z}/{x}/{y}.pbf") for z, x, y in tiles_over(area, zoom)]
    drawn = [about for tile in tiles for _geometry, about in objects_in(tile.content).values()]
    return sum(about.get("object_count", 1) for about in drawn)


def test_far_away_no_object_is_lost_either(api, square, finished):
    processing_id, area, features = finished(api, square)
    assert counted(api, processing_id, area) == len(features)


def test_the_tilejson_leads_to_the_tiles_and_names_their_fields(api, square, finished):
    processing_id, area, features = finished(api, square)
    said = api.ask("GET", f"/layers/{processing_id}/tilejson.json")
    assert said["bounds"] == pytest.approx(area.bounds)
    assert (said["tilejson"], said["scheme"], said["minzoom"]) == ("3.0.0", "xyz", 0)
    (layer,) = said["vector_layers"]
    assert layer["id"] == "vector_layer"
    assert set(layer["fields"]) == {"object_count", *(key for each in features for key in each["properties"])}
    assert layer["fields"]["area"] == "Number"
    assert layer["fields"]["class_id"] == "String"
    middle = area.centroid
    x, y = spot(middle.x, middle.y, said["maxzoom"])
    url = said["tiles"][0].format(z=said["maxzoom"], x=int(x), y=int(y))
    assert url.startswith(api.sandbox.url)
    assert api.get(url).status_code == 200


def test_the_processing_leads_to_the_tilejson_of_both_layers(api, square, finished):
    processing_id, _area, _features = finished(api, square)
    processing = api.get_processing(processing_id)
    vector = processing["vectorLayer"]
    assert vector["tileUrl"] == f"{api.sandbox.url}/layers/{processing_id}/{{z}}/{{x}}/{{y}}.pbf"
    if api.sandbox.dialect == "deployed":
        assert api.ask("GET", vector["tileJsonUrl"])["tiles"] == [vector["tileUrl"]]
        raster = processing["rasterLayer"]
        assert api.ask("GET", raster["tileJsonUrl"])["tiles"] == [raster["tileUrl"]]


def test_the_raster_of_a_result_is_bright_where_the_objects_are(api, square, finished):
    if api.sandbox.dialect != "deployed":
        pytest.skip("the reference has no such layer")
    processing_id, area, features = finished(api, square)
    layer = api.get_processing(processing_id)["resultRasterLayer"]
    said = api.ask("GET", layer["tileJsonUrl"])
    assert said["tiles"] == [layer["tileUrl"]]
    assert said["bounds"] == pytest.approx(area.bounds)
    found = shapely.union_all([shapely.geometry.shape(each["geometry"]) for each in features])
    on_objects, beside = [], []
    for z, x, y in tiles_over(area, 17):
        picture = np.array(Image.open(io.BytesIO(api.get(layer["tileUrl"].format(z=z, x=x, y=y)).content)))
        shown = picture[..., 0] * (picture[..., 3] > 0)
        rows, columns = np.mgrid[0:256, 0:256] + 0.5
        objects = shapely.contains_xy(in_tile(found, z, x, y, extent=256), columns, rows)
        inside = shapely.contains_xy(in_tile(area, z, x, y, extent=256).buffer(-2), columns, rows)
        on_objects.append(shown[objects & inside])
        beside.append(shown[~objects & inside])
    assert np.concatenate(on_objects).mean() > 150
    assert np.concatenate(beside).mean() < 50
    wrong = layer["tileUrl"].split("?")[0].format(z=17, x=0, y=0)
    assert api.get(wrong).status_code in (400, 422), "its query is part of the address"
    assert api.get(f"{wrong}?uri=s3://else").status_code == 404


def test_a_tile_is_compressed_for_those_who_take_it_and_not_sent_twice(api, square, finished):
    processing_id, area, _features = finished(api, square)
    z, x, y = tiles_over(area, 15)[0]
    path = f"/layers/{processing_id}/{z}/{x}/{y}.pbf"
    bodies = {}
    for accepted in ("gzip, deflate", "br;q=1, *", "identity", "gzip;q=0"):
        with api.stream("GET", path, headers={"Accept-Encoding": accepted}) as answer:
            assert answer.headers["vary"] == "Accept-Encoding"
            raw = b"".join(answer.iter_raw())
            is_squeezed = answer.headers.get("content-encoding") == "gzip"
            bodies[accepted] = gzip.decompress(raw) if is_squeezed else raw
            assert is_squeezed == (accepted in {"gzip, deflate", "br;q=1, *"})
            tag, keep = answer.headers["etag"], answer.headers["cache-control"]
    assert len(set(bodies.values())) == 1
    assert "no-cache" in keep
    assert api.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_the_imagery_of_a_processing_is_what_it_reads(api, square, finished):
    processing_id, area, _features = finished(api, square)
    said = api.ask("GET", f"/imagery/{processing_id}/tilejson.json")
    assert said["maxzoom"] == 18
    assert said["bounds"] == pytest.approx(area.bounds)
    for z, x, y in tiles_over(area, 18):
        shown = alpha_in(api.get(f"/imagery/{processing_id}/{z}/{x}/{y}.png").content)
        inside = in_tile(area, z, x, y, extent=256)
        rows, columns = np.mgrid[0:256, 0:256] + 0.5
        expected = shapely.contains_xy(inside, columns, rows)
        assert shown[expected].all()
        assert not shown[~shapely.contains_xy(inside.buffer(1.5), columns, rows)].any()
    beyond = api.get(f"/imagery/{processing_id}/18/0/0.png")
    assert (beyond.status_code, alpha_in(beyond.content).any()) == (200, False)


def test_closer_than_it_was_read_the_same_pixels_are_shown_larger(api, square, finished):
    processing_id, area, _features = finished(api, square)
    middle = area.centroid
    x, y = (int(each) for each in spot(middle.x, middle.y, 20))

    def picture(z, x, y):
        return np.asarray(
            Image.open(io.BytesIO(api.get(f"/imagery/{processing_id}/{z}/{x}/{y}.png").content))
        )

    close, whole = picture(20, x, y), picture(18, x // 4, y // 4)
    part = whole[y % 4 * 64 : y % 4 * 64 + 64, x % 4 * 64 : x % 4 * 64 + 64]
    assert close.tolist() == part.repeat(4, axis=0).repeat(4, axis=1).tolist()


@pytest.mark.parametrize("kind", ["layers", "imagery"])
def test_only_who_may_see_the_processing_sees_its_tiles(sandbox, api, connect, square, finished, kind):
    processing_id, _area, _features = finished(api, square)
    suffix = {"layers": "pbf", "imagery": "png"}[kind]
    for path in (f"/{kind}/{processing_id}/tilejson.json", f"/{kind}/{processing_id}/0/0/0.{suffix}"):
        assert connect(sandbox, "").refused("GET", path, 401)["code"] == "AUTHENTICATION_ERROR"
        assert connect(sandbox, f"Bearer {sandbox.bearer}").get(path).status_code == 200
        assert api.refused("GET", path.replace(processing_id, str(uuid.uuid4())), 404)["code"] == "NOT_FOUND"


@pytest.mark.parametrize("address", ["25/0/0", "-1/0/0", "2/4/0", "2/0/4", "2/x/0", "2/0/9999999999"])
@pytest.mark.parametrize(("kind", "suffix"), [("layers", "pbf"), ("imagery", "png")])
def test_an_address_that_is_none_is_refused_with_a_reason(api, square, finished, kind, suffix, address):
    processing_id, _area, _features = finished(api, square)
    answer = api.get(f"/{kind}/{processing_id}/{address}.{suffix}")
    assert answer.status_code in {400, 404}
    assert answer.json()["message"]


def test_somebody_the_project_is_shared_with_sees_the_tiles_too(api, guest, square):
    project = api.ask("POST", "/projects", json={"name": "Ours"})["id"]
    processing_id = api.start(square(0.04), projectId=project)
    api.ended(processing_id)
    path = f"/layers/{processing_id}/0/0/0.pbf"
    guest.refused("GET", path, 404)
    api.ask("POST", "/projects/share", json={"projectId": project, "email": guest.email, "role": "readonly"})
    assert objects_in(guest.get(path).content)
    assert guest.get(f"/imagery/{processing_id}/0/0/0.png").status_code == 200


def test_what_is_finished_is_shown_while_the_rest_still_runs(api, square, several):
    parts = several(square(0.05, east=-0.4), square(0.25))
    area = shape(parts)
    processing_id = api.start(parts)
    path = f"/layers/{processing_id}"
    api.refused("GET", f"{path}/tilejson.json", 404)

    def is_half_done(_processing):
        statuses = [aoi["status"] for aoi in api.ask("GET", f"/processings/{processing_id}/aois")]
        return statuses[0] == "OK"

    processing = api.until(processing_id, is_half_done)
    (z, x, y), *_others = tiles_over(area, 9)
    first = api.get(f"{path}/{z}/{x}/{y}.pbf")
    early = counted(api, processing_id, area)
    assert api.get_processing(processing_id)["status"] == "IN_PROGRESS", processing
    ready = api.ask("GET", f"/processings/{processing_id}/aois")[0]["id"]
    assert early == len(api.ask("GET", f"/processings/{processing_id}/result?aoiId={ready}")["features"]) > 0
    assert api.ask("GET", f"{path}/tilejson.json")["bounds"] == pytest.approx(area.bounds)
    api.ended(processing_id)
    later = api.get(f"{path}/{z}/{x}/{y}.pbf", headers={"If-None-Match": first.headers["etag"]})
    assert later.status_code == 200, "a client that asks is told that there is more now"
    assert counted(api, processing_id, area) > early


def test_a_deleted_processing_has_no_tiles_any_more(api, square):
    processing_id = api.start(square(0.03))
    api.ended(processing_id)
    assert api.get(f"/layers/{processing_id}/0/0/0.pbf").status_code == 200
    api.ask("DELETE", f"/processings/{processing_id}")
    for path in ("layers/{}/0/0/0.pbf", "layers/{}/tilejson.json", "imagery/{}/0/0/0.png"):
        api.refused("GET", "/" + path.format(processing_id), 404)


def test_a_restart_brings_new_tiles(api, square, several):
    parts = several(square(0.04), square(0.04, east=3))
    processing_id = api.start(parts)
    assert api.ended(processing_id)["status"] == "FAILED"
    path = f"/layers/{processing_id}/0/0/0.pbf"
    before = api.get(path)
    assert objects_in(before.content), "the part that did not fail"
    api.ask("POST", f"/processings/{processing_id}/restart")
    during = api.get(path)
    assert objects_in(during.content).keys() == objects_in(before.content).keys()
    assert api.ended(processing_id)["status"] == "FAILED"
