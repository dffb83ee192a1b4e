"""Addresses of others: what may be a key in them is not shown, the rest stays as it was."""

from __future__ import annotations

import time

import pytest

from mapflow_dock.text.addresses import host_of, without_keys, without_login


@pytest.mark.parametrize(
    ("address", "kept", "shown", "host"),
    [
        ("https://t.org/{z}/{x}/{y}.png",) * 3 + ("t.org",),
        ("https://me:key@t.org:81/a", "https://t.org:81/a", "https://t.org:81/a", "t.org:81"),
        ("https://k@t.org?k=1", "https://t.org?k=1", "https://t.org?…", "t.org"),
        ("https://t.org/a@2x.png#k",) * 2 + ("https://t.org/a@2x.png#…", "t.org"),
        ("https://{s}.t.org/{z}",) * 3 + ("{s}.t.org",),
        ("s3://bucket/user/a.tif",) * 3 + ("bucket",),
        (
            "See https://a:b@t.org/x?k=1, then ask",
            "See https://t.org/x?k=1, then ask",
            "See https://t.org/x?… then ask",
            "t.org",
        ),
        ("no address at all? 5:6@7",) * 3 + ("",),
    ],
)
def test_keys_are_left_out_of_addresses(address, kept, shown, host):
    assert (without_login(address), without_keys(address), host_of(address)) == (kept, shown, host)


@pytest.mark.parametrize("odd", ["a.", "a://", "a:@", "https://a?", "://"])
def test_endless_text_is_read_in_no_time(odd):
    text = odd * (200_000 // len(odd))
    begun = time.process_time()
    without_keys(text)
    without_login(text)
    host_of(text)
    assert time.process_time() - begun < 1
