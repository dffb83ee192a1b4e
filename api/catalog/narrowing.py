"""What a search would find among what another one found: tighter bounds need no further question."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Optional, TypeVar

from .records import CatalogImage
from .search import CatalogQuery

_Bound = TypeVar("_Bound", float, datetime)


def fits(image: CatalogImage, query: CatalogQuery) -> bool:
    """Whether `image` is within the bounds that `query` sets for figures; what is not known fits, as at the service."""
    return (
        _is_from(image.acquired, query.acquired_from)
        and _is_to(image.acquired, query.acquired_to)
        and _is_from(image.resolution_m, query.min_resolution_m)
        and _is_to(image.resolution_m, query.max_resolution_m)
        and _is_to(image.cloud_percent, query.max_cloud_percent)
        and _is_from(image.overlap_percent, query.min_overlap_percent)
    )


def is_narrower(query: CatalogQuery, asked: CatalogQuery) -> bool:
    """Whether all that `query` finds is among what `asked` finds, in the same order.

    Providers, kinds of product, what an account may process, and whether an angle counts by its side, are the service's
    to judge: another choice of these is another question.
    """
    return _without_figures(query) == _without_figures(asked) and all(
        (
            _rises(query.acquired_from, asked.acquired_from),
            _falls(query.acquired_to, asked.acquired_to),
            _rises(query.min_resolution_m, asked.min_resolution_m),
            _falls(query.max_resolution_m, asked.max_resolution_m),
            _falls(query.max_cloud_percent, asked.max_cloud_percent),
            _rises(query.min_overlap_percent, asked.min_overlap_percent),
        )
    )


def _without_figures(query: CatalogQuery) -> CatalogQuery:
    return replace(
        query,
        acquired_from=None,
        acquired_to=None,
        min_resolution_m=None,
        max_resolution_m=None,
        max_cloud_percent=None,
        min_overlap_percent=None,
    )


def _is_from(value: Optional[_Bound], least: Optional[_Bound]) -> bool:
    return value is None or least is None or value >= least


def _is_to(value: Optional[_Bound], most: Optional[_Bound]) -> bool:
    return value is None or most is None or value <= most


def _rises(least: Optional[_Bound], before: Optional[_Bound]) -> bool:
    """Whether a lower bound leaves out no less than the one before."""
    return before is None or (least is not None and least >= before)


def _falls(most: Optional[_Bound], before: Optional[_Bound]) -> bool:
    """Whether an upper bound leaves out no less than the one before."""
    return before is None or (most is not None and most <= before)
