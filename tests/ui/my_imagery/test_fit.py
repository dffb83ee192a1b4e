"""What a model asks of one's own images, in words."""

from __future__ import annotations

import pytest

from mapflow_dock.api.account import Model, RasterNeeds
from mapflow_dock.api.imagery_records import Image, Preparation
from mapflow_dock.ui.my_imagery.fit import advice_for, why_not_for, why_not_ready

NEEDS = RasterNeeds(0.2, 1.2, (3, 4))
MODEL = Model("b", "Buildings", required_raster=NEEDS, recommended_raster=RasterNeeds(None, 0.6))


def image(pixel=0.5, bands=3, **values):
    return Image("i", "scene.tif", pixel_size=(pixel, pixel), bands=bands, footprint="x", **values)


def pixel(images):
    return [one.pixel_size[0] if one.pixel_size else None for one in images]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (image(), ""),
        (image(1.2), ""),
        (image(0.2), ""),
        (image(1.205), ""),  # measuring must not decide
        (
            image(2.5),
            "“scene.tif” is too coarse for Buildings: its pixels are 2.5\u00a0m, and at most 1.2\u00a0m is possible.",
        ),
        (
            image(0.05),
            "too detailed for Buildings: its pixels are 5\u00a0cm, and at least 20\u00a0cm is needed.",
        ),
        (image(bands=1), "“scene.tif” has 1 band, and Buildings takes 3, 4."),
        (image(bands=None), ""),
    ],
)
def test_what_a_model_cannot_work_with(one, said):
    told = why_not_for(MODEL, [image(), one], pixel)
    assert told.endswith(said) if said else told == ""


def test_a_pixel_that_is_not_known_is_the_services_to_judge():
    assert why_not_for(MODEL, [image(9)], lambda images: [None] * len(images)) == ""


def test_a_model_that_asks_nothing_takes_all():
    assert why_not_for(Model("f", "Forest"), [image(99, bands=7)], pixel) == ""


@pytest.mark.parametrize("needs", [RasterNeeds(), RasterNeeds(None, None, (3,))])
def test_pixels_are_not_measured_for_a_model_that_does_not_ask_for_them(needs):
    """Measuring takes its time with thousands of images."""
    measured = []
    model = Model("f", "Forest", required_raster=needs, recommended_raster=needs)
    assert why_not_for(model, [image()], measured.append) == ""
    assert advice_for(model, [image()], measured.append) == ""
    assert measured == []


def test_advice_is_no_refusal():
    assert why_not_for(MODEL, [image(0.9)], pixel) == ""
    expected = "Buildings works best with pixels of at most 0.6\u00a0m; those of “scene.tif” are 0.9\u00a0m."
    assert advice_for(MODEL, [image(0.9)], pixel) == expected
    assert advice_for(MODEL, [image(0.5)], pixel) == ""
    fine = Model("x", "X", recommended_raster=RasterNeeds(0.3, None, (3,)))
    assert "at least 30\u00a0cm" in advice_for(fine, [image(0.1)], pixel)
    assert "works best with 3 bands; “scene.tif” has 4" in advice_for(fine, [image(bands=4)], pixel)


@pytest.mark.parametrize(
    ("preparation", "said"),
    [
        (Preparation.PENDING, "still being prepared"),
        (Preparation.FAILED, "could not be prepared"),
        (Preparation.COMPLETED, ""),
    ],
)
def test_an_image_has_to_be_ready(preparation, said):
    told = why_not_ready([image(), image(preparation=preparation)])
    assert said in told
    assert bool(told) is bool(said)
