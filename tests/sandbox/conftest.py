"""What the sandbox's tests share: a signed-in HTTP client, areas over its imagery, and waiting for a processing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

TIMEOUT_S = 120.0
LOOK_AGAIN_S = 0.05


class Api(httpx.Client):
    """An HTTP client signed in to a sandbox; paths are those of the API reference, without the base URL."""

    def __init__(self, sandbox: Any, authorization: str | None = None) -> None:
        given = f"Basic {sandbox.basic}" if authorization is None else authorization
        super().__init__(base_url=sandbox.url, headers={"Authorization": given} if given else {}, timeout=30)
        self.sandbox = sandbox

    def ask(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        """The JSON of an answer that has to have `status`; None where it has no body."""
        answer = self.request(method, path, **options)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, status: int = 400, **options: Any) -> dict[str, Any]:
        """The error body, `{"code","message","params"}`, of a request that has to be turned down."""
        said = self.ask(method, path, status, **options)
        assert set(said) == {"code", "message", "params"}
        return said

    @property
    def credits(self) -> float:
        """What the account has left."""
        status = self.ask("GET", "/user/status")
        return status["user"]["credits"] if "user" in status else status["remainingCredits"]

    @property
    def project(self) -> str:
        """The id of the account's default project."""
        return self.ask("GET", "/projects/default")["id"]

    def model(self, name: str = "Buildings") -> str:
        """The id of the model whose name holds `name`."""
        models = self.ask("GET", "/user/status")["models"]
        return next(model["id"] for model in models if name in model["name"])

    def order(
        self, geometry: dict[str, Any], model: str = "Buildings", zoom: int = 18, **more: Any
    ) -> dict[str, Any]:
        """The body that starts a processing of `geometry` from the sandbox's own imagery."""
        source = {"dataProvider": {"providerName": self.sandbox.provider, "zoom": zoom}}
        return {
            "name": "A test",
            "projectId": self.project,
            "wdId": self.model(model),
            "geometry": geometry,
            "params": {"sourceParams": source},
            **more,
        }

    def start(self, geometry: dict[str, Any], model: str = "Buildings", **more: Any) -> str:
        """Start a processing; its id."""
        return self.ask("POST", "/processings/v2", json=self.order(geometry, model, **more))["id"]

    def get_processing(self, processing_id: str) -> dict[str, Any]:
        """GET /processings/{id}/v2."""
        return self.ask("GET", f"/processings/{processing_id}/v2")

    def until(self, processing_id: str, done: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The processing once it is as `done` wants it; the API tells nobody, so it is asked again and again."""
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            processing = self.get_processing(processing_id)
            if done(processing):
                return processing
            assert time.monotonic() < deadline, f"still {processing}"
            time.sleep(LOOK_AGAIN_S)

    def ended(self, processing_id: str) -> dict[str, Any]:
        """The processing once it has ended, however."""
        return self.until(
            processing_id, lambda one: one["status"] not in {"UNPROCESSED", "IN_PROGRESS", "AWAITING"}
        )


@pytest.fixture
def connect() -> Iterator[Callable[..., Api]]:
    """Makes a client of any running sandbox: `connect(sandbox.start(credits=0))`, `connect(sandbox, "Bearer …")`."""
    opened: list[Api] = []

    def open_one(sandbox: Any, authorization: str | None = None) -> Api:
        opened.append(Api(sandbox, authorization))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.fixture
def api(sandbox: Any, connect: Callable[..., Api]) -> Api:
    """A client of the test's sandbox, signed in with the Basic token."""
    return connect(sandbox)


@pytest.fixture
def square(sandbox: Any) -> Callable[..., dict[str, Any]]:
    """Makes a square polygon in the middle of the imagery, or moved by shares of the imagery's width from there.

    `square(0.1)` is a tenth of the imagery wide; `square(0.1, east=2)` lies where there is no imagery.
    """
    west, south, east_edge, north_edge = sandbox.bbox
    width = east_edge - west

    def polygon(share: float = 0.05, east: float = 0.0, north: float = 0.0) -> dict[str, Any]:
        x, y = (west + east_edge) / 2 + east * width, (south + north_edge) / 2 + north * width
        half = share * width / 2
        ring = [
            (x - half, y - half),
            (x + half, y - half),
            (x + half, y + half),
            (x - half, y + half),
            (x - half, y - half),
        ]
        return {"type": "Polygon", "coordinates": [[[round(lon, 8), round(lat, 8)] for lon, lat in ring]]}

    return polygon


@pytest.fixture
def several() -> Callable[..., dict[str, Any]]:
    """Makes one MultiPolygon of polygons."""

    def multipolygon(*polygons: dict[str, Any]) -> dict[str, Any]:
        return {"type": "MultiPolygon", "coordinates": [polygon["coordinates"] for polygon in polygons]}

    return multipolygon
