"""The group *Mapflow* of the layer tree: results, areas and previews go into it, wherever the user has moved it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsLayerTreeGroup, QgsLayerTreeLayer, QgsLayerTreeNode, QgsProject, QgsRasterLayer
from qgis.PyQt import sip

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer

GROUP = "mapflow_dock/group"  # marks the group: its name is the user's to change
_TITLE = "Mapflow"  # a product's name: the same in every language
_WITH_RESULTS = "results"
_FOR_IMAGERY = (
    "imagery"  # nothing but imagery so far: it stands where imagery belongs, below the user's vector layers
)


@dataclass(frozen=True)
class Place:
    """Where a layer stands among the children of `parent`; another layer can take it."""

    parent: QgsLayerTreeGroup
    row: int

    @property
    def is_there(self) -> bool:
        """Whether the group is still in the tree."""
        return not sip.isdeleted(self.parent)


def mapflow_group(project: QgsProject) -> Optional[QgsLayerTreeGroup]:
    """Return the group, whatever its name is now and wherever it is; None where the project has none."""
    return next((each for each in groups_in(project.layerTreeRoot()) if each.customProperty(GROUP)), None)


def group_for_results(project: QgsProject) -> QgsLayerTreeGroup:
    """Return the group, made at the top of the layer tree where there is none.

    A group made for imagery stands below the user's vector layers, which would hide a result. It is raised above them,
    unless the user has moved it.
    """
    root, group = project.layerTreeRoot(), mapflow_group(project)
    if group is None:
        return _made(root, 0, _WITH_RESULTS)
    if group.customProperty(GROUP) == _FOR_IMAGERY:
        group.setCustomProperty(GROUP, _WITH_RESULTS)
        if group.parent() is root and root.children().index(group) + 1 == _row_for_imagery(root):
            raised = group.clone()
            root.insertChildNode(0, raised)
            root.removeChildNode(group)
            say_again_whether_open(raised)
            return raised
    return group


def add_to_group(project: QgsProject, layer: QgsMapLayer, group: QgsLayerTreeGroup) -> bool:
    """Add a layer to the project, at the top of `group` and visible; False where the project does not take it."""
    if project.addMapLayer(layer, False) is None:
        return False
    group.insertLayer(0, layer).setItemVisibilityCheckedParentRecursive(True)
    say_again_whether_open(group)
    return True


def insert_above_rasters(project: QgsProject, layer: QgsMapLayer, group: QgsLayerTreeGroup) -> bool:
    """Add a layer to the project, visible, below the vector layers of `group` and above its rasters.

    Return False where the project does not take it.
    """
    if project.addMapLayer(layer, False) is None:
        return False
    group.insertLayer(_row_for_imagery(group), layer).setItemVisibilityCheckedParentRecursive(True)
    say_again_whether_open(group)
    return True


def insert_at_bottom(project: QgsProject, layer: QgsMapLayer, group: QgsLayerTreeGroup) -> bool:
    """Add a layer to the project, visible, below all that is in `group`; False where the project does not take it."""
    if project.addMapLayer(layer, False) is None:
        return False
    group.addLayer(layer).setItemVisibilityCheckedParentRecursive(True)
    say_again_whether_open(group)
    return True


def add_imagery(project: QgsProject, layer: QgsMapLayer, place: Optional[Place] = None) -> bool:
    """Add a layer of imagery to the project: where a former one was, or else in the group, below its results.

    Return False where the project does not take it.
    """
    if project.addMapLayer(layer, False) is None:
        return False
    if place is None or not place.is_there:
        root, group = project.layerTreeRoot(), mapflow_group(project)
        if group is None:
            group = _made(root, _row_for_imagery(root), _FOR_IMAGERY)
        place = Place(group, _row_for_imagery(group))
    place.parent.insertLayer(place.row, layer).setItemVisibilityCheckedParentRecursive(True)
    say_again_whether_open(place.parent)
    return True


def place_of(project: QgsProject, layer: QgsMapLayer) -> Optional[Place]:
    """Return where a layer stands in the layer tree; None where it is not in it."""
    node = project.layerTreeRoot().findLayer(layer.id())
    parent = node.parent() if node is not None else None
    if node is None or not isinstance(parent, QgsLayerTreeGroup):
        return None
    return Place(parent, parent.children().index(node))


def show_in_tree(project: QgsProject, layer: QgsMapLayer) -> None:
    """Tick a layer and all the groups it is in."""
    node = project.layerTreeRoot().findLayer(layer.id())
    if node is not None:
        node.setItemVisibilityCheckedParentRecursive(True)


def say_again_whether_open(group: QgsLayerTreeGroup) -> None:
    """Let the layer panel show a group open or closed as it is: one that came full, or was empty, it shows closed."""
    is_expanded = group.isExpanded()
    group.setExpanded(not is_expanded)
    group.setExpanded(is_expanded)


def show_imagery(project: QgsProject, layer: QgsMapLayer) -> bool:
    """Tick imagery that is there, and lay it over the other imagery of the group; where the user dragged it, it stays.

    Return whether it was hidden or covered before.
    """
    group, node = mapflow_group(project), project.layerTreeRoot().findLayer(layer.id())
    if node is None:
        return False
    was_hidden, was_covered = not node.isVisible(), False
    if group is not None and node.parent() is group:
        row = _row_for_imagery(group)
        was_covered = row < group.children().index(node)
        if was_covered:
            group.insertChildNode(row, node.clone())
            group.removeChildNode(node)
    show_in_tree(project, layer)
    return was_hidden or was_covered


def remove_if_empty(project: QgsProject) -> None:
    """Take the group out where nothing is in it."""
    group = mapflow_group(project)
    if group is not None and not group.children():
        group.parent().removeChildNode(group)  # type: ignore[attr-defined]  # a group's parent is one


def groups_in(parent: QgsLayerTreeGroup) -> Iterator[QgsLayerTreeGroup]:
    """Return each group within `parent`, however deep."""
    for child in parent.children():
        if isinstance(child, QgsLayerTreeGroup):
            yield child
            yield from groups_in(child)


def _made(root: QgsLayerTreeGroup, row: int, made_for: str) -> QgsLayerTreeGroup:
    group = root.insertGroup(row, _TITLE)
    group.setCustomProperty(GROUP, made_for)
    return group


def _row_for_imagery(group: QgsLayerTreeGroup) -> int:
    """Above the rasters there are, so below the vector layers over them."""
    nodes = group.children()
    return next((row for row, node in enumerate(nodes) if _is_raster(node)), len(nodes))


def _is_raster(node: QgsLayerTreeNode) -> bool:
    return isinstance(node, QgsLayerTreeLayer) and isinstance(node.layer(), QgsRasterLayer)
