"""How the projects are listed: the name, and below it what is known of its processings and when it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QModelIndex, Qt
from qgis.PyQt.QtGui import QPainter
from qgis.PyQt.QtWidgets import QStyleOptionViewItem

from ...text.quantities import age_text
from ...text.translation import translate
from ..widgets.rows.painting import draw_text, inner, lines_in, small_font
from ..widgets.rows.two_line_delegate import TwoLineDelegate

if TYPE_CHECKING:
    from ...api.projects import Project

SUMMARY_ROLE = int(Qt.ItemDataRole.UserRole) + 2


class ProjectDelegate(TwoLineDelegate):
    """Two-line rows of the list of projects."""

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, text: str, index: QModelIndex
    ) -> None:
        """Paint name and summary."""
        first, second = lines_in(inner(option.rect), option.font)
        draw_text(painter, option, first, text, option.font)
        summary = str(index.data(SUMMARY_ROLE) or "")
        draw_text(painter, option, second, summary, small_font(option.font), faint=True)


def counts_text(project: Project) -> str:
    """How many processings it has in each state; what is not known, or none, is not told; "" where nothing is."""
    ready, failed = project.succeeded, project.failed
    parts = [
        translate("Header", "%Ln ready", None, ready) if ready else "",
        translate("Header", "%Ln failed", None, failed) if failed else "",
        translate("Header", "%Ln cancelled", None, project.cancelled) if project.cancelled else "",
        translate("Header", "%Ln refunded", None, project.refunded) if project.refunded else "",
    ]
    told = ", ".join(part for part in parts if part)
    if told:
        return told
    if project.processings:
        return translate("Header", "%Ln processings", "one processing", project.processings)
    if project.processings == 0:
        return translate("Header", "no processings")
    return ""


def summary_of(project: Project) -> str:
    """The second line of its row."""
    changed = translate("Header", "changed {age}")
    age = "" if project.updated is None else changed.format(age=age_text(project.updated))
    return " · ".join(part for part in (counts_text(project), age) if part)
