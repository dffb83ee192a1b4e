"""The parameters that say what to run: those of *Run model* and *Estimate cost* are the same."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import (
    QgsProcessingParameterDefinition,
    QgsProcessingParameterExpression,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
)

from ...text.toolbox import (
    DESCRIPTION,
    FIX_OUTLINES,
    IMAGES,
    INPUT,
    LOAD,
    MODEL,
    MOSAIC,
    NAME,
    OUTPUT,
    OWN_SOURCE,
    PROJECT,
    PROVIDER,
    RESULT,
    SEARCH_IMAGES,
    STEPS,
    ZOOM,
)
from ...text.translation import translate
from ..parameters import choice, explained, flag, number, text
from ..versions import source_type

_DEEPEST_ZOOM = 24


def what_to_run() -> Iterator[QgsProcessingParameterDefinition]:
    """Area, model, imagery and project."""
    yield area_of(
        translate("Tools", "Area"),
        translate(
            "Tools",
            "Polygons; all features, or the selected ones, are one processing. Your account limits its area and the "
            "number of its parts.",
        ),
    )
    yield from what_to_look_for()
    yield explained(
        flag(FIX_OUTLINES, translate("Tools", "Fix broken outlines")),
        translate("Tools", "Mend outlines that cross themselves. This may change the area a little."),
        is_advanced=True,
    )


def area_of(title: str, help_text: str) -> QgsProcessingParameterDefinition:
    """The polygons."""
    polygons = [source_type("VectorPolygon")]
    return explained(QgsProcessingParameterFeatureSource(INPUT, title, polygons), help_text)


def what_to_look_for() -> Iterator[QgsProcessingParameterDefinition]:
    """Model, imagery and project."""
    yield explained(
        choice(MODEL, translate("Tools", "Model"), "models"),
        translate("Tools", "What to look for: the name or the id of a model."),
    )
    yield explained(
        text(STEPS, translate("Tools", "Optional steps"), is_optional=True),
        translate(
            "Tools",
            "Names of optional steps of the model, with commas between. Each may have its price. Left empty: those "
            "that the model advises and that are free; none: no step.",
        ),
    )
    yield from _imagery()
    yield explained(
        choice(PROJECT, translate("Tools", "Project"), "projects", is_optional=True),
        translate("Tools", "Name or id of a project. Left empty: the one you worked in last."),
    )


def _imagery() -> Iterator[QgsProcessingParameterDefinition]:
    yield explained(
        choice(PROVIDER, translate("Tools", "Provider of imagery"), "providers", is_optional=True),
        translate(
            "Tools",
            "The name of a provider of imagery. Left empty where imagery of your own is named below, or images of the "
            "catalog.",
        ),
    )
    yield explained(
        number(ZOOM, translate("Tools", "Zoom"), 0, _DEEPEST_ZOOM),
        translate(
            "Tools", "Level of the provider's tiles. Left empty: the service chooses, and charges least."
        ),
    )
    own = (
        (
            MOSAIC,
            translate("Tools", "My imagery: mosaic"),
            translate("Tools", "Name or id of one of your mosaics."),
        ),
        (
            IMAGES,
            translate("Tools", "My imagery: images"),
            translate("Tools", "Ids of images of yours, with commas between."),
        ),
        (
            SEARCH_IMAGES,
            translate("Tools", "Images of the catalog"),
            translate("Tools", "Ids of images that Search imagery found, with commas between."),
        ),
        (
            OWN_SOURCE,
            translate("Tools", "Source of your own"),
            translate(
                "Tools",
                "The name of a source under My Sources, or the address of tiles without a login or key in it.",
            ),
        ),
    )
    for name, title, help_text in own:
        yield explained(text(name, title, is_optional=True), help_text, is_advanced=True)


def how_to_call_it(help_text: str = "") -> Iterator[QgsProcessingParameterDefinition]:
    """Name and description; `help_text` is that of the name, where it is not one for the first feature."""
    name = QgsProcessingParameterExpression(NAME, translate("Tools", "Name"), None, INPUT, True)
    yield explained(
        name,
        help_text
        or translate(
            "Tools",
            "An expression on the first feature, which also knows @mapflow_model and @mapflow_area_km2; a name as it "
            "is stands in quotes: 'My town'. Left empty: the model and the layer.",
        ),
    )
    yield explained(
        text(DESCRIPTION, translate("Tools", "Description"), is_optional=True),
        translate("Tools", "For you, kept with the processing."),
        is_advanced=True,
    )


def where_the_result_goes() -> Iterator[QgsProcessingParameterDefinition]:
    """A file with a layer for each type of objects, and one layer of features."""
    yield explained(
        flag(LOAD, translate("Tools", "Add the result to the map"), is_set=True),
        translate("Tools", "Add the layers of the file to the project, styled by what was found."),
    )
    yield explained(
        QgsProcessingParameterFileDestination(
            RESULT,
            translate("Tools", "Result as file"),
            "GeoPackage (*.gpkg);;GeoJSON (*.geojson);;FlatGeobuf (*.fgb);;ESRI Shapefile (*.shp)",
            None,
            True,
            True,
        ),
        translate("Tools", "With a layer for each type of objects, where the format can have several."),
    )
    yield explained(
        QgsProcessingParameterFeatureSink(
            OUTPUT,
            translate("Tools", "Result as one layer"),
            source_type("VectorAnyGeometry"),
            None,
            True,
            False,
        ),
        translate("Tools", "All objects, in EPSG:4326: for further steps of a model."),
    )
