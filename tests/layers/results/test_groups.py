"""Groups of results: one for each processing, and of each project once there are several; what the user moved stays."""

from __future__ import annotations

import pytest

from mapflow_dock.layers.results.in_project.groups import ensured_group, group_of, remove_if_left_empty

SERVER = "https://a.example/rest"


def tree(group):
    return {child.name(): tree(child) for child in group.children()}


@pytest.fixture
def put(processing, project):
    def put(key, project_id, name):
        return ensured_group(project, processing(id=key, name=key, project_id=project_id), SERVER, name)

    return put


def test_results_of_one_project_need_no_group_of_it(put, project):
    put("one", "p1", "Town")
    put("two", "p1", "Town")
    assert tree(project.layerTreeRoot()) == {"Mapflow": {"two": {}, "one": {}}}


def test_a_second_project_gives_each_its_own(put, project, tmp_path):
    put("one", "p1", "Town")
    put("two", "p1", "Town")
    put("three", "p2", "Harbour")
    wanted = {"Mapflow": {"Harbour": {"three": {}}, "Town": {"two": {}, "one": {}}}}
    assert tree(project.layerTreeRoot()) == wanted
    path = str(tmp_path / "project.qgz")
    assert project.write(path)
    project.clear()
    assert project.read(path)
    put("four", "p1", "Town renamed meanwhile")
    put("three", "p2", "Harbour")
    assert tree(project.layerTreeRoot()) == {
        "Mapflow": {"Harbour": {"three": {}}, "Town": {"four": {}, "two": {}, "one": {}}}
    }


def test_where_the_name_is_not_known_it_stands_by_itself(put, project):
    put("one", "p1", "Town")
    put("two", "p2", "")
    assert tree(project.layerTreeRoot()) == {"Mapflow": {"two": {}, "one": {}}}
    put("three", "p3", "Harbour")
    assert tree(project.layerTreeRoot()) == {
        "Mapflow": {"Harbour": {"three": {}}, "two": {}, "Town": {"one": {}}}
    }


def test_what_the_user_dragged_out_stays(put, project):
    moved = put("one", "p1", "Town")
    root = project.layerTreeRoot()
    root.addChildNode(moved.clone())
    moved.parent().removeChildNode(moved)
    put("two", "p2", "Harbour")
    assert tree(root) == {"Mapflow": {"two": {}}, "one": {}}
    assert group_of(project, "one", SERVER).parent() is root


def test_an_empty_group_goes_with_that_of_its_project(put, project):
    put("one", "p1", "Town")
    remove_if_left_empty(put("two", "p2", "Harbour"))
    assert tree(project.layerTreeRoot()) == {"Mapflow": {"Town": {"one": {}}}}
