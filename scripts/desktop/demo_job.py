"""The demo, inside QGIS: the whole way from signing in to a saved project, a picture and a time for each step."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from qgis.core import QgsDistanceArea, QgsProject

from desktop import steps
from desktop.hands import Desk


def run(desk: Desk) -> dict[str, Any]:
    """Do it; returns what was found, how large the area was, and what it cost."""
    settings = desk.settings
    demo = _Telling(desk)
    files = Path(settings["files"])

    with demo.step("Open the dock", "dock"):
        steps.arrange_window(desk)
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
    with demo.step("Save the project", "project"):
        steps.save_project(desk, files / "project.qgz")

    return {
        "model": model,
        "objects": sum(layer.featureCount() for layer in layers),
        "found_m2": sum(_area_m2(layer) for layer in layers),
        "layers": [layer.name() for layer in layers],
        "area": area,
        "cost": cost,
        "balance": [before, desk.text("balanceLabel")],
        "seconds": demo.seconds,
    }


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
        self._desk.say(f"{len(self.seconds):2}. {title:<40} {seconds:6.1f} s")


class _Step:
    def __init__(self, telling: _Telling, title: str, picture: str) -> None:
        self._telling, self._title, self._picture = telling, title, picture
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is None:
            self._telling.end(self._title, self._picture, time.monotonic() - self._began)
