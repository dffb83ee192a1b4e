"""A small real HTTP server with mosaics and images, for the tests of My Imagery; it breaks as a FaultProxy does."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from fault_proxy import Answer, FaultProxy
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, Qt
from qgis.PyQt.QtGui import QImage

MIB = 1024 * 1024
WEST, SOUTH, SIDE = 37.60, 55.70, 0.01  # degrees
MODELS = [
    {
        "id": "b",
        "name": "🏠 Buildings",
        "pricePerSqKm": 5,
        "blocks": [],
        "requirements": {
            "sources": {
                "local": {
                    "required": {"min_res": 0.1, "max_res": 1.2, "nchannels": [3, 4]},
                    "recommended": {"max_res": 0.6},
                }
            }
        },
    },
    {"id": "f", "name": "🌲 Forest", "pricePerSqKm": 3, "blocks": []},
]


def square(step=0):
    """The outline of an image, `step` places to the east."""
    west = WEST + step * SIDE
    corners = (
        (west, SOUTH),
        (west + SIDE, SOUTH),
        (west + SIDE, SOUTH + SIDE),
        (west, SOUTH + SIDE),
        (west, SOUTH),
    )
    return "POLYGON((" + ", ".join(f"{x} {y}" for x, y in corners) + "))"


def jpeg(colour=Qt.GlobalColor.red, side=64):
    picture = QImage(side, side, QImage.Format.Format_RGB32)
    picture.fill(colour)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "JPG")
    return bytes(data)


def mosaic(key, name="", **values):
    """A mosaic as the deployed service tells it."""
    return {
        "id": key,
        "name": name or f"Mosaic {key}",
        "tags": [],
        "created_at": "2024-03-15T10:30:00Z",
        **values,
    }


def image(key, step=0, **values):
    """An image as the deployed service tells it."""
    meta = {"crs": "EPSG:32637", "width": 100, "height": 100, "count": 3, "pixel_size": [0.5, 0.5]}
    standard = {
        "id": key,
        "filename": f"{key}.tif",
        "file_size": MIB,
        "uploaded_at": "2024-03-15T10:35:00Z",
        "footprint": square(step),
        "state": "READY",
        "available_for_download": True,
        "meta_data": {**meta, **values.pop("meta", {})},
    }
    return {**standard, **values}


def unready(key, state="PENDING", **values):
    """An image as the status of its mosaic tells it."""
    standard = {
        "image_id": key,
        "filename": f"{key}.tif",
        "preprocessing_status": state,
        "preprocessing_error": None,
        "data_available": state == "COMPLETED",
        "uploaded_at": "2024-03-15T10:35:00Z",
    }
    return {**standard, **values}


class ImageryService(FaultProxy):
    """Holds `mosaics` and `images` by mosaic; `pictures`, `files` and `statuses` by image.

    `unready` holds the images of a mosaic that only its status tells of. A service that `has_status` answers it, and
    counts them in its mosaics; one that `clears` deletes failed ones at once.
    """

    def __init__(self):
        super().__init__()
        self.mosaics = []
        self.images = {}
        self.catalog = {}  # records by their ids
        self.pictures = {}
        self.files = {}
        self.tells_sizes = True  # of images
        self.statuses = {}
        self.unready = {}
        self.has_status = self.clears = False
        self.storage = {"memoryUsed": 3 * MIB, "memoryLimit": 10 * MIB, "memoryFree": 7 * MIB}
        self.account = {
            "email": "demo@example.org",
            "billingType": "CREDITS",
            "remainingCredits": 100,
            "models": MODELS,
        }
        self.project = {"id": "p1", "name": "Default", "isDefault": True, "workflowDefs": MODELS}
        self.cost = 17

    def fill(self, **images):
        """Have mosaics with these images: `fill(m1=[image("a")], m2=[])`."""
        self.mosaics = [mosaic(key) for key in images]
        self.images = dict(images)

    def named(self, key):
        return next((held for held in self.mosaics if held["id"] == key), None)

    def answer(self, asked):
        path = asked.path.removeprefix(self.base)
        for pattern, act in (
            (r"/user/status", lambda: self.account),
            (r"/projects/(?:default|p1)", lambda: self.project),
            (r"/processing/cost/v2", lambda: self.cost),
            (
                r"/processings/v2",
                lambda: {"id": "run-1", "name": "x", "status": "UNPROCESSED", "projectId": "p1"},
            ),
            (r"/projects/p1/processings/v2", list),
            (r"/meta/([^/?]+)(?:\?.*)?", lambda key: self.catalog.get(key) or gone()),
            (r"/rasters/memory", lambda: self.storage),
            (r"/rasters/mosaic", lambda: self._mosaics(asked)),
            (r"/rasters/mosaic/([^/]+)", lambda key: self._mosaic(asked, key)),
            (r"/rasters/mosaic/([^/]+)/image", self._listing),
            (r"/rasters/mosaic/([^/]+)/status", self._status),
            (r"/rasters/mosaic/([^/]+)/failed", lambda key: self._clear(asked, key)),
            (r"/rasters/image/([^/]+)/preview/[sl]", self._picture),
            (r"/rasters/image/([^/]+)/status", lambda key: self.statuses.get(key) or gone()),
            (r"/rasters/image/([^/]+)/download", self._link),
            (r"/bucket/([^/]+)", self._file),
            (r"/rasters/image/([^/]+)", lambda key: self._image(asked, key)),
        ):
            found = re.fullmatch(pattern, path)
            if found:
                value = act(*found.groups())
                return value if isinstance(value, Answer) else Answer.of(value)
        return Answer.of({"detail": "Not Found"}, 404)

    def _mosaics(self, asked):
        if asked.verb == "POST":
            made = mosaic(f"new-{len(self.mosaics)}", **asked.json)
            self.mosaics.append(made)
            self.images[made["id"]] = []
            return made
        return [self._counted(held) for held in self.mosaics]

    def _counted(self, held):
        if not self.has_status or "status_summary" in held:
            return held
        ready, others = len(self.images[held["id"]]), self._unready_of(held["id"])
        steps = [one.get("preprocessing_status") for one in others if isinstance(one, dict)]
        counts = {name: steps.count(name.upper()) for name in ("pending", "in_progress", "failed")}
        summary = {"total": ready + len(others), "ready": ready, "loading": 0, **counts}
        return {**held, "status_summary": summary}

    def _unready_of(self, key):
        return self.unready.get(key, [])

    def _status(self, key):
        if not self.has_status or key not in self.images:
            return Answer.of({"detail": "Not Found"}, 404)
        ready = [unready(one["id"], "COMPLETED", filename=one["filename"]) for one in self.images[key]]
        return {"mosaic_id": key, "images": [*ready, *self._unready_of(key)]}

    def _clear(self, asked, key):
        if not self.clears or asked.verb != "DELETE":
            return Answer.of({"detail": "Method Not Allowed"}, 405)
        self.unready[key] = [one for one in self.unready[key] if one["preprocessing_status"] != "FAILED"]
        return Answer(204)

    def make_ready(self, mosaic_id, key):
        """The service is done with an image."""
        self.unready[mosaic_id] = [one for one in self.unready[mosaic_id] if one["image_id"] != key]
        self.images[mosaic_id].append(image(key))

    def _mosaic(self, asked, key):
        held = self.named(key)
        if held is None:
            return gone()
        if asked.verb == "PUT":
            held.update(asked.json)
        if asked.verb == "DELETE":
            self.mosaics.remove(held)
            self.images.pop(key, None)
            return Answer(204)
        return self._counted(held)

    def _listing(self, key):
        if key not in self.images:
            return gone()
        images = self.images[key]
        return images if self.tells_sizes else [{**one, "file_size": None} for one in images]

    def _held(self, key):
        return next(
            ((images, one) for images in self.images.values() for one in images if one["id"] == key),
            (None, None),
        )

    def _image(self, asked, key):
        images, held = self._held(key)
        if held is None and asked.verb == "DELETE":
            return self._delete_unready(key)
        if held is None:
            return gone()
        if asked.verb == "PUT":
            held["filename"] = dict(parse_qsl(asked.query))["name"]
        if asked.verb == "DELETE":
            images.remove(held)
            return Answer(204)
        return held

    def _delete_unready(self, key):
        for images in self.unready.values():
            for one in [one for one in images if one["image_id"] == key]:
                images.remove(one)
                return Answer(204)
        return gone()

    def _picture(self, key):
        picture = self.pictures.get(key)
        return Answer(200, picture, {"Content-Type": "image/jpeg"}) if picture else gone()

    def _link(self, key):
        return {"download_url": f"{self.url}/bucket/{key}?Signature=1", "filename": "x.tif", "expires_in": 60}

    def _file(self, key):
        return Answer(200, self.files[key]) if key in self.files else gone()


def gone():
    return Answer.of({"detail": {"code": "ItemNotFound", "message": "?", "parameters": {}}}, 404)
