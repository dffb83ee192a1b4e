"""Says in QGIS when a processing ended while the user worked elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject

from ...api.processings import Processing, Status
from ...text.quantities import area_text, credits_text
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.elsewhere_notices import ElsewhereNotices
from ..widgets.notice import Notice
from .report import report_text
from .status import reasons, status_word

if TYPE_CHECKING:
    from qgis.gui import QgisInterface


class ProcessingNotifications(ElsewhereNotices):
    """Tells of ended processings; one that is ready can be added to the map from the notice."""

    def __init__(
        self,
        iface: QgisInterface,
        is_in_view: Callable[[], bool],
        add: Callable[[list[Processing]], None],
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(iface, is_in_view, parent)
        self._add = add

    def tell_of(self, processing: Processing) -> None:
        """Say how `processing` ended."""
        self.tell(self._notice(processing))

    def _notice(self, processing: Processing) -> Notice:
        name = bounded(processing.name, 80)
        if processing.status is Status.OK:
            parts = [area_text(processing.area_m2)] if processing.area_m2 is not None else []
            parts += [credits_text(processing.cost)] if processing.cost is not None else []
            text = translate("Processings", "Mapflow: “{name}” is ready.").format(name=name)
            if parts:
                text = translate("Processings", "Mapflow: “{name}” is ready ({facts}).").format(
                    name=name, facts=", ".join(parts)
                )
            add = partial(self._add, [processing])
            return Notice(text, Qgis.MessageLevel.Success, "", translate("Processings", "Add to Map"), add)
        details = report_text(processing)
        if processing.status is Status.FAILED:
            why = " ".join(reasons(processing)) or translate("Processings", "The service gave no reason.")
            text = translate("Processings", "Mapflow: “{name}” failed. {reasons}").format(
                name=name, reasons=why
            )
            return Notice(text, Qgis.MessageLevel.Warning, details)
        text = translate("Processings", "Mapflow: “{name}” ended: {status}.").format(
            name=name, status=status_word(processing.status)
        )
        return Notice(text, Qgis.MessageLevel.Info, details)
