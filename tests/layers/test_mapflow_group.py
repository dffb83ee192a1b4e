"""The group *Mapflow* is one, is found again wherever it is, and does not take back what the user took out."""

from __future__ import annotations

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsLayerTreeModel, QgsRasterLayer, QgsVectorLayer
from qgis.gui import QgsLayerTreeView
from qgis.PyQt.QtCore import QCoreApplication

from mapflow_dock.layers.mapflow_group import (
    add_imagery,
    add_to_group,
    group_for_results,
    mapflow_group,
    place_of,
    remove_if_empty,
    show_imagery,
)
from mapflow_dock.layers.refilling import refill
from mapflow_dock.layers.results.in_project.groups import ensured_group
from mapflow_dock.layers.tiles.extent import EXTENT, restore_extent

SERVER = "https://a.example"


def vector(name):
    return QgsVectorLayer("Polygon?crs=EPSG:4326&field=key:string(0)&field=note:string(0)", name, "memory")


def raster(name):
    return QgsRasterLayer(f"type=xyz&url=http://127.0.0.1:9/{name}/%7Bz%7D/%7Bx%7D/%7By%7D.png", name, "wms")


def tree(project):
    """The layer tree as nested names."""

    def names(group):
        return [
            (child.name(), names(child)) if child.nodeType() == child.NodeGroup else child.name()
            for child in group.children()
        ]

    return names(project.layerTreeRoot())


def saved_and_opened(project, tmp_path):
    path = str(tmp_path / "p.qgs")
    assert project.write(path)
    project.clear()
    assert project.read(path)


def test_there_is_one_group_renamed_and_moved_and_after_a_save(project, processing, tmp_path):
    root = project.layerTreeRoot()
    ensured_group(project, processing(), SERVER)
    group = mapflow_group(project)
    group.setName("Our results")
    mine = root.addGroup("Mine")
    mine.addChildNode(group.clone())
    root.removeChildNode(group)
    saved_and_opened(project, tmp_path)
    ensured_group(project, processing(), SERVER)
    ensured_group(project, processing(id="b", name="New town"), SERVER)
    assert add_imagery(project, raster("aerial"))
    assert tree(project) == [
        ("Mine", [("Our results", [("New town", []), ("Old town", []), "aerial"])]),
    ]


def test_a_group_that_only_has_the_name_is_the_users(project, processing):
    project.layerTreeRoot().addGroup("Mapflow").addLayer(project.addMapLayer(vector("mine"), False))
    ensured_group(project, processing(), SERVER)
    assert tree(project) == [("Mapflow", [("Old town", [])]), ("Mapflow", ["mine"])]


def test_a_group_that_was_deleted_is_made_again(project, processing):
    ensured_group(project, processing(), SERVER)
    project.layerTreeRoot().removeChildNode(mapflow_group(project))
    assert tree(project) == []
    ensured_group(project, processing(), SERVER)
    assert tree(project) == [("Mapflow", [("Old town", [])])]


def test_markup_in_a_name_is_not_markup_in_the_tree(project, processing):
    ensured_group(project, processing(name="<b>Old</b> town"), SERVER)
    assert tree(project) == [("Mapflow", [("‹b›Old‹/b› town", [])])]


def test_results_are_above_what_is_there_and_imagery_above_the_rasters_alone(project):
    project.addMapLayer(raster("base"))
    project.addMapLayer(vector("roads"))
    add_imagery(project, raster("first"))
    add_imagery(project, raster("second"))
    assert tree(project) == ["roads", ("Mapflow", ["second", "first"]), "base"]
    assert add_to_group(project, vector("result"), group_for_results(project))
    assert tree(project) == [("Mapflow", ["result", "second", "first"]), "roads", "base"]
    qgis_has = {layer.name() for layer in project.mapLayers().values()}
    assert qgis_has == {"result", "second", "first", "roads", "base"}, "raising the group loses no layer"


def test_a_group_for_imagery_that_the_user_has_moved_stays_there(project):
    project.addMapLayer(raster("base"))
    project.addMapLayer(vector("roads"))
    add_imagery(project, raster("first"))
    root, group = project.layerTreeRoot(), mapflow_group(project)
    root.addChildNode(group.clone())
    root.removeChildNode(group)
    add_to_group(project, vector("result"), group_for_results(project))
    assert tree(project) == ["roads", "base", ("Mapflow", ["result", "first"])]


@pytest.mark.parametrize("is_open", [True, False])
def test_a_group_that_is_raised_stays_open_or_closed_as_it_was(project, qtbot, is_open):
    view = QgsLayerTreeView()
    qtbot.addWidget(view)
    view.show()
    model = QgsLayerTreeModel(project.layerTreeRoot())
    view.setModel(model)
    add_imagery(project, raster("preview"))
    mapflow_group(project).setExpanded(is_open)
    QCoreApplication.processEvents()
    raised = group_for_results(project)
    add_to_group(project, vector("result"), raised)
    assert view.isExpanded(view.node2index(raised)) is is_open


