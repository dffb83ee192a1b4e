"""Every algorithm there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .tools.offers import ListModelsAndProviders

if TYPE_CHECKING:
    from .algorithm import MapflowAlgorithm

ALGORITHMS: tuple[type[MapflowAlgorithm], ...] = (ListModelsAndProviders,)
