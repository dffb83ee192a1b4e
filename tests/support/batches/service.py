"""Batches against a sandbox: the ground they are of, processes that run them and are killed, and what those leave."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

import requests
from fault_proxy import Answer, Asked, FaultProxy

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
PATIENCE_S = 300
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def write_areas(path, bbox, count, large, seed=5):
    """Write a layer of `count` features on the sandbox's ground, of which each `large`th is beyond a small limit."""
    west, south, east, north = bbox
    chance = random.Random(seed)
    features = []
    for number in range(count):
        is_large = number % large == large - 1
        height = 0.0044 if is_large else 0.0009
        width = 1.4 * height
        x = chance.uniform(west + width, east - width)
        y = chance.uniform(south + height, north - height)
        ring = [
            [x - width / 2, y - height / 2],
            [x + width / 2, y - height / 2],
            [x + width / 3, y + height / 2],
            [x - width / 2, y + height / 2],
            [x - width / 2, y - height / 2],
        ]
        features.append(
            {
                "type": "Feature",
                "properties": {"name": f"Field {number}", "area": number},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@dataclass
class Kill:
    """When a process is to be killed: at its so many-th request, before or after the service did what it asks.

    With a `verb` and the end of a `path`, only such requests count.
    """

    at: int
    is_after: bool
    verb: str = ""
    path: str = ""

    def fits(self, asked: Asked) -> bool:
        return self.verb in {"", asked.verb} and asked.path.endswith(self.path)


class KillingProxy(FaultProxy):
    """Kills the process that asks, at the request it is told to; the service acts, or does not get to know."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.process: Optional[subprocess.Popen[str]] = None
        self.kill: Optional[Kill] = None
        self.kills: list[str] = []
        self._seen = 0

    def prepare(self, process: subprocess.Popen[str], kill: Optional[Kill]) -> None:
        """`process` asks from now on."""
        self.process, self.kill, self._seen = process, kill, 0

    def answer(self, asked: Asked) -> Answer:
        with self._lock:
            self._seen += self.kill is not None and self.kill.fits(asked)
            kill = self.kill if self.kill is not None and self._seen == self.kill.at else None
        if kill is None:
            return super().answer(asked)
        if kill.is_after:
            super().answer(asked)
        self.kills.append(f"{asked.verb} {_ID.sub('{id}', asked.path)}")
        self.process.kill()
        raise ConnectionAbortedError


@dataclass
class BatchRun:
    """A batch in processes of its own, and the files they work with."""

    folder: Path
    options: dict = field(repr=False)

    def start(self) -> subprocess.Popen[str]:
        """Start a process that runs the batch, or goes on with it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        job = self.folder / "job.json"
        told = {
            "table": str(self.folder / "state.gpkg"),
            "result": str(self.folder / "result.gpkg"),
            "profile": str(self.folder / "profile"),
            "import_folder": str(ROOT / "build" / "import"),
            **self.options,
        }
        job.write_text(json.dumps(told))
        return subprocess.Popen(
            [sys.executable, "-X", "faulthandler", str(HERE / "process.py"), str(job)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def end(process: subprocess.Popen[str]) -> Optional[dict]:
        """Wait for a process; what it said, or None if it was killed."""
        out, err = process.communicate(timeout=PATIENCE_S)
        if process.returncode == -9:
            return None
        said = json.loads(out.splitlines()[-1]) if out.strip() else {"error": err}
        if "error" in said:
            raise AssertionError(f"{process.returncode}: {said['error']}\n{err[-3000:]}")
        return said

    def disturbed(self, proxy: KillingProxy, kills: list[Kill]) -> dict:
        """Run it, killed once in each of so many processes, until one comes to the end."""
        for kill in [*kills, *[None] * 50]:
            process = self.start()
            proxy.prepare(process, kill)
            said = self.end(process)
            if said is not None:
                return said
        raise AssertionError("it did not come to an end")


@dataclass(frozen=True)
class Ledger:
    """What a sandbox has noted down for an account."""

    count: int
    cost: float
    credits: float
    names: tuple[str, ...]


def ledger(url: str, login: str) -> Ledger:
    """Ask for it, by another client than the plugin's."""
    headers = {"Authorization": f"Basic {login}"}
    asked = {"page": 1, "perPage": 1000}
    stats = requests.post(f"{url}/processings/stats", json=asked, headers=headers, timeout=60).json()
    account = requests.get(f"{url}/user/status", headers=headers, timeout=60).json()
    account = account.get("user", account)  # as the reference has it
    return Ledger(
        stats["total"],
        stats["totalCost"],
        account["credits"] if "credits" in account else account["remainingCredits"],
        tuple(sorted(each["name"] for each in stats["results"])),
    )


def objects(path: Path) -> list[tuple]:
    """What a merged result holds, in an order that does not matter."""
    from osgeo import ogr

    opened = ogr.Open(str(path))
    found = []
    layers = [opened.GetLayer(number) for number in range(opened.GetLayerCount())]
    for layer in layers:
        for each in layer if layer.GetGeometryColumn() else ():
            values = {
                key: value for key, value in each.items().items() if key not in {"id", "processing_date"}
            }
            found.append((each.GetGeometryRef().ExportToWkt(), json.dumps(values, sort_keys=True)))
    return sorted(found)
