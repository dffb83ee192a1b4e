"""An account with a long past in a sandbox, asked without the plugin; sorted and narrowed by brute force."""

from __future__ import annotations

from datetime import datetime

import requests

_TIMEOUT_S = 60


class PastAccount:
    """Everything the account of a sandbox has, as its lists tell it, in either dialect."""

    def __init__(self, sandbox):
        self.url = sandbox.url
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"Basic {sandbox.basic}"
        self.projects = {each["id"]: each["name"] for each in self.ask("GET", "/projects")}

    def ask(self, verb, path, body=None):
        answer = self._http.request(verb, self.url + path, json=body, timeout=_TIMEOUT_S)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def rows(self, *project_ids):
        """The processings of these projects, of all where none is named."""
        wanted = project_ids or tuple(self.projects)
        return [row for key in wanted for row in self.ask("GET", f"/projects/{key}/processings/v2")]

    def largest(self):
        """The id of the project with the most processings."""
        return max(self.projects, key=lambda key: len(self.rows(key)))

    def expected(self, rows, column, is_rising, words="", statuses=()):
        """The ids in the order they are to be shown in; those that are equal by their ids."""
        found = [
            row
            for row in rows
            if all(word in f"{row['name']}\n{model_of(row)}".casefold() for word in words.casefold().split())
            and (not statuses or row["status"] in statuses)
        ]
        found.sort(key=lambda row: row["id"])
        if column == "PROJECT":
            found.sort(key=created, reverse=True)
        found.sort(key=self._key(column), reverse=not is_rising)
        return [row["id"] for row in found]

    def _key(self, column):
        return {
            "NAME": lambda row: row["name"].casefold(),
            "STATUS": lambda row: STATUSES.index(row["status"]),
            "AREA": lambda row: row["area"],
            "COST": lambda row: row["cost"],
            "CREATED": created,
            "MODEL": lambda row: model_of(row).casefold(),
            "PROJECT": lambda row: self.projects[row["projectId"]].casefold(),
        }[column]


STATUSES = ("IN_PROGRESS", "UNPROCESSED", "AWAITING", "OK", "FAILED", "CANCELLED", "REFUNDED")


def model_of(row):
    return row["workflowDef"]["displayName"] if "workflowDef" in row else row["wdName"]


def created(row):
    return datetime.fromisoformat(row["created"])
