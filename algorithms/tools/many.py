"""*Run model for many areas*."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessingOutputDefinition,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterField,
    QgsProcessingParameterVectorDestination,
)

from ...text.toolbox import (
    ALLOW_SPENDING,
    AT_ONCE,
    ATTRIBUTE,
    BY_FEATURE,
    COST,
    COUNT,
    DIVISION,
    ESTIMATE,
    FAILED,
    FINISHED,
    INPUT,
    MANY_AREAS,
    MAX_CREDITS,
    OVERLAP,
    PARTS,
    RESTARTS,
    RESULT_LAYERS,
    STATE,
)
from ...text.translation import translate
from ..algorithm import MapflowAlgorithm, Outcome
from ..help import help_page
from ..parameters import explained, flag, number
from ..versions import source_type
from .wishes import area_of, how_to_call_it, what_to_look_for, where_the_result_goes

if TYPE_CHECKING:
    from ..work.errand import Errand
    from ..work.values import Values

_MOST_CREDITS = 1e9
_MOST_AT_ONCE, _USUAL_AT_ONCE = 50, 4
_MOST_RESTARTS = 5
_WIDEST_M = 5_000


class RunModelForManyAreas(MapflowAlgorithm):
    """Runs a model over each of many areas, of any size, and merges the results."""

    NAME = MANY_AREAS

    def displayName(self) -> str:  # noqa: N802 - the name QGIS calls
        """What people call it."""
        return translate("Tools", "Run model for many areas")

    def shortHelpString(self) -> str:  # noqa: N802 - the name QGIS calls
        """What it does."""
        return help_page(
            translate(
                "Tools",
                "Runs a model for each feature of a layer, for each value of an attribute, or for the whole layer, and "
                "brings one result: objects have the attributes of the feature they lie in, and those that the edge of "
                "a part cuts are united.\n\n"
                "An area beyond the limits of your account is cut into parts of equal size. For roads, and other "
                "objects longer than a part is likely to hold whole, choose an overlap of some 20 m.\n\n"
                "It costs credits or area of your account, by the price of the model, its optional steps and the "
                "imagery, in credits per km²; at least 1 km² is charged for each part. All parts are estimated first. "
                "Nothing is started unless Allow spending is set, and never more than Most credits allow.\n\n"
                "It is safe to repeat, after a crash or a lost connection too: what the project has already is found, "
                "and nothing is paid for twice. Give the same state table, and it goes on where it was. Cancelling "
                "ends the waiting; parts that were started go on in the service, and the next run finds them.",
            ),
            self.id(),
            "--INPUT=towns.gpkg --MODEL=Buildings --PROVIDER=Mapbox --ALLOW_SPENDING=true --MAX_CREDITS=500 "
            "--STATE=state.gpkg --RESULT=buildings.gpkg",
        )

    def parameters(self) -> Iterable[QgsProcessingParameterDefinition]:
        """What to run, how far it may go, and where state and result go."""
        yield from _areas()
        yield from what_to_look_for()
        yield from how_to_call_it(
            translate(
                "Tools",
                "An expression on the first feature of each area, which also knows @mapflow_model and "
                "@mapflow_area_km2. Left empty: the model and the layer, with the feature's id or the value of the "
                "attribute.",
            )
        )
        yield from _limits()
        yield from _cutting()
        state = translate("Tools", "State table")
        yield explained(
            QgsProcessingParameterVectorDestination(
                STATE, state, source_type("VectorPolygon"), None, True, True
            ),
            translate(
                "Tools",
                "A GeoPackage that says what became of each part: its state, cost, times and processing. Keep it, and "
                "give it again to go on where it was.",
            ),
        )
        yield from where_the_result_goes()

    def outputs(self) -> Iterable[QgsProcessingOutputDefinition]:
        """How many parts there are, and what came of them."""
        yield QgsProcessingOutputNumber(PARTS, translate("Tools", "Number of parts"))
        yield QgsProcessingOutputNumber(FINISHED, translate("Tools", "Number of parts with a result"))
        yield QgsProcessingOutputNumber(FAILED, translate("Tools", "Number of parts without a result"))
        yield QgsProcessingOutputNumber(
            COST, translate("Tools", "Cost of all parts in credits, earlier runs too")
        )
        yield QgsProcessingOutputNumber(
            ESTIMATE, translate("Tools", "Estimate of parts not started, in credits")
        )
        yield QgsProcessingOutputNumber(COUNT, translate("Tools", "Number of objects"))
        yield QgsProcessingOutputMultipleLayers(RESULT_LAYERS, translate("Tools", "Layers of the result"))

    def carry_out(self, errand: Errand, values: Values) -> Outcome:
        """Run it."""
        from ..work.many import run_for_many_areas

        return run_for_many_areas(errand, values)


def _areas() -> Iterator[QgsProcessingParameterDefinition]:
    yield area_of(
        translate("Tools", "Areas"),
        translate("Tools", "Polygons, of any size: all features, or the selected ones."),
    )
    divisions = [
        translate("Tools", "Each Feature"),
        translate("Tools", "Each Value of an Attribute"),
        translate("Tools", "All as One Area"),
    ]
    yield explained(
        QgsProcessingParameterEnum(DIVISION, translate("Tools", "Run for"), divisions, False, BY_FEATURE),
        translate(
            "Tools", "What is one area: a feature (0), all features of one value (1), or all of them (2)."
        ),
    )
    any_kind = QgsProcessingParameterField.DataType.Any
    title = translate("Tools", "Attribute")
    attribute = QgsProcessingParameterField(ATTRIBUTE, title, None, INPUT, any_kind, False, True)
    yield explained(attribute, translate("Tools", "Features with the same value of it are one area."))


def _limits() -> Iterator[QgsProcessingParameterDefinition]:
    yield explained(
        flag(ALLOW_SPENDING, translate("Tools", "Allow spending")),
        translate("Tools", "Without it nothing is started that costs; what it would cost is told."),
    )
    yield explained(
        number(MAX_CREDITS, translate("Tools", "Most credits"), 0, _MOST_CREDITS, is_whole=False),
        translate(
            "Tools",
            "All parts together cost no more than this, with what earlier runs of the same have cost. Parts beyond "
            "it are not started.",
        ),
    )


def _cutting() -> Iterator[QgsProcessingParameterDefinition]:
    yield explained(
        number(OVERLAP, translate("Tools", "Overlap of parts in metres"), 0, _WIDEST_M, 0, is_whole=False),
        translate(
            "Tools",
            "How wide the strip is that parts of a cut area share. It is paid for in both. 0 is right for most "
            "objects; roads join better with some 20 m.",
        ),
        is_advanced=True,
    )
    yield explained(
        number(AT_ONCE, translate("Tools", "Processings at a time"), 1, _MOST_AT_ONCE, _USUAL_AT_ONCE),
        translate("Tools", "At most so many run at a time."),
        is_advanced=True,
    )
    yield explained(
        number(RESTARTS, translate("Tools", "Restarts of a part that fails"), 0, _MOST_RESTARTS, 0),
        translate("Tools", "How often a part that fails is run again, within Most credits."),
        is_advanced=True,
    )
