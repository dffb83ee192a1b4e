"""Asks whether uploads that are under way may be stopped: when QGIS quits, and before the user signs out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from qgis.gui import QgsApplicationExitBlockerInterface
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from ...text.quantities import size_text
from ...text.translation import translate
from ..widgets.guide import Chapter
from ..widgets.question import plain_box

if TYPE_CHECKING:
    from ...jobs.uploads.list import UploadList


class UploadLeaving(QObject):
    """Asks the question: beside everything else before signing out, and before anything else when QGIS quits."""

    def __init__(self, uploads: UploadList, window: QWidget) -> None:
        super().__init__(window)
        self._uploads = uploads
        self._window = window
        self._box: Optional[QMessageBox] = None

    def before_sign_out(self, go_on: Callable[[], None]) -> None:
        """Call `go_on`: at once if nothing would be lost, or else when the user has agreed.

        Files that wait for a decision would: they leave the list with the account.
        """
        if not self._uploads.open_count:
            go_on()
            return
        self.close()
        if self._uploads.is_busy:
            box = self._question(
                translate("Uploads", "Sign out and stop them?"), translate("Uploads", "Stop and &Sign Out")
            )
        else:
            box = self._question_of_undecided(self._uploads.open_count)
        self._box = box

        def answered(_result: int) -> None:
            said_yes = box.buttonRole(box.clickedButton()) == QMessageBox.ButtonRole.DestructiveRole
            if self._box is box:
                self.close()
                if said_yes:
                    go_on()

        box.finished.connect(answered)
        box.open()

    def may_quit(self) -> bool:
        """Whether QGIS may quit now. If uploads are under way, the user is asked, and QGIS waits for the answer."""
        if not self._uploads.is_busy:
            return True
        box = self._question(
            translate("Uploads", "Quit QGIS and stop them?"), translate("Uploads", "Stop and &Quit")
        )
        box.exec()
        said_yes = box.buttonRole(box.clickedButton()) == QMessageBox.ButtonRole.DestructiveRole
        box.deleteLater()
        return said_yes

    def close(self) -> None:
        """Close a question that is open; that answers it with no."""
        box, self._box = self._box, None
        if box is not None:
            box.close()
            box.deleteLater()

    def _question_of_undecided(self, count: int) -> QMessageBox:
        text = translate(
            "Uploads",
            "%Ln files wait for your decision. Sign out and take them out of the list?",
            "A file waits for your decision. Sign out and take it out of the list?",
            count,
        )
        more = translate("Uploads", "Nothing of them was sent yet; the files themselves stay where they are.")
        return self._box_of(text, more, translate("Uploads", "&Sign Out"))

    def _question(self, text: str, yes: str) -> QMessageBox:
        running = translate(
            "Uploads", "%Ln uploads are under way.", "An upload is under way.", self._uploads.open_count
        )
        sent = self._uploads.bytes_under_way
        more = (
            translate("Uploads", "{sent} that were sent of them are lost; images that have arrived stay.")
            if sent
            else translate("Uploads", "Nothing of them was sent yet; images that have arrived stay.")
        ).format(sent=size_text(sent))
        return self._box_of(f"{running} {text}", more, yes)

    def _box_of(self, text: str, more: str, yes: str) -> QMessageBox:
        box = plain_box(self._window, "leaveUploadsQuestion", text, more, Chapter.MY_IMAGERY)
        box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        return box


class UploadExitBlocker(QgsApplicationExitBlockerInterface):
    """QGIS asks it before it quits; `may_quit` answers."""

    def __init__(self, may_quit: Callable[[], bool]) -> None:
        super().__init__()
        self._may_quit = may_quit

    def allowExit(self) -> bool:  # noqa: N802 - QGIS's name
        """QGIS: whether it may quit."""
        return self._may_quit()
