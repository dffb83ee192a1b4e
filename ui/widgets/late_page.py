"""The place of a page that is made when it is first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Generic, Optional, TypeVar

from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from .combos.eliding import elide_combos

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QShowEvent

P = TypeVar("P", bound=QWidget)


class LatePage(QWidget, Generic[P]):
    """Makes its page when it is first shown, or when something asks for the page before that."""

    def __init__(self, maker: Callable[[QWidget], P], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._maker = maker
        self.made: Optional[P] = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    @property
    def page(self) -> P:
        """The page, which is made now unless it was made before."""
        return self.made or self.make()

    def make(self) -> P:
        """Make the page now."""
        page = self._maker(self)
        self.made = page
        elide_combos(page)
        self.layout().addWidget(page)
        page.show()
        return page

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the page is needed now."""
        super().showEvent(event)
        if self.made is None:
            self.make()
