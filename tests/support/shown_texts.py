"""All texts that a running QGIS shows, as its user reads them; and names that try to be more than names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qgis.core import QgsLayerTreeModel, QgsProject
from qgis.PyQt.QtCore import QAbstractItemModel, QModelIndex, Qt
from qgis.PyQt.QtGui import QTextDocument
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAction,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

MARK = "qzx"
LONG = 10_000  # letters
# what turns the direction of text, cannot be seen, or ends a line; a tag, and a ring for the ears
TRICKS = "\u202e\u2066\u200f\ufeff\u200b\u2028\x07\x1b\x85\x00\U000e0041"
_TRICKS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_KEPT = re.compile(rf"<b>{MARK}-(\w+)")
_SEEN = re.compile(rf"[<‹]b[>›]{MARK}-(\w+)")  # or with look-alikes
_AFTER = "&amp;"  # what follows in a hostile name
_TAKEN = re.compile(rf"(?:<b>|&lt;b&gt;){MARK}-(\w+)")
_MOST_ROWS = 40


def hostile(kind: str, letters: int = LONG) -> str:
    """A name for a thing of that kind: markup, marks that turn text, line breaks, and very long."""
    image = '<img src="http://127.0.0.1:9/stolen">'
    return f"<b>{MARK}-{kind}</b>&amp;{TRICKS}\r\n{image}<table><h1>" + "W" * letters


@dataclass(frozen=True)
class Shown:
    """One text: where, what was given to Qt, and what it makes of it."""

    where: str
    given: str
    shown: str

    @property
    def fault(self) -> str:
        """What is wrong with it; "" for nothing."""
        trick = _TRICKS.search(self.shown)
        if trick:
            return f"{self.where}: has {trick.group()!a}: {self.shown[:90]!a}"
        is_as_given = _TAKEN.findall(self.given) == _KEPT.findall(self.shown) and "&lt;" not in self.shown
        after = [rest[: len(_AFTER)].split("…")[0] for rest in self.shown.split("</b>")[1:]]
        if is_as_given and all(_AFTER.startswith(rest) for rest in after):
            return ""
        places = [self.given[each.start() - 20 : each.end() + 60] for each in _TAKEN.finditer(self.given)]
        shown = [self.shown[each.start() : each.end() + 60] for each in re.finditer(MARK, self.shown)]
        return f"{self.where}: is not shown as it is: {places!a} → {shown!a}"


def _plain(where: str, text: str) -> Shown:
    return Shown(where, text, text)


def guessed(where: str, text: str, text_format: Qt.TextFormat = Qt.TextFormat.AutoText) -> Shown:
    """A text of which Qt guesses whether it is HTML, unless it is told."""
    is_rich = text_format == Qt.TextFormat.RichText
    if text_format == Qt.TextFormat.AutoText:
        is_rich = Qt.mightBeRichText(text)
    return Shown(where, text, _of_html(text) if is_rich else text)


def _of_html(text: str) -> str:
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


def _with_keys(where: str, text: str) -> Shown:
    """A text in which "&" stands before a key."""
    return Shown(where, text, re.sub("&(.?)", r"\1", text))


def all_shown() -> Iterator[Shown]:
    """Everything in any widget there is, shown or not, and in the project."""
    for widget in QApplication.allWidgets():
        name = f"{type(widget).__name__} {widget.objectName()}"
        yield from _of_any(name, widget)
        yield from _of_kind(name, widget)
        for action in {*widget.actions(), *widget.findChildren(QAction)}:
            yield from _of_action(f"{name}, action {action.objectName()}", action)
    yield from _of_project()


def _of_any(name: str, widget: QWidget) -> Iterator[Shown]:
    yield guessed(f"{name}, tool tip", widget.toolTip())
    yield guessed(f"{name}, what's this", widget.whatsThis())
    for about, text in (
        ("status tip", widget.statusTip()),
        ("title", widget.windowTitle()),
        ("accessible name", widget.accessibleName()),
        ("accessible description", widget.accessibleDescription()),
    ):
        yield _plain(f"{name}, {about}", text)


def _of_action(name: str, action: QAction) -> Iterator[Shown]:
    yield _with_keys(name, action.text())
    yield guessed(f"{name}, tool tip", action.toolTip())
    yield _plain(f"{name}, status tip", action.statusTip())


def _of_kind(name: str, widget: QWidget) -> Iterator[Shown]:
    if isinstance(widget, QLabel):
        shown = guessed(name, widget.text(), widget.textFormat())
        yield shown if widget.buddy() is None else _with_keys(name, shown.shown)
    elif isinstance(widget, QAbstractButton):
        yield _with_keys(name, widget.text())
    elif isinstance(widget, (QGroupBox, QMenu)):
        yield _with_keys(name, widget.title())
    elif isinstance(widget, QTabBar):
        for index in range(widget.count()):
            yield _with_keys(name, widget.tabText(index))
            yield guessed(f"{name}, tool tip", widget.tabToolTip(index))
    elif isinstance(widget, QLineEdit):
        yield _plain(name, widget.text())
        yield _plain(f"{name}, placeholder", widget.placeholderText())
    elif isinstance(widget, (QPlainTextEdit, QTextEdit)):
        yield _plain(name, widget.toPlainText())
    elif isinstance(widget, QProgressBar):
        yield _plain(name, widget.text())
    elif isinstance(widget, (QAbstractItemView, QComboBox)) and widget.model() is not None:
        yield from of_model(name, widget.model(), QModelIndex())


def of_model(name: str, model: QAbstractItemModel, parent: QModelIndex) -> Iterator[Shown]:
    """The texts of all rows of an item model."""
    roles = Qt.ItemDataRole
    rich = {roles.ToolTipRole, roles.WhatsThisRole}
    plain = [roles.DisplayRole, roles.EditRole, roles.StatusTipRole, roles.AccessibleTextRole]
    own = [int(roles.UserRole) + each for each in range(1, 8)]
    for row in range(min(_MOST_ROWS, model.rowCount(parent))):
        column = 0
        while model.hasIndex(row, column, parent):
            index = model.index(row, column, parent)
            column += 1
            for role in [*plain, *rich, *own]:
                text = index.data(role)
                if isinstance(text, str):
                    where = f"{name}, item, role {int(role)}"
                    yield guessed(where, text) if role in rich else _plain(where, text)
        yield from of_model(name, model, model.index(row, 0, parent))


def _of_project() -> Iterator[Shown]:
    project = QgsProject.instance()
    yield from of_model("layer tree", QgsLayerTreeModel(project.layerTreeRoot()), QModelIndex())
    for layer in project.mapLayers().values():
        name = f"layer {type(layer).__name__}"
        yield _plain(f"{name}, name", layer.name())
        yield Shown(f"{name}, metadata", layer.htmlMetadata(), _of_html(layer.htmlMetadata()))
        yield _plain(f"{name}, title of metadata", layer.metadata().title())
        renderer = layer.renderer() if hasattr(layer, "renderer") else None
        for item in renderer.legendSymbolItems() if hasattr(renderer, "legendSymbolItems") else ():
            yield _plain(f"{name}, legend", item.label())


def faults() -> list[str]:
    """What is wrong with anything that is shown now."""
    return sorted({one.fault for one in all_shown() if one.fault})


def crowded() -> list[str]:
    """Dialogs that are too large, or whose buttons are out of sight."""
    found = []
    for dialog in QApplication.topLevelWidgets():
        if not isinstance(dialog, QDialog) or not dialog.isVisible():
            continue
        if dialog.width() > 1000 or dialog.height() > 700:
            found.append(f"{dialog.objectName()} is {dialog.width()} × {dialog.height()}")
        for box in dialog.findChildren(QDialogButtonBox):
            for button in box.buttons():
                corner = button.mapTo(dialog, button.rect().bottomRight())
                if not dialog.rect().contains(corner):
                    found.append(f"{dialog.objectName()}: {button.text()} is out of sight")
    return found


def kinds_seen() -> set[str]:
    """The kinds of hostile names that are shown somewhere now."""
    return {kind for one in all_shown() for kind in _SEEN.findall(one.shown)}
