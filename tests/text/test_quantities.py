"""Numbers and times are shown as the user's locale writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from qgis.PyQt.QtCore import QLocale

from mapflow_dock.text.quantities import (
    age_text,
    apart,
    area_text,
    credits_text,
    figure_text,
    length_text,
    local_date_text,
    local_time_text,
    number_text,
    percent_text,
    size_text,
)

NOW = datetime(2026, 2, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("area_m2", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (0, "0 m²"),
        (0.30000000000000004, "0.3 m²"),
        (850.4, "850 m²"),
        (1234.5678, "1,235 m²"),
        (9_999, "9,999 m²"),
        (10_000, "0.01 km²"),
        (1_250_000, "1.25 km²"),
        (3_000_000, "3 km²"),
        (123_456_789, "123.46 km²"),
        (12_345_678_900, "12,345.7 km²"),
        (32_612_804.79e6, "32,600,000 km²"),
    ],
)
def test_areas_are_readable_at_every_size(area_m2: float, text: str) -> None:
    assert area_text(area_m2) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, "–"),
        (float("inf"), "–"),
        (0, "0 credits"),
        (1, "1 credit"),
        (1.004, "1 credit"),
        (12.5, "12.5 credits"),
        (1234.567, "1,234.57 credits"),
        (-0.001, "0 credits"),
        (1 / 3, "0.33 credits"),
        (0.00416197835831539, "0.0042 credits"),
    ],
)
def test_credits_keep_their_fraction_and_their_number(amount: float, text: str) -> None:
    assert credits_text(amount) == text


@pytest.mark.parametrize(
    ("text", "values", "told"),
    [
        (area_text, (10.001e6, 10e6), ("10.001 km²", "10 km²")),
        (area_text, (72e6, 10e6), ("72 km²", "10 km²")),
        (area_text, (9_000.4, 9_000), ("9,000.4 m²", "9,000 m²")),
        (area_text, (10e6, 10e6), ("10 km²", "10 km²")),
        (credits_text, (100.004, 100), ("100.004 credits", "100 credits")),
        (length_text, (1.2003, 1.2), ("1.2003 m", "1.2 m")),
        (length_text, (0.30004, 0.3), ("30.004 cm", "30 cm")),
        (length_text, (0.0054, 0.005), ("5.4 mm", "5 mm")),
        (size_text, (1_084_479_242, 1_073_741_824), ("1.01 GiB", "1 GiB")),
    ],
)
def test_figures_that_are_compared_have_as_many_digits_as_tells_them_apart(text, values, told) -> None:
    assert apart(text, *values) == told


def test_the_locale_of_qgis_decides_on_separators() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    assert area_text(1_250_000) == "1,25 km²"
    assert number_text(12345.5) == "12.345,5"


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=-90), "just now"),
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(hours=30), "1 day ago"),
        (timedelta(days=4), "4 days ago"),
    ],
)
def test_ages_are_told_in_the_largest_fitting_unit(ago: timedelta, text: str) -> None:
    assert age_text(NOW - ago, NOW) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.0000123, "1.23e-05"), (0.3, "0.3"), (9.9999, "10"), (1234.5, "1,230"), (float("nan"), "–")],
)
def test_a_measured_figure_is_rounded_as_people_do(value: float, text: str) -> None:
    assert figure_text(value) == text


def test_a_percentage_is_whole() -> None:
    assert percent_text(42.6) == "43 %"


def test_an_old_moment_is_told_by_its_date() -> None:
    assert age_text(NOW - timedelta(days=30), NOW) == "1/11/26"
    assert age_text(None) == "–"


def test_a_time_without_zone_is_utc() -> None:
    assert local_time_text(NOW.replace(tzinfo=None)) == local_time_text(NOW)
    assert local_time_text(None) == "–"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (None, "–"),
        (-1, "–"),
        (0, "0 B"),
        (1023, "1,023 B"),
        (1, "1 B"),
        (1024, "1 KiB"),
        (200_000, "195 KiB"),
        (3_145_728, "3 MiB"),
        (1_610_612_736, "1.5 GiB"),
        (68_417_439, "65.2 MiB"),
        (10 * 1024**3, "10 GiB"),
        (3 * 1024**5, "3,072 TiB"),
    ],
)
def test_sizes_are_in_the_unit_that_fits(size, text):
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("metres", "text"),
    [
        (None, "–"),
        (0.0, "–"),
        (float("inf"), "–"),
        (0.0004, "0.4 mm"),
        (0.0054, "5 mm"),
        (0.0075, "8 mm"),
        (0.0753, "7.53 cm"),
        (0.12, "12 cm"),
        (0.3, "30 cm"),
        (0.5, "0.5 m"),
        (0.49986, "0.5 m"),
        (0.499, "49.9 cm"),
        (0.59716, "0.6 m"),
        (10, "10 m"),
        (1234.5, "1,230 m"),
    ],
)
def test_lengths_keep_what_one_reads(metres, text):
    assert length_text(metres) == text


def test_a_day_is_that_of_the_users_own_clock():
    moment = datetime(2024, 3, 15, 10, 30, tzinfo=UTC)
    assert local_date_text(moment) == "3/15/24"
    assert local_date_text(None) == "–"
