"""Results of parts become one: an object that was cut or found twice is there once, as if nothing had been cut."""

from __future__ import annotations

import json
import math
import random

import pytest
from osgeo import ogr
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransformContext, QgsGeometry

from mapflow_dock.layers.areas.area import area_from_geometries
from mapflow_dock.layers.areas.grid.cells import Limits, cells_of
from mapflow_dock.layers.gdal_errors import ConversionCancelledError, ConversionError
from mapflow_dock.layers.results.merging.merge import merge
from mapflow_dock.layers.results.merging.parts import ResultPart

METRE = 1 / 111_320
AREA = "POLYGON((37 55,37.08 55,37.08 55.04,37.03 55.05,37 55.03,37 55))"


def cells(overlap):
    area = area_from_geometries(
        [QgsGeometry.fromWkt(AREA)],
        QgsCoordinateReferenceSystem("EPSG:4326"),
        QgsCoordinateTransformContext(),
    )
    found = cells_of(area, Limits(3e6, 10), overlap, lambda _fraction: True)
    assert len(found) > 5
    return found


def at(east, north, latitude=55.0):
    """Metres from the south-western corner, in degrees."""
    return 37 + east * METRE / math.cos(math.radians(latitude)), latitude + north * METRE


def turned(east, north, width, height, angle):
    """A rectangle around a place, in metres."""
    corners = []
    for side, end in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)):
        x, y = side * width / 2, end * height / 2
        corners.append(
            at(
                east + x * math.cos(angle) - y * math.sin(angle),
                north + x * math.sin(angle) + y * math.cos(angle),
            )
        )
    return polygon(corners)


def polygon(points):
    return ogr.CreateGeometryFromWkt(f"POLYGON(({','.join(f'{x} {y}' for x, y in points)}))")


def line(points):
    return ogr.CreateGeometryFromWkt(f"LINESTRING({','.join(f'{x} {y}' for x, y in points)})")


def houses(seed, spacing=60.0):
    """Houses in a lattice, each turned by chance, all within the area and none touching another."""
    chance = random.Random(seed)
    whole = ogr.CreateGeometryFromWkt(AREA)
    found = []
    for column in range(1, 84):
        for row in range(1, 90):
            size = chance.uniform(8, spacing * 0.6), chance.uniform(8, spacing * 0.6)
            house = turned(column * spacing, row * spacing, *size, chance.uniform(0, 3))
            if whole.Contains(house):
                found.append(house)
    return found


def streets():
    """Lines through the whole area, bent on their way."""
    whole = ogr.CreateGeometryFromWkt(AREA)
    drawn = [
        line([at(number * 331 + 7, -100), at(number * 331 + 200, 1500), at(number * 331 + 150, 7000)])
        for number in range(15)
    ]
    return [street.Intersection(whole) for street in drawn]


def multi(geometry):
    return [geometry.GetGeometryRef(n) for n in range(geometry.GetGeometryCount())]


def simple_parts(geometry):
    return (
        multi(geometry)
        if geometry.GetGeometryName() in {"MULTIPOLYGON", "MULTILINESTRING", "GEOMETRYCOLLECTION"}
        else [geometry]
    )


def ground_of(geometry):
    return ogr.CreateGeometryFromWkb(bytes(geometry.asWkb()))


def feature(geometry, **properties):
    return {
        "type": "Feature",
        "properties": {"id": 1, "object_type": "buildings", **properties},
        "geometry": geometry
        if isinstance(geometry, dict)
        else json.loads(geometry.ExportToJson(["COORDINATE_PRECISION=15"])),
    }


