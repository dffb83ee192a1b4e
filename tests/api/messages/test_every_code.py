"""Every code that a processing or a request can end with becomes one sentence or more, with all of its figures."""

from __future__ import annotations

import re

import pytest

from mapflow_dock.api.http.errors import sentence_of
from mapflow_dock.api.messages.codes import known_sentences
from mapflow_dock.api.processings import Message, read_processing
from mapflow_dock.ui.processings.report import report_text

# a code, and its parameters: what is sent, and how a person reads it
SOURCE = {
    "UrlMustBeString": {"url_type": ("dict", "dict")},
    "UrlMustBeLink": {},
    "UrlFormatInvalid": {"parse_error_message": ("no scheme", "no scheme")},
    "ZoomMustBeInteger": {"actual_zoom": ("18.5", "18.5")},
    "InvalidZoomValue": {"actual_zoom": ("99", "99")},
    "TooHighZoom": {"max_zoom": ("19", "19"), "actual_zoom": ("21", "21")},
    "TooLowZoom": {"min_zoom": ("17", "17"), "actual_zoom": ("12", "12")},
    "UrlBlacklisted": {"url": ("https://tiles.example.org/", "https://tiles.example.org/")},
    "ImageMetadataMustBeDict": {},
    "ImageMetadataKeyError": {},
    "S3URLError": {"actual_s3_link": ("s3://bucket/roofs.tif", "s3://bucket/roofs.tif")},
    "LocalRequestKeyError": {},
    "ReadFromS3Failed": {"s3_link": ("s3://bucket/gone.tif", "s3://bucket/gone.tif")},
    "ImageReadError": {},
    "BadImageProfile": {
        "profile": ("JPEG2000", "JPEG2000"),
        "required_keys": (["crs", "width"], "crs, width"),
    },
    "DtypeNotAllowed": {"required_dtypes": (["uint8"], "uint8"), "request_dtype": ("float32", "float32")},
    "NChannelsNotAllowed": {"required_nchannels": ([3, 4], "3, 4"), "real_nchannels": ("8", "8")},
    "PixelSizeTooLow": {"actual_res": ("0.05", "5 cm"), "min_res": ("0.3", "30 cm")},
    "PixelSizeTooHigh": {"actual_res": ("5", "5 m"), "max_res": ("1.2", "1.2 m")},
    "ImageCheckError": {
        "checked_param": ("nodata", "nodata"),
        "message": ("it is missing", "it is missing"),
        "metadata": ("{}", None),  # a whole description that no sentence has room for
    },
    "QuadkeyLinkFormatError": {},
    "SentinelInputStringKeyError": {},
    "SentinelInputStringFormatError": {"input_string": ("S2X_36", "S2X_36")},
    "GridCellOutOfBound": {
        "actual_cell": ("36NWF", "36NWF"),
        "allowed_cells": (["37UCB", "37UDB"], "37UCB, 37UDB"),
    },
    "AOINotInCell": {"actual_cell": ("36NWF", "36NWF")},
    "MonthOutOfBounds": {"actual_month": ("12", "12"), "allowed_months": ([5, 6, 7], "5, 6, 7")},
    "TMSLinkFormatError": {},
    "RequirementsMustBeDict": {"requirements_type": ("list", "list")},
    "RequestMustBeDict": {"request_type": ("str", "str")},
    "RequestMustHaveSourceType": {},
    "SourceTypeIsNotAllowed": {
        "source_type": ("tms", "tms"),
        "allowed_sources": (["xyz", "local"], "xyz, local"),
    },
    "RequiredSectionMustBeDict": {"required_section_type": ("list", "list")},
    "RecommendedSectionMustBeDict": {"recommended_section_type": ("list", "list")},
    "XYZLinkFormatError": {},
    "TaskMustContainAoi": {},
    "UnhandledException": {},
    "internalError": {},
    "NoDataInAOI": {},
}
LOADER = {
    "internalError": {},
    "InternalError": {},
    "UnknownSourceType": {
        "allowed_source_types": (["xyz", "tms"], "xyz, tms"),
        "real_source_types": ("wms", "wms"),
    },
    "MemoryLimitExceeded": {"allowed_size": ("4 GB", "4 GB"), "estimated_size": ("9 GB", "9 GB")},
    "LoaderArgsError": {
        "argument_name": ("zoom", "zoom"),
        "argument_type": ("list", "list"),
        "expected_type": ("integer", "integer"),
    },
    "WrongChannelsNum": {"expected_nchannels": ("3", "3"), "real_nchannels": ("7", "7")},
    "WrongTileSize": {"expected_size": ("256", "256"), "real_size": ("300", "300")},
    "TileNotLoaded": {"tile_location": ("18/157/82", "18/157/82"), "status": ("503", "503")},
    "NoDataTile": {"tile_location": ("18/157/83", "18/157/83")},
    "TileNotReadable": {"tile_location": ("18/157/84", "18/157/84")},
    "CrsIsNotSupported": {},
    "MaploaderInternalError": {},
    "SentinelLoaderInternalError": {},
}
CODES = {
    **{f"source-validator.{name}": figures for name, figures in SOURCE.items()},
    **{f"dataloader.{name}": figures for name, figures in LOADER.items()},
    "raster-processor.internalError": {},
    "inference.internalError": {},
    "vector-processor.internalError": {},
    "vector-processor.EmptyFolder": {},
    "geometry.Invalid": {},
    "TOO_LARGE_PROCESSING": {"area": (2e9, "2,000 km²"), "aoiAreaLimit": (1e9, "1,000 km²")},
    "ProviderMinAreaError": {
        "aoiArea": (2_000_000, "2 km²"),
        "providerName": ("Maxar", "Maxar"),
        "providerMinArea": (25_000_000, "25 km²"),
    },
    "BAD_REQUEST": {"message": ("zoom is missing", "zoom is missing")},
    "FileCheckFailed": {"message": ("no bands", "no bands")},
    "FileValidationFailed": {"message": ("five bands", "five bands")},
    "MemoryLimitExceeded": {"available_memory": (2**30, "1 GiB"), "memory_requested": (3 * 2**30, "3 GiB")},
    "FileTooBig": {"file_size": (2**31, "2 GiB"), "max_file_size": (2**30, "1 GiB")},
    "ItemNotFound": {},
    "AccessDenied": {},
    "ImageOutOfBounds": {},
    "FileOpenError": {},
    "ImageExtentTooBig": {},
}
MARKS = re.compile(r"\{(?:x|-?y|z|q)\}")  # of the addresses of tiles: these are told as they are typed


