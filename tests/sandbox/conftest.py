"""What the sandbox's tests share: a signed-in HTTP client, areas over its imagery, and waiting for a processing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import rasterio
from affine import Affine

TIMEOUT_S = 120.0
LOOK_AGAIN_S = 0.05


class Api(httpx.Client):
    """An HTTP client signed in to a sandbox; paths are those of the API reference, without the base URL."""

    def __init__(self, sandbox: Any, authorization: str | None = None) -> None:
        given = f"Basic {sandbox.basic}" if authorization is None else authorization
        super().__init__(
            base_url=sandbox.url,
            headers={"Authorization": given} if given else {},
            timeout=30,
            verify=False,  # it is plain HTTP, and to load the certificates takes longer than most tests
        )
        self.sandbox = sandbox
        self.email = sandbox.email

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

    def mosaic(self, name: str = "A mosaic", **more: Any) -> str:
        """Make a mosaic; its id."""
        return self.ask("POST", "/rasters/mosaic", json={"name": name, **more})["id"]

    def upload(self, mosaic_id: str, path: Path, name: str | None = None) -> dict[str, Any]:
        """Upload a file into a mosaic; the image as its mosaic lists it, or alone where it is not listed yet."""
        before = self.image_ids(mosaic_id)
        with path.open("rb") as stream:
            self.ask(
                "POST", f"/rasters/mosaic/{mosaic_id}/image", files={"file": (name or path.name, stream)}
            )
        (new,) = self.image_ids(mosaic_id) - before
        listed = [image for image in self.images(mosaic_id) if image["id"] == new]
        return listed[0] if listed else self.ask("GET", f"/rasters/image/{new}")

    def image_ids(self, mosaic_id: str) -> set[str]:
        """The ids of all a mosaic's images, those that are not ready included."""
        status = self.ask("GET", f"/rasters/mosaic/{mosaic_id}/status")
        return {image["image_id"] for image in status["images"]}

    def images(self, mosaic_id: str) -> list[dict[str, Any]]:
        """What a mosaic lists."""
        return self.ask("GET", f"/rasters/mosaic/{mosaic_id}/image")

    def prepared(self, image_id: str) -> dict[str, Any]:
        """The status of an image once its preparation has ended, however."""
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            status = self.ask("GET", f"/rasters/image/{image_id}/status")
            if status["preprocessing_status"] in {"COMPLETED", "FAILED"}:
                return status
            assert time.monotonic() < deadline, f"still {status}"
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
def sign_in(connect: Callable[..., Api]) -> Callable[..., Api]:
    """Makes a client of an account by its email: `sign_in(sandbox.start(account=OTHER), OTHER)`."""

    def client(sandbox: Any, email: str) -> Api:
        told = json.loads((sandbox.process.folder / "ready.json").read_text(encoding="utf-8"))
        (account,) = [each for each in told["accounts"] if each["email"] == email]
        return connect(sandbox, f"Basic {account['basic']}")

    return client


@pytest.fixture
def api(sandbox: Any, connect: Callable[..., Api]) -> Api:
    """A client of the test's sandbox, signed in with the Basic token."""
    return connect(sandbox)


@pytest.fixture
def guest(sandbox: Any, connect: Callable[..., Api]) -> Api:
    """A client of the test's sandbox, signed in with the Bearer token of its second account."""
    kept = json.loads((sandbox.process.data_path / "credentials.json").read_text(encoding="utf-8"))
    email = next(each for each in kept if each != sandbox.email)
    client = connect(sandbox, f"Bearer {kept[email]['bearer']}")
    client.email = email
    return client


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


@pytest.fixture
def geotiff(tmp_path: Path) -> Callable[..., Path]:
    """Makes a GeoTIFF of noise: `geotiff("a.tif", bands=4, crs="EPSG:3857", nodata=0)`; `pixels` replaces the noise."""

    def make(
        name: str = "image.tif",
        width: int = 90,
        height: int = 60,
        bands: int = 3,
        dtype: str = "uint8",
        crs: str | None = "EPSG:32637",
        pixel: float = 0.5,
        origin: tuple[float, float] = (500_000.0, 6_180_000.0),
        transform: Affine | None = None,
        pixels: np.ndarray | None = None,
        **more: Any,
    ) -> Path:
        if pixels is None:
            noise = np.random.default_rng(len(name)).integers(1, 255, (bands, height, width))
            pixels = noise.astype(dtype)
        path = tmp_path / name
        bands, height, width = pixels.shape
        placed = transform or Affine(pixel, 0, origin[0], 0, -pixel, origin[1])
        profile = {
            "width": width,
            "height": height,
            "count": bands,
            "dtype": pixels.dtype,
            "crs": crs,
            **more,
        }
        with rasterio.open(path, "w", driver="GTiff", transform=placed, **profile) as dataset:
            dataset.write(pixels)
        return path

    return make
