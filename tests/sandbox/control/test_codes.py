"""Every code a message can have, on request, with parameters of its own."""

from __future__ import annotations

import pytest

from mapflow_sandbox.work.codes import CODES

pytestmark = pytest.mark.both_dialects
# What the written reference and its list of errors name, whatever the sandbox's own table says.
PARAMETERS = {
    "source-validator.TooHighZoom": {"max_zoom", "actual_zoom"},
    "source-validator.PixelSizeTooLow": {"actual_res", "min_res"},
    "source-validator.PixelSizeTooHigh": {"actual_res", "max_res"},
    "source-validator.NoDataInAOI": set(),
    "source-validator.ImageCheckError": {"checked_param", "message", "metadata"},
    "source-validator.GridCellOutOfBound": {"actual_cell", "allowed_cells"},
    "source-validator.SourceTypeIsNotAllowed": {"source_type", "allowed_sources"},
    "dataloader.LoaderArgsError": {"argument_name", "argument_type", "expected_type"},
    "dataloader.TileNotLoaded": {"tile_location", "status"},
    "dataloader.MemoryLimitExceeded": {"allowed_size", "estimated_size"},
    "geometry.Invalid": set(),
    "raster-processor.internalError": set(),
    "inference.internalError": set(),
    "vector-processor.internalError": set(),
}


@pytest.fixture
def failed(api, square):
    processing_id = api.start(square(0.02, east=3))
    api.ended(processing_id)
    return f"/sandbox/processings/{processing_id}"


def test_all_codes_are_listed_with_their_parameters(api):
    listed = {each["code"]: each["parameters"] for each in api.ask("GET", "/sandbox/codes")}
    assert listed == CODES
    assert len(listed) == 56
    assert {code: set(listed[code]) for code in PARAMETERS} == PARAMETERS
    assert all(value and isinstance(value, str) for each in listed.values() for value in each.values())


def test_each_of_them_can_be_a_processing_s_message(api, failed):
    for message in api.ask("GET", "/sandbox/codes"):
        said = api.ask("POST", failed, json={"status": "FAILED", "messages": [{"code": message["code"]}]})
        assert (said["status"], said["messages"]) == ("FAILED", [message])
        (aoi,) = api.ask("GET", f"/processings/{said['id']}/aois")
        assert aoi["messages"] == [message]


def test_parameters_may_be_others_or_none_and_a_code_one_that_nobody_knows(api, failed):
    given = [
        {"code": "source-validator.TooLowZoom", "parameters": {"min_zoom": "16", "actual_zoom": "3"}},
        {"code": "source-validator.TooHighZoom", "parameters": {}},
        {"code": "quantum.Decoherence", "parameters": {"<b>": "Ω & more"}},
    ]
    assert api.ask("POST", failed, json={"status": "FAILED", "messages": given})["messages"] == given
    unknown = {"status": "FAILED", "messages": [{"code": "quantum.Decoherence"}]}
    assert api.ask("POST", failed, json=unknown)["messages"] == [
        {"code": "quantum.Decoherence", "parameters": {}}
    ]
    assert api.ask("POST", failed, json={"status": "FAILED", "messages": []})["messages"] == []
