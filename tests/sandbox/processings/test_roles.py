"""Each role does with a shared project, and what is in it, what it is for: every endpoint, in both dialects."""

from __future__ import annotations

import json
import uuid

import pytest

pytestmark = pytest.mark.both_dialects

ROLES = (None, "readonly", "contributor", "maintainer", "owner")  # None: not shared with
READ, START, MANAGE, OWN = ROLES[1:]
PAGE = "/projects/{project}/processings/v2/page"
# What is asked for, and the least role it takes. The later ones change what the earlier ones look at.
ENDPOINTS = (
    ("GET", "/projects/{project}", None, READ),
    ("GET", "/projects/{project}/processings/v2", None, READ),
    ("GET", "/projects/{project}/processings", None, READ),
    ("POST", PAGE, {"sortBy": "EMAIL", "sortOrder": "ASC"}, READ),
    ("GET", "/processings/{done}/v2", None, READ),
    ("GET", "/processings/{done}", None, READ),
    ("GET", "/processings/{done}/aois", None, READ),
    ("GET", "/processings/{done}/result", None, READ),
    ("GET", "/processings/{done}/result?aoiId={aoi}", None, READ),
    ("GET", "/layers/{done}/tilejson.json", None, READ),
    ("GET", "/layers/{done}/0/0/0.pbf", None, READ),
    ("GET", "/imagery/{done}/tilejson.json", None, READ),
    ("GET", "/imagery/{done}/0/0/0.png", None, READ),
    ("POST", "/processings/v2", "order", START),
    ("POST", "/processings", "flat order", START),
    ("PUT", "/processings/{done}/rate", {"rating": 4, "feedback": "Fine"}, START),
    ("PUT", "/processings/{to accept}/acceptation", None, START),
    ("PUT", "/processings/{to reject}/rejection", {"comment": "No"}, START),
    ("POST", "/sandbox/reviews/{to reject}", {"refunded": True}, START),
    ("POST", "/processings/{failed}/restart", None, START),
    ("POST", "/processings/{failed too}/restart/v2", None, START),
    ("POST", "/sandbox/processings/{done}", {"percent": 100}, START),
    ("PUT", "/processings/{done}", {"name": "Renamed"}, MANAGE),
    ("PUT", "/processings/{done}/v2", {"description": "Said"}, MANAGE),
    ("PUT", "/processings/{done}/v2", {"projectId": "{their project}"}, MANAGE),
    ("DELETE", "/processings/{to accept}", None, MANAGE),
    ("PUT", "/projects/{project}", {"name": "Renamed"}, OWN),
    ("PUT", "/projects/{project}", {"description": "Said"}, OWN),
    ("POST", "/projects/share", {"projectId": "{project}", "email": "{third}", "role": "MEMBER"}, OWN),
    ("POST", "/sandbox/roles", {"projectId": "{project}", "email": "{third}", "role": "readonly"}, OWN),
    ("DELETE", "/projects/{project}", None, OWN),
)
STARTED = {"done": 0, "to accept": 0, "to reject": 0, "failed": 3, "failed too": 3}  # and how far to the east
OTHER, THIRD = "guest@example.org", "third@example.org"


@pytest.fixture
def shared(sandbox):
    """A sandbox of three accounts whose results are reviewed; it lasts as long as the run."""
    return sandbox.kept(account=[OTHER, THIRD], review=True)


@pytest.fixture
def mine(shared, connect):
    return connect(shared)


@pytest.fixture
def theirs(shared, sign_in):
    return sign_in(shared, OTHER)


def give(mine, project, role, email=OTHER):
    return mine.ask("POST", "/sandbox/roles", json={"projectId": project, "email": email, "role": role})


