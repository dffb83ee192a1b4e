"""Inside QGIS: the processings of all projects in one list, read to its end; renamed, moved, duplicated and deleted."""

from __future__ import annotations

from qgis.PyQt.QtCore import QItemSelectionModel, QModelIndex, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialogButtonBox,
    QLineEdit,
    QMessageBox,
)

from desktop import processing_steps, steps

NEW_NAME = "Renamed <b>by</b> keys"


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    steps.open_dock(desk, 340)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    desk.choose_tab("tabs", 1)
    desk.wait("its own project has none", lambda: "no processings yet" in desk.text("emptyLabel"))
    desk.click("allProjectsButton")
    desk.wait("those of all projects are listed", lambda: steps.rows(desk) >= 100, 60)
    told = {"note": desk.text("listNote")}
    desk.picture("all_projects")
    to_the_end(desk, settings["count"])
    told |= {"names": names(desk), "end_note": desk.text("listNote")}
    told["renamed"] = rename(desk, settings["renamed"])
    told["moved"] = move(desk, *settings["moved"])
    told["duplicated"] = processing_steps.duplicate(desk, settings["duplicated"])
    told["project"] = desk.text("projectCombo")
    desk.choose_tab("tabs", 1)
    told["asked"] = delete(desk, settings["deleted"])
    told["left"] = steps.rows(desk)
    return told


def view(desk):
    return desk.find("processingsView", QAbstractItemView)


def names(desk):
    model = view(desk).model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def to_the_end(desk, count):
    bar = view(desk).verticalScrollBar()

    def is_there():
        bar.setValue(bar.maximum())
        return view(desk).model().rowCount() == count

    desk.wait(f"all {count} are there", is_there, 90)
    desk.wait("nothing more is said of further ones", lambda: not desk.sees("listNote"))


def choose(desk, name):
    row = processing_steps.row_of(desk, name)
    assert row >= 0, name
    desk.click_row("processingsView", row)


def rename(desk, name):
    choose(desk, name)
    desk.key("processingsView", Qt.Key.Key_F2)
    field = desk.wait("a field is open", lambda: view(desk).viewport().findChild(QLineEdit))
    field.selectAll()
    QTest.keyClicks(field, NEW_NAME)
    QTest.keyClick(field, Qt.Key.Key_Return)
    desk.wait("it has its new name", lambda: processing_steps.row_of(desk, NEW_NAME) >= 0)
    return processing_steps.chosen_name(desk)


def move(desk, name, title):
    """Move it; returns what its row says then, and which row is chosen."""
    choose(desk, name)
    action = next(each for each in view(desk).actions() if each.objectName() == "moveProcessingAction")
    action.trigger()
    combo = desk.wait("it is asked where to", lambda: desk.sees("moveCombo")) and desk.find(
        "moveCombo", QComboBox
    )
    desk.wait("the projects are there", lambda: combo.findText(title) >= 0)
    combo.setCurrentIndex(combo.findText(title))
    combo.activated.emit(combo.currentIndex())
    buttons = desk.find("editButtons", QDialogButtonBox)
    QTest.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
    desk.wait("it was moved", lambda: not desk.sees("moveCombo"))
    return [steps.row_text(desk, processing_steps.row_of(desk, name)), processing_steps.chosen_name(desk)]


def delete(desk, wanted):
    """Delete several at once by one key and one answer; returns what was asked."""
    model, selection = view(desk).model(), view(desk).selectionModel()
    selection.clear()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for name in wanted:
        selection.select(model.index(processing_steps.row_of(desk, name), 0, QModelIndex()), flags)
    before = steps.rows(desk)
    desk.key("processingsView", Qt.Key.Key_Delete)
    question = desk.wait("it is asked", lambda: desk.sees("deleteProcessingsQuestion")) and desk.find(
        "deleteProcessingsQuestion", QMessageBox
    )
    asked = [question.text(), question.informativeText()]
    desk.answer("deleteProcessingsQuestion")
    desk.wait("their rows are gone", lambda: steps.rows(desk) == before - len(wanted))
    desk.wait("each is gone for good", lambda: not desk.sees("transferBox"))
    return asked
