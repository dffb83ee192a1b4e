"""Results kept between tiles: read once, read anew when a file changes, and only so many."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from mapflow_sandbox.tiles import shelf as shelf_module
from mapflow_sandbox.tiles.shelf import Edition, Shelf


def write(path: Path, count: int) -> Path:
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": {}}
    fresh = path.with_suffix(".new")
    fresh.write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature] * count}), encoding="utf-8"
    )
    fresh.replace(path)
    return path


@pytest.fixture
def readings(monkeypatch):
    """How often files are read."""
    made = []
    real = shelf_module.read

    def counted(files):
        made.append(files)
        return real(files)

    monkeypatch.setattr(shelf_module, "read", counted)
    return made


def test_one_result_is_read_once_however_many_ask_for_it_at_once(tmp_path, readings):
    edition = Edition.of([write(tmp_path / "a.geojson", 3)])
    shelf, together = Shelf(), Barrier(8)

    def ask(_number):
        together.wait()
        return shelf.objects("a", edition)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert len(readings) == 1
    assert {id(each) for each in found} == {id(found[0])}
    assert len(found[0]) == 3


def test_a_file_written_anew_is_read_anew(tmp_path, readings):
    path, shelf = tmp_path / "a.geojson", Shelf()
    assert len(shelf.objects("a", Edition.of([write(path, 3)]))) == 3
    assert len(shelf.objects("a", Edition.of([write(path, 3)]))) == 3, "as long, but written later"
    assert len(shelf.objects("a", Edition.of([write(path, 4)]))) == 4
    assert len(readings) == 3


def test_a_part_finished_later_joins_in(tmp_path):
    first, later, shelf = write(tmp_path / "a.geojson", 2), tmp_path / "b.geojson", Shelf()
    before = Edition.of([first, later])
    assert before.files == (first,)
    assert len(shelf.objects("a", before)) == 2
    assert len(shelf.objects("a", Edition.of([first, write(later, 3)]))) == 5


def test_the_results_longest_unused_make_room(tmp_path, readings):
    editions = {name: Edition.of([write(tmp_path / name, 4)]) for name in ("a", "b", "c")}
    shelf = Shelf(most_objects=9)
    for name in ("a", "b", "a", "c", "a", "b"):
        shelf.objects(name, editions[name])
    assert [files[0].name for files in readings] == ["a", "b", "c", "b"]


def test_a_result_larger_than_the_shelf_is_served_all_the_same(tmp_path):
    shelf = Shelf(most_objects=2)
    assert len(shelf.objects("a", Edition.of([write(tmp_path / "a", 5)]))) == 5


def test_a_file_that_could_not_be_read_is_tried_again(tmp_path):
    path, shelf = tmp_path / "a.geojson", Shelf()
    path.write_text("{", encoding="utf-8")
    broken = Edition.of([path])
    with pytest.raises(ValueError, match="Expecting"):
        shelf.objects("a", broken)
    write(path, 2)
    os.utime(path, ns=(broken.stamps[0][0],) * 2)
    assert len(shelf.objects("a", broken)) == 2
