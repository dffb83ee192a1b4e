"""Pages of a project's processings: terms, every order, its ties and its ends, beside the whole list sorted here."""

from __future__ import annotations

import itertools

import pytest

COUNT = 240  # of which about half are in lists, in three projects
KEYS = {
    "SCENARIO": lambda row: row["workflowDef"]["name"].casefold(),
    "NAME": lambda row: row["name"].casefold(),
    "PROJECT": lambda _row: "",
    "EMAIL": lambda _row: "",
    "CREATED": lambda row: row["created"],
    "STATUS": lambda row: row["status"],
    "PROGRESS": lambda row: row["percentCompleted"],
    "COMPLETED": lambda row: row["updated"],  # of what has ended long ago
    "COST": lambda row: row["cost"],
    "AREA": lambda row: row["area"],
    "PROVIDER": lambda row: row["params"]["sourceParams"]["dataProvider"]["providerName"].casefold(),
}


class Project:
    """One of the projects, and all its processings."""

    def __init__(self, api, project):
        self.api = api
        self.path = f"/projects/{project['id']}/processings/v2"
        self.name = project["name"]
        self.rows = api.ask("GET", self.path)

    def page(self, **asked):
        answer = self.api.ask("POST", f"{self.path}/page", json=asked)
        assert answer["count"] == len(answer["results"])
        return [row["id"] for row in answer["results"]], answer["total"]

    def sorted_here(self, sort, is_rising, term=""):
        """The ids in the order they have to come in: those that are equal by their ids, whichever way."""
        found = [row for row in self.rows if self.holds(row, term)]
        found.sort(key=lambda row: row["id"])
        found.sort(key=KEYS[sort], reverse=not is_rising)
        return [row["id"] for row in found]

    def holds(self, row, term):
        texts = (row["name"], self.name, row["workflowDef"]["name"], self.api.sandbox.email)
        return any(term.casefold() in text.casefold() for text in texts)


@pytest.fixture
def project(sandbox, connect):
    api = connect(sandbox.start(processings=COUNT))
    held = [Project(api, each) for each in api.ask("GET", "/projects") if not each["isDefault"]]
    return max(held, key=lambda each: len(each.rows))


def test_every_order_is_that_of_the_whole_list_page_after_page(project):
    whole = len(project.rows)
    assert whole > 25
    for sort, order in itertools.product(KEYS, ("ASC", "DESC")):
        expected = project.sorted_here(sort, order == "ASC")
        asked = {"sortBy": sort, "sortOrder": order}
        assert project.page(**asked, limit=1000) == (expected, whole), (sort, order)
        pages = [project.page(**asked, limit=7, offset=offset) for offset in range(0, whole + 7, 7)]
        assert [key for ids, _total in pages for key in ids] == expected, (sort, order)
        assert {total for _ids, total in pages} == {whole}


def test_a_term_is_looked_for_in_all_names_and_counted(project):
    words = ("old", "OLD TOWN", "🏠", "forest", project.name[:4].upper(), "%", "_", "nothing of the kind")
    for word in words:
        expected = project.sorted_here("AREA", is_rising=True, term=word)
        told = project.page(terms=word, sortBy="AREA", sortOrder="ASC", limit=1000)
        assert told == (expected, len(expected)), word
        assert project.page(terms=word, sortBy="AREA", sortOrder="ASC", limit=3, offset=2) == (
            expected[2:5],
            len(expected),
        )
    assert 0 < project.page(terms="old")[1] < len(project.rows)


def test_letters_of_any_script_are_found_in_either_case(project):
    row = project.rows[0]
    project.api.ask("PUT", f"/processings/{row['id']}/v2", json={"name": "Größe ÄCKER 12"})
    assert project.page(terms="äcker") == ([row["id"]], 1)
    assert project.page(terms="GRÖSSE") == ([row["id"]], 1)


def test_beyond_the_end_there_is_nothing_and_the_total_is_told(project):
    whole = len(project.rows)
    assert project.page(offset=whole) == ([], whole)
    assert project.page(offset=10**9) == ([], whole)
    assert (
        project.page(offset=whole - 1, sortBy="NAME", sortOrder="ASC")[0]
        == (project.sorted_here("NAME", is_rising=True)[-1:])
    )
    assert project.page(limit=None, offset=None, terms=None, sortBy=None, sortOrder=None) == (
        project.sorted_here("CREATED", is_rising=False)[:30],
        whole,
    )
