"""Whether one's own images are what a model asks for: fine enough, coarse enough, with the right bands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Optional

from ...api.account import Model, RasterNeeds
from ...api.imagery_records import Image, Mosaic
from ...api.models.fit import bands_fit, pixel_misfit, takes
from ...api.own_sources.kinds import SourceKind
from ...text.quantities import length_text, number_text
from ...text.server_text import bounded
from ...text.translation import translate

_MAX_NAME = 60

# the pixels of images, in metres on the ground; None for one whose pixel is not known
Measure = Callable[[Sequence[Image]], Sequence[Optional[float]]]


def why_not_ready(images: Sequence[Image]) -> str:
    """Say of the first of `images` that is not ready why it cannot be used; "" if all are ready."""
    for image in images:
        name = bounded(image.name, _MAX_NAME)
        if image.is_awaited:
            return translate(
                "MyImagery", "“{image}” is still being prepared. Wait a little, or leave it out."
            ).format(image=name)
        if image.is_failed:
            return translate(
                "MyImagery", "“{image}” could not be prepared by the service. Leave it out."
            ).format(image=name)
        if not image.is_usable:
            return translate(
                "MyImagery", "“{image}” is not ready, and the service does not say why. Leave it out."
            ).format(image=name)
    return ""


def why_no_image_ready(mosaics: Sequence[Mosaic]) -> str:
    """Say of the first of `mosaics` of which no image is ready that it cannot be used; "" if there is none."""
    for mosaic in mosaics:
        if not mosaic.is_usable:
            return translate(
                "MyImagery",
                "No image of “{mosaic}” is ready. Wait a little, or upload others.",
            ).format(mosaic=bounded(mosaic.name, _MAX_NAME))
    return ""


def why_not_for(model: Model, images: Sequence[Image], pixel_metres: Measure) -> str:
    """Say of the first of `images` that the model cannot work with why it cannot; "" if it can work with all."""
    if not takes(model, SourceKind.LOCAL):
        return translate(
            "MyImagery", "{model} takes tiles only. Choose another model, or a provider's imagery."
        ).format(model=bounded(model.title, _MAX_NAME))
    return _first_problem(model.required_raster, model, images, pixel_metres, must=True)


def advice_for(model: Model, images: Sequence[Image], pixel_metres: Measure) -> str:
    """Say of the first of `images` that the model works less well with why it does; "" if there is none."""
    return _first_problem(model.recommended_raster, model, images, pixel_metres, must=False)


def _first_problem(
    needs: RasterNeeds, model: Model, images: Sequence[Image], pixel_metres: Measure, must: bool
) -> str:
    asks_pixels = needs.min_res is not None or needs.max_res is not None
    if not asks_pixels and not needs.bands:
        return ""
    pixels = pixel_metres(images) if asks_pixels else repeat(None)
    for image, pixel_m in zip(images, pixels):
        problem = pixel_problem(needs, model, image.name, pixel_m, must)
        problem = problem or _band_problem(needs, model, image, must)
        if problem:
            return problem
    return ""


def pixel_problem(needs: RasterNeeds, model: Model, name: str, pixel_m: Optional[float], must: bool) -> str:
    """Say why pixels of `pixel_m` metres are not what `needs` asks for; "" if they are, or are not known."""
    misfit = pixel_misfit(needs, pixel_m)
    if misfit is None:
        return ""
    if misfit.is_too_coarse:
        sentence = (
            translate(
                "MyImagery",
                "“{image}” is too coarse for {model}: its pixels are {pixel}, and at most {limit} is possible.",
            )
            if must
            else translate(
                "MyImagery",
                "{model} works best with pixels of at most {limit}; those of “{image}” are {pixel}.",
            )
        )
    else:
        sentence = (
            translate(
                "MyImagery",
                "“{image}” is too detailed for {model}: its pixels are {pixel}, and at least {limit} is needed.",
            )
            if must
            else translate(
                "MyImagery",
                "{model} works best with pixels of at least {limit}; those of “{image}” are {pixel}.",
            )
        )
    return sentence.format(
        image=bounded(name, _MAX_NAME),
        model=bounded(model.title, _MAX_NAME),
        pixel=length_text(misfit.pixel_m),
        limit=length_text(misfit.limit),
    )


def _band_problem(needs: RasterNeeds, model: Model, image: Image, must: bool) -> str:
    if image.bands is None or bands_fit(needs, image.bands):
        return ""
    sentence = (
        translate(
            "MyImagery",
            "“{image}” has %Ln bands, and {model} takes {bands}.",
            "“{image}” has 1 band, and {model} takes {bands}.",
            image.bands,
        )
        if must
        else translate("MyImagery", "{model} works best with {bands} bands; “{image}” has {count}.")
    )
    return sentence.format(
        image=bounded(image.name, _MAX_NAME),
        model=bounded(model.title, _MAX_NAME),
        count=number_text(image.bands, 0),
        bands=", ".join(number_text(count, 0) for count in needs.bands),
    )
