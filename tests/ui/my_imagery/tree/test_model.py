"""The tree of mosaics and images: lazy, changed by difference, and what each row says. Runs without QGIS, too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytestqt.qt_compat import qt_api
from qgis.PyQt.QtCore import QLocale, QModelIndex, QPersistentModelIndex, Qt

from mapflow_dock.api.http.errors import ApiError, Fault
from mapflow_dock.api.imagery_records import Image, ImageCounts, Mosaic, Preparation
from mapflow_dock.jobs.imagery.known import Listing
from mapflow_dock.text.facts import facts_text
from mapflow_dock.ui.my_imagery.tree.branch import Order
from mapflow_dock.ui.my_imagery.tree.deleted import GRACE_S, DeletedImagery
from mapflow_dock.ui.my_imagery.tree.filter import ImageryFilter
from mapflow_dock.ui.my_imagery.tree.model import ImageryTree, Role
from mapflow_dock.ui.my_imagery.tree.nodes import Doing, Note, facts

MIB = 1024 * 1024
DAY = datetime(2024, 3, 15, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


def mosaic(key, name="", **values):
    return Mosaic(key, name or f"Mosaic {key}", **{"created": DAY, **values})


def image(key, name="", **values):
    standard = {
        "size": MIB,
        "crs": "EPSG:32637",
        "pixel_size": (0.3, 0.3),
        "uploaded": DAY,
        "preparation": Preparation.COMPLETED,
    }
    return Image(key, name or f"{key}.tif", **{**standard, **values})


def as_text(*node):
    return facts_text(facts(*node))


@pytest.fixture
def tree(qapp):
    tree = ImageryTree(lambda one: one.pixel_size[0] if one.pixel_size else None)
    tree.wanted = []
    tree.images_wanted.connect(tree.wanted.append)
    return tree


@pytest.fixture
def checked(tree):
    """Qt's own tester watches every change for what would break a view."""
    tester = qt_api.QtTest.QAbstractItemModelTester
    tree.tester = tester(tree, tester.FailureReportingMode.Fatal)
    return tree


def rows(model, parent=None):
    parent = parent or QModelIndex()
    return [model.index(row, 0, parent).data() for row in range(model.rowCount(parent))]


def opened(tree, key="m1"):
    tree.set_mosaics([mosaic("m1"), mosaic("m2")])
    tree.fetchMore(tree.index_of(key))
    tree.set_asked(key)
    return tree.index_of(key)


def test_images_are_asked_for_when_a_mosaic_is_opened_and_not_before(tree):
    tree.set_mosaics([mosaic("m1", image_count=0), mosaic("m2")])
    for row in range(2):
        index = tree.index(row, 0)
        for role in (*range(20), *Role):
            index.data(int(role))
        assert tree.hasChildren(index)
        assert tree.canFetchMore(index)
    assert tree.wanted == []
    tree.fetchMore(tree.index(1, 0))
    tree.fetchMore(tree.index(1, 0))
    assert tree.wanted == ["m2"]
    assert not tree.canFetchMore(tree.index(1, 0))
    tree.set_asked("m2")
    assert rows(tree, tree.index(1, 0)) == ["Loading the images…"]


def test_images_take_the_place_of_the_note(checked):
    parent = opened(checked)
    checked.set_images("m1", [image("a"), image("b")])
    assert rows(checked, parent) == ["a.tif", "b.tif"]
    assert checked.known.mosaic("m1").image_count == 2
    assert checked.known.mosaic("m1").size == 2 * MIB
    assert checked.known.listing("m1") is Listing.KNOWN
    checked.set_images("m1", [])
    assert "No images yet" in rows(checked, parent)[0]
    assert checked.known.mosaic("m1").image_count == 0


