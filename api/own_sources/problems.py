"""What is wrong with a source, field by field, each as a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from qgis.PyQt.QtCore import QUrl

from ...text.translation import translate
from ..http.addresses import shown_host
from ..http.home import may_have_login
from .addresses import address_problem
from .kinds import CRSES, ZOOMS, SourceKind
from .source import OwnSource

LONGEST_NAME = 80


def name_problem(name: str, taken: Iterable[str] = ()) -> str:
    """What is wrong with the name, among those that are `taken` by others; "" when nothing is."""
    text = " ".join(name.split())
    if not text:
        return translate("OwnSources", "Give the source a name.")
    if len(text) > LONGEST_NAME:
        return translate("OwnSources", "The name is too long. Shorten it.")
    if text.casefold() in {" ".join(each.split()).casefold() for each in taken}:
        return translate("OwnSources", "Another source has this name already. Choose another one.")
    return ""


def zoom_problem(kind: SourceKind, zoom: Optional[int]) -> str:
    """What is wrong with the zoom, whatever the model needs; "" when nothing is."""
    if not kind.is_tiled or zoom is None or ZOOMS[0] <= zoom <= ZOOMS[1]:
        return ""
    return translate("OwnSources", "There is no zoom {zoom}. Choose one from {least} to {most}.").format(
        zoom=zoom, least=ZOOMS[0], most=ZOOMS[1]
    )


def crs_problem(kind: SourceKind, crs: str) -> str:
    """What is wrong with the CRS; "" when nothing is."""
    if not kind.is_tiled or crs.strip().upper() in CRSES:
        return ""
    return translate(
        "OwnSources",
        "Mapflow takes tiles in EPSG:3857 and EPSG:3395 only. Choose one of them, or export the imagery as a GeoTIFF "
        "and upload it under My Imagery.",
    )


def source_problem(source: OwnSource, taken: Iterable[str] = ()) -> str:
    """The first thing that is wrong with a source; "" when nothing is."""
    return (
        name_problem(source.name, taken)
        or address_problem(source.kind, source.url)
        or zoom_problem(source.kind, source.zoom)
        or crs_problem(source.kind, source.crs)
        or _login_fault(source)
    )


def unprotected_problem(url: str) -> str:
    """What keeps a login or a key from going to that address; "" where nothing does."""
    address = url.replace("{", "").replace("}", "")
    if may_have_login(address, shown_host(QUrl(address))):
        return ""
    return translate(
        "OwnSources",
        "A login could be read on the way to an address that begins with http://. Use https://, or do without it.",
    )


def _login_fault(source: OwnSource) -> str:
    if source.kind.is_tiled and source.authcfg and unprotected_problem(source.url):
        return unprotected_problem(source.url)
    if source.has_key and not source.authcfg:
        return translate(
            "OwnSources", "The key of the address is missing. Type the address with its key again."
        )
    return ""
