"""Which of the found images cover an area, worked out off the thread that asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qgis.core import QgsGeometry

from ...layers.footprints.covering import Cover, best_cover
from ...layers.footprints.placing import own_copy
from ...text.translation import translate
from ..task import TaskJob

if TYPE_CHECKING:
    from ...layers.gdal_errors import Report
    from .search import FoundImage, Key


def cover_job(area: QgsGeometry, found: Sequence[FoundImage]) -> TaskJob:
    """A job that succeeds with the Cover of `area` (EPSG:4326) by images of one provider, the best one of all.

    A processing takes images of one provider. The images come in the order of preference.
    """
    groups: dict[str, list[tuple[Key, QgsGeometry]]] = {}
    for each in found:
        if not each.ground.isEmpty():
            groups.setdefault(each.image.provider, []).append((each.key, own_copy(each.ground)))
    whole = own_copy(area)

    def work(report: Report) -> Cover[Key]:
        if not groups:
            return Cover((), whole, 0.0)
        return best_cover(whole, groups, lambda: report(0.0))[1]

    return TaskJob(translate("Catalog", "Looking for images that cover the area"), work)
