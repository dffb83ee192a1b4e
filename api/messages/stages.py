"""The codes of the stages a processing goes through: checking the imagery, loading it, finding, drawing the result.

Each is three parts: what happened, the figures (left out where the server did not send them), what to do next.
"""

from __future__ import annotations

from ...text.translation import translate

Parts = tuple[str, str, str]

_CHECK = "source-validator."
_LOAD = "dataloader."


def source_sentences() -> dict[str, Parts]:
    """What the check of the imagery (source-validator) can find."""
    found = {**_addresses(), **_zooms(), **_images(), **_pixels(), **_sentinel(), **_requests()}
    return {_CHECK + name: parts for name, parts in found.items()}


def loading_sentences() -> dict[str, Parts]:
    """What can fail while imagery is loaded, and in the stages after it."""
    source = translate("Messages", "Check the imagery source, or choose other imagery.")
    internal = _internal(translate("Messages", "Loading the imagery failed inside the service."))
    found: dict[str, Parts] = {
        _LOAD + name: parts for name, parts in {**_loader(source), **_tiles(source)}.items()
    }
    for name in ("internalError", "InternalError", "MaploaderInternalError"):
        found[_LOAD + name] = internal
    found[_LOAD + "SentinelLoaderInternalError"] = _internal(
        translate("Messages", "Loading the Sentinel-2 imagery failed inside the service.")
    )
    found["raster-processor.internalError"] = _internal(
        translate("Messages", "Preparing the imagery failed inside the service.")
    )
    found["inference.internalError"] = _internal(
        translate("Messages", "The model failed inside the service.")
    )
    found["vector-processor.EmptyFolder"] = (
        translate("Messages", "There was nothing to draw the result from: the model left no output."),
        "",
        translate(
            "Messages",
            "Check on the map that the area has imagery and restart the processing; if it fails again, tell the "
            "service's support its id.",
        ),
    )
    found["vector-processor.internalError"] = _internal(
        translate("Messages", "Drawing the result failed inside the service.")
    )
    return found


def _internal(what: str) -> Parts:
    return (
        what,
        "",
        translate(
            "Messages", "Restart the processing; if it fails again, tell the service's support its id."
        ),
    )


def _addresses() -> dict[str, Parts]:
    again = translate("Messages", "Correct the address of the imagery.")
    return {
        "UrlMustBeString": (
            translate("Messages", "The address of the imagery is not a text."),
            translate("Messages", "It is: {url_type}."),
            again,
        ),
        "UrlMustBeLink": (
            translate("Messages", "The address of the imagery is not a web address."),
            "",
            again,
        ),
        "UrlFormatInvalid": (
            translate("Messages", "The address of the imagery is not written as it should be."),
            translate("Messages", "The service said: {parse_error_message}."),
            again,
        ),
        "UrlBlacklisted": (
            translate("Messages", "The service does not take imagery from this address."),
            translate("Messages", "It is: {url}."),
            translate("Messages", "Use another imagery source."),
        ),
        "QuadkeyLinkFormatError": (
            translate("Messages", "The quadkey address is not written as it should be."),
            "",
            translate("Messages", "It needs {q} where the quadkey goes."),
        ),
        "TMSLinkFormatError": (
            translate("Messages", "The TMS address is not written as it should be."),
            "",
            translate("Messages", "It needs {x}, {-y} (or {y}) and {z} where the tile's numbers go."),
        ),
        "XYZLinkFormatError": (
            translate("Messages", "The XYZ address is not written as it should be."),
            "",
            translate("Messages", "It needs {x}, {y} and {z} where the tile's numbers go."),
        ),
        "S3URLError": (
            translate("Messages", "The link to the uploaded image is not valid."),
            translate("Messages", "It is: {actual_s3_link}."),
            translate("Messages", "Choose the image again from your imagery, or upload it anew."),
        ),
        "ReadFromS3Failed": (
            translate("Messages", "The uploaded image could not be read from storage."),
            translate("Messages", "It is: {s3_link}."),
            translate("Messages", "Check that it is still in your imagery, or upload it anew."),
        ),
    }


