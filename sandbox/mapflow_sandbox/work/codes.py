"""Every code a processing's message can have, with parameters as the service sends them: text, figures included.

API reference, "Error Messages", and the service's list of codes beyond it. Some of them the work itself comes to; any
can be asked for.
"""

from __future__ import annotations

from collections.abc import Mapping

Parameters = Mapping[str, str]

_PROFILE = "{'driver': 'GTiff', 'dtype': 'uint8', 'count': 3}"
_TILE = "https://tiles.example.org/18/158453/82018.png"
_STORED = "s3://users-data/6f2c1d8a/rasters/field-north.tif"

_ADDRESSES: dict[str, Parameters] = {
    "UrlMustBeString": {"url_type": "<class 'int'>"},
    "UrlMustBeLink": {},
    "UrlFormatInvalid": {"parse_error_message": "Port could not be cast to integer value as '80a'"},
    "UrlBlacklisted": {"url": "https://mt1.google.com/vt/lyrs=s&x={x}&y={y}&z={z}"},
    "QuadkeyLinkFormatError": {},
    "TMSLinkFormatError": {},
    "XYZLinkFormatError": {},
    "S3URLError": {"actual_s3_link": "users-data/6f2c1d8a/rasters/field-north.tif"},
    "ReadFromS3Failed": {"s3_link": _STORED},
}
_ZOOMS: dict[str, Parameters] = {
    "ZoomMustBeInteger": {"actual_zoom": "18.5"},
    "InvalidZoomValue": {"actual_zoom": "-1"},
    "TooHighZoom": {"max_zoom": "18", "actual_zoom": "21"},
    "TooLowZoom": {"min_zoom": "17", "actual_zoom": "14"},
}
_IMAGES: dict[str, Parameters] = {
    "ImageMetadataMustBeDict": {},
    "ImageMetadataKeyError": {},
    "LocalRequestKeyError": {},
    "ImageReadError": {},
    "BadImageProfile": {"profile": _PROFILE, "required_keys": "crs, transform, width, height"},
    "DtypeNotAllowed": {"required_dtypes": "uint8", "request_dtype": "float32"},
    "NChannelsNotAllowed": {"required_nchannels": "3, 4", "real_nchannels": "7"},
    "PixelSizeTooLow": {"actual_res": "0.0812", "min_res": "0.3"},
    "PixelSizeTooHigh": {"actual_res": "9.9832", "max_res": "1.2"},
    "ImageCheckError": {
        "checked_param": "nodata",
        "message": "nodata is not a number",
        "metadata": _PROFILE,
    },
    "NoDataInAOI": {},
}
_SENTINEL: dict[str, Parameters] = {
    "SentinelInputStringKeyError": {},
    "SentinelInputStringFormatError": {"input_string": "S2A_MSIL1C_20240704"},
    "GridCellOutOfBound": {"actual_cell": "31TCJ", "allowed_cells": "37NBA, 37NBB"},
    "AOINotInCell": {"actual_cell": "37NBA"},
    "MonthOutOfBounds": {"actual_month": "12", "allowed_months": "4, 5, 6, 7, 8, 9, 10"},
}
_REQUESTS: dict[str, Parameters] = {
    "RequirementsMustBeDict": {"requirements_type": "<class 'list'>"},
    "RequestMustBeDict": {"request_type": "<class 'str'>"},
    "RequestMustHaveSourceType": {},
    "SourceTypeIsNotAllowed": {"source_type": "wms", "allowed_sources": "xyz, tms, quadkey, local"},
    "RequiredSectionMustBeDict": {"required_section_type": "<class 'list'>"},
    "RecommendedSectionMustBeDict": {"recommended_section_type": "<class 'NoneType'>"},
    "TaskMustContainAoi": {},
    "UnhandledException": {},
    "internalError": {},
}
_LOADING: dict[str, Parameters] = {
    "internalError": {},
    "InternalError": {},
    "UnknownSourceType": {"allowed_source_types": "xyz, tms, quadkey, local", "real_source_types": "wfs"},
    "MemoryLimitExceeded": {"allowed_size": "1500000000", "estimated_size": "4294967296"},
    "LoaderArgsError": {
        "argument_name": "zoom",
        "argument_type": "<class 'str'>",
        "expected_type": "<class 'int'>",
    },
    "WrongChannelsNum": {"expected_nchannels": "3", "real_nchannels": "1"},
    "WrongTileSize": {"expected_size": "256, 256", "real_size": "512, 512"},
    "TileNotLoaded": {"tile_location": _TILE, "status": "403"},
    "NoDataTile": {"tile_location": _TILE},
    "TileNotReadable": {"tile_location": _TILE},
    "CrsIsNotSupported": {},
    "MaploaderInternalError": {},
    "SentinelLoaderInternalError": {},
}
_LATER: dict[str, Parameters] = {
    "geometry.Invalid": {},
    "raster-processor.internalError": {},
    "inference.internalError": {},
    "vector-processor.internalError": {},
    "vector-processor.EmptyFolder": {},
}

CODES: Mapping[str, Parameters] = {
    **{
        f"source-validator.{code}": parameters
        for group in (_ADDRESSES, _ZOOMS, _IMAGES, _SENTINEL, _REQUESTS)
        for code, parameters in group.items()
    },
    **{f"dataloader.{code}": parameters for code, parameters in _LOADING.items()},
    **_LATER,
}
