"""What a request says of a user's own tile server, checked: it has to be on this machine."""

from __future__ import annotations

from ..faults import ApiFault, bad_request
from . import loopback
from .tile_service import CRSES, ROW, TILE_TYPES, TileService

_FORMAT_FAULTS = {
    "XYZ": "XYZLinkFormatError",
    "TMS": "TMSLinkFormatError",
    "QUADKEY": "QuadkeyLinkFormatError",
}


def tile_service(source_type: str, url: str, crs: str | None) -> TileService:
    """The service a request names, which has to be on this machine. Raises ApiFault with the code of the service."""
    kind, system = source_type.upper(), (crs or CRSES[0]).upper()
    if kind not in TILE_TYPES:
        raise bad_request(
            "This server reads no imagery of this sourceType.",
            "source-validator.SourceTypeIsNotAllowed",
            source_type=source_type[:100],
            allowed_sources=", ".join(TILE_TYPES),
        )
    if not url.lower().startswith(("http://", "https://")):
        raise bad_request("The url of tiles is no link.", "source-validator.UrlMustBeLink")
    if system not in CRSES:
        raise bad_request(f"Tiles are read in {' and '.join(CRSES)} only.", "dataloader.CrsIsNotSupported")
    needed = ("{q}",) if kind == "QUADKEY" else ("{z}", "{x}")
    if not all(each in url for each in needed) or (kind != "QUADKEY" and not ROW.search(url)):
        wanted = "{q}" if kind == "QUADKEY" else "{z}, {x} and {y}"
        raise bad_request(
            f"The url of {kind} tiles needs {wanted}.", f"source-validator.{_FORMAT_FAULTS[kind]}"
        )
    service = TileService(kind, url, system)
    try:
        loopback.check(service.address(1, 0, 0))
    except loopback.NotLoopback as error:
        raise blacklisted(url) from error
    except ValueError as error:
        raise bad_request(
            "The url of tiles cannot be read.",
            "source-validator.UrlFormatInvalid",
            parse_error_message=str(error)[:200],
        ) from error
    return service


def blacklisted(url: str) -> ApiFault:
    """The address leads out of this machine."""
    return bad_request(
        "This server fetches tiles from this machine alone.",
        "source-validator.UrlBlacklisted",
        url=url[:2000],
    )