@pytest.mark.parametrize("is_open", [True, False])
def test_a_group_that_was_empty_for_a_while_is_open_or_closed_as_it_was(project, qtbot, is_open):
    view = QgsLayerTreeView()
    qtbot.addWidget(view)
    model = QgsLayerTreeModel(project.layerTreeRoot())
    view.setModel(model)
    view.show()
    group = group_for_results(project)
    QCoreApplication.processEvents()
    group.setExpanded(is_open)
    QCoreApplication.processEvents()
    add_to_group(project, vector("result"), group)
    assert view.isExpanded(view.node2index(group)) is is_open


def test_what_comes_is_seen_although_the_group_was_hidden(project):
    group = group_for_results(project)
    group.setItemVisibilityChecked(False)
    layer = raster("aerial")
    add_imagery(project, layer)
    assert project.layerTreeRoot().findLayer(layer.id()).isVisible()


def test_a_layer_made_anew_stands_where_the_former_one_was_dragged(project):
    group_for_results(project)
    mine = project.layerTreeRoot().addGroup("Mine")
    former = raster("former")
    add_imagery(project, former)
    node = project.layerTreeRoot().findLayer(former)
    mine.addChildNode(node.clone())
    node.parent().removeChildNode(node)
    place = place_of(project, former)
    project.removeMapLayer(former)
    add_imagery(project, raster("new"), place)
    assert tree(project) == [("Mapflow", []), ("Mine", ["new"])]
    project.layerTreeRoot().removeChildNode(mine)
    add_imagery(project, raster("newer"), place)
    assert tree(project) == [("Mapflow", ["newer"])], "the user's group is gone"


def test_imagery_that_is_shown_again_covers_the_other_imagery(project):
    first, second = raster("first"), raster("second")
    add_imagery(project, first)
    add_imagery(project, second)
    add_to_group(project, vector("result"), mapflow_group(project))
    assert tree(project) == [("Mapflow", ["result", "second", "first"])]
    assert show_imagery(project, first), "it was covered"
    assert tree(project) == [("Mapflow", ["result", "first", "second"])]
    assert not show_imagery(project, first), "it is on top"
    assert set(project.mapLayers().values()) >= {first, second}, "moving takes nothing out of the project"


def test_imagery_that_was_dragged_out_of_the_group_stays_there(project):
    mine, other = raster("mine"), raster("other")
    add_imagery(project, mine)
    root, node = project.layerTreeRoot(), project.layerTreeRoot().findLayer(mine.id())
    root.addChildNode(node.clone())
    node.parent().removeChildNode(node)
    add_imagery(project, other)
    root.findLayer(mine.id()).setItemVisibilityChecked(False)
    assert show_imagery(project, mine), "it was hidden"
    assert root.findLayer(mine.id()).parent() is root


def test_only_an_empty_group_goes(project):
    group_for_results(project).addGroup("kept")
    remove_if_empty(project)
    assert tree(project) == [("Mapflow", [("kept", [])])]
    mapflow_group(project).removeAllChildren()
    remove_if_empty(project)
    assert tree(project) == []


def filled(*rows):
    layer = vector("rows")
    for key, note in rows:
        feature = QgsFeature(layer.fields())
        feature.setAttributes([key, note])
        feature.setGeometry(QgsGeometry.fromWkt("POLYGON((0 0, 0 1, 1 1, 0 0))"))
        layer.dataProvider().addFeatures([feature])
    return layer


def rows(layer):
    return sorted((str(row["key"] or ""), str(row["note"])) for row in layer.getFeatures())


@pytest.mark.parametrize(
    ("is_whole", "left"),
    [(False, [("", "mine"), ("a", "new"), ("b", "old")]), (True, [("", "mine"), ("a", "new")])],
)
def test_a_layer_is_refilled_but_for_what_the_user_drew(qgis_app, is_whole, left):
    shown = filled(("a", "old"), ("b", "old"), ("", "mine"))
    refill(shown, filled(("a", "new")), "key", is_whole)
    assert rows(shown) == left


def test_a_layer_that_is_being_edited_is_not_refilled(qgis_app):
    shown = filled(("a", "old"))
    assert shown.startEditing()
    refill(shown, filled(("a", "new")), "key", is_whole=True)
    assert rows(shown) == [("a", "old")]
    shown.rollBack()


@pytest.mark.parametrize("words", ["", "1 2 3", "a b c d", "nan 0 1 1", "0 0 0 0", "inf 0 1 1"])
def test_an_extent_that_is_none_changes_nothing(qgis_app, words):
    layer = raster("aerial")
    before = layer.extent()
    layer.setCustomProperty(EXTENT, words)
    restore_extent(layer)
    assert layer.extent() == before
