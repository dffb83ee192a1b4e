"""What keeps a processing from being started."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransformContext, QgsGeometry, QgsRectangle

from mapflow_dock.api.account import Account, Billing, Model, Provider
from mapflow_dock.api.http.errors import ApiError, Fault
from mapflow_dock.api.projects import Project, ProjectRole, RoleGround, Standing
from mapflow_dock.jobs.cost import Cost, CostState, Estimate, ImageryPrice, offline_estimate
from mapflow_dock.layers.areas.area import area_from_geometries
from mapflow_dock.ui.run.reasons import Situation, why_not, why_not_at

ACCOUNT = Account(email="demo@example.org", credits=100, aoi_area_limit_m2=10e6, max_aois=2)


def area(*wkts):
    geometries = [QgsGeometry.fromWkt(wkt) for wkt in wkts]
    crs = QgsCoordinateReferenceSystem("EPSG:4326")
    return area_from_geometries(geometries, crs, QgsCoordinateTransformContext())


def box(x, y, size):
    return QgsGeometry.fromRect(QgsRectangle(x, y, x + size, y + size)).asWkt()


@pytest.fixture
def fine(qgis_app):
    return Situation(
        account=ACCOUNT,
        project=Project(id="p", name="Default"),
        area=area(box(37.6, 55.75, 0.01)),
        model=Model(id="b", name="Buildings"),
        provider=Provider(name="w", title="World imagery"),
        imagery_fits=True,
    )


def test_nothing_stands_in_the_way_of_a_whole_form(fine):
    assert why_not(fine) == ""


def test_a_project_is_needed(fine):
    assert "project" in why_not(replace(fine, project=None))


def test_a_reader_of_a_project_starts_nothing(fine):
    reader = Project(id="p", name="Shared", standing=Standing(ProjectRole.READONLY))
    assert "not start anything" in why_not(replace(fine, project=reader))


def test_a_role_that_was_taken_for_the_least_is_said_to_be(fine):
    stranger = Project(
        id="p", name="Theirs", standing=Standing(ProjectRole.READONLY, RoleGround.UNKNOWN, "king")
    )
    reason = why_not(replace(fine, project=stranger))
    assert "“king”" in reason
    assert "not start anything" in reason


def test_an_area_is_needed(fine):
    assert why_not(replace(fine, area=None)) == "Choose an area first."


def test_a_broken_outline_is_to_be_fixed(fine):
    bow_tie = area("POLYGON((37.60 55.75, 37.61 55.76, 37.61 55.75, 37.60 55.76, 37.60 55.75))")
    assert "Fix it" in why_not(replace(fine, area=bow_tie))


def test_what_cannot_be_fixed_is_told_as_it_is(fine):
    nothing = area("POLYGON EMPTY")
    assert why_not(replace(fine, area=nothing)) == nothing.problems[0].sentence


def test_too_large_is_said_in_numbers(fine):
    reason = why_not(replace(fine, area=area(box(37.6, 55.75, 0.05))))
    assert "17" in reason
    assert "10\u00a0km²" in reason


def test_too_many_parts_is_said_in_numbers(fine):
    parts = area(*(box(37.6 + shift, 55.75, 0.001) for shift in (0, 0.01, 0.02)))
    reason = why_not(replace(fine, area=parts))
    assert "3 separate parts" in reason
    assert "allows 2" in reason


def test_the_projects_own_limit_goes_before_the_accounts(fine):
    small = Project(id="p", name="Shared", aoi_area_limit_m2=0.5e6)
    assert "0.5\u00a0km²" in why_not(replace(fine, project=small))
    large = Project(id="p", name="Shared", aoi_area_limit_m2=500e6)
    assert why_not(replace(fine, project=large, area=area(box(37.6, 55.75, 0.05)))) == ""


def test_a_model_and_fitting_imagery_are_needed(fine):
    assert "no models" in why_not(replace(fine, model=None))
    assert "cannot use this imagery" in why_not(replace(fine, imagery_fits=False))


def test_a_providers_least_area_is_said_in_numbers(fine):
    picky = Provider(name="w", title="World imagery", min_area_m2=2e6)
    assert (
        why_not(replace(fine, provider=picky))
        == "World imagery takes areas of at least 2\u00a0km²; this one is 0.7\u00a0km²."
    )


def test_an_account_that_pays_in_area_needs_enough_of_it(fine):
    poor = replace(ACCOUNT, billing=Billing.AREA, remaining_area_m2=0.2e6)
    assert "0.2\u00a0km² left" in why_not(replace(fine, account=poor))
    rich = replace(poor, remaining_area_m2=5e6)
    assert why_not(replace(fine, account=rich)) == ""


def test_a_cost_above_the_balance_is_said_in_numbers():
    reason = why_not_at(Cost(CostState.KNOWN, credits=101), ACCOUNT)
    assert "101\u00a0credits" in reason
    assert "100\u00a0credits" in reason
    assert why_not_at(Cost(CostState.KNOWN, credits=100), ACCOUNT) == ""


def test_a_cost_that_could_not_be_asked_says_why():
    error = ApiError(Fault.NETWORK, "The server cannot be reached.")
    assert why_not_at(Cost(CostState.FAILED, error=error), ACCOUNT) == "The server cannot be reached."


@pytest.mark.parametrize(
    ("km2", "model_price", "imagery_price", "expected"),
    [(0.2, 5, 1.2, 7.0), (1, 5, 0, 5.0), (2.3, 5, 1.2, 15.0), (1.1, 10, 0, 11.0)],
)
def test_the_offline_estimate_rounds_as_the_service_does(km2, model_price, imagery_price, expected):
    assert offline_estimate(km2 * 1e6, model_price, ImageryPrice(imagery_price)) == Estimate(expected)


def test_there_is_no_estimate_where_a_price_is_not_known():
    assert offline_estimate(2.3e6, 5, None) is None
    assert offline_estimate(2.3e6, None, ImageryPrice(1.2)) is None


def test_an_estimate_from_the_lowest_price_is_the_least_it_costs():
    assert offline_estimate(2.3e6, 5, ImageryPrice(1.2, is_least=True)) == Estimate(15.0, is_least=True)
