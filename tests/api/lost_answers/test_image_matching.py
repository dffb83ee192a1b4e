"""Which images a service may have made of a file, and which uploads must therefore run one after the other."""

from __future__ import annotations

import pytest
from fault_proxy import closed_port

from mapflow_dock.api.lost_answers.image_matching import kept_letters, turn_key
from mapflow_dock.api.lost_answers.upload import upload_to_new_mosaic


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a b.tif", "a_b.tif"),
        ("Снимок №1.TIF", "снимок_№1.tif"),
        ("🏠 x.tif", "x.tif"),
        ("ﬁeld.tif", "field.tif"),
    ],
)
def test_names_a_service_may_tidy_are_alike(one, other):
    assert kept_letters(one) == kept_letters(other)


def test_uploads_that_a_listing_cannot_tell_apart_have_one_key():
    assert turn_key("a b.tif", "m1") == turn_key("A_B.TIF", "m1")
    assert turn_key("a.tif", "m1") != turn_key("b.tif", "m1")
    assert turn_key("a.tif", "m1") != turn_key("a.tif", "m2")
    assert turn_key("a.tif", mosaic_name="Fresh") == turn_key("b.tif", mosaic_name="Fresh"), (
        "a listing tells no more of a new mosaic than its name"
    )
    assert turn_key("a.tif", mosaic_name="Fresh") != turn_key("a.tif", mosaic_name="Other")


def test_what_never_left_is_told_at_once(server, make_client, outcome, tmp_path, qtbot):
    """Nothing can be there that would have to be tidied up, and a server that is away is not asked for it."""
    path = tmp_path / "scene.tif"
    path.write_bytes(b"x")
    client = make_client(f"http://127.0.0.1:{closed_port()}")
    kind, error = outcome(upload_to_new_mosaic(client, "Fresh", (), path))
    assert (kind, error.unsent) == ("failed", True)
