"""Writes docs/examples: models and a batch for QGIS's Processing, made of the plugin's algorithms.

Run it with the Python of QGIS, after an algorithm or its parameters have changed: `python scripts/examples.py`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from qgis.core import (
    QgsProcessing,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QPointF

from rooms import ROOT

FOLDER = ROOT / "docs" / "examples"
MODEL_FILE = "objects_as_points.model3"
MANY_FILE = "objects_in_areas.model3"
BATCH_FILE = "towns.batch.json"

_RUN, _POINTS, _COUNT = "run_1", "points_1", "count_1"


def model() -> QgsProcessingModelAlgorithm:
    """A model: run one of the service's models over an area, and make a point of each object."""
    made = _model("Objects as points", "area", 100)
    fixed = {"WAIT": True, "REUSE": True, "LOAD": False}
    outputs = {"Objects": _output("Objects", _RUN)}
    made.addChildAlgorithm(_run_step("mapflow:runmodel", "Run model", "area", fixed, outputs))
    made.addChildAlgorithm(_points_step())
    return made


def many() -> QgsProcessingModelAlgorithm:
    """A model: run one of the service's models for many areas, and count the objects in each of them."""
    made = _model("Objects in areas", "areas", 500)
    outputs = {"Objects": _output("Objects", _RUN), "State table": _output("State table", _RUN, "STATE")}
    title = "Run model for many areas"
    made.addChildAlgorithm(
        _run_step("mapflow:runmodelformanyareas", title, "areas", {"LOAD": False}, outputs)
    )
    made.addChildAlgorithm(_points_step())
    made.addChildAlgorithm(_count_step())
    return made


def _model(title: str, area: str, most_credits: int) -> QgsProcessingModelAlgorithm:
    """A model with its inputs; that of the ground is called `area`."""
    made = QgsProcessingModelAlgorithm(title, "Mapflow examples", "")
    polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
    number = QgsProcessingParameterNumber.Type
    inputs: tuple[QgsProcessingParameterDefinition, ...] = (
        QgsProcessingParameterFeatureSource(area, area.capitalize(), polygons),
        QgsProcessingParameterString("model", "Model", "Buildings"),
        QgsProcessingParameterString("provider", "Provider of imagery", "Mapbox"),
        QgsProcessingParameterNumber("zoom", "Zoom", number.Integer, None, True, 0, 24),
        QgsProcessingParameterBoolean("allow_spending", "Allow spending", False),
        QgsProcessingParameterNumber("most_credits", "Most credits", number.Double, most_credits, False, 0),
    )
    _add_inputs(made, inputs)
    return made


def _add_inputs(
    made: QgsProcessingModelAlgorithm, inputs: Sequence[QgsProcessingParameterDefinition]
) -> None:
    for row, each in enumerate(inputs):
        place = QgsProcessingModelParameter(each.name())
        place.setPosition(QPointF(150.0, 60.0 + 90.0 * row))
        made.addModelParameter(each, place)


def _run_step(
    algorithm: str,
    title: str,
    area: str,
    fixed: Mapping[str, bool],
    outputs: Mapping[str, QgsProcessingModelOutput],
) -> QgsProcessingModelChildAlgorithm:
    given = {
        "INPUT": area,
        "MODEL": "model",
        "PROVIDER": "provider",
        "ZOOM": "zoom",
        "ALLOW_SPENDING": "allow_spending",
        "MAX_CREDITS": "most_credits",
    }
    step = QgsProcessingModelChildAlgorithm(algorithm)
    step.setChildId(_RUN)
    step.setDescription(title)
    step.setPosition(QPointF(450.0, 250.0))
    source = QgsProcessingModelChildParameterSource
    for name, of_model in given.items():
        step.addParameterSources(name, [source.fromModelParameter(of_model)])
    for name, value in fixed.items():
        step.addParameterSources(name, [source.fromStaticValue(value)])
    step.setModelOutputs(outputs)
    return step


def _points_step() -> QgsProcessingModelChildAlgorithm:
    step = QgsProcessingModelChildAlgorithm("native:pointonsurface")
    step.setChildId(_POINTS)
    step.setDescription("Points")
    step.setPosition(QPointF(750.0, 250.0))
    source = QgsProcessingModelChildParameterSource
    step.addParameterSources("INPUT", [source.fromChildOutput(_RUN, "OUTPUT")])
    step.addParameterSources("ALL_PARTS", [source.fromStaticValue(False)])
    step.setModelOutputs({"Points": _output("Points", _POINTS)})
    return step


def _count_step() -> QgsProcessingModelChildAlgorithm:
    step = QgsProcessingModelChildAlgorithm("native:countpointsinpolygon")
    step.setChildId(_COUNT)
    step.setDescription("Count")
    step.setPosition(QPointF(1050.0, 250.0))
    source = QgsProcessingModelChildParameterSource
    step.addParameterSources("POLYGONS", [source.fromModelParameter("areas")])
    step.addParameterSources("POINTS", [source.fromChildOutput(_POINTS, "OUTPUT")])
    step.addParameterSources("FIELD", [source.fromStaticValue("objects")])
    step.setModelOutputs({"Counted areas": _output("Counted areas", _COUNT)})
    return step


def _output(name: str, child: str, of_child: str = "OUTPUT") -> QgsProcessingModelOutput:
    output = QgsProcessingModelOutput(name)
    output.setDescription(name)
    output.setChildId(child)
    output.setChildOutputName(of_child)
    return output


def batch() -> list[dict[str, dict[str, str]]]:
    """A batch of *Run model*: two areas from files beside it; values are written as QGIS's batch panel writes them."""
    rows = []
    for town in ("north", "south"):
        parameters = {
            "INPUT": repr(f"{town}.gpkg"),
            "MODEL": repr("Buildings"),
            "PROVIDER": repr("Mapbox"),
            "ZOOM": "18",
            "NAME": repr(f"'{town.title()} town'"),
            "ALLOW_SPENDING": "False",
            "MAX_CREDITS": "100",
            "REUSE": "True",
            "WAIT": "True",
            "LOAD": "True",
        }
        rows.append({"PARAMETERS": parameters, "OUTPUTS": {"RESULT": f"{town}_buildings.gpkg"}})
    return rows


def write(folder: Path) -> None:
    """Write all examples."""
    folder.mkdir(parents=True, exist_ok=True)
    for made, file in ((model(), MODEL_FILE), (many(), MANY_FILE)):
        if not made.toFile(str(folder / file)):
            raise OSError(f"{folder / file} was not written")
    (folder / BATCH_FILE).write_text(json.dumps(batch(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(FOLDER)
    sys.exit(0)
