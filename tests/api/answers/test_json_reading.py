"""JSON is read as Python's own reader does, however large it is; and a large list stops nobody."""

from __future__ import annotations

import gc
import json
import math

import pytest

from mapflow_dock.api.answers.json_reading import no_full_collection, read_json
from mapflow_dock.api.http.fields import readable

PAD = "x" * 1_000
MANY = [
    {"id": number, "name": f'Ünï {number} "q" \\ \n', "of": [1.5, None, True, {"a": []}], "pad": PAD}
    for number in range(200)
]
DOCUMENTS = [
    MANY,
    {"results": MANY, "total": 200, "more": {"deep": {"deeper": MANY}}},
    {"results": MANY, "empty": [], "none": {}, "text": "]}", "key]": "[{"},
    [[], {}, [MANY], "", PAD * 200],
    {"a": PAD * 200},
    PAD * 200,
]


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_large_document_is_read_as_a_small_one(document, indent):
    text = json.dumps(document, indent=indent)
    assert len(text) > 128 * 1024
    assert read_json(f" \r\n\t{text}\n") == document


def test_the_last_of_two_like_names_counts_as_ever():
    text = '{"a": 1, "pad": "%s", "a": 2}' % (PAD * 200)
    assert read_json(text)["a"] == json.loads(text)["a"] == 2


WHOLE = json.dumps(MANY)


@pytest.mark.parametrize(
    "text",
    [
        WHOLE[:-1],
        WHOLE[:-1] + ",]",
        WHOLE[:-1] + "}",
        WHOLE[:-1] + " 1]",
        WHOLE + "]",
        WHOLE + " x",
        f'{{"results": {WHOLE}',
        f'{{"results": {WHOLE},}}',
        f'{{"results" {WHOLE}}}',
        f"{{results: {WHOLE}}}",
        f"{{1: {WHOLE}}}",
        f"[{WHOLE}, NaN]",
        f"[{WHOLE}, -Infinity]",
        f'{{"a": {WHOLE}, "b": NaN}}',
        "[" * 200_000,
        '{"a":' * 50_000,
        PAD * 200,
    ],
)
def test_what_is_no_json_is_none_when_it_is_large_either(text):
    with pytest.raises((ValueError, RecursionError)):
        read_json(text)


def test_numbers_are_read_as_in_small_documents():
    text = f'{{"results": {WHOLE}, "endless": {"9" * 9_000}, "huge": 1e999, "whole": 12, "part": 1.5}}'
    read = read_json(text)
    assert (read["whole"], read["part"]) == (12, 1.5)
    assert math.isinf(read["endless"])
    assert math.isinf(read["huge"])


def test_python_looks_through_no_old_objects_meanwhile():
    before = gc.get_threshold()
    collections = gc.get_stats()[2]["collections"]
    with no_full_collection():
        kept = [[number] for number in range(200_000)]
    assert gc.get_stats()[2]["collections"] == collections
    assert gc.get_threshold() == before
    assert len(kept) == 200_000


@pytest.mark.parametrize(("more", "freed"), [(0, False), (10_000, True)])
def test_very_many_records_are_freed_one_by_one(more, freed):
    values = [{"id": "a"}, {"id": "b"}, 5, *[{"id": "c"}] * more]
    alive = []

    def read(value):
        alive.append(any(value is each for each in values[:3]))
        return value["id"]

    records, skipped = readable(values, read)
    assert (records[:2], len(records), skipped) == (("a", "b"), 2 + more, 1)
    assert alive[:3] == [not freed] * 3
