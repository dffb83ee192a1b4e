"""*Run model* and *Estimate cost*."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessingOutputBoolean,
    QgsProcessingOutputDefinition,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterDefinition,
)

from ...text.toolbox import (
    ALLOW_SPENDING,
    AREA,
    COST,
    COUNT,
    MAX_CREDITS,
    PROCESSING_ID,
    RESULT_LAYERS,
    REUSE,
    WAIT,
    WAS_REUSED,
)
from ...text.translation import translate
from ..algorithm import MapflowAlgorithm, Outcome
from ..help import help_page
from ..parameters import explained, flag, number
from .wishes import how_to_call_it, what_to_run, where_the_result_goes

if TYPE_CHECKING:
    from ..work.errand import Errand
    from ..work.values import Values

_MOST_CREDITS = 1e9


class RunModel(MapflowAlgorithm):
    """Runs a model over an area, and brings the result."""

    NAME = "runmodel"

    def displayName(self) -> str:  # noqa: N802 - the name QGIS calls
        """What people call it."""
        return translate("Tools", "Run model")

    def shortHelpString(self) -> str:  # noqa: N802 - the name QGIS calls
        """What it does."""
        return help_page(
            translate(
                "Tools",
                "Looks for objects in imagery of the area, and brings them as layers when they are there.\n\n"
                "It costs credits or area of your account, by the price of the model, its optional steps and the "
                "imagery, in credits per km²; at least 1 km² is charged. The service is asked for its estimate first, "
                "and nothing is started unless Allow spending is set and the estimate is within Most credits.\n\n"
                "It is safe to repeat: where a processing of the same area, model, imagery and options is there, it is "
                "taken, and nothing is spent.",
            ),
            self.id(),
            "--INPUT=town.gpkg --MODEL=Buildings --PROVIDER=Mapbox --ALLOW_SPENDING=true --MAX_CREDITS=100 "
            "--RESULT=buildings.gpkg",
        )

    def parameters(self) -> Iterable[QgsProcessingParameterDefinition]:
        """What to run, whether it may cost, and where the result goes."""
        yield from what_to_run()
        yield from how_to_call_it()
        yield explained(
            flag(ALLOW_SPENDING, translate("Tools", "Allow spending")),
            translate("Tools", "Without it nothing is started that costs; what it would cost is told."),
        )
        yield explained(
            number(MAX_CREDITS, translate("Tools", "Most credits"), 0, _MOST_CREDITS, is_whole=False),
            translate("Tools", "Nothing is started that the service estimates at more credits than these."),
        )
        yield explained(
            flag(REUSE, translate("Tools", "Reuse an earlier run of the same"), is_set=True),
            translate(
                "Tools",
                "Take a processing of the same area, model, imagery and options in the project, where there is one "
                "that did not fail.",
            ),
        )
        yield explained(
            flag(WAIT, translate("Tools", "Wait for the result"), is_set=True),
            translate("Tools", "Otherwise it ends once the processing is started, and gives its id."),
        )
        yield from where_the_result_goes()

    def outputs(self) -> Iterable[QgsProcessingOutputDefinition]:
        """The id of the processing, and what came of it."""
        yield QgsProcessingOutputString(PROCESSING_ID, translate("Tools", "Processing ID"))
        yield QgsProcessingOutputNumber(COST, translate("Tools", "Cost in credits"))
        yield QgsProcessingOutputBoolean(WAS_REUSED, translate("Tools", "An earlier run was taken"))
        yield QgsProcessingOutputNumber(COUNT, translate("Tools", "Number of objects"))
        yield QgsProcessingOutputMultipleLayers(RESULT_LAYERS, translate("Tools", "Layers of the result"))

    def carry_out(self, errand: Errand, values: Values) -> Outcome:
        """Run it."""
        from ..work.running import run_model

        return run_model(errand, values)


class EstimateCost(MapflowAlgorithm):
    """Asks what a run would cost."""

    NAME = "estimatecost"

    def displayName(self) -> str:  # noqa: N802 - the name QGIS calls
        """What people call it."""
        return translate("Tools", "Estimate cost")

    def shortHelpString(self) -> str:  # noqa: N802 - the name QGIS calls
        """What it does."""
        return help_page(
            translate(
                "Tools",
                "Asks the service what it would cost to run a model over the area, in credits, and measures the area "
                "in km². It costs nothing, and nothing is started.",
            ),
            self.id(),
            "--INPUT=town.gpkg --MODEL=Buildings --PROVIDER=Mapbox",
        )

    def parameters(self) -> Iterable[QgsProcessingParameterDefinition]:
        """What to run."""
        return what_to_run()

    def outputs(self) -> Iterable[QgsProcessingOutputDefinition]:
        """The cost, and the area."""
        yield QgsProcessingOutputNumber(COST, translate("Tools", "Cost in credits"))
        yield QgsProcessingOutputNumber(AREA, translate("Tools", "Area in km²"))

    def carry_out(self, errand: Errand, values: Values) -> Outcome:
        """Ask for it."""
        from ..work.spending import estimate_cost

        return estimate_cost(errand, values)