def _zooms() -> dict[str, Parts]:
    return {
        "ZoomMustBeInteger": (
            translate("Messages", "The zoom is not a whole number."),
            translate("Messages", "It is {actual_zoom}."),
            translate("Messages", "Choose a zoom from the list."),
        ),
        "InvalidZoomValue": (
            translate("Messages", "The zoom is out of the range that exists."),
            translate("Messages", "It is {actual_zoom}."),
            translate("Messages", "Choose a zoom from the list."),
        ),
        "TooHighZoom": (
            translate("Messages", "The zoom is too high for this model."),
            translate("Messages", "It is {actual_zoom}, and at most {max_zoom} is possible."),
            translate("Messages", "Choose a lower zoom."),
        ),
        "TooLowZoom": (
            translate("Messages", "The zoom is too low for this model."),
            translate("Messages", "It is {actual_zoom}, and at least {min_zoom} is needed."),
            translate("Messages", "Choose a higher zoom."),
        ),
    }


def _images() -> dict[str, Parts]:
    upload = translate("Messages", "Export the image as a georeferenced 8-bit RGB GeoTIFF and upload that.")
    return {
        "ImageMetadataMustBeDict": (
            translate("Messages", "The image's description is not what the service expects."),
            "",
            upload,
        ),
        "ImageMetadataKeyError": (
            translate("Messages", "The image's description lacks something the service needs."),
            "",
            upload,
        ),
        "LocalRequestKeyError": (
            translate("Messages", "The request for the uploaded image lacks something."),
            "",
            translate("Messages", "Choose the image again from your imagery."),
        ),
        "ImageReadError": (
            translate("Messages", "The image could not be read."),
            "",
            translate(
                "Messages", "Check that it is a whole GeoTIFF by opening it in QGIS, and upload it again."
            ),
        ),
        "BadImageProfile": (
            translate("Messages", "The image's format is not one the model can use."),
            translate("Messages", "It is {profile}, and these are needed: {required_keys}."),
            upload,
        ),
        "DtypeNotAllowed": (
            translate("Messages", "The image's pixels have a data type the model cannot use."),
            translate("Messages", "It is {request_dtype}, and the model takes {required_dtypes}."),
            upload,
        ),
        "NChannelsNotAllowed": (
            translate("Messages", "The image has a number of bands the model cannot use."),
            translate("Messages", "It has {real_nchannels}, and the model takes {required_nchannels}."),
            upload,
        ),
        "ImageCheckError": (
            translate("Messages", "The image did not pass a check of the service."),
            translate("Messages", "It is about {checked_param}: {message}."),
            upload,
        ),
    }


def _pixels() -> dict[str, Parts]:
    return {
        "PixelSizeTooLow": (
            translate("Messages", "The imagery is too detailed for this model."),
            translate(
                "Messages", "Its pixels are {actual_res:length}, and at least {min_res:length} is needed."
            ),
            translate(
                "Messages",
                "Choose a model for more detailed imagery, or resample the image to larger pixels.",
            ),
        ),
        "PixelSizeTooHigh": (
            translate("Messages", "The imagery is too coarse for this model."),
            translate(
                "Messages", "Its pixels are {actual_res:length}, and at most {max_res:length} is possible."
            ),
            translate("Messages", "Choose more detailed imagery or a higher zoom."),
        ),
        "NoDataInAOI": (
            translate("Messages", "There is no imagery in the area."),
            "",
            translate(
                "Messages", "Preview the imagery on the map, and move the area or choose other imagery."
            ),
        ),
    }


def _sentinel() -> dict[str, Parts]:
    grid = translate("Messages", "Choose the Sentinel-2 imagery again for this area.")
    return {
        "SentinelInputStringKeyError": (
            translate("Messages", "The Sentinel-2 imagery is not named."),
            "",
            grid,
        ),
        "SentinelInputStringFormatError": (
            translate("Messages", "The name of the Sentinel-2 imagery is not written as it should be."),
            translate("Messages", "It is: {input_string}."),
            grid,
        ),
        "GridCellOutOfBound": (
            translate("Messages", "The model does not cover this part of the Sentinel-2 grid."),
            translate("Messages", "The cell is {actual_cell}, and these are covered: {allowed_cells}."),
            translate("Messages", "Choose an area within those cells."),
        ),
        "AOINotInCell": (
            translate("Messages", "The area does not lie in the chosen cell of the Sentinel-2 grid."),
            translate("Messages", "The cell is {actual_cell}."),
            grid,
        ),
        "MonthOutOfBounds": (
            translate("Messages", "The model does not work for this month."),
            translate("Messages", "It is {actual_month}, and these are possible: {allowed_months}."),
            translate("Messages", "Choose imagery of another month."),
        ),
    }


