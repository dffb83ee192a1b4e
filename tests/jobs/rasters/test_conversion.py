"""Conversions run off the GUI thread and leave nothing behind when they fail or are cancelled."""

from __future__ import annotations

import errno

import numpy as np
import pytest
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem
from raster_layers import layer_of, pseudocolour, virtual_layer
from rasters import EAST, NORTH, UTM, band, colours, open_raster, write_raster

from mapflow_dock.jobs.rasters import conversion
from mapflow_dock.jobs.rasters.conversion import RasterConversion
from mapflow_dock.layers import workspace
from mapflow_dock.layers.rasters.check import Limits, check_raster
from mapflow_dock.layers.rasters.facts import Grid, is_same_system, read_facts
from mapflow_dock.layers.rasters.source import source_of_file, source_of_layer

WAIT = 20_000
GREEDY = Limits(max_file_bytes=10**12)


@pytest.fixture
def run(qtbot, temporary):
    """Convert; returns ("converted", path) or ("failed", sentence, detail)."""

    def run(source, like=None, limits=GREEDY):
        facts = check_raster(source, limits).facts
        job = RasterConversion(source, facts, like or Grid(), limits)
        outcome, fractions = [], []
        job.progressed.connect(lambda fraction, _doing: fractions.append(fraction))
        job.succeeded.connect(lambda path: outcome.append(("converted", path)))
        job.failed.connect(lambda error: outcome.append(("failed", error.sentence, error.detail)))
        job.start()
        assert not outcome
        qtbot.waitUntil(lambda: bool(outcome), timeout=WAIT)
        assert fractions == sorted(fractions)
        return job, outcome[0]

    return run


def test_a_file_is_converted_in_a_task(run, temporary, tmp_path):
    path = write_raster(tmp_path / "аэро снимок.png", driver="PNG")
    job, (kind, made) = run(source_of_file(path))
    assert kind == "converted"
    assert made.name == "аэро_снимок.tif"
    assert open_raster(made).RasterCount == 3
    assert made.is_relative_to(temporary)
    job.discard()
    assert list(temporary.iterdir()) == []


def test_a_style_is_drawn_by_qgis_at_full_size(run, project, temporary, tmp_path):
    layer = pseudocolour(layer_of(write_raster(tmp_path / "a.tif", bands=1, width=256)))
    layer.setOpacity(0.3)
    job, (kind, made) = run(source_of_layer(layer))
    assert kind == "converted"
    opened = open_raster(made)
    assert colours(opened) == ["Red", "Green", "Blue"], "nothing of it is transparent"
    red, blue = band(opened, 1)[0], band(opened, 3)[0]
    assert (red[0], blue[0]) == (255, 0)
    assert (red[-1], blue[-1]) == (0, 255)
    assert abs(red[128] - 127) <= 2
    assert opened.GetGeoTransform() == (EAST, 0.5, 0, NORTH, 0, -0.5)
    assert is_same_system(opened.GetProjection(), f"EPSG:{UTM}")
    assert [entry.name for entry in made.parent.iterdir()] == [made.name]
    job.discard()
    assert list(temporary.iterdir()) == []


def test_what_gdal_does_not_read_is_drawn_by_qgis(run, project, tmp_path):
    layer = pseudocolour(virtual_layer(write_raster(tmp_path / "a.tif")))
    job, (kind, made) = run(source_of_layer(layer))
    assert kind == "converted"
    opened = open_raster(made)
    assert (opened.RasterXSize, opened.RasterYSize) == (64, 48)
    assert opened.GetGeoTransform() == (EAST, 0.5, 0, NORTH, 0, -0.5)
    assert is_same_system(opened.GetProjection(), f"EPSG:{UTM}")
    red, blue = band(opened, 1), band(opened, 3)
    assert np.abs(red - 55).max() <= 1  # 200 of 255 on the way from red to blue
    assert np.abs(blue - 200).max() <= 1
    job.discard()


def test_a_drawn_layer_with_no_data_is_transparent_there(run, project, tmp_path):
    layer = pseudocolour(layer_of(write_raster(tmp_path / "a.tif", bands=1, nodata=77, hole=77)))
    job, (_kind, made) = run(source_of_layer(layer))
    opened = open_raster(made)
    assert colours(opened) == ["Red", "Green", "Blue", "Alpha"]
    assert (band(opened, 4)[:24, :32] == 0).all()
    job.discard()