def test_a_failure_is_said_in_place_and_can_be_asked_again(checked):
    parent = opened(checked)
    checked.set_failed("m1", "Mapflow cannot be reached.")
    assert rows(checked, parent) == ["Mapflow cannot be reached."]
    assert checked.index(0, 0, parent).data(int(Role.NODE)) == Note(
        "Mapflow cannot be reached.", is_error=True
    )
    assert not checked.canFetchMore(parent)
    checked.set_asked("m1")
    assert rows(checked, parent) == ["Loading the images…"]
    checked.set_images("m1", [image("a")], skipped=2)
    assert rows(checked, parent) == ["a.tif", "2 images could not be read and are left out."]
    checked.set_failed("m1", "Gone again.")
    assert rows(checked, parent) == ["a.tif", "Gone again."]


def test_what_did_not_change_is_not_touched(checked):
    parent = opened(checked)
    checked.set_images("m1", [image("a"), image("b"), image("c")])
    kept = {key: QPersistentModelIndex(checked.index_of(key)) for key in ("m1", "m2", "a", "b", "c")}
    changes = []
    checked.dataChanged.connect(lambda first, _last, _roles=None: changes.append(first.data()))
    checked.set_mosaics([mosaic("m2"), mosaic("m3"), mosaic("m1", image_count=3, size=3 * MIB)])
    checked.set_images("m1", [image("c", "renamed.tif"), image("d"), image("a")])
    assert rows(checked) == ["Mosaic m1", "Mosaic m2", "Mosaic m3"]
    assert rows(checked, parent) == ["a.tif", "d.tif", "renamed.tif"]
    assert set(changes) == {"renamed.tif", "Mosaic m1"}
    assert kept["a"].data() == "a.tif"
    assert kept["c"].data() == "renamed.tif"
    assert not kept["b"].isValid()
    assert kept["m1"].isValid()


def test_mosaics_that_are_gone_leave_with_their_images(checked):
    opened(checked)
    checked.set_images("m1", [image("a")])
    checked.set_mosaics([mosaic("m2")])
    assert rows(checked) == ["Mosaic m2"]
    assert not checked.index_of("a").isValid()
    assert checked.known.image("a") is None
    assert checked.parent(checked.index(0, 0)) == QModelIndex()
    checked.set_images("m1", [image("a")])  # an answer that comes too late
    checked.set_failed("m1", "too late")
    checked.remove_image("a")
    checked.remove_mosaic("m1")
    assert rows(checked) == ["Mosaic m2"]


def test_what_was_deleted_may_be_there_again_after_a_while(tree):
    now = [0.0]
    tree.deleted = DeletedImagery(lambda: now[0])
    opened(tree)
    tree.deleted.note("a")
    tree.set_images("m1", [image("a"), image("b")])
    assert [one.id for one in tree.known.images("m1")] == ["b"]
    now[0] = GRACE_S + 1
    tree.set_images("m1", [image("a"), image("b")])
    assert [one.id for one in tree.known.images("m1")] == ["a", "b"]


def test_single_rows_are_replaced_and_removed(checked):
    parent = opened(checked)
    checked.set_images("m1", [image("a"), image("b")])
    checked.put_image(image("b", "other.tif", mosaic_id=""))
    assert rows(checked, parent) == ["a.tif", "other.tif"]
    assert checked.known.image("b").mosaic_id == "m1"
    checked.put_image(image("z"))
    checked.remove_image("a")
    assert (checked.known.mosaic("m1").image_count, checked.known.mosaic("m1").size) == (1, MIB)
    checked.remove_image("b")
    assert "No images yet" in rows(checked, parent)[0]


def test_what_a_shorter_record_does_not_say_stays_known(tree):
    tree.set_mosaics([mosaic("m1", image_count=7, size=9 * MIB)])
    tree.set_mosaics([mosaic("m1", "Renamed")])
    told = tree.known.mosaic("m1")
    assert (told.name, told.image_count, told.size) == ("Renamed", 7, 9 * MIB)


