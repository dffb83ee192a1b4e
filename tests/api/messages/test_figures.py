"""The figures in the sentences of the service's codes, rounded as a person would write them."""

from __future__ import annotations

import string

import pytest

from mapflow_dock.api.messages.codes import known_sentence, known_sentences

ODD = (0.30000000000000004, "0.30000000000000004", 1234.56789012345, "1e-7", 3.3333333333333335e-05)
SAID = [
    (
        "TOO_LARGE_PROCESSING",
        {"area": 1234567890.123, "aoiAreaLimit": "99999999.99999999"},
        (
            "The area is larger than your account may process at once. "
            "It has 1,235\u00a0km², and 100\u00a0km² are allowed. "
            "Draw a smaller area, or split it into several processings."
        ),
    ),
    (
        "TOO_LARGE_PROCESSING",
        {"area": 100_004_000, "aoiAreaLimit": 100_000_000},
        (
            "The area is larger than your account may process at once. "
            "It has 100.004\u00a0km², and 100\u00a0km² are allowed. "
            "Draw a smaller area, or split it into several processings."
        ),
    ),
    (
        "ProviderMinAreaError",
        {"aoiArea": "1234.5678", "providerName": "Maxar", "providerMinArea": 50000.00000000001},
        (
            "The area is smaller than the imagery provider sells. "
            "It has 1,235\u00a0m², and Maxar asks for at least 0.05\u00a0km². "
            "Draw a larger area, or choose other imagery."
        ),
    ),
    (
        "ProviderMinAreaError",
        {"aoiArea": 0.30000000000000004, "providerName": "Maxar", "providerMinArea": 100},
        (
            "The area is smaller than the imagery provider sells. "
            "It has 0.3\u00a0m², and Maxar asks for at least 100\u00a0m². "
            "Draw a larger area, or choose other imagery."
        ),
    ),
    (
        "source-validator.PixelSizeTooLow",
        {"actual_res": 0.0054, "min_res": 0.30000000000000004},
        (
            "The imagery is too detailed for this model. "
            "Its pixels are 5\u00a0mm, and at least 30\u00a0cm is needed. "
            "Choose a model for more detailed imagery, or resample the image to larger pixels."
        ),
    ),
    (
        "source-validator.PixelSizeTooLow",
        {"actual_res": "0.0054", "min_res": "0.005"},
        (
            "The imagery is too detailed for this model. "
            "Its pixels are 5.4\u00a0mm, and at least 5\u00a0mm is needed. "
            "Choose a model for more detailed imagery, or resample the image to larger pixels."
        ),
    ),
    (
        "source-validator.PixelSizeTooHigh",
        {"actual_res": "1.1943285668550503", "max_res": 0.6499999999999999},
        (
            "The imagery is too coarse for this model. "
            "Its pixels are 1.19\u00a0m, and at most 0.65\u00a0m is possible. "
            "Choose more detailed imagery or a higher zoom."
        ),
    ),
    (
        "source-validator.PixelSizeTooHigh",
        {"actual_res": 1.2003, "max_res": 1.2},
        (
            "The imagery is too coarse for this model. "
            "Its pixels are 1.2003\u00a0m, and at most 1.2\u00a0m is possible. "
            "Choose more detailed imagery or a higher zoom."
        ),
    ),
    (
        "source-validator.TooHighZoom",
        {"actual_zoom": "20", "max_zoom": 19.0},
        "The zoom is too high for this model. It is 20, and at most 19 is possible. Choose a lower zoom.",
    ),
    (
        "MemoryLimitExceeded",
        {"available_memory": 1_073_741_824, "memory_requested": "1084479242.0"},
        (
            "There is not enough storage left in your account. "
            "1\u00a0GiB are free, and 1.01\u00a0GiB are needed. "
            "Delete images you no longer need, or ask for more storage."
        ),
    ),
    (
        "dataloader.MemoryLimitExceeded",
        {"estimated_size": 12.333333333333334, "allowed_size": "8.0"},
        (
            "The area is too large for this zoom: its imagery does not fit into the service's memory. "
            "It needs 12.33, and 8 are allowed. "
            "Draw a smaller area or choose a lower zoom."
        ),
    ),
    (
        "source-validator.NChannelsNotAllowed",
        {"real_nchannels": 2.0, "required_nchannels": [1.0, 3, "4.0"]},
        (
            "The image has a number of bands the model cannot use. "
            "It has 2, and the model takes 1, 3, 4. "
            "Export the image as a georeferenced 8-bit RGB GeoTIFF and upload that."
        ),
    ),
    (
        "source-validator.BadImageProfile",
        {
            "profile": {"dtype": "uint16", "res": [0.30000000000000004, 0.3333333333333333]},
            "required_keys": ["crs"],
        },
        (
            "The image's format is not one the model can use. "
            "It is dtype: uint16, res: 0.3, 0.3333, and these are needed: crs. "
            "Export the image as a georeferenced 8-bit RGB GeoTIFF and upload that."
        ),
    ),
]


@pytest.mark.parametrize(("code", "params", "sentence"), SAID)
def test_a_sentence_has_the_figures_a_person_would_write(code, params, sentence):
    assert known_sentence(code, params) == sentence


def fields(template):
    return [name for _text, name, _spec, _conversion in string.Formatter().parse(template) if name]


@pytest.mark.parametrize("figure", ODD)
def test_no_sentence_shows_more_digits_than_anybody_reads(figure):
    """Every code, with the same odd figure in every place."""
    for code, (_what, figures, _advice) in known_sentences().items():
        names = [name for name in fields(figures) if "message" not in name]
        sentence = known_sentence(code, dict.fromkeys(names, figure))
        assert "0000000" not in sentence, sentence
        assert "3333333" not in sentence, sentence
        assert "789012" not in sentence, sentence


@pytest.mark.parametrize("text", ["2.5.0", "12/34/56", "0120310321003", "v1.30000000000001", "1.2e", "٣.٣"])
def test_what_only_looks_like_a_figure_stays_as_it_came(text):
    told = known_sentence(
        "source-validator.GridCellOutOfBound", {"actual_cell": text, "allowed_cells": [text]}
    )
    assert f"The cell is {text}, and these are covered: {text}." in told
