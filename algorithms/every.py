"""Every algorithm there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .tools.imagery import SearchImagery, UploadRasters
from .tools.many import RunModelForManyAreas
from .tools.offers import ListModelsAndProviders
from .tools.processings import DeleteProcessings, DownloadResult, ListProcessings, WaitForProcessings
from .tools.run import EstimateCost, RunModel

if TYPE_CHECKING:
    from .algorithm import MapflowAlgorithm

ALGORITHMS: tuple[type[MapflowAlgorithm], ...] = (
    RunModel,
    RunModelForManyAreas,
    EstimateCost,
    WaitForProcessings,
    DownloadResult,
    ListProcessings,
    DeleteProcessings,
    SearchImagery,
    UploadRasters,
    ListModelsAndProviders,
)
