"""The demo, inside QGIS: a provider's imagery, one's own, and the catalog's; a picture and a time for each step."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from qgis.core import QgsDistanceArea, QgsProject, QgsVectorLayer

from desktop import imagery_steps, search_steps, steps
from desktop.hands import Desk

MOSAIC = "My town"


def run(desk: Desk) -> dict[str, Any]:
    """Do all three; returns what was found, how large the areas were, and what it cost."""
    demo = _Telling(desk)
    files = Path(desk.settings["files"])
    steps.arrange_window(desk)
    provided = from_provider(desk, demo, files)
    own = from_own_imagery(desk, demo)
    searched = from_the_catalog(desk, demo)
    with demo.step("Save the project", "project"):
        steps.save_project(desk, files / "project.qgz")
    return {"provided": provided, "own": own, "searched": searched, "seconds": demo.seconds}


def from_provider(desk: Desk, demo: _Telling, files: Path) -> dict[str, Any]:
    """Sign in, draw an area over a provider's imagery, run Buildings, get the layer and a file."""
    settings = desk.settings
    with demo.step("Open the dock", "dock"):
        steps.open_dock(desk)
    with demo.step("Sign in to the sandbox", "signed-in"):
        steps.sign_in(desk, settings["url"], settings["pasted"])
    before = desk.text("balanceLabel")
    with demo.step("Put the imagery on the map", "imagery"):
        steps.show_imagery(desk, settings["bbox"])
    with demo.step("Draw an area", "area"):
        area = steps.draw_area(desk)
    with demo.step("Choose the model and ask the cost", "cost"):
        model = steps.choose_model(desk)
        cost = steps.wait_for_cost(desk)
    with demo.step("Start, after confirming what it costs", "started"):
        steps.start(desk)
    with demo.step("Wait until it is finished", "finished"):
        steps.wait_until_finished(desk)
    with demo.step("Add the result to the map", "result"):
        layers = steps.add_result(desk)
    with demo.step("Save the result as a GeoPackage", "saved"):
        steps.save_result(desk, files / "result.gpkg")
    return {"model": model, "area": area, "cost": cost, **_found(layers), **_paid(desk, before)}


def from_own_imagery(desk: Desk, demo: _Telling) -> dict[str, Any]:
    """Drag a raster in, see it on the map, run Buildings on it, get the layer."""
    raster = Path(desk.settings["raster"])
    before = desk.text("balanceLabel")
    known = {layer.id() for layer in steps.result_layers()}
    with demo.step("Open My Imagery", "my-imagery"):
        imagery_steps.open_imagery(desk)
    with demo.step("Upload a raster by dragging it in", "uploaded"):
        imagery_steps.drag_files_in(desk, [raster], MOSAIC)
        imagery_steps.wait_until_uploaded(desk, 1)
        imagery_steps.choose_mosaic(desk, MOSAIC)
    with demo.step("Show it on the map", "own-imagery"):
        imagery_steps.show_on_map(desk, MOSAIC)
    with demo.step("Process it: its outline, Buildings, the cost", "own-cost"):
        area = imagery_steps.use_for_processing(desk, MOSAIC)
        model = steps.choose_model(desk)
        cost = steps.wait_for_cost(desk)
    with demo.step("Start, and wait until it is finished", "own-finished"):
        steps.start(desk)
        steps.wait_until_finished(desk)
    with demo.step("Add that result to the map, too", "own-result"):
        layers = [layer for layer in steps.add_result(desk) if layer.id() not in known]
    figures = {
        "model": model,
        "area": area,
        "cost": cost,
        "file": raster.name,
        "bytes": raster.stat().st_size,
    }
    return {**figures, **_found(layers), **_paid(desk, before)}


def from_the_catalog(desk: Desk, demo: _Telling) -> dict[str, Any]:
    """Search an area, light images up, see one on the map, cover the area, run Buildings on a mosaic that was found."""
    before = desk.text("balanceLabel")
    known = {layer.id() for layer in steps.result_layers()}
    with demo.step("Search the catalog", "searched"):
        search_steps.open_search(desk)
        steps.go_to(desk, desk.settings["bbox"])
        area = steps.draw_area(desk)
        search_steps.search(desk)
        search_steps.point_at_row(desk, 1)
    with demo.step("Cover the area with mosaics, and preview", "covered"):
        search_steps.only_mosaics(desk)
        images = search_steps.cover(desk)
        search_steps.preview(desk, len(images))
    with demo.step("Use them in Run, and ask the cost", "found-cost"):
        search_steps.use_in_run(desk)
        model = steps.choose_model(desk)
        cost = steps.wait_for_cost(desk)
    with demo.step("Start, and wait until that is finished", "found-finished"):
        steps.start(desk)
        steps.wait_until_finished(desk)
    with demo.step("Add its result to the map", "found-result"):
        layers = [layer for layer in steps.add_result(desk) if layer.id() not in known]
    figures = {"model": model, "area": area, "cost": cost, "images": len(images)}
    return {**figures, **_found(layers), **_paid(desk, before)}


def _found(layers: list[QgsVectorLayer]) -> dict[str, Any]:
    return {
        "objects": sum(layer.featureCount() for layer in layers),
        "found_m2": sum(_area_m2(layer) for layer in layers),
        "layers": [layer.name() for layer in layers],
    }


def _paid(desk: Desk, before: str) -> dict[str, Any]:
    return {"balance": [before, desk.text("balanceLabel")]}


def _area_m2(layer: Any) -> float:
    measure = QgsDistanceArea()
    measure.setSourceCrs(layer.crs(), QgsProject.instance().transformContext())
    measure.setEllipsoid("EPSG:7030")
    return sum(measure.measureArea(feature.geometry()) for feature in layer.getFeatures())


class _Telling:
    """Reports each step with the seconds it took, and takes its picture."""

    def __init__(self, desk: Desk) -> None:
        self.seconds: dict[str, float] = {}
        self._desk = desk

    def step(self, title: str, picture: str) -> _Step:
        """A step as a context: what is inside is timed."""
        return _Step(self, title, picture)

    def end(self, title: str, picture: str, seconds: float) -> None:
        """A step is done."""
        self.seconds[title] = round(seconds, 2)
        self._desk.step_picture(picture)
        self._desk.say(f"{len(self.seconds):2}. {title:<46} {seconds:6.1f} s")


class _Step:
    def __init__(self, telling: _Telling, title: str, picture: str) -> None:
        self._telling, self._title, self._picture = telling, title, picture
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is None:
            self._telling.end(self._title, self._picture, time.monotonic() - self._began)