def counted(*counts):
    """A mosaic with so many images that are ready, awaited, failed and unclear."""
    return mosaic("m", created=None, size=MIB, counts=ImageCounts(*counts), image_count=sum(counts))


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (
            mosaic("m", image_count=15, size=65 * MIB, tags=("a", "b")),
            "15 images · 65\u00a0MiB · a; b · 3/15/24",
        ),
        (mosaic("m", image_count=1, created=None), "1 image"),
        (mosaic("m", created=None), ""),
        (mosaic("m", created=None, tags=tuple("abcdef")), "a; b; c; d; …"),
        (counted(1, 1, 1), "1 of 3 ready · 1 being prepared · 1 failed · 1\u00a0MiB"),
        (counted(0, 0, 2), "0 of 2 ready · 2 failed · 1\u00a0MiB"),
        (counted(0, 1_200), "0 of 1,200 ready · 1,200 being prepared · 1\u00a0MiB"),
        (counted(0, 1), "0 of 1 ready · 1 being prepared · 1\u00a0MiB"),
        (counted(2, 0, 0, 1), "2 of 3 ready · 1 unclear · 1\u00a0MiB"),
        (counted(3), "3 images · 1\u00a0MiB"),
    ],
)
def test_the_second_line_of_a_mosaic(tree, node, text):
    tree.set_mosaics([node])
    assert tree.index(0, 0).data(int(Role.SUMMARY)) == text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "1\u00a0MiB · EPSG:32637 · 30\u00a0cm · 3/15/24"),
        ({"pixel_size": None, "uploaded": None, "crs": "", "size": None, "footprint": "x"}, ""),
        ({"preparation": Preparation.PENDING}, "Waiting… · 1\u00a0MiB"),
        ({"preparation": Preparation.IN_PROGRESS, "size": None}, "Being prepared…"),
        ({"has_data": False, "size": None}, "Being prepared…"),
        ({"preparation": Preparation.NONE, "has_data": False, "size": None}, "Waiting…"),
        ({"preparation": Preparation.FAILED}, "Failed: the service could not prepare it"),
        ({"preparation": Preparation.FAILED, "problem": "<b>Torn</b>\nfile."}, "Failed: <b>Torn</b> file."),
        (
            {"preparation": Preparation.UNKNOWN, "has_data": False},
            "Not ready: the service does not say why · 1\u00a0MiB",
        ),
    ],
)
def test_the_second_line_of_an_image(tree, values, text):
    parent = opened(tree)
    tree.set_images("m1", [image("a", **values)])
    assert tree.index(0, 0, parent).data(int(Role.SUMMARY)) == text


def test_a_mosaic_counts_what_is_listed_and_believes_the_service_where_it_cannot_know(checked):
    said = ImageCounts(2, 1, 1)
    checked.set_mosaics([mosaic("m1", counts=said, image_count=4, size=9 * MIB)])
    checked.set_images("m1", [image("a")], untold=ApiError(Fault.NOT_FOUND, "?", status=404))
    assert (checked.known.mosaic("m1").counts, checked.known.mosaic("m1").image_count) == (said, 4)
    awaited = image("b", preparation=Preparation.PENDING, has_data=False, size=None)
    failed = image("c", preparation=Preparation.FAILED, has_data=False, size=None)
    checked.set_images("m1", [image("a"), awaited, failed])
    assert checked.known.mosaic("m1").counts == ImageCounts(1, 1, 1, is_told=False)
    assert (checked.known.mosaic("m1").image_count, checked.known.mosaic("m1").size) == (3, 9 * MIB)
    checked.remove_image("c")
    assert checked.known.mosaic("m1").counts == ImageCounts(1, 1, is_told=False)
    checked.set_images("m1", [image("a"), image("b")])
    assert checked.known.mosaic("m1").is_ready
    assert checked.index(0, 0).data(int(Role.SUMMARY)).startswith("2 images")


