"""A list is read a record at a time, to the same values as at once, wherever its bytes are parted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapflow_dock.api.answers import record_reading
from mapflow_dock.api.answers.json_reading import read_json
from mapflow_dock.api.answers.record_reading import each_record, is_list

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
)
_VALUES = st.recursive(
    _SCALARS | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(autouse=True)
def _tiny_parts(monkeypatch):
    monkeypatch.setattr(record_reading, "_PART", 3)


@given(
    values=st.lists(_VALUES, max_size=6),
    as_ascii=st.booleans(),
    indent=st.sampled_from([None, 2]),
    mark=st.booleans(),
)
def test_the_records_are_those_of_the_whole_document(values, as_ascii, indent, mark):
    text = json.dumps(values, ensure_ascii=as_ascii, indent=indent)
    body = text.encode("utf-8-sig" if mark else "utf-8")
    assert is_list(body)
    assert list(each_record(body)) == read_json(text)


@pytest.mark.parametrize("number", ["1e+5", "-1.25E-3", "120", "1.5"])
def test_a_number_is_whole_wherever_the_bytes_are_parted(monkeypatch, number):
    for part in range(1, 12):
        monkeypatch.setattr(record_reading, "_PART", part)
        assert list(each_record(f"[{number},{number}]".encode())) == [json.loads(number)] * 2


@pytest.mark.parametrize(
    "text", ["[", "[1", "[1,", "[1,]", "[,]", "[1 2]", "[1]]", '[{"a": }]', "[NaN]", '["a]', "[1] x"]
)
def test_what_is_no_json_is_told_as_such(text):
    with pytest.raises(json.JSONDecodeError):
        list(each_record(text.encode()))


def test_bytes_that_are_no_text_are_told_as_such():
    with pytest.raises(UnicodeDecodeError):
        list(each_record(b'["\xff\xfe"]'))


def test_only_a_list_is_read_in_records():
    assert is_list(b" \n[]")
    assert not is_list(b'{"results": []}')
    assert not is_list(b"")


def test_a_record_is_there_before_the_next_ones_are_read():
    records = each_record(b"[1, 2, nothing]")
    assert [next(records), next(records)] == [1, 2]
    with pytest.raises(json.JSONDecodeError):
        next(records)
