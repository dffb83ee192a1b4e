"""A layer's metadata: what it shows, by which processing of whom, and where more is told.

They are values, and made in any thread. QGIS keeps them with a layer in the project, and with a table in a GeoPackage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timezone
from typing import TYPE_CHECKING, Any, Optional

from qgis import core
from qgis.core import (
    Qgis,
    QgsAbstractMetadataBase,
    QgsCoordinateReferenceSystem,
    QgsLayerMetadata,
    QgsMapLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QDateTime, QUrl

from ...api.processings import Processing
from ...text.quantities import area_text, credits_text, number_text
from ...text.server_text import unmarked
from ...text.translation import translate
from .imagery_text import imagery_lines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

RESULT_ROLE = "result"
TILES_ROLE = "tiles"
AREA_ROLE = "areas"
SOURCE_ROLE = "source imagery"
RASTER_ROLE = "result raster"
LONGEST_TITLE = 80
LONGEST_FACT = 1_000
_SERVICE = "Mapflow"  # a product's name: the same in every language
_SERVICE_PAGE = "https://app.mapflow.ai"
_KEYWORDS = "Mapflow"
_BEYOND = re.compile("[\U00010000-\U0010ffff\ufe0f\u200d]+")  # with what joins and colours such signs
_PROVIDER_KEYS = ("providerName", "dataProvider")


@dataclass(frozen=True)
class Part:
    """A part of a processing's area, as the service names it; `number` counts from 1."""

    id: str
    number: int


def fill_metadata(
    metadata: QgsLayerMetadata, processing: Processing, server: str, role: str, part: Optional[Part] = None
) -> None:
    """Write what is known of a layer of `processing` on `server`; what the user has added stays where it can.

    A layer of one `part` of the area is a thing of its own, whose parent is the processing.
    """
    metadata.setIdentifier(processing.id if part is None else part.id)
    metadata.setParentIdentifier(processing.project_id if part is None else processing.id)
    title = _plain(processing.name, LONGEST_TITLE)
    metadata.setTitle(title if part is None else part_title(title, part.number))
    metadata.setType("dataset")
    metadata.setAbstract(_abstract(processing, server, role, part))
    words = [processing.model_title, provider_of(processing), *_options(processing)]
    metadata.addKeywords(_KEYWORDS, [_plain(word, LONGEST_TITLE) for word in dict.fromkeys(words) if word])
    metadata.setRights([attribution(processing, role)])
    if _is_of_service(server):
        link = QgsAbstractMetadataBase.Link(_SERVICE, "WWW:LINK", _SERVICE_PAGE)
        metadata.setLinks([link])
    metadata.setHistory(list(_history(processing)))
    _date(metadata, processing)


def part_title(title: str, number: int) -> str:
    """What to call what is of one part of an area."""
    return translate("Origin", "{title} (part {number})").format(title=title, number=number_text(number, 0))


def place_metadata(
    metadata: QgsLayerMetadata, crs: QgsCoordinateReferenceSystem, extent: QgsRectangle
) -> None:
    """Write where the layer lies, and in which system."""
    metadata.setCrs(crs)
    if not extent.isFinite() or extent.isNull():
        return
    where = QgsLayerMetadata.SpatialExtent()
    where.extentCrs = crs
    where.bounds = _box(extent)
    whole = QgsLayerMetadata.Extent()
    whole.setSpatialExtents([where])
    metadata.setExtent(whole)


def _plain(text: str, limit: int) -> str:
    """Return a text as QGIS and its files show it: of letters beyond U+FFFF, they lose some and break others."""
    return unmarked(_BEYOND.sub("", text), limit)


def _box(extent: QgsRectangle) -> Any:
    """Return the box that metadata take, whose class has two names."""
    made = getattr(core, "QgsBox3D", None) or core.QgsBox3d  # type: ignore[attr-defined]  # QGIS before 3.34
    return made(extent)


def attribution(processing: Processing, role: str, of_tiles: str = "") -> str:
    """Whom a map names for the layer; `of_tiles` is what the service says of the tiles."""
    provider = _plain(provider_of(processing), LONGEST_TITLE)
    if role == SOURCE_ROLE:
        told = translate("Origin", "Imagery: {provider}").format(provider=provider) if provider else _SERVICE
    elif provider:
        told = translate("Origin", "{service}, from imagery of {provider}").format(
            service=_SERVICE, provider=provider
        )
    else:
        told = _SERVICE
    more = _plain(of_tiles, LONGEST_FACT)
    return f"{told} · {more}" if more and more != told else told


