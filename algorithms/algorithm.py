"""What all algorithms share: their login, their thread, and how they stop."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputDefinition,
    QgsProcessingParameterDefinition,
)
from qgis.PyQt.QtGui import QIcon

from ..text.toolbox import AUTHCFG, SERVER
from ..text.translation import translate
from .parameters import login_parameters

if TYPE_CHECKING:
    from .work.errand import Errand
    from .work.login import Login
    from .work.values import Values

_ICONS = Path(__file__).parent.parent / "icons"
_GUIDE = "https://github.com/mapflow-dock/mapflow_dock/blob/main/docs/guide.md#toolbox-and-models"
Outcome = dict[str, Any]


class MapflowAlgorithm(QgsProcessingAlgorithm):
    """An algorithm that asks something of the service.

    QGIS may run it in a thread of its own: the login is read before, in the main thread, and the client is made in
    that thread. A subclass says what it is called, which parameters it has, and what it does. What that needs is
    imported only then: QGIS makes one of each at its start.
    """

    NAME = ""
    GROUP = "processings"
    ICON = "mapflow_dock.svg"

    def __init__(self) -> None:
        super().__init__()
        self._login: Optional[Login] = None
        self._no_login = ""

    # for the algorithms

    def parameters(self) -> Iterable[QgsProcessingParameterDefinition]:
        """The parameters, but for those every algorithm has."""
        raise NotImplementedError

    def outputs(self) -> Iterable[QgsProcessingOutputDefinition]:
        """The outputs that belong to no parameter."""
        return ()

    def look_ahead(self, values: Values) -> None:
        """Read what belongs to the main thread, before `carry_out` runs in another one; it must not throw."""

    def carry_out(self, errand: Errand, values: Values) -> Outcome:
        """Do it; return the values of the outputs. Raises QgsProcessingException with a sentence."""
        raise NotImplementedError

    # for QGIS

    def name(self) -> str:
        """What it is called by, after "mapflow:"."""
        return self.NAME

    def group(self) -> str:
        """Where it stands in the toolbox."""
        if self.GROUP == "imagery":
            return translate("Algorithms", "Imagery")
        return translate("Algorithms", "Processings")

    def groupId(self) -> str:  # noqa: N802 - the name QGIS calls
        """The id of its group."""
        return self.GROUP

    def icon(self) -> QIcon:
        """The icon in the toolbox."""
        return QIcon(self.svgIconPath())

    def svgIconPath(self) -> str:  # noqa: N802 - the name QGIS calls
        """Where the icon is."""
        return str(_ICONS / self.ICON)

    def helpUrl(self) -> str:  # noqa: N802 - the name QGIS calls
        """The chapter of the guide."""
        return _GUIDE

    def createInstance(self) -> MapflowAlgorithm:  # noqa: N802 - the name QGIS calls
        """Another one, for one run."""
        return type(self)()

    def tags(self) -> list[str]:
        """Words by which the toolbox finds it."""
        return translate("Algorithms", "mapflow,ai,detect,buildings,satellite,imagery").split(",")

    def initAlgorithm(self, _configuration: Optional[dict[str, Any]] = None) -> None:  # noqa: N802
        """Declare parameters and outputs."""
        for parameter in (*self.parameters(), *login_parameters()):
            self.addParameter(parameter)
        for output in self.outputs():
            self.addOutput(output)

    def prepareAlgorithm(  # noqa: N802 - the name QGIS calls
        self, parameters: dict[str, Any], context: QgsProcessingContext, _feedback: QgsProcessingFeedback
    ) -> bool:
        """Read the login; QGIS calls this in the main thread, where it may ask for its master password."""
        import qgis.utils

        from .work.login import NoLoginError, login_for
        from .work.values import Values

        self.look_ahead(Values(self, parameters, context))
        authcfg = self.parameterAsString(parameters, AUTHCFG, context)
        server = self.parameterAsString(parameters, SERVER, context)
        try:
            self._login = login_for(authcfg.strip(), server.strip(), qgis.utils.iface is not None)
        except NoLoginError as problem:
            self._no_login = problem.sentence  # told when it runs: from here it does not reach every caller
        return True

    def processAlgorithm(  # noqa: N802 - the name QGIS calls
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Outcome:
        """Do it, in whichever thread this is."""
        from .work.errand import CancelledError, Errand
        from .work.values import Values

        if self._login is None:
            raise QgsProcessingException(self._no_login)
        errand = Errand(self._login, feedback)
        try:
            return self.carry_out(errand, Values(self, parameters, context))
        except CancelledError:
            return {}
        finally:
            errand.close()
