"""These tests read sources and need no QGIS: what starts it and cleans up after each test does nothing here."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def _master():
    return None


@pytest.fixture(autouse=True)
def _clean_qgis():
    return None
