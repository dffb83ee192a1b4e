"""A small Data API that keeps what it is sent; a test breaks its connections by the rules of the fault proxy."""

from __future__ import annotations

import hashlib
import itertools
import threading
from urllib.parse import parse_qsl

from fault_proxy import Answer, Asked, FaultProxy

ACCOUNT = {"email": "demo@example.org", "billingType": "CREDITS", "remainingCredits": 100}
GIB = 1024**3


class Storehouse(FaultProxy):
    """Mosaics by id with the images in each; `storage` and `grid` are what it says of itself and of its images.

    A service that `has_status` tells of images that are not ready, and does not list them. `steps` says of an image's
    name how far it is, as its preprocessing_status; what is not in there is ready.
    """

    def __init__(self) -> None:
        super().__init__()
        self.mosaics: dict[str, dict] = {}
        self.images: dict[str, list[dict]] = {}
        self.storage = {
            "memoryUsed": 0,
            "memoryFree": 5 * GIB,
            "memoryLimit": 5 * GIB,
            "maxUploadFileSize": GIB,
        }
        self.grid = {"crs": "EPSG:32637", "count": 3, "pixel_size": [0.5, 0.5]}
        self.footprint: str | None = "POLYGON((37 55, 37.1 55, 37.1 55.1, 37 55))"
        self.is_reference = False
        self.has_status = False
        self.steps: dict[str, str] = {}
        self.problems: dict[str, str] = {}
        self.bodies: dict[str, bytes] = {}
        self._ids = itertools.count(1)
        self._keeping = threading.Lock()
        self.at_once = 0
        self.most_at_once = 0

    def make_mosaic(self, name: str, tags: list[str] | None = None) -> str:
        key = f"m{next(self._ids)}"
        self.mosaics[key] = {
            "id": key,
            "name": name,
            "tags": tags or [],
            "created_at": "2026-02-10T10:30:00Z",
        }
        self.images[key] = []
        return key

    def put_image(self, mosaic_id: str, name: str, body: bytes = b"") -> dict:
        made = {
            "id": f"i{next(self._ids)}",
            "filename": name,
            "mosaic_id": mosaic_id,
            "file_size": len(body),
            "uploaded_at": "2026-02-10T10:35:00Z",
            "checksum": hashlib.sha1(body).hexdigest(),
            "footprint": self.footprint,
            "meta_data": dict(self.grid),
        }
        self.images[mosaic_id].append(made)
        self.bodies[made["id"]] = body
        return made

    def names(self, mosaic_id: str) -> list[str]:
        return [image["filename"] for image in self.images[mosaic_id]]

    def names_of(self, mosaic_name: str) -> list[list[str]]:
        """The images of every mosaic of that name."""
        return [self.names(key) for key, mosaic in self.mosaics.items() if mosaic["name"] == mosaic_name]

    def answer(self, asked: Asked) -> Answer:
        path = asked.path.removeprefix(self.base)
        if path == "/user/status":
            return Answer.of(ACCOUNT)
        if path == "/projects/default":
            return Answer.of({"id": "p1", "name": "City survey", "isDefault": True})
        if path.startswith("/projects/"):
            return Answer.of({"id": "p1", "name": "City survey", "isDefault": True})
        if path == "/rasters/memory":
            return Answer.of(self.storage)
        with self._keeping:
            return self._rasters(asked, path.split("/")[2:])

    def _rasters(self, asked: Asked, parts: list[str]) -> Answer:
        if parts == ["mosaic"] and asked.verb == "GET":
            return Answer.of(list(self.mosaics.values()))
        if parts == ["mosaic", "image"]:
            query = parse_qsl(asked.query)
            tags = [value for key, value in query if key == "tags"]
            return self._take(self.make_mosaic(dict(query)["name"], tags), asked)
        if parts[0] == "image" and asked.verb == "DELETE":
            for images in self.images.values():
                images[:] = [image for image in images if image["id"] != parts[1]]
            return Answer(204)
        if len(parts) < 2 or parts[1] not in self.mosaics:
            return Answer.of({"detail": {"code": "ItemNotFound", "message": "no such thing"}}, 404)
        if asked.verb == "DELETE":
            del self.mosaics[parts[1]]
            return Answer(204)
        if parts[2:] == ["status"]:
            return self._status(parts[1]) if self.has_status else Answer.of({"detail": "Not Found"}, 404)
        if asked.verb == "GET":
            return Answer.of(self.mosaics[parts[1]] if len(parts) == 2 else self._listed(parts[1]))
        return self._take(parts[1], asked)

    def _listed(self, mosaic_id: str) -> list[dict]:
        images = self.images[mosaic_id]
        if self.has_status:
            return [image for image in images if image["filename"] not in self.steps]
        return [{**image, "state": self.steps.get(image["filename"])} for image in images]

    def _status(self, mosaic_id: str) -> Answer:
        told = []
        for image in self.images[mosaic_id]:
            name = image["filename"]
            state = self.steps.get(name, "COMPLETED")
            told.append(
                {
                    "image_id": image["id"],
                    "filename": name,
                    "preprocessing_status": state,
                    "preprocessing_error": self.problems.get(name),
                    "data_available": state == "COMPLETED",
                    "uploaded_at": image["uploaded_at"],
                }
            )
        return Answer.of({"mosaic_id": mosaic_id, "images": told})

    def _take(self, mosaic_id: str, asked: Asked) -> Answer:
        head, _, rest = asked.body.partition(b"\r\n\r\n")
        name = head.decode("utf-8").split('filename="')[1].split('"')[0]
        made = self.put_image(mosaic_id, name, rest.rsplit(b"\r\n--", 1)[0])
        if self.is_reference:
            return Answer.of(made)
        return Answer.of({"message": "Image successfully uploaded", "mosaic_id": mosaic_id})
