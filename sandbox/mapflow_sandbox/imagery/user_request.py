"""What a request says of a user's own source, checked: tiles on this machine, a granule, an image in our storage."""

from __future__ import annotations

import re
from string import Formatter

from ..faults import ApiFault, bad_request
from ..rasters.files import BUCKET
from . import loopback
from .granule import Granule, NotAGranule
from .tile_service import CRSES, TileService

_FORMAT_FAULTS = {
    "XYZ": "XYZLinkFormatError",
    "TMS": "TMSLinkFormatError",
    "QUADKEY": "QuadkeyLinkFormatError",
}
_MARKS, _QUADKEY_MARKS = ["x", "y", "z"], ["q"]
_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_OBJECT = re.compile(r"s3://[^/]+/.+")
_IMAGE = re.compile(rf"{re.escape(BUCKET)}/{_ID}/(?:cog/)?(?P<image>{_ID})\.tif")


def tile_service(kind: str, url: str | None, crs: str | None) -> TileService:
    """The tiles a request names, which have to be on this machine. Raises ApiFault with the code of the service."""
    system = (crs or CRSES[0]).upper()
    if url is None:
        raise bad_request("userDefined needs a url.", "source-validator.UrlMustBeString", url_type="None")
    if not url.startswith(("http://", "https://")):
        raise bad_request("The url of tiles is no link.", "source-validator.UrlMustBeLink")
    if system not in CRSES:
        raise bad_request(f"Tiles are read in {' and '.join(CRSES)} only.", "dataloader.CrsIsNotSupported")
    wanted = _QUADKEY_MARKS if kind == "QUADKEY" else _MARKS
    if _marks(url) != wanted:
        named = ", ".join(f"{{{mark}}}" for mark in wanted)
        code = f"source-validator.{_FORMAT_FAULTS[kind]}"
        raise bad_request(f"The url of {kind} tiles needs {named}, each once, and no other mark.", code)
    service = TileService(kind, url, system)
    try:
        loopback.check(service.address(1, 0, 0))
    except loopback.NotLoopback as error:
        raise blacklisted(url) from error
    except ValueError as error:
        raise _unreadable(error) from error
    return service


def granule(name: str | None) -> Granule:
    """The Sentinel-2 image a request names. Raises ApiFault."""
    if name is None:
        raise bad_request(
            "userDefined needs the name of a granule.", "source-validator.SentinelInputStringKeyError"
        )
    try:
        return Granule.of(name)
    except NotAGranule as error:
        raise bad_request(
            "The url is no name of a Sentinel-2 granule.",
            "source-validator.SentinelInputStringFormatError",
            input_string=name[:2000],
        ) from error


def stored_image(url: str | None) -> str:
    """The id of the image whose place in our storage a request names. Raises ApiFault."""
    if url is None:
        raise bad_request("userDefined needs a url.", "source-validator.LocalRequestKeyError")
    if _OBJECT.fullmatch(url) is None:
        raise bad_request(
            "The url is none of an image in a storage.",
            "source-validator.S3URLError",
            actual_s3_link=url[:2000],
        )
    found = _IMAGE.fullmatch(url)
    if found is None:
        raise not_in_storage(url)
    return found["image"]


def not_in_storage(url: str) -> ApiFault:
    """There is nothing at that place that the account may read."""
    return bad_request(
        "There is no image at this url.", "source-validator.ReadFromS3Failed", s3_link=url[:2000]
    )


def blacklisted(url: str) -> ApiFault:
    """The address leads out of this machine."""
    return bad_request(
        "This server fetches tiles from this machine alone.",
        "source-validator.UrlBlacklisted",
        url=url[:2000],
    )


def _marks(url: str) -> list[str]:
    """The marks in an address, sorted. Raises ApiFault where its braces do not match."""
    try:
        return sorted(mark for _text, mark, _spec, _conversion in Formatter().parse(url) if mark is not None)
    except ValueError as error:
        raise _unreadable(error) from error


def _unreadable(error: ValueError) -> ApiFault:
    return bad_request(
        "The url of tiles cannot be read.",
        "source-validator.UrlFormatInvalid",
        parse_error_message=str(error)[:200],
    )