def attribute(layer: QgsMapLayer, text: str) -> None:
    """Let maps with `layer` name `text`."""
    properties = layer.serverProperties()
    if hasattr(properties, "setAttribution"):
        properties.setAttribution(text)  # QGIS 3.24 and later
    else:
        layer.setAttribution(text)


def attribution_of(layer: QgsMapLayer) -> str:
    """Whom maps with `layer` name."""
    properties = layer.serverProperties()
    told = properties.attribution() if hasattr(properties, "attribution") else layer.attribution()
    return str(told or "")


def provider_of(processing: Processing) -> str:
    """Who has the imagery of a processing; "" where it is the user's own, or not told."""
    for about in processing.source.values():
        told = [about.get(key) for key in _PROVIDER_KEYS] if isinstance(about, dict) else []
        named = next((name for name in told if isinstance(name, str) and name), "")
        if named:
            return named
    return ""


def _abstract(processing: Processing, server: str, role: str, part: Optional[Part]) -> str:
    lines = [
        (translate("Origin", "Processing"), processing.name),
        (translate("Origin", "Description"), processing.description),
        (translate("Origin", "Model"), processing.model_title),
        (translate("Origin", "Options"), ", ".join(_options(processing))),
        (translate("Origin", "Imagery"), "; ".join(imagery_lines(processing.source))),
        (translate("Origin", "Area"), "" if processing.area_m2 is None else area_text(processing.area_m2)),
        (translate("Origin", "Cost"), "" if processing.cost is None else credits_text(processing.cost)),
        (translate("Origin", "Created"), _time_text(processing.created)),
        (translate("Origin", "Changed"), _time_text(processing.updated)),
        (translate("Origin", "Part of the area"), "" if part is None else number_text(part.number, 0)),
        (translate("Origin", "Part ID"), "" if part is None else part.id),
        (translate("Origin", "Processing ID"), processing.id),
        (translate("Origin", "Project ID"), processing.project_id),
        (translate("Origin", "Server"), server),
    ]
    facts = [f"{title}: {_plain(value, LONGEST_FACT)}" for title, value in lines if value]
    return "\n".join([_what(processing, role), *facts])


def _what(processing: Processing, role: str) -> str:
    sentences = {
        RESULT_ROLE: translate("Origin", "Objects that the Mapflow model “{model}” found in imagery."),
        TILES_ROLE: translate(
            "Origin",
            "Objects that the Mapflow model “{model}” found in imagery, shown as tiles of the service.",
        ),
        SOURCE_ROLE: translate("Origin", "Imagery in which the Mapflow model “{model}” looked for objects."),
        RASTER_ROLE: translate("Origin", "A raster that the Mapflow model “{model}” made of imagery."),
        AREA_ROLE: translate("Origin", "The area in which the Mapflow model “{model}” looked for objects."),
    }
    return sentences.get(role, sentences[RESULT_ROLE]).format(
        model=_plain(processing.model_title, LONGEST_TITLE)
    )


def _options(processing: Processing) -> list[str]:
    """What was switched on of the model, as people know it."""
    titles = (processing.block_titles.get(name, name) for name, enabled in processing.blocks if enabled)
    return [title for title in titles if title]


def _history(processing: Processing) -> Iterable[str]:
    if processing.created is not None:
        text = translate("Origin", "{time}: the processing was started.")
        yield text.format(time=_time_text(processing.created))
    if processing.updated is not None:
        yield translate("Origin", "{time}: the result was made.").format(time=_time_text(processing.updated))


def _date(metadata: QgsLayerMetadata, processing: Processing) -> None:
    """Write the dates where QGIS has a place for them, which 3.22 has not: there the history tells them."""
    kinds = getattr(Qgis, "MetadataDateType", None)
    if kinds is None or not hasattr(metadata, "setDateTime"):
        return
    for kind, moment in ((kinds.Created, processing.created), (kinds.Revised, processing.updated)):
        if moment is not None:
            metadata.setDateTime(kind, QDateTime.fromSecsSinceEpoch(int(moment.timestamp())).toUTC())


def _time_text(moment: Optional[datetime]) -> str:
    if moment is None:
        return ""
    return (
        moment.astimezone(timezone.utc).isoformat(timespec="seconds") if moment.tzinfo else moment.isoformat()
    )


def _is_of_service(server: str) -> bool:
    host = QUrl(server).host().lower()
    return host == "mapflow.ai" or host.endswith(".mapflow.ai")
