"""What tests of results share: a small service, a client, GeoJSON to serve and a clean project."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC

import pytest
from fault_proxy import Answer, FaultProxy

PROCESSING_ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


def square(west: float, south: float, size: float = 0.001) -> dict[str, object]:
    """A GeoJSON square."""
    east, north = west + size, south + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def feature(geometry: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def geojson_answer(body: bytes) -> Answer:
    return Answer(200, body, {"Content-Type": "application/geo+json"})


BUILDINGS = collection(*(feature(square(37 + i / 100, 55), class_id=str(101 + i % 3)) for i in range(9)))
MIXED = collection(
    feature(square(37, 55), name="a"),
    feature({"type": "LineString", "coordinates": [[37, 55], [37.1, 55.1]]}, name="b"),
    feature({"type": "Point", "coordinates": [37.2, 55.2]}, name="c"),
)


@pytest.fixture
def server() -> Iterator[FaultProxy]:
    """A service of fixed answers."""
    with FaultProxy() as proxy:
        yield proxy


@pytest.fixture
def serve(server: FaultProxy) -> Callable[[bytes], None]:
    """Give the processing this result."""

    def serve(body: bytes) -> None:
        server.route("GET", f"/processings/{PROCESSING_ID}/result", geojson_answer(body))

    return serve


@pytest.fixture
def client(qgis_app: object, server: FaultProxy) -> Iterator[object]:
    from mapflow_dock.api.http.client import Client

    made = Client(server.url)
    made.retry_base_s = 0.01
    yield made
    made.close()


@pytest.fixture
def processing() -> Callable[..., object]:
    """Makes processings that are ready."""
    from datetime import datetime

    from mapflow_dock.api.processings import Processing, Status

    def make(**changes: object) -> Processing:
        values: dict[str, object] = {
            "id": PROCESSING_ID,
            "name": "Old town",
            "status": Status.OK,
            "model_name": "🏠 Buildings",
            "created": datetime(2026, 2, 10, 10, 30, tzinfo=UTC),
            "updated": datetime(2026, 2, 10, 10, 45, tzinfo=UTC),
        }
        return Processing(**{**values, **changes})

    return make


@pytest.fixture
def project(qgis_app: object) -> Iterator[object]:
    from qgis.core import QgsProject

    instance = QgsProject.instance()
    instance.clear()
    yield instance
    instance.clear()
