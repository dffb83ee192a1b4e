"""Images of the catalog are held against the model: by their pixels, or by their zoom where those are not told."""

from __future__ import annotations

import pytest
from qgis.core import QgsGeometry

from mapflow_dock.api.account import Account, Model, RasterNeeds, ZoomBounds
from mapflow_dock.api.catalog.records import Dialect, read_catalog_image
from mapflow_dock.jobs.catalog.search import FoundImage
from mapflow_dock.ui.run.found_imagery import FoundImagery

FOREST = Model(
    "f", "Forest", required_zoom=ZoomBounds(18, 20), required_raster=RasterNeeds(0.05, 0.65),
    recommended_raster=RasterNeeds(0.1, 0.5),
)  # fmt: skip

COARSE, FINE = "“KF01” is too coarse for Forest", "“KF01” is too detailed for Forest"


@pytest.fixture
def found(qgis_app, qtbot):
    widget = FoundImagery()
    qtbot.addWidget(widget)
    widget.set_account(Account("a@example.org"), "https://s")
    widget.set_model(FOREST)
    return widget


def plain(text):
    """With spaces that may break."""
    return text.replace("\xa0", " ")


def image(**told):
    record = {"id": "i", "providerName": "P", "productType": "Mosaic", "sensor": "KF01", **told}
    return FoundImage(read_catalog_image(record, Dialect.DEPLOYED), QgsGeometry())


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"pixelResolution": 0.5}, ""),
        ({"pixelResolution": 1.06}, f"{COARSE}: its pixels are 1.06 m, and at most 0.65 m is possible."),
        ({"pixelResolution": 0.03}, f"{FINE}: its pixels are 3 cm, and at least 5 cm is needed."),
        ({"pixelResolution": 0.5, "zoom": 14}, ""),
        ({"pixelResolution": 0.0, "zoom": 18}, ""),
        (
            {"pixelResolution": 0.0, "zoom": 17},
            f"{COARSE}: its finest tiles are of zoom 17, and zoom 18–20 is needed. Pick finer images.",
        ),
        ({}, ""),
    ],
)  # fmt: skip
def test_why_the_model_cannot_use_them(found, told, problem):
    found.use([image(), image(**told)])
    assert plain(found.problem) == problem
    assert (found.source is None) == bool(problem)
    assert not problem or plain(found.foundLabel.text()) == problem


def test_what_is_only_recommended_is_advised(found):
    found.use([image(pixelResolution=0.6)])
    assert found.problem == ""
    assert "Forest works best with pixels of at most 0.5 m; those of “KF01” are 0.6 m." in plain(
        found.foundLabel.text()
    )


def test_finer_images_are_asked_for_at_the_deepest_zoom_of_the_model(found):
    found.use([image(zoom=21), image(zoom=19)])
    assert found.source.zoom == 20
    assert "Read at zoom 20" in plain(found.foundLabel.text())
    found.set_model(None)
    assert found.source.zoom is None
    assert "Read at zoom" not in plain(found.foundLabel.text())
