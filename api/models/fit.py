"""Which imagery a model works with: its requirements held against a zoom, a pixel, bands, a granule, a kind of source.

What is required keeps imagery from being used; what is recommended is only advised. What a model leaves open fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from ..account import RasterNeeds, TileNeeds, ZoomBounds
from ..own_sources.kinds import SourceKind

if TYPE_CHECKING:
    from ..account import Model

USUAL_ZOOM = 18  # where neither the imagery nor the model names one
GRANULE_PIXEL_M = 10.0  # of Sentinel-2
_SLACK = 1.01  # of a pixel's size: how it is measured must not decide
_CELL = re.compile(r"[Tt](\d{2}[A-Za-z]{3})")
_DAY = re.compile(r"_\d{4}(\d{2})\d{2}T\d{6}")
_FOLDERS = re.compile(r"(?:^|/)(\d{1,2})/([A-Z])/([A-Z]{2})/\d{4}/(\d{1,2})/\d{1,2}/\d{1,2}/?$")


@dataclass(frozen=True)
class ZoomMisfit:
    """A zoom that is not among those `needed`; `best` is the one to take in its place."""

    zoom: int
    needed: ZoomBounds
    best: int


@dataclass(frozen=True)
class PixelMisfit:
    """A pixel that is larger or smaller than `limit`, in metres."""

    pixel_m: float
    limit: float
    is_too_coarse: bool


@dataclass(frozen=True)
class GranuleMisfit:
    """A granule of a cell or of a month that the model does not take; the other one is "" or 0."""

    cell: str = ""
    month: int = 0
    months: tuple[int, ...] = ()


def takes(model: Model, kind: SourceKind) -> bool:
    """Whether the model reads this kind of source at all, as far as that is known."""
    if model.source_kinds is not None:
        return kind.value.lower() in model.source_kinds
    # the standard models look at pixels of at most 1.5 m
    return kind is not SourceKind.SENTINEL_L2A or not model.is_documented


def zoom_needs(model: Optional[Model], kind: SourceKind = SourceKind.XYZ) -> TileNeeds:
    """The zoom levels that the model requires and recommends of tiles of this kind."""
    if model is None:
        return TileNeeds()
    return model.tile_needs.get(kind.value.lower(), TileNeeds(model.required_zoom, model.recommended_zoom))


def best_zoom(model: Optional[Model], kind: SourceKind = SourceKind.XYZ) -> int:
    """The level the model works best at, or the nearest to the usual one that it works at."""
    needs = zoom_needs(model, kind)
    if model is not None and model.best_zoom is not None and needs.required.contains(model.best_zoom):
        advised = needs.recommended
        return model.best_zoom if advised.contains(model.best_zoom) else nearest(model.best_zoom, advised)
    wanted = nearest(USUAL_ZOOM, needs.recommended)
    return wanted if needs.required.contains(wanted) else nearest(wanted, needs.required)


def best_of(zooms: Iterable[int], model: Optional[Model], kind: SourceKind = SourceKind.XYZ) -> Optional[int]:
    """The one of `zooms` the model works best at: the lower one of two that are as near to it; None of none."""
    best = best_zoom(model, kind)
    return min(zooms, key=lambda zoom: (abs(zoom - best), zoom), default=None)


def zoom_misfit(
    model: Optional[Model], zoom: Optional[int], kind: SourceKind = SourceKind.XYZ, *, must: bool = True
) -> Optional[ZoomMisfit]:
    """Why tiles at `zoom` are not what the model requires, or with `must` false recommends; None where they are.

    A zoom that is left to the service fits.
    """
    needs = zoom_needs(model, kind)
    needed = needs.required if must else needs.recommended
    if zoom is None or needed.contains(zoom):
        return None
    return ZoomMisfit(zoom, needed, best_zoom(model, kind))


def pixel_misfit(needs: RasterNeeds, pixel_m: Optional[float]) -> Optional[PixelMisfit]:
    """Why pixels of so many metres are not what `needs` asks for; None where they are, or are not known."""
    if pixel_m is None:
        return None
    if needs.max_res is not None and pixel_m > needs.max_res * _SLACK:
        return PixelMisfit(pixel_m, needs.max_res, is_too_coarse=True)
    if needs.min_res is not None and pixel_m * _SLACK < needs.min_res:
        return PixelMisfit(pixel_m, needs.min_res, is_too_coarse=False)
    return None


def bands_fit(needs: RasterNeeds, bands: Optional[int]) -> bool:
    """Whether so many bands are what `needs` asks for; a number that is not known fits."""
    return not needs.bands or bands is None or bands in needs.bands


def granule_misfit(model: Model, name: str) -> Optional[GranuleMisfit]:
    """Why the granule called so is none for the model; None where it is one, or its name does not tell."""
    cell, month = _cell_and_month(name)
    needs = model.granules
    if needs.cells and cell and cell not in needs.cells:
        return GranuleMisfit(cell=cell)
    if needs.months and month and month not in needs.months:
        return GranuleMisfit(month=month, months=needs.months)
    return None


def zoom_of_found(model: Optional[Model], zooms: Sequence[Optional[int]]) -> Optional[int]:
    """The zoom to ask found images at: None, which is their own, unless that is deeper than the model works at."""
    most = zoom_needs(model).required.maximum
    deepest = max((zoom for zoom in zooms if zoom is not None), default=None)
    return most if most is not None and deepest is not None and deepest > most else None


def found_misfit(model: Optional[Model], zoom: Optional[int]) -> Optional[ZoomMisfit]:
    """Why a found image whose finest tiles are at `zoom` is too coarse; None where it is not, or that is not known."""
    misfit = zoom_misfit(model, zoom)
    return misfit if misfit is not None and misfit.needed.is_below(misfit.zoom) else None


def nearest(zoom: int, bounds: ZoomBounds) -> int:
    """The level within `bounds` that is nearest to `zoom`."""
    least = zoom if bounds.minimum is None else max(zoom, bounds.minimum)
    return least if bounds.maximum is None else min(least, bounds.maximum)


def _cell_and_month(name: str) -> tuple[str, int]:
    """What a granule's name tells: "" and 0 for what it does not."""
    folders = _FOLDERS.search(name)
    cell, day = _CELL.search(name), _DAY.search(name)
    if cell is not None and day is not None:
        return cell[1].upper(), int(day[1])
    if folders is not None:
        return f"{int(folders[1]):02}{folders[2]}{folders[3]}", int(folders[4])
    return "", 0