def plain(sentence):
    return sentence.replace("\u00a0", " ").replace("\u202f", " ")


def sentences_of(code):
    sent = {name: value for name, (value, _read) in CODES[code].items()}
    message = str(sent.pop("message", "")) if not code.startswith(("source-", "dataloader")) else ""
    return sentence_of(code, message, sent), Message(
        code, {**sent, **({"message": message} if message else {})}
    )


def test_there_is_a_sentence_for_each_and_none_is_left_untried():
    assert set(CODES) == set(known_sentences())


@pytest.mark.parametrize("code", CODES)
def test_each_is_told_in_plain_words_with_all_its_figures(code):
    said, message = sentences_of(code)
    for sentence in (said, message.sentence):
        text = plain(sentence)
        assert code not in text
        assert code.rsplit(".", 1)[-1] not in text
        assert "{" not in MARKS.sub("", text)
        assert "}" not in MARKS.sub("", text)
        assert all(read is None or read in text for _value, read in CODES[code].values())
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith(".")
        assert "  " not in text


@pytest.mark.parametrize("code", CODES)
def test_where_a_figure_is_not_told_the_rest_is(code):
    text = plain(sentence_of(code, "", {}))
    assert code not in text
    assert "{" not in MARKS.sub("", text)
    assert text.endswith(".")
    full = plain(sentences_of(code)[0])
    assert len(text) < len(full) if any(read for _value, read in CODES[code].values()) else text == full


@pytest.mark.parametrize("code", [code for code in CODES if "." in code])
def test_the_report_of_a_processing_has_the_sentence_and_below_it_what_came(code):
    sent = {name: value for name, (value, _read) in CODES[code].items()}
    record = {"id": "a", "name": "n", "status": "FAILED", "messages": [{"code": code, "parameters": sent}]}
    lines = report_text(read_processing(record)).splitlines()
    sentence = Message(code, sent).sentence
    assert any(sentence in line for line in lines)
    assert any(line.strip() == f"Code: {code}" for line in lines)


def test_a_code_of_tomorrow_is_told_with_what_the_service_says():
    assert "broke (stage.New)" in sentence_of("stage.New", "It broke", {})
    assert "stage.New" in sentence_of("stage.New", "", {})
