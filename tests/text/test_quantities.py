"""Numbers and times are shown as the user's locale writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from qgis.PyQt.QtCore import QLocale
from qgis.PyQt.QtWidgets import QLabel

from mapflow_dock.text.quantities import (
    age_text,
    apart,
    area_text,
    copied,
    credits_text,
    distance_text,
    elapsed_text,
    figure_text,
    length_text,
    local_date_text,
    local_time_text,
    number_text,
    percent_text,
    size_text,
    with_units,
)
from mapflow_dock.text.server_text import bounded

NOW = datetime(2026, 2, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("area_m2", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (0, "0\u00a0m²"),
        (0.30000000000000004, "0.3\u00a0m²"),
        (850.4, "850\u00a0m²"),
        (1234.5678, "1,235\u00a0m²"),
        (9_999, "9,999\u00a0m²"),
        (10_000, "0.01\u00a0km²"),
        (1_250_000, "1.25\u00a0km²"),
        (3_000_000, "3\u00a0km²"),
        (123_456_789, "123.46\u00a0km²"),
        (12_345_678_900, "12,345.7\u00a0km²"),
        (32_612_804.79e6, "32,600,000\u00a0km²"),
    ],
)
def test_areas_are_readable_at_every_size(area_m2: float, text: str) -> None:
    assert area_text(area_m2) == text


@pytest.mark.parametrize(
    ("metres", "text"),
    [
        (None, "–"),
        (float("inf"), "–"),
        (0, "0\u00a0m"),
        (0.4, "0\u00a0m"),
        (999.4, "999\u00a0m"),
        (1_000, "1\u00a0km"),
        (12_345.678, "12.35\u00a0km"),
        (1_234_567.8, "1,234.57\u00a0km"),
    ],
)
def test_ways_are_readable_at_every_length(metres: float, text: str) -> None:
    assert distance_text(metres) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, "–"),
        (float("inf"), "–"),
        (0, "0\u00a0credits"),
        (1, "1\u00a0credit"),
        (1.004, "1\u00a0credit"),
        (12.5, "12.5\u00a0credits"),
        (1234.567, "1,234.57\u00a0credits"),
        (-0.001, "0\u00a0credits"),
        (1 / 3, "0.33\u00a0credits"),
        (0.00416197835831539, "0.0042\u00a0credits"),
    ],
)
def test_credits_keep_their_fraction_and_their_number(amount: float, text: str) -> None:
    assert credits_text(amount) == text


@pytest.mark.parametrize(
    ("text", "values", "told"),
    [
        (area_text, (10.001e6, 10e6), ("10.001\u00a0km²", "10\u00a0km²")),
        (area_text, (72e6, 10e6), ("72\u00a0km²", "10\u00a0km²")),
        (area_text, (9_000.4, 9_000), ("9,000.4\u00a0m²", "9,000\u00a0m²")),
        (area_text, (10e6, 10e6), ("10\u00a0km²", "10\u00a0km²")),
        (credits_text, (100.004, 100), ("100.004\u00a0credits", "100\u00a0credits")),
        (length_text, (1.2003, 1.2), ("1.2003\u00a0m", "1.2\u00a0m")),
        (length_text, (0.30004, 0.3), ("30.004\u00a0cm", "30\u00a0cm")),
        (length_text, (0.0054, 0.005), ("5.4\u00a0mm", "5\u00a0mm")),
        (size_text, (1_084_479_242, 1_073_741_824), ("1.01\u00a0GiB", "1\u00a0GiB")),
    ],
)
def test_figures_that_are_compared_have_as_many_digits_as_tells_them_apart(text, values, told) -> None:
    assert apart(text, *values) == told


def test_the_locale_of_qgis_decides_on_separators() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    assert area_text(1_250_000) == "1,25\u00a0km²"
    assert number_text(12345.5) == "12.345,5"


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=-90), "just now"),
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5\u00a0min ago"),
        (timedelta(hours=3), "3\u00a0h ago"),
        (timedelta(hours=30), "1\u00a0day ago"),
        (timedelta(days=4), "4\u00a0days ago"),
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


@pytest.mark.parametrize(
    "text",
    [
        area_text(1e6),
        area_text(5),
        credits_text(1),
        credits_text(12),
        size_text(5 * 1024**2),
        length_text(0.3),
        length_text(3),
        percent_text(5),
        elapsed_text(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 9, tzinfo=UTC)),
    ],
)
def test_no_line_ends_between_a_number_and_its_unit(qapp: object, text: str) -> None:
    label = QLabel()
    label.setWordWrap(True)
    label.setText(text)
    one_line = label.fontMetrics().lineSpacing()
    assert label.heightForWidth(10) < 2 * one_line, "there is nowhere to break it"
    label.setText(text.replace("\u00a0", " "))
    assert label.heightForWidth(10) >= 2 * one_line, "an ordinary space would let it break"
    assert bounded(f"It is\n {text}") == f"It is {text}", "nor does it get lost on the way to the screen"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("of about 20 m² and more.", "of about 20\u00a0m² and more."),
        ("30 cm to 1.2 m", "30\u00a0cm to 1.2\u00a0m"),
        ("up to 5 %, 3 km", "up to 5\u00a0%, 3\u00a0km"),
        ("2 models of 3 sorts, 4 more", "2 models of 3 sorts, 4 more"),
    ],
)
def test_units_in_sentences_of_the_service_stay_with_their_numbers(text: str, told: str) -> None:
    assert with_units(text) == told
    assert copied(told) == text


def test_what_is_copied_has_ordinary_spaces_before_units() -> None:
    assert (
        copied(f"Area: {area_text(1e6)}, {age_text(NOW - timedelta(days=3), NOW)}")
        == "Area: 1 km², 3 days ago"
    )
    assert copied("1\u00a0234 and a\u00a0name") == "1\u00a0234 and a\u00a0name"


def test_a_percentage_is_whole() -> None:
    assert percent_text(42.6) == "43\u00a0%"


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
        (0, "0\u00a0B"),
        (1023, "1,023\u00a0B"),
        (1, "1\u00a0B"),
        (1024, "1\u00a0KiB"),
        (200_000, "195\u00a0KiB"),
        (3_145_728, "3\u00a0MiB"),
        (1_610_612_736, "1.5\u00a0GiB"),
        (68_417_439, "65.2\u00a0MiB"),
        (10 * 1024**3, "10\u00a0GiB"),
        (3 * 1024**5, "3,072\u00a0TiB"),
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
        (0.0004, "0.4\u00a0mm"),
        (0.0054, "5\u00a0mm"),
        (0.0075, "8\u00a0mm"),
        (0.0753, "7.53\u00a0cm"),
        (0.12, "12\u00a0cm"),
        (0.3, "30\u00a0cm"),
        (0.5, "0.5\u00a0m"),
        (0.49986, "0.5\u00a0m"),
        (0.499, "49.9\u00a0cm"),
        (0.59716, "0.6\u00a0m"),
        (10, "10\u00a0m"),
        (1234.5, "1,230\u00a0m"),
    ],
)
def test_lengths_keep_what_one_reads(metres, text):
    assert length_text(metres) == text


def test_a_day_is_that_of_the_users_own_clock():
    moment = datetime(2024, 3, 15, 10, 30, tzinfo=UTC)
    assert local_date_text(moment) == "3/15/24"
    assert local_date_text(None) == "–"
