"""Models and batches of the algorithms: those of docs/examples, and one that a designer makes."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import examples
import pytest
from algorithm_runs import Feedback, result_of
from qgis.core import (
    QgsCoordinateTransformContext,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingModelAlgorithm,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
)


def run_model(model, given):
    feedback, context = Feedback(), QgsProcessingContext()
    context.setProject(QgsProject.instance())
    assert model.initAlgorithm() is None
    outcome, is_whole = model.run(given, context, feedback)
    return outcome, is_whole, feedback, context


@pytest.fixture
def example():
    """The model of docs/examples, as QGIS reads it."""
    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(examples.FOLDER / examples.MODEL_FILE))
    return model


def test_the_examples_are_what_the_script_writes(tmp_path):
    examples.write(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(path.name for path in examples.FOLDER.iterdir())
    batch = (examples.FOLDER / examples.BATCH_FILE).read_text(encoding="utf-8")
    assert json.loads(batch) == examples.batch()


@pytest.mark.parametrize("origin", ["file", "script"])
def test_a_model_runs_and_gives_the_objects_to_the_next_step(signed_in, square, example, origin):
    model = example if origin == "file" else examples.model()
    given = {
        "area": square(),
        "model": "Buildings",
        "provider": signed_in.provider,
        "zoom": 18,
        "allow_spending": True,
        "most_credits": 500,
        f"{examples._RUN}:Objects": "memory:",
        f"{examples._POINTS}:Points": "memory:",
    }
    outcome, is_whole, feedback, context = run_model(model, given)
    assert is_whole, feedback.lines
    children = outcome["CHILD_RESULTS"]
    said = result_of(signed_in, children[examples._RUN]["PROCESSING_ID"])
    objects, points = (
        context.getMapLayer(children[step]["OUTPUT"]) for step in (examples._RUN, examples._POINTS)
    )
    assert objects.featureCount() == points.featureCount() == len(said["features"]) > 0
    pairs = list(zip(objects.getFeatures(), points.getFeatures(), strict=True))
    assert [each["id"] for each, _point in pairs] == [point["id"] for _each, point in pairs]
    assert all(each.geometry().distance(point.geometry()) == 0 for each, point in pairs)


def test_a_model_runs_many_areas_and_counts_what_is_in_each(signed_in, square, tmp_path):
    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(examples.FOLDER / examples.MANY_FILE))
    areas = square((0.0007, -0.004), (0.0041, -0.004), size=0.0015)
    given = {
        "areas": areas,
        "model": "Buildings",
        "provider": signed_in.provider,
        "zoom": 18,
        "allow_spending": True,
        "most_credits": 500,
        f"{examples._RUN}:Objects": "memory:",
        f"{examples._RUN}:State table": str(tmp_path / "state.gpkg"),
        f"{examples._POINTS}:Points": "memory:",
        f"{examples._COUNT}:Counted areas": "memory:",
    }
    outcome, is_whole, feedback, context = run_model(model, given)
    assert is_whole, feedback.lines
    children = outcome["CHILD_RESULTS"]
    points = context.getMapLayer(children[examples._POINTS]["OUTPUT"])
    counted = context.getMapLayer(children[examples._COUNT]["OUTPUT"])
    places = [point.geometry() for point in points.getFeatures()]
    shapes = [area.geometry() for area in areas.getFeatures()]
    expected = [sum(shape.contains(place) for place in places) for shape in shapes]
    assert [area["objects"] for area in counted.getFeatures()] == expected
    assert min(expected) > 0
    table = QgsVectorLayer(f"{tmp_path / 'state.gpkg'}|layername=parts", "parts", "ogr")
    assert [row["state"] for row in table.getFeatures()] == ["finished"] * 2


def test_a_model_that_is_not_allowed_to_spend_says_what_it_would_cost(signed_in, square, example):
    given = {
        "model": "Buildings",
        "area": square((0.004, 0.004)),
        "provider": signed_in.provider,
        "zoom": 18,
        "most_credits": 500,
    }
    outputs = {f"{examples._RUN}:Objects": "memory:", f"{examples._POINTS}:Points": "memory:"}
    _outcome, is_whole, feedback, _context = run_model(example, {**given, **outputs})
    assert not is_whole
    assert any("Set Allow spending" in text for text in feedback.told("error")), feedback.lines


def test_the_batch_runs_row_by_row(run, processing, signed_in, square, tmp_path):
    for name, offset in (("north", (0.0011, 0.0007)), ("south", (0.0011, -0.003))):
        layer = square(offset)
        options = QgsVectorFileWriter.SaveVectorOptions()
        context = QgsCoordinateTransformContext()
        QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(tmp_path / f"{name}.gpkg"), context, options)
    rows = json.loads((examples.FOLDER / examples.BATCH_FILE).read_text(encoding="utf-8"))
    for row in rows:
        given = {name: ast.literal_eval(value) for name, value in row["PARAMETERS"].items()}
        given |= {"INPUT": str(tmp_path / given["INPUT"]), "PROVIDER": signed_in.provider}
        given |= {"RESULT": str(tmp_path / row["OUTPUTS"]["RESULT"])}
        with pytest.raises(QgsProcessingException, match="Set Allow spending"):
            run("runmodel", **given)
        told = run("runmodel", **{**given, "ALLOW_SPENDING": True, "MAX_CREDITS": 500})
        assert Path(told.outcome["RESULT"]).name == row["OUTPUTS"]["RESULT"]
        assert told.outcome["COUNT"] == len(result_of(signed_in, told.outcome["PROCESSING_ID"])["features"])
