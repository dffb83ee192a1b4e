"""The painted scenes: the same from the same seed, georeferenced, and with a truth that fits their pixels."""

from __future__ import annotations

import json

import numpy as np
import pytest
import rasterio
from rasterio.features import rasterize
from rasterio.warp import transform_bounds
from rio_cogeo.cogeo import cog_validate
from scipy import ndimage

from mapflow_sandbox import scene
from mapflow_sandbox.assets import prepare
from mapflow_sandbox.scene import assets
from mapflow_sandbox.scene.paint import DEFAULT_ORIGIN, PIXEL_M, main, paint, render
from mapflow_sandbox.scene.truth import LAYERS, read_truth
from sandbox_process import ASSETS

SEED, SIZE = 41, 900


@pytest.fixture(scope="module")
def painted():
    """A small scene in memory."""
    return render(SEED, SIZE)


def burnt(pixels, polygons, value=1):
    shapes = [(polygon, value) for polygon in polygons if not polygon.is_empty]
    return rasterize(shapes, out_shape=pixels.rgb.shape[1:], transform=pixels.transform, dtype="uint8") > 0


def outlines(pixels, layer):
    return [polygon for polygon, _about in pixels.truth.layer(layer)]


def test_the_same_seed_paints_the_same_pixels():
    one, again, other = render(3, 240), render(3, 240), render(4, 240)
    assert (one.rgb == again.rgb).all()
    for layer in LAYERS:
        assert [p.wkb for p in outlines(one, layer)] == [p.wkb for p in outlines(again, layer)]
    assert (one.rgb != other.rgb).mean() > 0.5


def test_a_scene_has_some_of_everything(painted):
    assert len(outlines(painted, "buildings")) > 40
    extent = (SIZE * PIXEL_M) ** 2
    for layer, least in (("forest", 0.01), ("roads", 0.03)):
        assert sum(polygon.area for polygon in outlines(painted, layer)) > least * extent
    kinds = {about["roof"] for _polygon, about in painted.truth.buildings}
    assert len(kinds) >= 2, "roofs of several shapes"
    assert all(polygon.is_valid for layer in LAYERS for polygon in outlines(painted, layer))


def test_outlines_of_the_truth_lie_on_edges_of_the_picture(painted):
    light = painted.rgb.mean(axis=0)
    edges = np.hypot(ndimage.sobel(light, axis=0), ndimage.sobel(light, axis=1))
    polygons = outlines(painted, "buildings")
    inside = burnt(painted, polygons)
    rim = inside & ~ndimage.binary_erosion(inside)
    aside = [edges[np.roll(rim, shift, axis=axis)].mean() for axis in (0, 1) for shift in (-4, 4)]
    assert edges[rim].mean() > 1.4 * max(aside)


def test_woods_are_darker_and_greener_and_roads_greyer_than_the_rest(painted):
    red, green, blue = painted.rgb.astype(float)
    leafy, light = 2 * green - red - blue, painted.rgb.mean(axis=0)
    colourful = painted.rgb.max(axis=0).astype(float) - painted.rgb.min(axis=0)
    woods, roads = (burnt(painted, outlines(painted, layer)) for layer in ("forest", "roads"))
    assert light[woods].mean() < 0.8 * light[~woods].mean()
    assert leafy[woods].mean() > 5
    assert colourful[roads].mean() < 0.6 * colourful[~roads].mean()


def test_it_is_written_as_a_georeferenced_cog_with_its_truth(tmp_path):
    made = paint(tmp_path / "scene.tif", seed=3, size_px=400, truth=tmp_path / "truth")
    is_valid, errors, _warnings = cog_validate(made.path)
    assert is_valid, errors
    with rasterio.open(made.path) as source:
        assert (source.crs.to_epsg(), source.count, source.dtypes[0]) == (3857, 3, "uint8")
        assert source.res == (PIXEL_M, PIXEL_M)
        assert (source.bounds.left, source.bounds.top) == DEFAULT_ORIGIN
        assert made.bbox_4326 == pytest.approx(transform_bounds("EPSG:3857", "EPSG:4326", *source.bounds))
        difference = source.read().astype(float) - render(3, 400).rgb
        assert np.abs(difference).mean() < 6, "compressed, but the same picture"
    for layer in LAYERS:
        written = json.loads((tmp_path / "truth" / f"{layer}.geojson").read_text(encoding="utf-8"))
        read = read_truth(tmp_path / "truth", layer)
        expected = outlines(render(3, 400), layer)
        assert len(written["features"]) == len(read) == len(expected)
        for one, other in zip(read, expected, strict=True):
            assert one.symmetric_difference(other).area < 1e-3 * other.area


def test_a_scene_can_be_painted_elsewhere_from_the_command_line(tmp_path, capsys):
    path = tmp_path / "there.tif"
    main([str(path), "--seed", "5", "--size", "200", "--origin", "500000", "6000000"])
    assert str(path) in capsys.readouterr().out
    with rasterio.open(path) as source:
        assert (source.bounds.left, source.bounds.top, source.width) == (500_000, 6_000_000, 200)


def test_the_demo_scene_covers_four_square_kilometres():
    prepared = scene.load(ASSETS)
    with rasterio.open(prepared.path_to_cog) as source:
        assert source.width * source.height * PIXEL_M**2 == 4_000_000
        assert prepared.bbox_4326 == pytest.approx(transform_bounds("EPSG:3857", "EPSG:4326", *source.bounds))
    assert len(read_truth(prepared.truth, "buildings")) > 500


def test_preparing_again_does_nothing():
    said = []
    assert prepare(ASSETS, said.append) == scene.load(ASSETS)
    assert said == []


def test_an_unfinished_scene_is_never_taken_for_a_finished_one(tmp_path):
    with pytest.raises(FileNotFoundError):
        scene.load(tmp_path)
    half = tmp_path / ".painting-x"
    half.mkdir()
    (half / "scene.tif").write_bytes(b"half")
    with pytest.raises(FileNotFoundError):
        scene.load(tmp_path)


def test_of_two_that_finish_at_once_one_is_kept_whole(tmp_path):
    for name in ("first", "second"):
        made = tmp_path / name
        made.mkdir()
        (made / "file").write_text(name, encoding="utf-8")
        assets.put_in_place(made, tmp_path / "wanted")
        assert not made.exists()
    assert (tmp_path / "wanted" / "file").read_text(encoding="utf-8") == "first"


def test_the_log_says_where_the_imagery_lies(sandbox):
    own = sandbox.start()
    west, south, east, north = own.bbox
    assert f"{(west + east) / 2:.4f},{(south + north) / 2:.4f} (EPSG:4326)" in own.process.log
