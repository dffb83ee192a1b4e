"""Error bodies of every shape, and every known code as a plain sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fault_proxy import Answer

from mapflow_dock.api.http.error_body import read_error_body
from mapflow_dock.api.http.errors import sentence_of
from mapflow_dock.api.messages.codes import known_sentence, known_sentences
from mapflow_dock.api.processings import Message

# The parameters each code is documented with.
DOCUMENTED = {
    "source-validator.UrlMustBeString": "url_type",
    "source-validator.UrlMustBeLink": "",
    "source-validator.UrlFormatInvalid": "parse_error_message",
    "source-validator.ZoomMustBeInteger": "actual_zoom",
    "source-validator.InvalidZoomValue": "actual_zoom",
    "source-validator.TooHighZoom": "max_zoom actual_zoom",
    "source-validator.TooLowZoom": "min_zoom actual_zoom",
    "source-validator.UrlBlacklisted": "url",
    "source-validator.ImageMetadataMustBeDict": "",
    "source-validator.ImageMetadataKeyError": "",
    "source-validator.S3URLError": "actual_s3_link",
    "source-validator.LocalRequestKeyError": "",
    "source-validator.ReadFromS3Failed": "s3_link",
    "source-validator.ImageReadError": "",
    "source-validator.BadImageProfile": "profile required_keys",
    "source-validator.DtypeNotAllowed": "required_dtypes request_dtype",
    "source-validator.NChannelsNotAllowed": "required_nchannels real_nchannels",
    "source-validator.PixelSizeTooLow": "actual_res min_res",
    "source-validator.PixelSizeTooHigh": "actual_res max_res",
    "source-validator.ImageCheckError": "checked_param message",
    "source-validator.QuadkeyLinkFormatError": "",
    "source-validator.SentinelInputStringKeyError": "",
    "source-validator.SentinelInputStringFormatError": "input_string",
    "source-validator.GridCellOutOfBound": "actual_cell allowed_cells",
    "source-validator.AOINotInCell": "actual_cell",
    "source-validator.MonthOutOfBounds": "actual_month allowed_months",
    "source-validator.TMSLinkFormatError": "",
    "source-validator.RequirementsMustBeDict": "requirements_type",
    "source-validator.RequestMustBeDict": "request_type",
    "source-validator.RequestMustHaveSourceType": "",
    "source-validator.SourceTypeIsNotAllowed": "source_type allowed_sources",
    "source-validator.RequiredSectionMustBeDict": "required_section_type",
    "source-validator.RecommendedSectionMustBeDict": "recommended_section_type",
    "source-validator.XYZLinkFormatError": "",
    "source-validator.TaskMustContainAoi": "",
    "source-validator.UnhandledException": "",
    "source-validator.internalError": "",
    "source-validator.NoDataInAOI": "",
    "dataloader.internalError": "",
    "dataloader.InternalError": "",
    "dataloader.UnknownSourceType": "allowed_source_types real_source_types",
    "dataloader.MemoryLimitExceeded": "allowed_size estimated_size",
    "dataloader.LoaderArgsError": "argument_name argument_type expected_type",
    "dataloader.WrongChannelsNum": "expected_nchannels real_nchannels",
    "dataloader.WrongTileSize": "expected_size real_size",
    "dataloader.TileNotLoaded": "tile_location status",
    "dataloader.CrsIsNotSupported": "",
    "dataloader.NoDataTile": "tile_location",
    "dataloader.TileNotReadable": "tile_location",
    "dataloader.MaploaderInternalError": "",
    "dataloader.SentinelLoaderInternalError": "",
    "raster-processor.internalError": "",
    "inference.internalError": "",
    "vector-processor.internalError": "",
    "vector-processor.EmptyFolder": "",
    "geometry.Invalid": "",
    "FileCheckFailed": "",
    "MemoryLimitExceeded": "",
    "FileTooBig": "",
    "ItemNotFound": "",
    "AccessDenied": "",
    "FileValidationFailed": "",
    "ImageOutOfBounds": "",
    "FileOpenError": "",
    "ImageExtentTooBig": "",
    "BAD_REQUEST": "",
}


@pytest.mark.parametrize("code", sorted(DOCUMENTED))
def test_each_known_code_has_a_sentence_with_its_parameters(code):
    params = {name: f"value{index}" for index, name in enumerate(DOCUMENTED[code].split())}
    full, bare = known_sentence(code, params), known_sentence(code, {})
    for value in params.values():
        assert value in full
    for sentence in (full, bare):
        assert re.fullmatch(r"[A-Z].*[.!]", sentence), sentence
        assert code.split(".")[-1] not in sentence
    assert "{" not in bare or "where the" in bare  # the pattern of a tile address is shown with its braces


IN_KM2 = {"TOO_LARGE_PROCESSING", "ProviderMinAreaError"}  # see test_areas_are_told_in_square_kilometres
SANDBOX = Path(__file__).parents[3] / "sandbox" / "mapflow_sandbox"
STAGE = re.compile(r'"((?:source-validator|dataloader|raster-processor|inference|vector-processor)\.\w+)"')


def test_no_code_is_without_a_sentence_and_no_sentence_without_a_test():
    assert known_sentences().keys() == DOCUMENTED.keys() | IN_KM2


def test_what_the_sandbox_says_of_a_stage_is_known():
    sent = {
        code for path in SANDBOX.rglob("*.py") for code in STAGE.findall(path.read_text(encoding="utf-8"))
    }
    assert "dataloader.MemoryLimitExceeded" in sent
    assert sent - known_sentences().keys() == set()


@pytest.mark.parametrize(
    ("code", "happened", "next_step"),
    [
        ("dataloader.NoDataTile", "no picture in it", "choose other imagery"),
        ("dataloader.TileNotReadable", "not a picture that the service can read", "choose other imagery"),
        ("vector-processor.EmptyFolder", "left no output", "restart the processing"),
    ],
)
def test_the_codes_its_own_client_knows_are_told_in_plain_words(code, happened, next_step):
    for message in (
        Message(code),
        Message(code, {"tile_location": "18/1/2"}),
        Message(code, {"odd": None}, "Said."),
    ):
        assert happened in message.sentence
        assert next_step in message.sentence
        assert code not in message.sentence


def test_every_sentence_says_what_to_do_next():
    for code, (what, _figures, advice) in known_sentences().items():
        assert what, code
        assert advice, code


def test_areas_are_told_in_square_kilometres():
    told = known_sentence("TOO_LARGE_PROCESSING", {"area": 123456789, "aoiAreaLimit": "100000000"})
    assert "123.5\u00a0km²" in told
    assert "100\u00a0km²" in told
    least = {"aoiArea": 500000.0, "providerName": "Maxar", "providerMinArea": 25e6}
    assert "Maxar asks for at least 25\u00a0km²" in known_sentence("ProviderMinAreaError", least)


@pytest.mark.parametrize(
    ("metres", "told"),
    [(0.0054, "5\u00a0mm"), ("0.0054", "5\u00a0mm"), (0.30000000000000004, "30\u00a0cm"), (20, "20\u00a0m")],
)
def test_pixel_sizes_are_rounded_as_one_would_write_them(metres, told):
    params = {"actual_res": metres, "min_res": 0.1}
    assert f"Its pixels are {told}, and at least 10\u00a0cm is needed." in known_sentence(
        "source-validator.PixelSizeTooLow", params
    )


def test_large_areas_have_no_exponent():
    told = known_sentence("TOO_LARGE_PROCESSING", {"area": 1.23456e13, "aoiAreaLimit": 1e8})
    assert "It has 12,350,000\u00a0km²" in told


@pytest.mark.parametrize(
    "params", [{}, {"area": None, "aoiAreaLimit": 1}, {"area": "much", "aoiAreaLimit": 1}]
)
def test_missing_figures_are_left_out(params):
    told = known_sentence("TOO_LARGE_PROCESSING", params)
    assert "km²" not in told
    assert told.startswith("The area is larger")


def test_coarse_is_not_mixed_up_with_fine():
    params = {"actual_res": 2.5, "max_res": 1.2, "min_res": 0.3}
    assert "coarse" in known_sentence("source-validator.PixelSizeTooHigh", params)
    assert "detailed" in known_sentence("source-validator.PixelSizeTooLow", params).split(".")[0]


def test_parameters_are_data_and_bounded():
    wicked = {"actual_zoom": "{0.__class__} " + "x" * 5000}
    told = known_sentence("source-validator.InvalidZoomValue", wicked)
    assert "{0.__class__}" in told
    assert len(told) < 400


def test_a_code_that_says_little_leaves_the_word_to_the_message():
    told = sentence_of("BAD_REQUEST", "Not enough credits.", {})
    assert "It said: Not enough credits. Check" in told
    assert "It said" not in sentence_of("BAD_REQUEST", "", {})


def test_unknown_codes_show_what_the_server_says():
    assert known_sentence("brand-new.Code", {}) is None
    assert (
        sentence_of("brand-new.Code", "Out of luck", {}) == "Mapflow answered: Out of luck (brand-new.Code)"
    )
    assert "brand-new.Code" in Message("brand-new.Code").sentence
    assert Message("", {}, "Something").sentence == "Mapflow answered: Something"
    assert len(sentence_of("", "x" * 99_999, {})) < 400


@pytest.mark.parametrize(
    ("body", "code", "message", "params"),
    [
        ({"code": "C", "message": "M", "params": {"a": 1}}, "C", "M", {"a": 1}),
        ({"detail": {"code": "C", "parameters": {"a": 1}, "message": "M"}}, "C", "M", {"a": 1}),
        ({"detail": "text"}, "", "text", {}),
        (
            {"detail": [{"loc": ["body", "name"], "msg": "field required", "type": "x"}]},
            "",
            "name: field required",
            {},
        ),
        ({"message": "M"}, "", "M", {}),
        ({"error": "Bad", "status": 400}, "", "Bad", {}),
        ("just text", "", "just text", {}),
        ({"code": 5, "message": None, "params": None}, "5", "", {}),
        ([], "", "", {}),
        (None, "", "", {}),
        ({"detail": None}, "", "", {}),
        ({"detail": {"detail": {"detail": 5}}}, "", "5", {}),
    ],
)
def test_error_bodies_of_every_shape(body, code, message, params):
    told = read_error_body(json.dumps(body).encode())
    assert (told.code, told.message, dict(told.params)) == (code, message, params)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", ""),
        (b"No such thing", "No such thing"),
        (b"<html>502</html>", ""),
        (b"{broken", ""),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"[" * 100_000, ""),
    ],
)
def test_error_bodies_that_are_no_json(body, message):
    assert read_error_body(body).message == message


def test_a_picture_elsewhere_that_wants_a_login_is_told_as_such(server, other_server, make_client, outcome):
    """Nothing sent on: the address itself is another server's, which never gets this login."""
    other_server.route("GET", "/scene.png", Answer(401))
    kind, error = outcome(make_client(server.url).picture(f"{other_server.url}/scene.png"))
    assert kind == "failed"
    assert "asks for a login of its own" in error.sentence
    assert "sends on" not in error.sentence
    assert not any(asked.authorization for asked in other_server.asked)
