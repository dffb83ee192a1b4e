"""Which zoom levels of one's own source a model can work with, and which one is best."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from qgis.PyQt.QtCore import QLocale

from ...api.account import Model, ZoomBounds
from ...api.models.fit import (
    ZoomMisfit,
    granule_misfit,
    takes,
    zoom_misfit,
    zoom_needs,
)
from ...api.own_sources.kinds import ZOOMS, SourceKind
from ...api.own_sources.source import OwnSource
from ...text.server_text import bounded
from ...text.translation import translate

_MAX_NAME = 60


def source_zooms(source: OwnSource, model: Optional[Model]) -> tuple[Optional[int], ...]:
    """What there is to choose from: None, which leaves it to the service, and the levels, ascending.

    The level the source is kept with is among them, also where the model cannot use it.
    """
    if not source.kind.is_tiled:
        return (None,)
    needed = zoom_needs(model, source.kind).required
    fitting = {zoom for zoom in range(ZOOMS[0], ZOOMS[1] + 1) if needed.contains(zoom)}
    return (None, *sorted(fitting | ({source.zoom} if source.zoom is not None else set())))


def why_unfit(source: OwnSource, model: Optional[Model]) -> str:
    """Why the model cannot use the source as it is chosen, with the better choice; "" when it can."""
    if model is None:
        return ""
    if not takes(model, source.kind):
        return _kind_sentence(source.kind).format(model=bounded(model.title, _MAX_NAME))
    if source.kind is SourceKind.SENTINEL_L2A:
        return _granule_problem(source, model)
    misfit = zoom_misfit(model, source.zoom, source.kind) if source.kind.is_tiled else None
    if misfit is None:
        return ""
    return translate(
        "OwnSources", "{model} needs zoom {needed}, and zoom {zoom} is chosen. Choose {best} under Zoom."
    ).format(
        model=bounded(model.title, _MAX_NAME),
        needed=bounds_text(misfit.needed),
        zoom=misfit.zoom,
        best=zoom_text(misfit.best, None),
    )


def advice_on(source: OwnSource, model: Optional[Model]) -> str:
    """What the model would work better with; "" where there is nothing better."""
    misfit = zoom_misfit(model, source.zoom, source.kind, must=False) if source.kind.is_tiled else None
    return "" if misfit is None or model is None else zoom_advice(misfit, model)


def zoom_advice(misfit: ZoomMisfit, model: Model) -> str:
    """What to choose in place of a zoom that the model only works less well with."""
    return translate("OwnSources", "{model} works best at zoom {zoom}.").format(
        model=bounded(model.title, _MAX_NAME), zoom=misfit.best
    )


def _kind_sentence(kind: SourceKind) -> str:
    if kind is SourceKind.SENTINEL_L2A:
        return translate(
            "OwnSources",
            "{model} takes no Sentinel-2 imagery: pixels of 10 m are too coarse for it. Choose another model, or finer "
            "imagery.",
        )
    if kind is SourceKind.LOCAL:
        return translate(
            "OwnSources",
            "{model} takes tiles only, and this is an image. Choose another model, or a provider.",
        )
    return translate(
        "OwnSources", "{model} takes no tiles of this kind. Choose another model, or a provider's imagery."
    )


def _granule_problem(source: OwnSource, model: Model) -> str:
    misfit = granule_misfit(model, source.url)
    if misfit is None:
        return ""
    if misfit.cell:
        sentence = translate(
            "OwnSources",
            "{model} does not take granules of the cell {cell}. Choose one of the cells it is made for, or another "
            "model.",
        )
        return sentence.format(model=bounded(model.title, _MAX_NAME), cell=misfit.cell)
    return translate(
        "OwnSources",
        "{model} takes granules of {months}, and this one is of {month}. Choose one of those months.",
    ).format(
        model=bounded(model.title, _MAX_NAME),
        month=_month_name(misfit.month),
        months=_months_text(misfit.months),
    )


def _months_text(months: tuple[int, ...]) -> str:
    """Months in words: "April to October", or one by one where there are gaps."""
    if len(months) > 2 and months == tuple(range(months[0], months[-1] + 1)):
        return translate("OwnSources", "{first} to {last}").format(
            first=_month_name(months[0]), last=_month_name(months[-1])
        )
    return ", ".join(_month_name(month) for month in months)


def _month_name(month: int) -> str:
    return str(QLocale().standaloneMonthName(month))


def at_zoom(source: OwnSource, zoom: Optional[int]) -> OwnSource:
    """The source as it is used at a zoom."""
    return replace(source, zoom=zoom)


def zoom_text(zoom: Optional[int], model: Optional[Model]) -> str:
    """A zoom level as a list offers it; None leaves it to the service."""
    if zoom is None:
        return translate("OwnSources", "Automatic")
    if model is not None and zoom == model.best_zoom:
        return translate("OwnSources", "{zoom} (best)").format(zoom=zoom)
    return str(zoom)


def bounds_text(bounds: ZoomBounds) -> str:
    """A range of zoom levels in words; "" where it is open on both sides."""
    if bounds.minimum is None and bounds.maximum is None:
        return ""
    if bounds.maximum is None:
        return translate("OwnSources", "{zoom} or more").format(zoom=bounds.minimum)
    if bounds.minimum is None:
        return translate("OwnSources", "{zoom} or less").format(zoom=bounds.maximum)
    return str(bounds.minimum) if bounds.minimum == bounds.maximum else f"{bounds.minimum}–{bounds.maximum}"