class Folder:
    """Results of parts as files."""

    def __init__(self, path):
        self.path = path
        self.parts = []

    def add(self, cell, features, group="a", **attributes):
        path = self.path / f"{len(self.parts)}.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        self.parts.append(ResultPart(path, cell.core, cell.area.geometry, group, attributes))

    def merged(self):
        target = self.path / "merged.geojson"
        told = merge(self.parts, target, lambda _fraction: True)
        features = json.loads(target.read_text())["features"]
        assert told.count == len(features)
        return features, told


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def cut(folder, objects, overlap, **properties):
    """Give each cell what it would find: the objects on its ground, cut at its edge; returns how many it takes."""
    count = 0
    for cell in cells(overlap):
        ground = ground_of(cell.core if not overlap else cell.area.geometry)
        pieces = []
        for each in objects:
            if each.Intersects(ground):
                for piece in simple_parts(each.Intersection(ground)):
                    if piece.GetDimension() == each.GetDimension() and (piece.Area() or piece.Length()) > 0:
                        pieces.append(feature(piece, **properties))
        count += len(pieces)
        folder.add(cell, pieces)
    return count


def sizes(geometries):
    return sorted(each.Area() if each.GetDimension() == 2 else each.Length() for each in geometries)


def read(features):
    return [ogr.CreateGeometryFromJson(json.dumps(each["geometry"])) for each in features]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("overlap", [0.0, 80.0])
def test_objects_cut_at_the_edges_are_as_if_nothing_was_cut(folder, seed, overlap):
    truth = houses(seed)
    pieces = cut(folder, truth, overlap)
    features, told = folder.merged()
    assert len(truth) > 1000
    assert pieces > len(truth) + 30, "some were cut, or found twice"
    assert len(features) == len(truth)
    assert told.united + told.doubles > 30
    assert sizes(read(features)) == pytest.approx(sizes(truth), rel=1e-8)
    assert sum(sizes(read(features))) == pytest.approx(sum(sizes(truth)), rel=1e-9)
    assert {each["geometry"]["type"] for each in features} == {"Polygon"}


@pytest.mark.parametrize("overlap", [0.0, 80.0])
def test_objects_wider_than_the_overlap_and_over_several_cells(folder, overlap):
    truth = [
        turned(2500, 700, 4000, 30, 0.3),
        turned(1200, 1800, 1500, 1300, 0),
        turned(2600, 3300, 9, 2500, 0.05),
    ]
    cut(folder, truth, overlap)
    features, told = folder.merged()
    assert len(features) == 3
    assert told.united == 3
    assert sizes(read(features)) == pytest.approx(sizes(truth), rel=1e-8)


@pytest.mark.parametrize("overlap", [0.0, 80.0])
def test_lines_are_joined(folder, overlap):
    truth = streets()
    cut(folder, truth, overlap)
    features, _told = folder.merged()
    assert len(features) == len(truth)
    assert sizes(read(features)) == pytest.approx(sizes(truth), rel=1e-7)
    assert {each["geometry"]["type"] for each in features} == {"LineString"}


def two_cells(seam=500.0):
    """Two squares side by side, and the longitude of the seam."""
    made = []
    for west, east in ((0, seam), (seam, 1000)):
        corners = [at(west, 0), at(east, 0), at(east, 500), at(west, 500), at(west, 0)]
        geometry = QgsGeometry.fromWkt(polygon(corners).ExportToWkt())
        [cell] = cells_of(
            area_from_geometries(
                [geometry], QgsCoordinateReferenceSystem("EPSG:4326"), QgsCoordinateTransformContext()
            ),
            Limits(1e8, 10),
            0,
            lambda _fraction: True,
        )
        made.append(cell)
    return made


def box(west, south, east, north):
    return polygon([at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)])


def test_neighbours_that_end_at_different_stretches_of_a_seam_stay_two(folder):
    west, east = two_cells()
    folder.add(west, [feature(box(480, 100, 500, 110))])
    folder.add(east, [feature(box(500, 111, 520, 121))])
    assert len(folder.merged()[0]) == 2


def test_an_object_beside_a_seam_is_not_united_with_one_across_it(folder):
    west, east = two_cells()
    folder.add(west, [feature(box(480, 100, 497, 110))])
    folder.add(east, [feature(box(500, 100, 520, 110))])
    assert len(folder.merged()[0]) == 2


def test_a_gap_of_a_pixel_at_the_seam_is_closed(folder):
    west, east = two_cells()
    folder.add(west, [feature(box(480, 100, 499.6, 110))])
    folder.add(east, [feature(box(500.5, 100.3, 520, 110.2))])
    [made], told = folder.merged()
    assert told.united == 1
    assert made["geometry"]["type"] == "Polygon"
    whole = box(480, 100, 520, 110)
    assert read([made])[0].SymmetricDifference(whole).Area() < 0.03 * whole.Area()