def _requests() -> dict[str, Parts]:
    again = translate(
        "Messages",
        "Choose the model and the imagery again and restart; if it fails again, tell the service's support.",
    )
    failed = translate("Messages", "Checking the imagery failed inside the service.")
    return {
        "RequirementsMustBeDict": (
            translate("Messages", "The model's requirements are not written as they should be."),
            translate("Messages", "They are: {requirements_type}."),
            again,
        ),
        "RequestMustBeDict": (
            translate("Messages", "The request for imagery is not written as it should be."),
            translate("Messages", "It is: {request_type}."),
            again,
        ),
        "RequestMustHaveSourceType": (translate("Messages", "The kind of imagery is not named."), "", again),
        "SourceTypeIsNotAllowed": (
            translate("Messages", "The model does not work with this kind of imagery."),
            translate("Messages", "It is {source_type}, and these are possible: {allowed_sources}."),
            translate("Messages", "Choose other imagery or another model."),
        ),
        "RequiredSectionMustBeDict": (
            translate("Messages", "The model's required limits are not written as they should be."),
            translate("Messages", "They are: {required_section_type}."),
            again,
        ),
        "RecommendedSectionMustBeDict": (
            translate("Messages", "The model's recommended limits are not written as they should be."),
            translate("Messages", "They are: {recommended_section_type}."),
            again,
        ),
        "TaskMustContainAoi": (
            translate("Messages", "The processing has no area."),
            "",
            translate("Messages", "Draw an area and start again."),
        ),
        "UnhandledException": _internal(failed),
        "internalError": _internal(failed),
    }


def _loader(source: str) -> dict[str, Parts]:
    return {
        "UnknownSourceType": (
            translate("Messages", "The service does not know this kind of imagery."),
            translate(
                "Messages", "It is {real_source_types}, and these are possible: {allowed_source_types}."
            ),
            translate("Messages", "Choose other imagery."),
        ),
        "MemoryLimitExceeded": (
            translate(
                "Messages",
                "The area is too large for this zoom: its imagery does not fit into the service's memory.",
            ),
            translate("Messages", "It needs {estimated_size}, and {allowed_size} are allowed."),
            translate("Messages", "Draw a smaller area or choose a lower zoom."),
        ),
        "LoaderArgsError": (
            translate("Messages", "The request for imagery has a value of a wrong type."),
            translate("Messages", "{argument_name} is {argument_type}, and {expected_type} is needed."),
            source,
        ),
        "WrongChannelsNum": (
            translate("Messages", "The imagery has another number of bands than the model needs."),
            translate("Messages", "It has {real_nchannels}, and {expected_nchannels} are needed."),
            source,
        ),
        "CrsIsNotSupported": (
            translate("Messages", "The service cannot work in the imagery's coordinate reference system."),
            "",
            translate(
                "Messages", "Use EPSG:3857 or EPSG:3395 for tiles, or a projected system for an image."
            ),
        ),
    }


def _tiles(source: str) -> dict[str, Parts]:
    return {
        "WrongTileSize": (
            translate("Messages", "The imagery's tiles have another size than expected."),
            translate("Messages", "They have {real_size} pixels, and {expected_size} are needed."),
            source,
        ),
        "TileNotLoaded": (
            translate("Messages", "A tile of the imagery could not be loaded."),
            translate("Messages", "It is {tile_location}; the answer was {status}."),
            translate(
                "Messages",
                "Restart the processing; if it fails again, check the imagery source or choose other imagery.",
            ),
        ),
        "NoDataTile": (
            translate("Messages", "A tile of the imagery has no picture in it."),
            translate("Messages", "It is {tile_location}."),
            translate(
                "Messages", "Preview the imagery on the map, and move the area or choose other imagery."
            ),
        ),
        "TileNotReadable": (
            translate("Messages", "A tile of the imagery is not a picture that the service can read."),
            translate("Messages", "It is {tile_location}."),
            source,
        ),
    }
