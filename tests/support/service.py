"""Asks a sandbox by another HTTP stack than the plugin's, to compare with."""

from __future__ import annotations

import requests


def get(sandbox, path):
    """What the service answers, as JSON."""
    answer = requests.get(sandbox.url + path, headers={"Authorization": f"Basic {sandbox.basic}"}, timeout=30)
    answer.raise_for_status()
    return answer.json()


def result_of(sandbox, processing_id):
    """The result of a processing as the service sends it."""
    return get(sandbox, f"/processings/{processing_id}/result")