@pytest.fixture
def known(mine, theirs, square):
    """A project of the first account with processings, finished and failed, as names in ENDPOINTS."""
    title = f"Shared {uuid.uuid4()}"
    project = mine.ask("POST", "/projects", json={"name": title})["id"]
    started = {
        name: mine.start(square(0.02, east=east), name=name, projectId=project)
        for name, east in STARTED.items()
    }
    for name, processing_id in started.items():
        assert mine.ended(processing_id)["status"] == ("FAILED" if "failed" in name else "OK")
    (aoi,) = mine.ask("GET", f"/processings/{started['done']}/aois")
    return {
        **started,
        "project": project,
        "title": title,
        "aoi": aoi["id"],
        "their project": theirs.project,
        "third": THIRD,
    }


def filled(text, known):
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def body_of(body, known, theirs, square):
    if body == "order":
        return theirs.order(square(0.02, east=3), projectId=known["project"])
    if body == "flat order":
        order = theirs.order(square(0.02, east=3), projectId=known["project"])
        return {**order, "params": {"data_provider": "Mapbox"}}
    return None if body is None else json.loads(filled(json.dumps(body), known))


@pytest.mark.parametrize("role", ROLES)
def test_every_endpoint_asks_for_its_role(mine, theirs, square, known, role):
    if role is not None:
        give(mine, known["project"], role)
    said, expected = [], []
    for method, path, body, least in ENDPOINTS:
        answer = theirs.request(method, filled(path, known), json=body_of(body, known, theirs, square))
        said.append((method, path, answer.status_code))
        is_allowed = ROLES.index(role) >= ROLES.index(least)
        expected.append((method, path, 404 if role is None else 200 if is_allowed else 403))
    assert said == expected
    if role == OWN:
        mine.refused("GET", f"/projects/{known['project']}", 404)


@pytest.mark.parametrize("role", ROLES)
def test_lists_and_sums_hold_what_one_may_see(mine, theirs, known, role):
    if role is not None:
        give(mine, known["project"], role)
    is_seen = role is not None
    rows = theirs.ask("GET", "/projects")
    paged = theirs.ask("POST", "/projects/page", json={"limit": 1000})["results"]
    for listed in (rows, paged):
        assert (known["project"] in [row["id"] for row in listed]) == is_seen
    asked = {"filter": f"projectName={known['title']}", "perPage": 1000}
    stats = theirs.ask("POST", "/processings/stats", json=asked)["results"]
    assert {row["email"] for row in stats} == ({mine.email} if is_seen else set())
    assert sorted(row["name"] for row in stats) == (sorted(STARTED) if is_seen else [])
    for path in ("/processings/v2", "/processings"):
        assert known["done"] not in [row["id"] for row in theirs.ask("GET", path)], "they did not start it"
    assert theirs.ask("POST", "/processing/cost/v2", json={"wdId": theirs.model(), "areaSqKm": 1.0}) == 15


def test_a_role_that_was_taken_away_is_gone(mine, theirs, known):
    give(mine, known["project"], "owner")
    assert theirs.ask("GET", f"/projects/{known['project']}")["name"] == known["title"]
    give(mine, known["project"], None)
    theirs.refused("GET", f"/projects/{known['project']}", 404)
    theirs.refused("GET", f"/processings/{known['done']}/result", 404)
    mine.refused(
        "POST", "/sandbox/roles", 404, json={"projectId": known["project"], "email": "no", "role": None}
    )
    own = {"projectId": known["project"], "email": mine.email, "role": "readonly"}
    mine.refused("POST", "/sandbox/roles", 400, json=own)


def test_members_and_owners_are_shared_with_as_the_service_does(mine, theirs, known):
    share = {"projectId": known["project"], "email": OTHER}
    mine.ask("POST", "/projects/share", json={**share, "role": "MEMBER"})
    theirs.refused("PUT", f"/processings/{known['done']}", 403, json={"name": "Theirs"})
    assert theirs.ask("PUT", f"/processings/{known['done']}/rate", json={"rating": 5})
    mine.ask("POST", "/projects/share", json={**share, "role": "OWNER"})
    assert theirs.ask("PUT", f"/processings/{known['done']}", json={"name": "Theirs"})["name"] == "Theirs"


