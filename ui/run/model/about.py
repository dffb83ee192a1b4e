"""The dialog that tells of one model."""

from __future__ import annotations

from functools import partial

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QDialogButtonBox, QWidget

from ....api.account import Model
from ....text.server_text import bounded
from ....text.translation import translate
from ...header.web_links import has_web_pages
from ...widgets.facts.dialog import FactsDialog
from ...widgets.guide import Chapter
from .facts import model_facts
from .pages import page_of

_LONGEST_TITLE = 80


def about_model(model: Model, prices_shown: bool, server: str, parent: QWidget) -> FactsDialog:
    """A dialog of what is known of `model`, with a button to its page where `server` is the service's own."""
    title = translate("Model", "About {model}").format(model=bounded(model.title, _LONGEST_TITLE))
    dialog = FactsDialog(title, model_facts(model, prices_shown), Chapter.RUN, parent)
    if has_web_pages(server):
        text = translate("Model", "&Read More…")
        more = dialog.buttons.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
        more.setObjectName("modelPageButton")
        more.setToolTip(translate("Model", "Open the page about this model in the service's documentation"))
        more.setAutoDefault(False)
        more.clicked.connect(partial(_open, page_of(model.name)))
    return dialog


def _open(address: str, _checked: bool = False) -> None:
    QDesktopServices.openUrl(QUrl(address))