def test_text_of_the_server_is_no_markup(tree):
    parent = opened(tree)
    tree.set_images("m1", [image("a", "<b>bold</b>\n.tif")])
    index = tree.index(0, 0, parent)
    assert index.data() == "<b>bold</b> .tif"
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;bold" in tip
    assert "Uploaded" in tip


def test_everything_known_can_be_read(tree):
    told = as_text(image("a", bands=3, dtypes=("uint8",) * 3, width=5589, height=4079), 0.3)
    assert "Pixels: 5,589 × 4,079" in told
    assert "Bands: 3 (uint8)" in told
    assert "ID: a" in told
    assert "Tags: x; y" in as_text(mosaic("m", tags=("x", "y")))


def test_rows_can_be_heard(tree):
    parent = opened(tree)
    tree.set_images("m1", [image("a")])
    spoken = int(Qt.ItemDataRole.AccessibleTextRole)
    assert tree.index(0, 0, parent).data(spoken).startswith("a.tif, image, 1\u00a0MiB")
    tree.set_doing("a", Doing("Downloading", 0.5))
    assert "Downloading" in tree.index(0, 0, parent).data(spoken)
    assert parent.data(spoken).startswith("Mosaic m1, mosaic, 1 image")


def test_what_is_being_done_is_shown_in_the_row(tree):
    parent = opened(tree)
    tree.set_images("m1", [image("a")])
    changed = []
    tree.dataChanged.connect(lambda first, _last, _roles=None: changed.append(first.data()))
    tree.set_doing("a", Doing("Downloading", 0.25))
    assert tree.index(0, 0, parent).data(int(Role.DOING)).fraction == 0.25
    tree.set_doing("a", None)
    assert tree.index(0, 0, parent).data(int(Role.DOING)) is None
    tree.set_doing("gone", Doing("?"))
    assert changed == ["a.tif", "a.tif"]


def test_names_are_asked_for_and_not_just_changed(tree):
    parent = opened(tree)
    tree.set_images("m1", [image("a")])
    asked = []
    tree.rename_asked.connect(lambda node, name: asked.append((node.id, name)))
    row = tree.index(0, 0, parent)
    assert not tree.setData(row, "   ")
    assert not tree.setData(row, "a.tif")
    assert tree.setData(row, "  b \n c.tif ")
    assert tree.setData(parent, "Лето")
    assert asked == [("a", "b c.tif"), ("m1", "Лето")]
    assert row.data() == "a.tif"


def test_a_note_can_neither_be_chosen_nor_named(tree):
    parent = opened(tree)
    note = tree.index(0, 0, parent)
    assert not tree.flags(note) & Qt.ItemFlag.ItemIsSelectable
    assert not tree.setData(note, "x")


def test_pixels_are_measured_once(qapp):
    measured = []
    tree = ImageryTree(lambda one: measured.append(one.id))
    parent = opened(tree)
    tree.set_images("m1", [image("a")])
    for _ in range(3):
        tree.index(0, 0, parent).data(int(Role.SUMMARY))
    assert measured == ["a"]


# the filter


@pytest.fixture
def shown(tree):
    shown = ImageryFilter()
    shown.setSourceModel(tree)
    tree.set_mosaics(
        [
            mosaic("m1", "Harbour", tags=("coast", "2024"), size=3 * MIB, created=DAY.replace(year=2022)),
            mosaic("m2", "airport", tags=("2024",), size=9 * MIB),
            mosaic("m3", "Zoo", size=MIB, created=None),
        ]
    )
    tree.fetchMore(tree.index_of("m1"))
    tree.set_images("m1", [image("q", "Quay.tif", size=5), image("p", "pier north.tif", size=7)], skipped=1)
    return shown


def inside(shown, tree, key="m1"):
    return rows(shown, shown.mapFromSource(tree.index_of(key)))