def test_a_drawn_layer_can_be_converted_again(run, project, tmp_path):
    source = source_of_layer(pseudocolour(layer_of(write_raster(tmp_path / "a.tif", bands=1))))
    for _time in range(2):
        job, (kind, _made) = run(source, Grid("EPSG:3857", None, 3))
        assert kind == "converted"
        job.discard()


def test_a_layer_whose_crs_was_set_in_qgis(run, project, tmp_path):
    layer = layer_of(write_raster(tmp_path / "a.tif", epsg=None))
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32637"))
    job, (_kind, made) = run(source_of_layer(layer))
    opened = open_raster(made)
    assert is_same_system(opened.GetProjection(), "EPSG:32637")
    job.discard()


def test_a_failure_leaves_nothing(run, temporary, tmp_path):
    path = write_raster(tmp_path / "a.tif", width=600, height=600, options=["COMPRESS=DEFLATE", "TILED=YES"])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    _job, (kind, sentence, _detail) = run(source_of_file(path))
    assert kind == "failed"
    assert "cannot be read" in sentence
    assert list(temporary.iterdir()) == []


def test_no_room_anywhere_is_said_at_once(run, temporary, tmp_path, monkeypatch):
    monkeypatch.setattr(workspace, "free_bytes", lambda _folder: 1_000)
    _job, (kind, sentence, _detail) = run(source_of_file(write_raster(tmp_path / "a.png", driver="PNG")))
    assert kind == "failed"
    assert "not enough room" in sentence
    assert list(temporary.iterdir()) == []


def test_the_roomier_folder_is_taken(run, temporary, tmp_path, monkeypatch):
    caches = tmp_path / "caches"
    standard = workspace.QStandardPaths
    monkeypatch.setattr(
        workspace,
        "QStandardPaths",
        type(
            "Paths",
            (),
            {"StandardLocation": standard.StandardLocation, "writableLocation": lambda _kind: str(caches)},
        ),
    )
    monkeypatch.setattr(
        workspace, "free_bytes", lambda folder: 10**12 if caches in (folder, folder.parent) else 0
    )
    job, (kind, made) = run(source_of_file(write_raster(tmp_path / "a.png", driver="PNG")))
    assert kind == "converted"
    assert made.is_relative_to(caches)
    job.discard()


def test_no_temporary_folder_at_all(run, temporary, tmp_path, monkeypatch):
    def refuse(_folder):
        raise OSError(errno.EACCES, "not allowed")

    monkeypatch.setattr(conversion, "open_workspace", refuse)
    _job, (kind, _sentence, detail) = run(source_of_file(write_raster(tmp_path / "a.png", driver="PNG")))
    assert kind == "failed"
    assert "not allowed" in detail


@pytest.mark.parametrize("style", ["plain", "drawn"])
def test_cancelling_leaves_nothing_and_says_nothing(qtbot, project, temporary, tmp_path, style):
    path = write_raster(tmp_path / "a.tif", bands=1, width=3000, height=3000, dtype="float32")
    source = source_of_layer(pseudocolour(layer_of(path))) if style == "drawn" else source_of_file(path)
    job = RasterConversion(source, read_facts(source.uri), Grid("EPSG:3857"), GREEDY)
    heard = []
    job.succeeded.connect(heard.append)
    job.failed.connect(heard.append)
    job.start()
    with qtbot.waitSignal(job.progressed, timeout=WAIT):
        pass
    job.cancel()
    qtbot.waitUntil(lambda: list(temporary.iterdir()) == [], timeout=WAIT)
    qtbot.waitUntil(lambda: QgsApplication.taskManager().countActiveTasks() == 0, timeout=WAIT)
    assert heard == []


def test_cancelling_before_it_began(qtbot, temporary, tmp_path):
    source = source_of_file(write_raster(tmp_path / "a.png", driver="PNG"))
    job = RasterConversion(source, read_facts(source.uri), Grid(), GREEDY)
    heard = []
    job.succeeded.connect(heard.append)
    job.start()
    job.cancel()
    qtbot.waitUntil(lambda: list(temporary.iterdir()) == [], timeout=WAIT)
    assert heard == []
