"""A GeoJSON file is read to its very end, and what is no object in it is not counted as one."""

from __future__ import annotations

import json

import pytest

from mapflow_dock.layers.results.features import CHUNK, FeatureReader, NotGeoJsonError

FEATURES = [
    {"type": "Feature", "properties": {"a": number}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
    for number in range(5)
]
WHOLE = json.dumps({"type": "FeatureCollection", "features": FEATURES})


def read(tmp_path, text):
    path = tmp_path / "result.geojson"
    path.write_text(text, encoding="utf-8")
    reader = FeatureReader(path)
    return list(reader), reader.broken


@pytest.mark.parametrize("rest", ["garbage", WHOLE, "]}", "\0", "<html>504</html>", '{"error": "timeout"}'])
@pytest.mark.parametrize("space", [0, 3, 2 * CHUNK])
def test_what_follows_after_the_end_says_that_something_went_wrong(tmp_path, rest, space):
    with pytest.raises(NotGeoJsonError):
        read(tmp_path, WHOLE + space * " " + rest)


@pytest.mark.parametrize("space", ["", "\r\n", 3 * CHUNK * " "])
def test_white_space_may_follow(tmp_path, space):
    assert read(tmp_path, WHOLE + space) == (FEATURES, 0)


def test_a_message_among_the_objects_is_none_of_them(tmp_path):
    text = json.dumps({"type": "FeatureCollection", "features": [*FEATURES, {"error": "timeout"}, 7]})
    assert read(tmp_path, text) == (FEATURES, 2)


def test_an_object_may_lack_what_it_does_not_have(tmp_path):
    sparse = [{"type": "Feature", "geometry": None}, {"properties": {}}, {"geometry": None, "id": 1}]
    assert read(tmp_path, json.dumps({"type": "FeatureCollection", "features": sparse})) == (sparse, 0)
