"""The colours that models have in a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QWidget

from ...jobs.history.months import Amount
from ..widgets.rows.contrast import SIGN, ground_behind, legible

# Told apart by people who do not see red or green, too: the palette of Okabe and Ito without black and yellow.
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
_OTHERS = "#8c8c8c"
OTHERS = None  # in place of a name: all models that have no colour of their own


def ground_of_chart(widget: QWidget) -> QColor:
    """What bars and names are painted on."""
    return ground_behind(widget, QPalette.ColorRole.Base)


def ink_of(widget: QWidget) -> QColor:
    """The colour of figures and names there: a theme's style sheet may set only one of the two."""
    return legible(widget.palette().color(QPalette.ColorRole.Text), ground_of_chart(widget))


class ModelColours:
    """Gives the first of `names` a colour each, and all others one in common."""

    def __init__(self, names: Sequence[str]) -> None:
        own = tuple(names[: len(_COLOURS)])
        self._colours = dict(zip(own, _COLOURS))
        self.names: tuple[object, ...] = (*own, OTHERS) if len(names) > len(own) else own

    def colour(self, name: object, ground: QColor) -> QColor:
        """The colour of a model or of `OTHERS`, as it is seen on `ground`."""
        return legible(QColor(self._colours.get(str(name), _OTHERS)), ground, SIGN)

    def sorted_out(self, models: Mapping[str, Amount]) -> list[tuple[object, Amount]]:
        """The amounts by the names that have a colour, in their order."""
        sums: dict[object, Amount] = {name: Amount() for name in self.names}
        for model, amount in models.items():
            name = model if model in self._colours else OTHERS
            sums[name] = sums.get(name, Amount()) + amount
        return list(sums.items())
