"""The codes of the stages a processing goes through: checking the imagery, loading it, finding, drawing the result.

Each is three parts: what happened, the figures (left out where the server did not send them), what to do next.
"""

from __future__ import annotations

from .translation import tr

Parts = tuple[str, str, str]

_CHECK = "source-validator."
_LOAD = "dataloader."


def source_sentences() -> dict[str, Parts]:
    """What the check of the imagery (source-validator) can find."""
    found = {**_addresses(), **_zooms(), **_images(), **_pixels(), **_sentinel(), **_requests()}
    return {_CHECK + name: parts for name, parts in found.items()}


def loading_sentences() -> dict[str, Parts]:
    """What can fail while imagery is loaded, and in the stages after it."""
    internal = _internal(tr("Loading the imagery failed inside the service."))
    found: dict[str, Parts] = {_LOAD + name: parts for name, parts in _loader().items()}
    for name in ("internalError", "InternalError", "MaploaderInternalError"):
        found[_LOAD + name] = internal
    found[_LOAD + "SentinelLoaderInternalError"] = _internal(
        tr("Loading the Sentinel-2 imagery failed inside the service.")
    )
    found["raster-processor.internalError"] = _internal(
        tr("Preparing the imagery failed inside the service.")
    )
    found["inference.internalError"] = _internal(tr("The model failed inside the service."))
    found["vector-processor.internalError"] = _internal(tr("Drawing the result failed inside the service."))
    return found


def _internal(what: str) -> Parts:
    return what, "", tr("Restart the processing; if it fails again, tell the service's support its id.")


def _addresses() -> dict[str, Parts]:
    again = tr("Correct the address of the imagery.")
    return {
        "UrlMustBeString": (tr("The address of the imagery is not a text."), tr("It is: {url_type}."), again),
        "UrlMustBeLink": (tr("The address of the imagery is not a web address."), "", again),
        "UrlFormatInvalid": (
            tr("The address of the imagery is not written as it should be."),
            tr("The service said: {parse_error_message}."),
            again,
        ),
        "UrlBlacklisted": (
            tr("The service does not take imagery from this address."),
            tr("It is: {url}."),
            tr("Use another imagery source."),
        ),
        "QuadkeyLinkFormatError": (
            tr("The quadkey address is not written as it should be."),
            "",
            tr("It needs {q} where the quadkey goes."),
        ),
        "TMSLinkFormatError": (
            tr("The TMS address is not written as it should be."),
            "",
            tr("It needs {x}, {-y} (or {y}) and {z} where the tile's numbers go."),
        ),
        "XYZLinkFormatError": (
            tr("The XYZ address is not written as it should be."),
            "",
            tr("It needs {x}, {y} and {z} where the tile's numbers go."),
        ),
        "S3URLError": (
            tr("The link to the uploaded image is not valid."),
            tr("It is: {actual_s3_link}."),
            tr("Choose the image again from your imagery, or upload it anew."),
        ),
        "ReadFromS3Failed": (
            tr("The uploaded image could not be read from storage."),
            tr("It is: {s3_link}."),
            tr("Check that it is still in your imagery, or upload it anew."),
        ),
    }


def _zooms() -> dict[str, Parts]:
    return {
        "ZoomMustBeInteger": (
            tr("The zoom is not a whole number."),
            tr("It is {actual_zoom}."),
            tr("Choose a zoom from the list."),
        ),
        "InvalidZoomValue": (
            tr("The zoom is out of the range that exists."),
            tr("It is {actual_zoom}."),
            tr("Choose a zoom from the list."),
        ),
        "TooHighZoom": (
            tr("The zoom is too high for this model."),
            tr("It is {actual_zoom}, and at most {max_zoom} is possible."),
            tr("Choose a lower zoom."),
        ),
        "TooLowZoom": (
            tr("The zoom is too low for this model."),
            tr("It is {actual_zoom}, and at least {min_zoom} is needed."),
            tr("Choose a higher zoom."),
        ),
    }


def _images() -> dict[str, Parts]:
    upload = tr("Export the image as a georeferenced 8-bit RGB GeoTIFF and upload that.")
    return {
        "ImageMetadataMustBeDict": (
            tr("The image's description is not what the service expects."),
            "",
            upload,
        ),
        "ImageMetadataKeyError": (
            tr("The image's description lacks something the service needs."),
            "",
            upload,
        ),
        "LocalRequestKeyError": (
            tr("The request for the uploaded image lacks something."),
            "",
            tr("Choose the image again from your imagery."),
        ),
        "ImageReadError": (
            tr("The image could not be read."),
            "",
            tr("Check that it is a whole GeoTIFF by opening it in QGIS, and upload it again."),
        ),
        "BadImageProfile": (
            tr("The image's format is not one the model can use."),
            tr("It is {profile}, and these are needed: {required_keys}."),
            upload,
        ),
        "DtypeNotAllowed": (
            tr("The image's pixels have a data type the model cannot use."),
            tr("It is {request_dtype}, and the model takes {required_dtypes}."),
            upload,
        ),
        "NChannelsNotAllowed": (
            tr("The image has a number of bands the model cannot use."),
            tr("It has {real_nchannels}, and the model takes {required_nchannels}."),
            upload,
        ),
        "ImageCheckError": (
            tr("The image did not pass a check of the service."),
            tr("It is about {checked_param}: {message}."),
            upload,
        ),
    }


