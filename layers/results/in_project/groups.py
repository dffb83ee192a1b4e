"""The groups of results in the layer tree: one for each processing, and where there are several projects, in theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import QgsLayerTreeGroup

from ....text.server_text import unmarked
from ....text.translation import translate
from ...mapflow_group import group_for_results, groups_in, say_again_whether_open
from ...origin.metadata import LONGEST_TITLE
from ..layers import PROCESSING, SERVER

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from ....api.processings import Processing

PROJECT = "mapflow_dock/project_id"  # on a processing's group: the project of the service it belongs to
PROJECT_NAME = "mapflow_dock/project_name"
OF_PROJECT = "mapflow_dock/group_of_project"  # on a project's group: the project's id


def group_of(project: QgsProject, processing_id: str, server: str) -> Optional[QgsLayerTreeGroup]:
    """Return the layer-tree group of a processing, wherever the user has moved it."""
    for group in groups_in(project.layerTreeRoot()):
        if group.customProperty(PROCESSING) == processing_id and group.customProperty(SERVER) == server:
            return group
    return None


def ensured_group(
    project: QgsProject, processing: Processing, server: str, project_name: str = ""
) -> QgsLayerTreeGroup:
    """Return the processing's group, made at the top of the group *Mapflow* where there is none.

    `project_name` is what the service's project is called, "" where that is not known. Once there are results of a
    second project, those of each are in a group of their own.
    """
    group = group_of(project, processing.id, server)
    if group is None:
        title = unmarked(processing.name, LONGEST_TITLE) or translate("InProject", "Mapflow result")
        group = _home(project, processing, server, project_name).insertGroup(0, title)
        group.setCustomProperty(PROCESSING, processing.id)
        group.setCustomProperty(SERVER, server)
        group.setCustomProperty(PROJECT, processing.project_id)
        group.setCustomProperty(PROJECT_NAME, project_name)
    return group


def remove_if_left_empty(group: QgsLayerTreeGroup) -> None:
    """Take a group out of the tree where nothing is in it, and its project's group with it."""
    parent = group.parent()
    if group.children() or not isinstance(parent, QgsLayerTreeGroup):
        return
    parent.removeChildNode(group)
    if parent.customProperty(OF_PROJECT):
        remove_if_left_empty(parent)


def _home(project: QgsProject, processing: Processing, server: str, project_name: str) -> QgsLayerTreeGroup:
    """Return the group that a processing's group belongs into."""
    mapflow = group_for_results(project)
    known = _project_group(project, processing.project_id, server)
    if known is not None or not project_name or not processing.project_id:
        return mapflow if known is None else known
    direct = [each for each in mapflow.children() if isinstance(each, QgsLayerTreeGroup)]
    are_several = any(
        each.customProperty(OF_PROJECT)
        or each.customProperty(PROJECT, processing.project_id) != processing.project_id
        for each in direct
    )
    if not are_several:
        return mapflow
    for each in direct:
        _move_home(project, mapflow, each)
    return _project_group(project, processing.project_id, server) or _made(
        mapflow, 0, processing.project_id, server, project_name
    )


def _move_home(project: QgsProject, mapflow: QgsLayerTreeGroup, group: QgsLayerTreeGroup) -> None:
    """Put a processing's group that stands where there was one project only into the group of its project."""
    project_id, name = str(group.customProperty(PROJECT) or ""), str(group.customProperty(PROJECT_NAME) or "")
    if not project_id or not name:
        return
    server = str(group.customProperty(SERVER) or "")
    home = _project_group(project, project_id, server)
    if home is None:
        home = _made(mapflow, mapflow.children().index(group), project_id, server, name)
    home.addChildNode(group.clone())
    mapflow.removeChildNode(group)
    say_again_whether_open(home)


def _project_group(project: QgsProject, project_id: str, server: str) -> Optional[QgsLayerTreeGroup]:
    if not project_id:
        return None
    for group in groups_in(project.layerTreeRoot()):
        if group.customProperty(OF_PROJECT) == project_id and group.customProperty(SERVER) == server:
            return group
    return None


def _made(mapflow: QgsLayerTreeGroup, row: int, project_id: str, server: str, name: str) -> QgsLayerTreeGroup:
    group = mapflow.insertGroup(row, unmarked(name, LONGEST_TITLE))
    group.setCustomProperty(OF_PROJECT, project_id)
    group.setCustomProperty(SERVER, server)
    return group
