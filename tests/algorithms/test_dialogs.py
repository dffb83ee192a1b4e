"""The algorithms in QGIS's own dialogs: the toolbox's, the batch panel, the model designer."""

from __future__ import annotations

import inspect

import examples
import pytest
from qgis.core import (
    QgsApplication,
    QgsCoordinateTransformContext,
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProject,
    QgsVectorFileWriter,
)
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QFileDialog, QLabel, QMessageBox

from mapflow_dock.api.offers.known import known_offers


@pytest.fixture
def known(run, signed_in):
    """What is known of the account since an algorithm ran."""
    run("listmodelsandproviders", MODELS="memory:", PROVIDERS="memory:", PROJECTS="memory:")
    return known_offers(signed_in.url)


@pytest.fixture(autouse=True)
def _no_window(processing, monkeypatch):
    """QGIS's dialogs do without its window; that of the tests is a stand-in that Qt does not take."""
    from processing.gui import AlgorithmDialog, BatchPanel, ParametersPanel
    from processing.modeler import ModelerParametersDialog

    for module in (AlgorithmDialog, BatchPanel, ParametersPanel, ModelerParametersDialog):
        monkeypatch.setattr(module, "iface", None, raising=False)


def algorithm(name):
    return QgsApplication.processingRegistry().createAlgorithmById(f"mapflow:{name}")


def combos(wrappers, names):
    return {name: wrappers[name].widget for name in names}


def test_every_algorithm_has_a_dialog(processing, provider, qtbot):
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    assert len(provider.algorithms()) == 10
    for each in provider.algorithms():
        dialog = AlgorithmDialog(each.create())
        qtbot.addWidget(dialog)
        shown = dialog.mainWidget().wrappers
        assert each.shortHelpString()
        assert not each.icon().isNull()
        hidden = {output.name() for output in each.destinationParameterDefinitions()}
        named = {parameter.name() for parameter in each.parameterDefinitions()}
        assert named - hidden <= set(shown) | hidden


def test_the_toolbox_offers_names_and_takes_any_text(processing, known, qtbot):
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    dialog = AlgorithmDialog(algorithm("runmodel"))
    qtbot.addWidget(dialog)
    wrappers = dialog.mainWidget().wrappers
    model = wrappers["MODEL"].widget
    assert isinstance(model, QComboBox)
    assert model.isEditable()
    assert [model.itemText(i) for i in range(model.count())] == [
        each.title or each.name for each in known.models
    ]
    model.setCurrentIndex(1)
    assert wrappers["MODEL"].parameterValue() == known.models[1].name
    model.setEditText("one that comes next year")
    assert wrappers["MODEL"].parameterValue() == "one that comes next year"
    wrappers["MODEL"].setParameterValue(known.models[0].name, QgsProcessingContext())
    assert model.currentIndex() == 0
    assert wrappers["PROVIDER"].widget.count() == len(known.providers)
    assert wrappers["PROVIDER"].parameterValue() is None
    assert model.accessibleName() == "Model"
    assert not dialog.mainWidget().wrappers["ALLOW_SPENDING"].parameterValue()
    assert wrappers["REUSE"].parameterValue()


def test_a_batch_of_the_examples_is_read_by_the_panel_and_run(
    run, signed_in, square, known, qtbot, tmp_path, monkeypatch
):
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

    dialog = BatchAlgorithmDialog(algorithm("runmodel"))
    qtbot.addWidget(dialog)
    panel = dialog.mainWidget()
    source = str(examples.FOLDER / examples.BATCH_FILE)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (source, ""))
    # QGIS 3.44 asks whether a file in the format that all versions read is to be trusted
    monkeypatch.setattr(QMessageBox, "exec", lambda _self: None)
    monkeypatch.setattr(QMessageBox, "result", lambda _self: QMessageBox.StandardButton.Yes)
    panel.load()
    assert panel.batchRowCount() == 2
    row = panel.wrappers[0]
    column = panel.parameter_to_column["MODEL"]
    assert row[column].parameterValue() == "Buildings"
    assert row[panel.parameter_to_column["MAX_CREDITS"]].parameterValue() == 100
    takes_context = "context" in inspect.signature(panel.parametersForRow).parameters
    arguments = (0, QgsProcessingContext()) if takes_context else (0,)
    given, is_complete = panel.parametersForRow(*arguments, destinationProject=QgsProject.instance())
    assert is_complete
    town = tmp_path / "north.gpkg"
    options, context = QgsVectorFileWriter.SaveVectorOptions(), QgsCoordinateTransformContext()
    QgsVectorFileWriter.writeAsVectorFormatV3(square((0.002, 0.001)), str(town), context, options)
    given |= {"INPUT": str(town), "RESULT": str(tmp_path / "found.gpkg"), "PROVIDER": signed_in.provider}
    told = run("runmodel", **{**given, "ALLOW_SPENDING": True, "MAX_CREDITS": 500})
    assert told.outcome["COUNT"] > 0
    assert "OUTPUT" not in told.outcome, "it was left empty in the panel"


def test_the_model_designer_takes_inputs_of_the_model(processing, known, qtbot):
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(examples.FOLDER / examples.MODEL_FILE))
    child = model.childAlgorithm(examples._RUN)
    dialog = ModelerParametersDialog(child.algorithm(), model, examples._RUN, {})
    qtbot.addWidget(dialog)
    assert isinstance(dialog, QDialog)
    made = dialog.createAlgorithm()
    (source,) = made.parameterSources()["MODEL"]
    assert source.parameterName() == "model"
    assert dialog.findChildren(QLabel)
