"""A service whose every name and text tries to be more than text: markup, marks that turn it, ten thousand letters."""

from __future__ import annotations

import re

from fault_proxy import Answer
from imagery_service import WEST, ImageryService, image, mosaic
from processings_service import record, square
from shown_texts import hostile


class HostileService(ImageryService):
    """Answers as the deployed service does; what is changed is refused with an error of the same sort."""

    def __init__(self):
        super().__init__()
        blocks = [
            {
                "name": f"block{number}",
                "displayName": hostile("block"),
                "description": hostile("blockabout"),
                "price": number,
                "optional": True,
            }
            for number in range(2)
        ]
        model = {
            "id": "b",
            "name": hostile("model"),
            "description": hostile("modelabout"),
            "pricePerSqKm": 5,
            "blocks": blocks,
        }
        provider = {
            "id": "w",
            "name": hostile("providerid"),
            "displayName": hostile("provider"),
            "price": [{"zoom": 18, "priceSqKm": 2}],
            "previewUrl": f"{self.url}/tiles/{{z}}/{{x}}/{{y}}.png",
        }
        self.account = {
            "email": hostile("user"),
            "billingType": "CREDITS",
            "remainingCredits": 1000,
            "models": [model],
            "dataProviders": [provider],
        }
        self.project = {
            "id": "p1",
            "name": hostile("project"),
            "description": hostile("projectabout"),
            "isDefault": True,
            "workflowDefs": [model],
            "user": {"email": hostile("owner"), "aoiAreaLimit": 1e9},
            "shareProject": {
                "owners": [{"email": hostile("user"), "role": "owner"}],
                "users": [{"email": hostile("member"), "role": hostile("role")}],
            },
        }
        texts = {
            "name": hostile("processing"),
            "description": hostile("about"),
            "workflowDef": {"id": "b", "name": hostile("model")},
            "blocks": [{"name": "block0", "displayName": hostile("block"), "enabled": True}],
            "meta": {"note": hostile("meta"), hostile("metakey"): 1},
            "params": {
                "sourceParams": {"dataProvider": {"providerName": hostile("providerid"), "zoom": "18"}}
            },
            "reviewStatus": {"reviewStatus": hostile("review"), "inReviewUntil": None},
            "vectorLayer": {"tileUrl": f"{self.url}/layers/1/{{z}}/{{x}}/{{y}}.pbf"},
        }
        messages = [
            {"code": hostile("code"), "parameters": {"path": hostile("parameter")}},
            {"code": "source-validator.TooHighZoom", "parameters": {"max_zoom": hostile("parameter")}},
            {"code": "", "message": hostile("message")},
        ]
        self.records = [
            record(1, **texts),
            record(2, **texts, status="FAILED", messages=messages),
            record(3, **texts, status=hostile("status"), percentCompleted=40),
            record(4, **texts, status="IN_PROGRESS", percentCompleted=40),
        ]
        self.mosaics = [mosaic("m1", hostile("mosaic"), tags=[hostile("tag"), hostile("tag")])]
        self.images = {
            "m1": [
                image("a", filename=hostile("image"), meta={"crs": hostile("crs")}),
                image("b", 1, filename=hostile("image"), state="FAILED", preprocessing_status="FAILED"),
            ]
        }
        self.statuses = {
            "b": {"preprocessing_status": "FAILED", "preprocessing_error": hostile("preparation")},
        }
        self.refusal = Answer.of(
            {
                "code": hostile("errorcode"),
                "message": hostile("error"),
                "params": {"x": hostile("errorvalue")},
            },
            400,
        )

    def answer(self, asked):
        path = asked.path.removeprefix(self.base)
        if asked.verb in {"PUT", "DELETE"} or (asked.verb, path) == ("POST", "/processings/v2"):
            return self.refusal
        for pattern, act in (
            (r"/projects/page", lambda: {"results": [self.project], "total": 1, "count": 1}),
            (r"/projects/p1/processings/v2", lambda: self.records),
            (r"/processings/(id-\d)/v2", self._record),
            (r"/processings/id-\d/aois", self._parts),
            (r"/processings/id-\d/result", self._result),
        ):
            found = re.fullmatch(pattern, path)
            if found:
                return Answer.of(act(*found.groups()))
        return super().answer(asked)

    def _record(self, key):
        return next(one for one in self.records if one["id"] == key)

    def _parts(self):
        told = {"messages": [{"code": hostile("partcode"), "message": hostile("part")}]}
        return [
            {"id": hostile("partid"), "status": "OK", "area": 5e5, "geometry": square(WEST, 55.7), **told},
            {"id": "a2", "status": "FAILED", "area": 5e5, "geometry": square(WEST + 0.1, 55.7), **told},
        ]

    def _result(self):
        return {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"object_type": hostile(kind), "class_id": hostile(f"class{number}")},
                    "geometry": square(WEST + number / 100, 55.7),
                }
                for number, kind in enumerate(["type", "type", "othertype"])
            ],
        }
