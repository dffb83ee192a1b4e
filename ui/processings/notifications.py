"""Says in QGIS when a processing ended while the user worked elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api.processings import Processing, Status
from ...api.settings import ADD_WHEN_READY
from ...text.quantities import area_text, credits_text
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.elsewhere_notices import ElsewhereNotices
from ..widgets.notice import Notice
from .report import report_text
from .status import reasons, state_of, state_word, status_text

if TYPE_CHECKING:
    from qgis.gui import QgisInterface
    from qgis.PyQt.QtWidgets import QWidget

    from ...api.monitor import ProcessingMonitor
    from ...api.session import Session


class ProcessingNotifications(QObject):
    """Tells of what the monitor saw end; a result that is ready can be added to the map from the notice."""

    notice = pyqtSignal(object)  # Notice for the dock's own bar

    def __init__(
        self,
        session: Session,
        monitor: ProcessingMonitor,
        iface: QgisInterface,
        is_in_view: Callable[[], bool],
        add: Callable[[list[Processing]], None],
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._monitor = monitor
        self._add = add
        self._is_in_view = is_in_view
        self._is_closed = False
        self._places = ElsewhereNotices(iface, is_in_view, parent)
        self._places.notice.connect(self.notice)
        session.signed_out.connect(self._on_signed_out)
        monitor.ended.connect(self._on_ended)
        monitor.lost.connect(self._on_lost)
        monitor.settled.connect(self._places.settle)

    def close(self) -> None:
        """Tell of nothing any more, and take back what still stands over the map."""
        if not self._is_closed:
            self._is_closed = True
            self._session.signed_out.disconnect(self._on_signed_out)
            self._monitor.ended.disconnect(self._on_ended)
            self._monitor.lost.disconnect(self._on_lost)
            self._monitor.settled.disconnect(self._places.settle)
        self._places.close()

    def _on_signed_out(self, _why: str) -> None:
        self._places.close()

    def _on_ended(self, processing: Processing) -> None:
        if processing.status is Status.OK and ADD_WHEN_READY.read():
            self._add([processing])  # which says itself what it put on the map
            return
        notice = self._notice(processing)
        # the row before the user's eyes says how it ended; why one failed does not stand there
        if not self._is_in_view() or processing.status is Status.FAILED:
            self._places.tell(notice)

    def _on_lost(self, lost: Mapping[str, str]) -> None:
        """They were deleted elsewhere, or are in a project that one may not see any more."""
        name = bounded(next(iter(lost.values())), 80)
        if len(lost) == 1 and name:
            text = translate(
                "Processings",
                "“{name}” was running and is not there any more: it was deleted, or its project is not shared with "
                "you any more.",
            ).format(name=name)
        else:
            text = translate(
                "Processings",
                "%Ln processings that were running are not there any more: they were deleted, or their project is "
                "not shared with you any more.",
                "A processing that was running is not there any more: it was deleted, or its project is not shared "
                "with you any more.",
                len(lost),
            )
        details = "\n".join(name for name in lost.values() if name) if len(lost) > 1 else ""
        about = next(iter(lost)) if len(lost) == 1 else ""
        self._places.tell(Notice(text, Qgis.MessageLevel.Info, details, about=about))

    def _notice(self, processing: Processing) -> Notice:
        name = bounded(processing.name, 80)
        if processing.status is Status.OK:
            parts = [area_text(processing.area_m2)] if processing.area_m2 is not None else []
            parts += [credits_text(processing.cost)] if processing.cost is not None else []
            text = translate("Processings", "“{name}” is ready.").format(name=name)
            if parts:
                text = translate("Processings", "“{name}” is ready ({facts}).").format(
                    name=name, facts=", ".join(parts)
                )
            level = Qgis.MessageLevel.Success
            if state_of(processing) is not Status.OK:
                text = translate("Processings", "“{name}” has a result. {status}.").format(
                    name=name, status=status_text(processing)
                )
                level = Qgis.MessageLevel.Info
            add = partial(self._add, [processing])
            return Notice(text, level, "", translate("Processings", "Add to Map"), add, processing.id)
        account = self._session.account
        details = report_text(processing, providers={} if account is None else account.provider_titles)
        if processing.status is Status.FAILED:
            why = " ".join(reasons(processing)) or translate("Processings", "The service gave no reason.")
            text = translate("Processings", "“{name}” failed. {reasons}").format(name=name, reasons=why)
            return Notice(text, Qgis.MessageLevel.Warning, details, about=processing.id)
        text = translate("Processings", "“{name}” ended: {status}.").format(
            name=name, status=state_word(state_of(processing))
        )
        return Notice(text, Qgis.MessageLevel.Info, details, about=processing.id)


def sign_in_notice(show_dock: Callable[[], None]) -> Notice:
    """What to say where somebody has to sign in before anything can be told of what was running."""
    text = translate(
        "Processings",
        "Processings were running when QGIS was closed. Sign in to be told how they ended.",
    )
    return Notice(text, Qgis.MessageLevel.Info, "", translate("Processings", "Sign In"), show_dock)