def _pixels() -> dict[str, Parts]:
    return {
        "PixelSizeTooLow": (
            tr("The imagery is too detailed for this model."),
            tr("Its pixels are {actual_res} m, and at least {min_res} m is needed."),
            tr("Choose a model for more detailed imagery, or resample the image to larger pixels."),
        ),
        "PixelSizeTooHigh": (
            tr("The imagery is too coarse for this model."),
            tr("Its pixels are {actual_res} m, and at most {max_res} m is possible."),
            tr("Choose more detailed imagery or a higher zoom."),
        ),
        "NoDataInAOI": (
            tr("There is no imagery in the area."),
            "",
            tr("Preview the imagery on the map, and move the area or choose other imagery."),
        ),
    }


def _sentinel() -> dict[str, Parts]:
    grid = tr("Choose the Sentinel-2 imagery again for this area.")
    return {
        "SentinelInputStringKeyError": (tr("The Sentinel-2 imagery is not named."), "", grid),
        "SentinelInputStringFormatError": (
            tr("The name of the Sentinel-2 imagery is not written as it should be."),
            tr("It is: {input_string}."),
            grid,
        ),
        "GridCellOutOfBound": (
            tr("The model does not cover this part of the Sentinel-2 grid."),
            tr("The cell is {actual_cell}, and these are covered: {allowed_cells}."),
            tr("Choose an area within those cells."),
        ),
        "AOINotInCell": (
            tr("The area does not lie in the chosen cell of the Sentinel-2 grid."),
            tr("The cell is {actual_cell}."),
            grid,
        ),
        "MonthOutOfBounds": (
            tr("The model does not work for this month."),
            tr("It is {actual_month}, and these are possible: {allowed_months}."),
            tr("Choose imagery of another month."),
        ),
    }


def _requests() -> dict[str, Parts]:
    again = tr(
        "Choose the model and the imagery again and restart; if it fails again, tell the service's support."
    )
    failed = tr("Checking the imagery failed inside the service.")
    return {
        "RequirementsMustBeDict": (
            tr("The model's requirements are not written as they should be."),
            tr("They are: {requirements_type}."),
            again,
        ),
        "RequestMustBeDict": (
            tr("The request for imagery is not written as it should be."),
            tr("It is: {request_type}."),
            again,
        ),
        "RequestMustHaveSourceType": (tr("The kind of imagery is not named."), "", again),
        "SourceTypeIsNotAllowed": (
            tr("The model does not work with this kind of imagery."),
            tr("It is {source_type}, and these are possible: {allowed_sources}."),
            tr("Choose other imagery or another model."),
        ),
        "RequiredSectionMustBeDict": (
            tr("The model's required limits are not written as they should be."),
            tr("They are: {required_section_type}."),
            again,
        ),
        "RecommendedSectionMustBeDict": (
            tr("The model's recommended limits are not written as they should be."),
            tr("They are: {recommended_section_type}."),
            again,
        ),
        "TaskMustContainAoi": (tr("The processing has no area."), "", tr("Draw an area and start again.")),
        "UnhandledException": _internal(failed),
        "internalError": _internal(failed),
    }


def _loader() -> dict[str, Parts]:
    source = tr("Check the imagery source, or choose other imagery.")
    return {
        "UnknownSourceType": (
            tr("The service does not know this kind of imagery."),
            tr("It is {real_source_types}, and these are possible: {allowed_source_types}."),
            tr("Choose other imagery."),
        ),
        "MemoryLimitExceeded": (
            tr("The area is too large for this zoom: its imagery does not fit into the service's memory."),
            tr("It needs {estimated_size}, and {allowed_size} are allowed."),
            tr("Draw a smaller area or choose a lower zoom."),
        ),
        "LoaderArgsError": (
            tr("The request for imagery has a value of a wrong type."),
            tr("{argument_name} is {argument_type}, and {expected_type} is needed."),
            source,
        ),
        "WrongChannelsNum": (
            tr("The imagery has another number of bands than the model needs."),
            tr("It has {real_nchannels}, and {expected_nchannels} are needed."),
            source,
        ),
        "WrongTileSize": (
            tr("The imagery's tiles have another size than expected."),
            tr("They have {real_size} pixels, and {expected_size} are needed."),
            source,
        ),
        "TileNotLoaded": (
            tr("A tile of the imagery could not be loaded."),
            tr("It is {tile_location}; the answer was {status}."),
            tr(
                "Restart the processing; if it fails again, check the imagery source or choose other imagery."
            ),
        ),
        "CrsIsNotSupported": (
            tr("The service cannot work in the imagery's coordinate reference system."),
            "",
            tr("Use EPSG:3857 or EPSG:3395 for tiles, or a projected system for an image."),
        ),
    }
