"""The chart of months: heights that are in proportion, colours that are seen, figures under the pointer."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QRect, Qt
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QWidget

from mapflow_dock.jobs.history.months import Amount, MonthSum
from mapflow_dock.text.quantities import credits_text
from mapflow_dock.ui.history.chart import HistoryChart
from mapflow_dock.ui.history.colours import OTHERS, ModelColours
from mapflow_dock.ui.history.legend import ChartLegend
from mapflow_dock.ui.widgets.rows.contrast import SIGN, TEXT, contrast

MONTHS = (
    MonthSum((2026, 1), {"Roads": Amount(1, 100.0, 5.0), "Forest": Amount(1, 300.0, 5.0)}),
    MonthSum((2026, 2), {}),
    MonthSum((2026, 3), {"Roads": Amount(1, 200.0, 5.0)}),
)


@pytest.fixture
def chart(qtbot):
    chart = HistoryChart()
    qtbot.addWidget(chart)
    chart.resize(500, 300)
    chart.set_months(MONTHS, lambda amount: amount.credits, credits_text, ModelColours(["Forest", "Roads"]))
    chart.show()
    return chart


def heights(chart, month):
    """Pixels of each colour on the middle of a month's bar."""
    image = chart.grab().toImage()
    slot = chart.bar_of(month)
    colours = [image.pixelColor(slot.center().x(), y).name() for y in range(slot.top(), slot.bottom() + 1)]
    base = chart.palette().color(QPalette.ColorRole.Base)
    wanted = {name: chart._colours.colour(name, base).name() for name in ("Forest", "Roads")}
    return {name: colours.count(colour) for name, colour in wanted.items()}


def test_bars_are_in_proportion_to_what_they_stand_for(chart):
    first, empty, last = (heights(chart, month.month) for month in MONTHS)
    full = chart.bar_of((2026, 1)).height()
    assert first["Forest"] == pytest.approx(full * 300 / 400, abs=2)  # 400 is a line of the scale
    assert first["Roads"] == pytest.approx(full * 100 / 400, abs=2)
    assert last == {"Forest": 0, "Roads": pytest.approx(full / 2, abs=2)}
    assert empty == {"Forest": 0, "Roads": 0}


def test_time_runs_to_the_left_where_that_is_how_one_reads(chart):
    before = [chart.bar_of(month.month).center().x() for month in MONTHS]
    chart.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    after = [chart.bar_of(month.month).center().x() for month in MONTHS]
    assert before == sorted(before)
    assert after == sorted(after, reverse=True)


def test_a_month_tells_its_figures(chart):
    tip = chart.tip_at(chart.bar_of((2026, 1)).center())
    assert "January 2026" in tip
    assert tip.index("Forest: 300\u00a0credits") < tip.index("Roads: 100\u00a0credits")
    assert chart.tip_at(chart.rect().topLeft()) == ""


def test_where_there_is_not_room_for_all_the_newest_are_shown(chart):
    many = [MonthSum((2000 + place // 12, place % 12 + 1), {"Roads": Amount(1, 1.0)}) for place in range(300)]
    chart.set_months(many, lambda amount: amount.credits, credits_text, ModelColours(["Roads"]))
    shown = chart.shown_months()
    assert list(shown) == many[-len(shown) :]
    assert 10 < len(shown) < 60
    assert chart.bar_of((2000, 1)) == QRect()


@pytest.mark.parametrize("months", [(), (MonthSum((2026, 1), {"Roads": Amount(3, 0.0, 0.0)}),)])
def test_nothing_spent_is_no_fault(chart, months):
    chart.set_months(months, lambda amount: amount.credits, credits_text, ModelColours([]))
    assert not chart.grab().isNull()


@pytest.mark.parametrize("ground", ["#ffffff", "#232629", "#535353"])
def test_colours_are_seen_on_every_ground_and_differ(ground):
    names = [f"Model {number}" for number in range(9)]
    colours = ModelColours(names)
    shown = [colours.colour(name, QColor(ground)) for name in colours.names]
    assert colours.names == (*names[:6], OTHERS)
    assert all(contrast(colour, QColor(ground)) >= SIGN for colour in shown)
    assert len({colour.name() for colour in shown}) == 7


@pytest.mark.parametrize("ground", ["#323232", "#ffffff"])
@pytest.mark.parametrize("ink", ["#000000", "#ffffff"])
def test_figures_and_names_are_read_whatever_half_of_a_theme_reaches_them(chart, qtbot, ground, ink):
    legend = ChartLegend()
    qtbot.addWidget(legend)
    legend.set_colours(ModelColours(["Forest"]))
    legend.resize(200, 40)
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Base, QColor(ground))
    palette.setColor(QPalette.ColorRole.Text, QColor(ink))
    for widget, place in (
        (chart, QRect(0, 0, chart.bar_of((2026, 1)).left(), chart.height())),
        (chart, QRect(0, chart.bar_of((2026, 1)).bottom() + 2, chart.width(), 20)),
        (legend, QRect(legend.fontMetrics().height() + 2, 0, 150, 40)),
    ):
        widget.setPalette(palette)
        image = widget.grab(place).toImage()
        seen = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        assert max(contrast(colour, QColor(ground)) for colour in seen) > TEXT


def test_what_lies_beneath_counts_where_a_theme_makes_the_chart_transparent(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    palette = QPalette()
    for role, colour in ((QPalette.ColorRole.Base, "#00000000"), (QPalette.ColorRole.Text, "#111111")):
        palette.setColor(role, QColor(colour))
    window_palette = QPalette()
    window_palette.setColor(QPalette.ColorRole.Window, QColor("#323232"))
    window.setPalette(window_palette)
    chart = HistoryChart(window)
    chart.resize(500, 300)
    chart.set_months(MONTHS, lambda amount: amount.credits, credits_text, ModelColours(["Forest", "Roads"]))
    chart.setPalette(palette)
    window.show()
    image = chart.grab(QRect(0, 0, chart.bar_of((2026, 1)).left(), chart.height())).toImage()
    seen = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    assert image.pixelColor(0, 0).name() == "#323232"
    assert max(contrast(colour, QColor("#323232")) for colour in seen) > TEXT


def test_what_has_no_colour_of_its_own_is_added_up():
    colours = ModelColours([f"Model {number}" for number in range(8)])
    models = {f"Model {number}": Amount(1, 1.0, 1.0) for number in range(8)}
    assert dict(colours.sorted_out(models))[OTHERS] == Amount(2, 2.0, 2.0)