def test_a_processing_is_moved_by_who_manages_it_to_where_they_may_start(mine, theirs, known):
    there = mine.ask("POST", "/projects", json={"name": "There"})["id"]
    path, move = f"/processings/{known['done']}", {"projectId": there}
    give(mine, known["project"], "contributor")
    give(mine, there, "owner")
    theirs.refused("PUT", path, 403, json=move)
    give(mine, known["project"], "maintainer")
    give(mine, there, "readonly")
    theirs.refused("PUT", path, 403, json=move)
    give(mine, there, None)
    theirs.refused("PUT", path, 404, json=move)
    assert mine.get_processing(known["done"])["projectId"] == known["project"]
    give(mine, there, "contributor")
    assert theirs.ask("PUT", path, json=move)["projectId"] == there
    assert [row["id"] for row in mine.ask("GET", f"/projects/{there}/processings/v2")] == [known["done"]]
    theirs.refused("PUT", path, 403, json={"name": "It is a contributor's there"})


def test_a_page_is_sorted_by_who_started_what(mine, theirs, known, square):
    give(mine, known["project"], "contributor")
    theirs.ended(theirs.start(square(0.02, east=3), name="theirs", projectId=known["project"]))
    asked = {"filter": f"projectName={known['title']}"}
    stats = mine.ask("POST", "/processings/stats", json=asked)["results"]
    emails = {row["name"]: row["email"] for row in stats if row["name"] == "theirs"}
    assert emails == {"theirs": OTHER}
    for order, place in (("ASC", -1), ("DESC", 0)):  # demo@ comes before guest@
        asked = {"sortBy": "EMAIL", "sortOrder": order}
        rows = theirs.ask("POST", PAGE.format(project=known["project"]), json=asked)["results"]
        assert len(rows) == 6
        assert rows[place]["name"] == "theirs"


def test_who_starts_in_a_shared_project_pays_for_it(mine, theirs, known, square):
    give(mine, known["project"], "contributor")
    before = mine.credits, theirs.credits
    theirs.ended(theirs.start(square(0.02), projectId=known["project"]))
    assert (mine.credits, theirs.credits) == (before[0], before[1] - 17)


def test_the_imagery_and_the_result_of_somebody_else_s_upload_are_seen_in_a_shared_project(
    mine, theirs, known, geotiff
):
    image = mine.upload(mine.mosaic(), geotiff())
    order = {
        "name": "Own imagery",
        "projectId": known["project"],
        "wdId": mine.model(),
        "geometry": {"type": "Polygon", "coordinates": [ring_of(image["footprint"])]},
        "params": {"sourceParams": {"myImagery": {"imageIds": [image["id"]]}}},
    }
    processing_id = mine.ask("POST", "/processings/v2", json=order)["id"]
    assert mine.ended(processing_id)["status"] == "OK"
    theirs.refused("GET", f"/imagery/{processing_id}/tilejson.json", 404)
    give(mine, known["project"], "readonly")
    said = theirs.ask("GET", f"/imagery/{processing_id}/tilejson.json")
    assert said["bounds"] == mine.ask("GET", f"/imagery/{processing_id}/tilejson.json")["bounds"]
    assert theirs.ask("GET", f"/processings/{processing_id}/result")["type"] == "FeatureCollection"


def ring_of(footprint):
    """The outer ring of a footprint, which is WKT."""
    from shapely import from_wkt, get_parts
    from shapely.geometry import mapping

    return mapping(get_parts(from_wkt(footprint))[0])["coordinates"][0]


def test_a_project_is_shared_from_the_start_where_the_command_line_says_so(sandbox, sign_in):
    running = sandbox.start(share=[f"{OTHER}=readonly", f"{THIRD}=maintainer"], processings=5)
    other, third = (sign_in(running, email) for email in (OTHER, THIRD))
    shared = [each["id"] for each in other.ask("GET", "/projects") if each["name"] != "Default"]
    assert len(shared) == 3
    for client, status in ((other, 403), (third, 200)):
        rows = [row for project in shared for row in client.ask("GET", f"/projects/{project}/processings/v2")]
        assert rows
        client.ask("PUT", f"/processings/{rows[0]['id']}", status, json={"name": "Renamed"})
