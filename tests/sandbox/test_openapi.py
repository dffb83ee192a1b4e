"""The server's own description of itself, and requests made up from it: none of them breaks the server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

EXAMPLES = 10
# The same requests every time.
CONSTANT = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Server:
    """A sandbox of its own for these requests, what is in it, and what it said to each operation."""

    sandbox: Any
    schema: Any
    known: dict[str, str]
    session: requests.Session
    statuses: dict[str, set[int]] = field(default_factory=dict)


@pytest.fixture(scope="module", params=["deployed", "reference"])
def server(request, sandboxes):
    """One that has a project, a finished processing and an image, so that some requests reach something."""
    sandbox = sandboxes.start(request.param)
    session = requests.Session()
    session.headers["Authorization"] = f"Basic {sandbox.basic}"
    schema = schemathesis.openapi.from_url(sandbox.url.replace("/rest", "/openapi.json"))
    yield Server(sandbox, schema, {}, session)
    session.close()
    sandbox.process.stop()


@pytest.fixture
def furnished(server, connect, geotiff):
    """The server once it holds something."""
    if server.known:
        return server
    api = connect(server.sandbox)
    west, south, east, north = server.sandbox.bbox
    x, y, half = (west + east) / 2, (south + north) / 2, (east - west) / 60
    ring = [
        [x - half, y - half],
        [x + half, y - half],
        [x + half, y + half],
        [x - half, y + half],
        [x - half, y - half],
    ]
    project = api.ask("POST", "/projects", json={"name": "For made-up requests"})["id"]
    processing = api.start({"type": "Polygon", "coordinates": [ring]}, projectId=project)
    api.ended(processing)
    mosaic = api.mosaic()
    image = api.upload(mosaic, geotiff())["id"]
    api.prepared(image)
    server.known.update(
        projectId=project,
        processingId=processing,
        mosaic_id=mosaic,
        image_id=image,
        name=server.sandbox.provider,
        size="s",
        z="17",
        x="78980",
        y="65520",
    )
    return server


def operations(schema):
    return [each.ok() for each in schema.get_all_operations()]


def send(server, case, check):
    """Send a made-up request, and have its answer checked against what the server says of itself."""
    answer = case.call(session=server.session)
    server.statuses.setdefault(case.operation.label, set()).add(answer.status_code)
    case.validate_response(answer, checks=check)


def hammer(server, operation):
    """Send requests as described and requests that are not, each as it is and with ids of things that are there."""
    strict = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    modes = [operation.as_strategy(mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]
    in_path = [name for name in re.findall(r"\{(\w+)\}", operation.path) if name in server.known]

    @seed(20)
    @CONSTANT
    @given(case=st.one_of(modes))
    def one(case):
        send(server, case, strict)
        if in_path and operation.method.upper() != "DELETE":
            case.path_parameters = {**case.path_parameters, **{name: server.known[name] for name in in_path}}
            send(server, case, strict)

    one()


def test_no_request_made_up_from_the_description_breaks_the_server(furnished, subtests):
    for operation in operations(furnished.schema):
        with subtests.test(operation.label):
            hammer(furnished, operation)
    assert len(furnished.statuses) == len(operations(furnished.schema)) >= 30
    reached = [
        label for label, statuses in furnished.statuses.items() if any(status < 400 for status in statuses)
    ]
    assert len(reached) >= 20, "some of everything gets through to what is there"
    assert furnished.session.get(f"{furnished.sandbox.url}/user/status", timeout=10).status_code == 200
    assert "Traceback" not in furnished.sandbox.process.log


def test_every_operation_says_what_it_does_and_how_it_refuses(server):
    for path, methods in server.schema.raw_schema["paths"].items():
        for method, operation in methods.items():
            label = f"{method.upper()} {path}"
            assert operation.get("description", "").strip(), f"{label} has no description"
            assert operation.get("tags"), f"{label} belongs to no section"
            assert {"400", "401", "403", "404"} <= set(operation["responses"]), label
            is_data = path.startswith("/rest/rasters")
            assert ("422" in operation["responses"]) == is_data, "elsewhere what is malformed is answered 400"


def test_it_says_which_operations_need_which_sign_in(server):
    schemes = server.schema.raw_schema["components"]["securitySchemes"]
    assert {name: each["scheme"] for name, each in schemes.items()} == {"Basic": "basic", "Bearer": "bearer"}
    for path, methods in server.schema.raw_schema["paths"].items():
        for operation in methods.values():
            is_public = re.match(r"/rest/(version$|(providers|rasters/file)/)", path) is not None
            either = [{"Basic": []}, {"Bearer": []}]
            assert operation.get("security", []) == ([] if is_public else either), path


def test_the_documentation_is_served(server):
    page = requests.get(server.sandbox.url.replace("/rest", "/docs"), timeout=10)
    assert page.status_code == 200
    assert "openapi.json" in page.text
    about = server.schema.raw_schema["info"]
    assert server.sandbox.dialect in about["title"]
    assert "not for mapping" in about["description"]
