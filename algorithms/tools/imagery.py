"""*Search imagery* and *Upload rasters*."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    QgsProcessingException,
    QgsProcessingOutputDefinition,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterMultipleLayers,
)

from ...text.toolbox import (
    CONVERT,
    COUNT,
    FILES,
    FROM,
    IMAGE_IDS,
    INPUT,
    LAYERS,
    LIMIT,
    MAX_CLOUD,
    MAX_OFF_NADIR,
    MAX_RESOLUTION,
    MIN_OVERLAP,
    MIN_RESOLUTION,
    MOSAIC,
    MOSAIC_ID,
    ONLY_AVAILABLE,
    OUTPUT,
    PROVIDERS_ASKED,
    SKIP_UPLOADED,
    TAGS,
    TO,
    WAIT,
)
from ...text.translation import translate
from ..algorithm import MapflowAlgorithm, Outcome
from ..help import help_page
from ..parameters import choice, explained, flag, number, text
from ..versions import source_type

if TYPE_CHECKING:
    from ...layers.rasters.source import RasterSource
    from ..work.errand import Errand
    from ..work.values import Values

_USUAL_IMAGES, _MOST_IMAGES = 500, 10_000


class SearchImagery(MapflowAlgorithm):
    """Searches the catalog of imagery."""

    NAME = "searchimagery"
    GROUP = "imagery"

    def displayName(self) -> str:  # noqa: N802 - the name QGIS calls
        """What people call it."""
        return translate("Tools", "Search imagery")

    def shortHelpString(self) -> str:  # noqa: N802 - the name QGIS calls
        """What it does."""
        return help_page(
            translate(
                "Tools",
                "Searches the catalog for images of the area, and gives their footprints, the newest first, with all "
                "that is known of them: resolution in metres, cloud cover and overlap in per cent, angles in degrees, "
                "times in UTC. It costs nothing. The ids of images can be given to Run model.",
            ),
            self.id(),
            "--INPUT=town.gpkg --FROM=2026-05-01 --MAX_CLOUD=10 --OUTPUT=found.gpkg",
        )

    def parameters(self) -> Iterable[QgsProcessingParameterDefinition]:
        """The area, what to look for, and the footprints."""
        yield QgsProcessingParameterFeatureSource(
            INPUT, translate("Tools", "Area"), [source_type("VectorPolygon")]
        )
        day = QgsProcessingParameterDateTime.Type.Date
        yield QgsProcessingParameterDateTime(FROM, translate("Tools", "First day"), day, None, True)
        yield QgsProcessingParameterDateTime(TO, translate("Tools", "Last day"), day, None, True)
        yield number(MAX_CLOUD, translate("Tools", "Most cloud cover [%]"), 0, 100, is_whole=False)
        yield number(
            MIN_OVERLAP, translate("Tools", "Least overlap with the area [%]"), 0, 100, is_whole=False
        )
        for name, title in (
            (MIN_RESOLUTION, translate("Tools", "Finest resolution [m]")),
            (MAX_RESOLUTION, translate("Tools", "Coarsest resolution [m]")),
        ):
            yield explained(number(name, title, 0, 1_000, is_whole=False), "", is_advanced=True)
        yield explained(
            number(MAX_OFF_NADIR, translate("Tools", "Most off-nadir angle [°]"), 0, 90, is_whole=False),
            "",
            is_advanced=True,
        )
        yield explained(
            choice(PROVIDERS_ASKED, translate("Tools", "Providers"), "search_providers", is_optional=True),
            translate("Tools", "Names of providers, with commas between. Left empty: all."),
        )
        yield flag(ONLY_AVAILABLE, translate("Tools", "Only what my account can process"))
        yield number(LIMIT, translate("Tools", "Most images"), 1, _MOST_IMAGES, _USUAL_IMAGES)
        yield QgsProcessingParameterFeatureSink(
            OUTPUT, translate("Tools", "Footprints"), source_type("VectorPolygon"), None, True
        )

    def outputs(self) -> Iterable[QgsProcessingOutputDefinition]:
        """How many there are, and their ids."""
        yield QgsProcessingOutputNumber(COUNT, translate("Tools", "Number of images"))
        yield QgsProcessingOutputString(IMAGE_IDS, translate("Tools", "Ids of the images"))

    def carry_out(self, errand: Errand, values: Values) -> Outcome:
        """Search."""
        from ..work.search import search_imagery

        return search_imagery(errand, values)


class UploadRasters(MapflowAlgorithm):
    """Uploads rasters into a mosaic of one's own."""

    NAME = "uploadrasters"
    GROUP = "imagery"

    def __init__(self) -> None:
        super().__init__()
        self._sources: Optional[list[RasterSource]] = None
        self._problem = ""

    def displayName(self) -> str:  # noqa: N802 - the name QGIS calls
        """What people call it."""
        return translate("Tools", "Upload rasters")

    def shortHelpString(self) -> str:  # noqa: N802 - the name QGIS calls
        """What it does."""
        return help_page(
            translate(
                "Tools",
                "Uploads raster files, and raster layers as QGIS shows them, into a mosaic under My Imagery. Each is "
                "checked before anything is sent: georeferenced, 1, 3 or 4 bands, pixels of at most 20 m. What is "
                "otherwise is converted to 8 bit RGB. It costs no credits, and uses the account's storage.",
            ),
            self.id(),
            "--FILES=flight1.tif --FILES=flight2.tif --MOSAIC=Flight",
        )

    def parameters(self) -> Iterable[QgsProcessingParameterDefinition]:
        """What to upload, and where to."""
        yield explained(
            QgsProcessingParameterMultipleLayers(
                FILES, translate("Tools", "Raster files"), source_type("File"), None, True
            ),
            translate("Tools", "GeoTIFF, or any raster that GDAL reads."),
        )
        yield explained(
            QgsProcessingParameterMultipleLayers(
                LAYERS, translate("Tools", "Raster layers"), source_type("Raster"), None, True
            ),
            translate(
                "Tools", "Layers whose style makes them what is to be seen are sent as they are shown."
            ),
        )
        yield explained(
            text(MOSAIC, translate("Tools", "Mosaic")),
            translate(
                "Tools", "Name or id of a mosaic of yours; where there is none of that name, it is made."
            ),
        )
        yield explained(
            text(TAGS, translate("Tools", "Tags"), is_optional=True),
            translate("Tools", "Of a new mosaic, with commas between."),
            is_advanced=True,
        )
        yield flag(CONVERT, translate("Tools", "Convert what cannot be sent as it is"), is_set=True)
        yield explained(
            flag(SKIP_UPLOADED, translate("Tools", "Skip what is in the mosaic already"), is_set=True),
            translate("Tools", "A file of the same name and size is not sent again."),
        )
        yield flag(WAIT, translate("Tools", "Wait until the images are ready"), is_set=True)

    def outputs(self) -> Iterable[QgsProcessingOutputDefinition]:
        """The mosaic, and its new images."""
        yield QgsProcessingOutputString(MOSAIC_ID, translate("Tools", "Mosaic ID"))
        yield QgsProcessingOutputString(IMAGE_IDS, translate("Tools", "Ids of the images"))
        yield QgsProcessingOutputNumber(COUNT, translate("Tools", "Number of images"))

    def look_ahead(self, values: Values) -> None:
        """Read how the layers are drawn: they belong to the main thread."""
        from ...layers.rasters.source import NotUploadableError, source_of_file, source_of_layer

        try:
            layers = [source_of_layer(layer) for layer in values.layers(LAYERS)]
            files = [source_of_file(Path(each)) for each in values.files(FILES)]
            self._sources = [*files, *layers]
        except NotUploadableError as problem:
            self._problem = problem.sentence

    def carry_out(self, errand: Errand, values: Values) -> Outcome:
        """Upload them."""
        from ..work.uploading import upload_rasters

        if self._sources is None:
            raise QgsProcessingException(self._problem)
        return upload_rasters(errand, values, self._sources)
