"""Rasters are checked off the GUI thread, each against the grid of those before it."""

from __future__ import annotations

from dataclasses import replace

from qgis.core import QgsRasterLayer
from rasters import write_raster

from mapflow_dock.jobs.rasters.check import check_rasters
from mapflow_dock.layers.rasters.check import Limits
from mapflow_dock.layers.rasters.facts import Grid
from mapflow_dock.layers.rasters.source import source_of_file, source_of_layer

WAIT = 20_000


def check_all(qtbot, sources, grid=None):
    job = check_rasters(sources, Limits(), grid)
    with qtbot.waitSignal(job.succeeded, timeout=WAIT) as told:
        job.start()
    checks = told.args[0].checks
    assert len(checks) == len(sources)
    return list(checks)


def test_the_first_usable_raster_sets_the_example_for_the_rest(qtbot, tmp_path):
    (tmp_path / "no.tif").write_text("no raster")
    paths = [
        tmp_path / "no.tif",
        write_raster(tmp_path / "a.tif"),
        write_raster(tmp_path / "b.tif"),
        write_raster(tmp_path / "c.tif", pixel=1),
    ]
    checks = check_all(qtbot, [source_of_file(path) for path in paths])
    assert [bool(check.issues) for check in checks] == [True, False, False, True]
    assert checks[3].may_be_converted


def test_the_mosaic_s_images_set_it_where_there_are_some(qtbot, tmp_path):
    source = source_of_file(write_raster(tmp_path / "a.tif"))
    (check,) = check_all(qtbot, [source], Grid("EPSG:3857", (1.0, 1.0), 4))
    assert len(check.issues) == 2
    assert check.may_be_sent_as_it_is


def test_a_layer_can_be_checked_after_it_left_the_project(qtbot, project, tmp_path):
    layer = QgsRasterLayer(str(write_raster(tmp_path / "a.tif")), "Gone")
    source = replace(source_of_layer(layer), name="Gone")
    del layer
    (check,) = check_all(qtbot, [source])
    assert not check.issues