def test_two_pieces_on_one_side_and_one_on_the_other_are_one_object(folder):
    west, east = two_cells()
    folder.add(west, [feature(box(480, 100, 500, 110)), feature(box(480, 120, 500, 130))])
    folder.add(east, [feature(box(500, 100, 520, 130))])
    [made], _told = folder.merged()
    assert read([made])[0].Area() == pytest.approx(
        box(480, 100, 520, 130).Area() - box(480, 110, 500, 120).Area(), rel=1e-8
    )


def test_objects_of_different_types_stay_apart(folder):
    west, east = two_cells()
    folder.add(west, [feature(box(480, 100, 500, 110))])
    folder.add(east, [feature(box(500, 100, 520, 110), object_type="roads")])
    assert len(folder.merged()[0]) == 2


def test_what_belongs_to_different_features_stays_apart_and_has_their_attributes(folder):
    west, east = two_cells()
    folder.add(west, [feature(box(480, 100, 500, 110), name="roof")], "1", name="North", code=7)
    folder.add(east, [feature(box(500, 100, 520, 110))], "2", name="South", code=None)
    first, second = (each["properties"] for each in folder.merged()[0])
    assert (first["name"], first["source_name"], first["code"]) == ("roof", "North", 7)
    assert (second["source_name"], second["code"]) == ("South", None)
    assert "name" not in second


def test_the_largest_piece_gives_the_attributes_and_the_area_is_measured(folder):
    west, east = two_cells()
    folder.add(west, [feature(box(490, 100, 500, 110), area=100, class_id="101", length=3.5)])
    folder.add(east, [feature(box(500, 100, 540, 110), area=400, class_id="103", length=1.5)])
    [made], _told = folder.merged()
    assert made["properties"]["class_id"] == "103"
    assert made["properties"]["area"] == pytest.approx(500, abs=5)
    assert isinstance(made["properties"]["area"], int)
    assert made["properties"]["length"] == 5


def test_ids_are_given_once(folder):
    west, east = two_cells()
    folder.add(west, [feature(box(10, 100, 20, 110)), feature(box(30, 100, 40, 110))])
    folder.add(east, [feature(box(600, 100, 620, 110))])
    features, _told = folder.merged()
    assert [each["properties"]["id"] for each in features] == [1, 2, 3]


def test_the_result_of_one_part_stays_as_it_came(folder):
    west, _east = two_cells()
    came = [
        feature(box(480, 100, 500, 110), id=17, odd=[1, {"a": None}]),
        {"type": "Feature", "properties": None, "geometry": None},
    ]
    folder.add(west, came)
    features, _told = folder.merged()
    assert features[0] == came[0]
    assert features[1]["geometry"] is None


def test_a_result_that_is_not_whole_is_told_in_a_sentence(folder):
    west, east = two_cells()
    folder.add(west, [])
    folder.add(east, [])
    folder.parts[1].path.write_text('{"type": "FeatureColl')
    with pytest.raises(ConversionError, match="cannot be read"):
        folder.merged()


def test_merging_can_be_stopped(folder, tmp_path):
    west, _east = two_cells()
    folder.add(west, [feature(box(480, 100, 500, 110))])
    with pytest.raises(ConversionCancelledError):
        merge(folder.parts, tmp_path / "stopped", lambda _fraction: False)


def test_what_a_part_tells_apart_although_it_touches_stays_apart(folder):
    """A road along the seam: one half is two sections that meet at a junction, the other half one piece."""
    west, east = two_cells()
    folder.add(west, [feature(box(495, 100, 500, 140)), feature(box(495, 140, 500, 220))])
    folder.add(east, [feature(box(500, 100, 505, 220))])
    features, told = folder.merged()
    assert (len(features), told.united) == (2, 1)
    assert sizes(read(features))[0] == pytest.approx(box(495, 100, 500, 140).Area(), rel=1e-6)
