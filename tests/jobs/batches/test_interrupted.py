"""A batch that is killed again and again, and loses answers, ends as an undisturbed one does, and costs the same."""

from __future__ import annotations

import random

import pytest
from batches.service import BatchRun, Kill, KillingProxy, ledger, objects, write_areas
from qgis.core import QgsVectorLayer

LIMIT_KM2 = 0.1


def options(sandbox, url, layer, **more):
    return {
        "url": url,
        "login": sandbox.basic,
        "model": "Buildings",
        "layer": str(layer),
        "division": "feature",
        "provider": sandbox.provider,
        "zoom": 17,
        "area_limit_km2": LIMIT_KM2,  # the reference has no place where an account tells it
        **more,
    }


@pytest.mark.both_dialects
def test_killed_at_any_moment_it_pays_for_nothing_twice(sandbox, tmp_path):
    chance = random.Random(sandbox.dialect)
    calm = sandbox.start(area_limit_km2=LIMIT_KM2)
    layer = write_areas(tmp_path / "areas.geojson", calm.bbox, 6, 6)
    run = BatchRun(tmp_path / "calm", options(calm, calm.url, layer))
    expected = run.end(run.start())
    assert set(expected["states"]) == {"finished"}
    assert len(expected["states"]) >= 8, "one of the features is cut"
    assert expected["objects"] > 100
    truth = ledger(calm.url, calm.basic)
    calm.process.stop()

    rough = sandbox.start(area_limit_km2=LIMIT_KM2)
    run = BatchRun(tmp_path / "rough", options(rough, rough.url, layer))
    with KillingProxy(rough.url) as proxy:
        run.options["url"] = proxy.url
        proxy.add(verb="POST", path="/processings/v2", times=2, drop_after=True)
        proxy.add(verb="POST", path="/processings/v2", times=1, drop_after=True, reset=True)
        start = {"verb": "POST", "path": "/rest/processings/v2"}
        kills = [
            Kill(chance.randint(1, 3), True, **start),
            Kill(chance.randint(3, 12), chance.random() < 0.6),
            Kill(1, False, **start),
            Kill(1, True, **start),
        ]
        said = run.disturbed(proxy, kills)
        assert len(proxy.kills) >= 3
    assert said["states"] == expected["states"]
    assert said["spent"] == expected["spent"]
    found = ledger(rough.url, rough.basic)
    assert found == truth
    held = objects(run.folder / "result.gpkg")
    assert held == objects(tmp_path / "calm" / "result.gpkg")
    assert all('"source_area"' in values and '"name": "Field' in values for _geometry, values in held)
    table = QgsVectorLayer(f"{run.folder / 'state.gpkg'}|layername=parts", "parts", "ogr")
    assert table.isValid()
    assert sum(feature["cost"] for feature in table.getFeatures()) == truth.cost