def test_all_is_shown_by_name(shown, tree):
    assert rows(shown) == ["airport", "Harbour", "Zoo"]
    assert inside(shown, tree)[:2] == ["pier north.tif", "Quay.tif"]
    assert not shown.is_filtering


@pytest.mark.parametrize(
    ("text", "mosaics", "images"),
    [
        ("HARB", ["Harbour"], 3),
        ("quay", ["Harbour"], 1),
        ("harbour pier", ["Harbour"], 1),
        ("2024", ["airport", "Harbour"], 3),
        ("pier 2024", ["Harbour"], 1),
        ("nothing", [], 0),
        ("  ", ["airport", "Harbour", "Zoo"], 3),
    ],
)
def test_words_are_looked_for_in_names_and_tags(shown, tree, text, mosaics, images):
    shown.set_text(text)
    assert rows(shown) == mosaics
    if images:
        assert len(inside(shown, tree)) == images


def test_a_tag_chooses_mosaics(shown):
    shown.set_tag("coast")
    assert rows(shown) == ["Harbour"]
    assert shown.is_filtering
    shown.set_tag("")
    assert len(rows(shown)) == 3


@pytest.mark.parametrize(
    ("order", "mosaics", "images"),
    [
        (Order.NAME, ["airport", "Harbour", "Zoo"], ["pier north.tif", "Quay.tif"]),
        (Order.NEWEST, ["airport", "Harbour", "Zoo"], ["pier north.tif", "Quay.tif"]),
        (Order.LARGEST, ["airport", "Zoo", "Harbour"], ["pier north.tif", "Quay.tif"]),
    ],
)
def test_a_note_stays_below_whatever_the_order(shown, tree, order, mosaics, images):
    tree.set_order(order)
    assert rows(shown) == mosaics
    assert inside(shown, tree)[:2] == images
    assert "left out" in inside(shown, tree)[2]


def test_the_order_can_be_chosen(shown, tree):
    tree.put_mosaic(mosaic("m3", "Zoo", size=99 * MIB, created=DAY.replace(year=2030)))
    tree.set_order(Order.LARGEST)
    assert rows(shown)[0] == "Zoo"
    tree.set_order(Order.NEWEST)
    assert rows(shown) == ["Zoo", "airport", "Harbour"]


def test_a_row_that_takes_another_place_stays_itself(checked):
    parent = opened(checked)
    checked.set_images("m1", [image("a"), image("b"), image("c")], skipped=1)
    kept = {key: QPersistentModelIndex(checked.index_of(key)) for key in ("m1", "m2", "a", "b", "c")}
    note = QPersistentModelIndex(checked.index(3, 0, parent))
    checked.put_image(image("a", "z.tif"))
    checked.put_mosaic(mosaic("m1", "Zeta"))
    assert rows(checked) == ["Mosaic m2", "Zeta"]
    assert rows(checked, checked.index_of("m1"))[:3] == ["b.tif", "c.tif", "z.tif"]
    assert [kept[key].data() for key in ("m1", "m2", "a", "b", "c")] == [
        "Zeta", "Mosaic m2", "z.tif", "b.tif", "c.tif",
    ]  # fmt: skip
    assert "left out" in note.data()
    assert note.row() == 3
    assert kept["a"].parent().data() == "Zeta"


def test_opening_goes_through_the_filter(shown, tree):
    index = shown.mapFromSource(tree.index_of("m2"))
    assert shown.hasChildren(index)
    assert shown.canFetchMore(index)
    shown.fetchMore(index)
    assert tree.wanted == ["m1", "m2"]


def test_thousands_of_images_are_put_in_quickly(tree):
    import time

    opened(tree)
    many = [image(f"i{number}") for number in range(5_000)]
    tree.set_images("m1", many)
    begin = time.perf_counter()
    tree.set_images("m1", [*many[:-1], image("i4999", "renamed.tif"), image("new")])
    assert time.perf_counter() - begin < 0.5
