"""*List models and providers*."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterDefinition, QgsProcessingParameterFeatureSink

from ...text.toolbox import MODELS, PROJECT, PROJECTS, PROVIDERS
from ...text.translation import translate
from ..algorithm import MapflowAlgorithm, Outcome
from ..help import help_page
from ..parameters import choice, explained
from ..versions import source_type

if TYPE_CHECKING:
    from ..work.errand import Errand
    from ..work.values import Values


class ListModelsAndProviders(MapflowAlgorithm):
    """Three tables: models, providers of imagery, and projects."""

    NAME = "listmodelsandproviders"

    def displayName(self) -> str:  # noqa: N802 - the name QGIS calls
        """What people call it."""
        return translate("Tools", "List models and providers")

    def shortHelpString(self) -> str:  # noqa: N802 - the name QGIS calls
        """What it does."""
        return help_page(
            translate(
                "Tools",
                "Lists the models that a project may run, the providers of imagery, and the projects of the account. "
                "The other algorithms take each of them by its name, its title or its id.\n\n"
                "Prices are in credits per km², zooms are levels of web maps, areas are in km². It costs nothing. "
                "Where the service cannot be reached, the names that were known last are listed.",
            ),
            self.id(),
            "--MODELS=models.csv --PROVIDERS=providers.csv",
        )

    def parameters(self) -> Iterable[QgsProcessingParameterDefinition]:
        """The project whose models are meant, and the tables."""
        table = source_type("Vector")
        yield explained(
            choice(PROJECT, translate("Tools", "Project"), "projects", is_optional=True),
            translate("Tools", "Name or id of a project. Left empty: the one you worked in last."),
        )
        yield QgsProcessingParameterFeatureSink(MODELS, translate("Tools", "Models"), table)
        for name, title in (
            (PROVIDERS, translate("Tools", "Providers of imagery")),
            (PROJECTS, translate("Tools", "Projects")),
        ):
            yield QgsProcessingParameterFeatureSink(name, title, table, None, True)

    def carry_out(self, errand: Errand, values: Values) -> Outcome:
        """List them."""
        from ..work.offers import list_offers

        return list_offers(errand, values)
