"""*Wait for processings*, *Download result*, *List processings* and *Delete processings*."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessingOutputDefinition,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
)

from ...text.toolbox import (
    ALLOW_DELETING,
    COUNT,
    FAILED,
    OUTPUT,
    PROCESSING,
    PROCESSINGS,
    PROJECT,
    RESULT_LAYERS,
    STATUS,
)
from ...text.translation import translate
from ..algorithm import MapflowAlgorithm, Outcome
from ..help import help_page
from ..parameters import choice, explained, flag, text
from ..versions import source_type
from .wishes import where_the_result_goes

if TYPE_CHECKING:
    from ..work.errand import Errand
    from ..work.values import Values


class WaitForProcessings(MapflowAlgorithm):
    """Waits until processings have ended."""

    NAME = "waitforprocessings"

    def displayName(self) -> str:  # noqa: N802 - the name QGIS calls
        """What people call it."""
        return translate("Tools", "Wait for processings")

    def shortHelpString(self) -> str:  # noqa: N802 - the name QGIS calls
        """What it does."""
        return help_page(
            translate(
                "Tools",
                "Waits until processings have ended, and lists how: status, cost in credits, area in km², and what the "
                "service says of them. It costs nothing. Without ids it waits for all that run in the project.",
            ),
            self.id(),
            "--PROCESSINGS=0f1b…,7c2e… --OUTPUT=ended.csv",
        )

    def parameters(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Which ones, and the table."""
        yield explained(
            text(PROCESSINGS, translate("Tools", "Processing IDs"), is_optional=True),
            translate("Tools", "Ids with commas between. Left empty: all that run in the project."),
        )
        yield _project()
        yield _table(translate("Tools", "How they ended"))

    def outputs(self) -> Iterable[QgsProcessingOutputDefinition]:
        """How many there are, and how many of them failed."""
        yield QgsProcessingOutputNumber(COUNT, translate("Tools", "Number of processings"))
        yield QgsProcessingOutputNumber(FAILED, translate("Tools", "Number of those that did not succeed"))

    def carry_out(self, errand: Errand, values: Values) -> Outcome:
        """Wait."""
        from ..work.listing import wait_for_processings

        return wait_for_processings(errand, values)


class DownloadResult(MapflowAlgorithm):
    """Brings the result of a processing."""

    NAME = "downloadresult"

    def displayName(self) -> str:  # noqa: N802 - the name QGIS calls
        """What people call it."""
        return translate("Tools", "Download result")

    def shortHelpString(self) -> str:  # noqa: N802 - the name QGIS calls
        """What it does."""
        return help_page(
            translate(
                "Tools",
                "Downloads the result of a processing that has ended: as a file with a layer for each type of objects, "
                "and as one layer of features in EPSG:4326. Areas of objects are in m². It costs nothing.",
            ),
            self.id(),
            "--PROCESSING=0f1b… --RESULT=buildings.gpkg",
        )

    def parameters(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Which one, and where the result goes."""
        yield explained(
            text(PROCESSING, translate("Tools", "Processing ID")),
            translate("Tools", "The id of a processing that has ended."),
        )
        yield from where_the_result_goes()

    def outputs(self) -> Iterable[QgsProcessingOutputDefinition]:
        """How many objects there are, and the layers."""
        yield QgsProcessingOutputNumber(COUNT, translate("Tools", "Number of objects"))
        yield QgsProcessingOutputMultipleLayers(RESULT_LAYERS, translate("Tools", "Layers of the result"))

    def carry_out(self, errand: Errand, values: Values) -> Outcome:
        """Bring it."""
        from ..work.results import download_result

        return download_result(errand, values)


class ListProcessings(MapflowAlgorithm):
    """Lists the processings of a project."""

    NAME = "listprocessings"

    def displayName(self) -> str:  # noqa: N802 - the name QGIS calls
        """What people call it."""
        return translate("Tools", "List processings")

    def shortHelpString(self) -> str:  # noqa: N802 - the name QGIS calls
        """What it does."""
        return help_page(
            translate(
                "Tools",
                "Lists the processings of a project, the newest first: status, cost in credits, area in km², times in "
                "UTC, and what the service says of them. It costs nothing.",
            ),
            self.id(),
            "--STATUS=OK --OUTPUT=processings.csv",
        )

    def parameters(self) -> Iterable[QgsProcessingParameterDefinition]:
        """The project, the statuses, the table."""
        yield _project()
        yield explained(
            text(STATUS, translate("Tools", "Status"), is_optional=True),
            translate(
                "Tools",
                "Only those of these statuses, with commas between: UNPROCESSED, IN_PROGRESS, AWAITING, OK, FAILED, "
                "CANCELLED, REFUNDED.",
            ),
        )
        yield _table(translate("Tools", "Processings"))

    def outputs(self) -> Iterable[QgsProcessingOutputDefinition]:
        """How many there are."""
        yield QgsProcessingOutputNumber(COUNT, translate("Tools", "Number of processings"))

    def carry_out(self, errand: Errand, values: Values) -> Outcome:
        """List them."""
        from ..work.listing import list_processings

        return list_processings(errand, values)


class DeleteProcessings(MapflowAlgorithm):
    """Deletes processings with their results."""

    NAME = "deleteprocessings"

    def displayName(self) -> str:  # noqa: N802 - the name QGIS calls
        """What people call it."""
        return translate("Tools", "Delete processings")

    def shortHelpString(self) -> str:  # noqa: N802 - the name QGIS calls
        """What it does."""
        return help_page(
            translate(
                "Tools",
                "Deletes processings with their results, for good; what runs is stopped by that. What was paid is not "
                "given back. Nothing is deleted unless Allow deleting is set.",
            ),
            self.id(),
            "--PROCESSINGS=0f1b…,7c2e… --ALLOW_DELETING=true",
        )

    def parameters(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Which ones, and whether it is meant."""
        yield explained(
            text(PROCESSINGS, translate("Tools", "Processing IDs")),
            translate("Tools", "Ids with commas between."),
        )
        yield explained(
            flag(ALLOW_DELETING, translate("Tools", "Allow deleting")),
            translate("Tools", "Without it nothing is deleted; what would be is told."),
        )

    def outputs(self) -> Iterable[QgsProcessingOutputDefinition]:
        """How many were deleted."""
        yield QgsProcessingOutputNumber(COUNT, translate("Tools", "Number of deleted processings"))

    def carry_out(self, errand: Errand, values: Values) -> Outcome:
        """Delete them."""
        from ..work.listing import delete_processings

        return delete_processings(errand, values)


def _project() -> QgsProcessingParameterDefinition:
    return explained(
        choice(PROJECT, translate("Tools", "Project"), "projects", is_optional=True),
        translate("Tools", "Name or id of a project. Left empty: the one you worked in last."),
    )


def _table(title: str) -> QgsProcessingParameterFeatureSink:
    table = source_type("Vector")
    return QgsProcessingParameterFeatureSink(OUTPUT, title, table, None, True)
