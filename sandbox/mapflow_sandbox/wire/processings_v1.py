"""Processings as v1 of the API shows them, in both dialects: as the deployed service does, with flat `params`."""

from __future__ import annotations

from pydantic import BaseModel

from ..detect.catalog import model_by_key
from ..imagery.flat import flat_params
from ..store import Processing
from .deployed.processings import ProcessingBody, processing_body


class ProcessingV1Body(ProcessingBody):
    """A processing; areas in m², cost in credits."""

    params: dict[str, str]


def processing_v1_body(processing: Processing, base: str) -> BaseModel:
    """A processing, whoever asks and however."""
    body = processing_body(processing, model_by_key(processing.model_key), base)
    told = body.model_dump()
    return ProcessingV1Body(**{**told, "params": processing.flat_params or flat_params(processing.source)})
