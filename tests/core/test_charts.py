"""Charts draw what is known, leave out what is not, and say in words what they show."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import bars, svg
from core.charts import LineChart, sparkline
from core.svg import Limit

NAME = "{http://www.w3.org/2000/svg}"
MINIMUM = Limit(100, "Minimum 100%")


def days(count):
    return [date(2026, 11, 22) - timedelta(count - 1 - index) for index in range(count)]


def line_chart(values, **more):
    return LineChart("Backing ratio", "Per cent by day", days(len(values)), values, (MINIMUM,), **more).render()


def words(drawing):
    return [node.text for node in ElementTree.fromstring(drawing).iter(f"{NAME}text")]


def marks(drawing, tag, cls=""):
    found = ElementTree.fromstring(drawing).iter(f"{NAME}{tag}")
    return [node for node in found if cls in node.get("class", "").split() or not cls]


def bar_heights(drawing):
    return [float(node.get("height")) for node in marks(drawing, "rect", "c-bar")]


EVERY_CHART = {
    "line": line_chart([101.2, None, 99.6]),
    "one day": line_chart([101.2]),
    "nothing known": line_chart([None, None]),
    "spark": sparkline([1, None, 3], title="Trend", limit=2),
    "stack": bars.stacked_bar([("A & B", 1), ("C", -1)], title="Composition <all>"),
    "ladder": bars.ladder([("Overnight", 6e10, "100%"), ("2 to 7", -1, "")], title="Ladder", unit="HK$ m"),
    "waterfall": bars.waterfall(("a", 101.0), [("b", -2.0)], ("c", 99.0), title="Why", limit=MINIMUM),
    "bullet": bars.bullet(99.62, minimum=100, target=101, title="99.62%"),
    "clock": bars.clock_bar(31, 30, title="31 of 30 days"),
}


@pytest.mark.parametrize("drawing", EVERY_CHART.values(), ids=EVERY_CHART)
def test_every_drawing_is_well_formed_titled_and_free_of_style(drawing):
    root = ElementTree.fromstring(drawing)
    assert root.get("role") == "img"
    assert root.find(f"{NAME}title").text
    assert "style" not in drawing
    assert not re.search(r"\b(nan|inf)\b", drawing, re.IGNORECASE)


def test_a_day_without_a_figure_breaks_the_line():
    drawing = line_chart([101, 101.5, None, 101.2, 101.4, 101.3])
    assert [path.get("d").count("L") + 1 for path in marks(drawing, "path")] == [2, 3]


def test_a_single_known_day_between_gaps_is_a_dot():
    drawing = line_chart([101, 102, None, 101.2, None, 101.4, 101.3])
    assert [dot.get("r") for dot in marks(drawing, "circle")] == ["1.6", "4.5"]


def test_a_last_day_without_data_is_named_and_no_older_figure_is_printed_as_the_present():
    labels = words(line_chart([101.25, 101.37, None]))
    assert "No data" in labels
    assert not {"101.25%", "101.37%"} & set(labels)


def test_a_chart_of_nothing_says_no_data():
    assert "No data" in words(line_chart([None] * 30))
    assert marks(line_chart([None] * 30), "path") == []


def test_the_last_ratio_is_rounded_down():
    assert "99.99%" in words(line_chart([101, 99.996]))


def test_a_ratio_below_the_minimum_is_marked():
    assert marks(line_chart([101, 99.99]), "circle")[-1].get("class") == "c-dot bad"
    assert marks(line_chart([101, 100]), "circle")[-1].get("class") == "c-dot"


def test_labels_at_the_end_of_the_line_keep_apart():
    texts = ElementTree.fromstring(line_chart([100.0, 100.01])).iter(f"{NAME}text")
    heights = {node.text: float(node.get("y")) for node in texts}
    assert abs(heights["Minimum 100%"] - heights["100.01%"]) >= 14


def test_months_are_labelled_as_the_caller_writes_them():
    drawing = line_chart([101] * 400, month_label=lambda day, with_year: f"{day.year} 年" if with_year else "月")
    assert {"2025 年", "2026 年", "月"} <= set(words(drawing))


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([99.1, 102.9], [99, 100, 101, 102, 103]),
        ([0, 60_000_000_000], [0, 2e10, 4e10, 6e10]),
        ([5, 5], [4.4, 4.6, 4.8, 5.0, 5.2, 5.4, 5.6]),
        ([0, 0], [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        ([], [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
    ],
)
def test_axis_ticks_are_round_and_enclose_the_values(values, ticks):
    assert svg.scale(values) == ticks


def test_a_negative_part_is_left_out_of_a_stacked_bar():
    drawing = bars.stacked_bar([("Deposits", 75), ("Net payable", -10), ("Bills", 25)], title="Composition", width=100)
    drawn = {node.get("class"): float(node.get("width")) for node in marks(drawing, "rect")}
    assert drawn == {"c-cat0": 73.5, "c-cat2": 23.5}


def test_an_empty_composition_is_an_empty_track():
    assert [node.get("class") for node in marks(bars.stacked_bar([], title="Composition"), "rect")] == ["c-track"]


def test_a_negative_bucket_hangs_below_the_zero_line():
    drawing = bars.ladder([("Overnight", 100, ""), ("2 to 7 days", -50, "")], title="Ladder")
    zero = float(marks(drawing, "line", "c-axis")[0].get("y1"))
    above, below = marks(drawing, "rect", "c-bar")
    assert float(above.get("y")) + float(above.get("height")) == pytest.approx(zero, abs=0.2)
    assert float(below.get("y")) == pytest.approx(zero, abs=0.2)
    assert "−50.0" in words(drawing)


def test_ladder_columns_are_in_proportion():
    tall, short, none = bar_heights(bars.ladder([("a", 60_000, ""), ("b", 30_000, ""), ("c", 0, "")], title="Ladder"))
    assert tall == pytest.approx(2 * short, abs=0.2)
    assert none == 0


def test_waterfall_prints_each_step_with_its_sign():
    drawing = bars.waterfall(
        ("21 Nov", 101.48), [("Minted", -1.5), ("Interest", 0.19), ("Prices", 0.0)], ("22 Nov", 100.17), title="Why"
    )
    assert [word for word in words(drawing) if word[0] in "+−0123456789"] == [
        "101.48%", "21 Nov", "−1.50", "+0.19", "0.00", "100.17%", "22 Nov",
    ]


def test_waterfall_axis_starts_below_everything_it_shows():
    start = bars.axis_start(101.48, [-12.0, 10.1], 99.58, MINIMUM)
    assert start == 85
    assert start < 101.48 - 12.0


@given(
    st.floats(98, 104), st.lists(st.floats(-3, 3), min_size=1, max_size=6),
)
def test_no_figure_of_a_waterfall_is_struck_through_by_the_limit(start, deltas):
    drawing = bars.waterfall(("a", start), [("b", delta) for delta in deltas], ("c", start + sum(deltas)), title="Why",
                             limit=MINIMUM)
    rule = float(marks(drawing, "line", "c-rule")[0].get("y1"))
    figures = [float(mark.get("y")) for mark in marks(drawing, "text", "c-val")]
    assert len(figures) == len(deltas) + 2
    assert [place for place in figures if place - 9 <= rule <= place] == []


def test_a_figure_stands_between_its_bar_and_the_limit_where_there_is_room():
    drawing = bars.waterfall(("26 Nov", 102.11), [("Coins in circulation", -2.49)], ("27 Nov", 99.62), title="Why",
                             limit=MINIMUM)
    rule = float(marks(drawing, "line", "c-rule")[0].get("y1"))
    ending = float(marks(drawing, "text", "c-val")[-1].get("y"))
    top = float(marks(drawing, "rect", "c-bar")[-1].get("y"))
    assert rule < ending - 9 < ending < top


def test_waterfall_stands_when_nothing_moved():
    assert len(bar_heights(bars.waterfall(("a", 100.0), [], ("b", 100.0), title="Why"))) == 2


@pytest.mark.parametrize(("value", "needles"), [(99.62, 1), (None, 0), (1e9, 1), (-5, 1)])
def test_bullet_keeps_its_needle_inside_and_draws_none_for_missing_data(value, needles):
    drawn = marks(bars.bullet(value, minimum=100, target=101, title="Ratio"), "line", "c-needle")
    assert len(drawn) == needles
    assert all(0 <= float(needle.get("x1")) <= 260 for needle in drawn)


def test_bullet_without_a_buffer_shows_the_minimum_once():
    assert words(bars.bullet(101, minimum=100, title="Ratio")) == ["100%"]


def test_a_spent_clock_fills_its_bar_and_no_more():
    track, used = marks(bars.clock_bar(31, 30, title="31 of 30 days"), "rect")
    assert used.get("width") == track.get("width")


def test_a_sparkline_of_equal_values_runs_through_the_middle():
    assert marks(sparkline([5, 5, 5], title="Trend"), "path")[0].get("d") == "M2 12L46 12L90 12"


def test_an_empty_sparkline_draws_no_trend():
    drawing = sparkline([], title="No data", limit=100)
    assert marks(drawing, "path") == []
    assert marks(drawing, "circle") == []


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("Coins in circulation", ["Coins in", "circulation"]),
        ("Prices", ["Prices"]),
        ("流通中的穩定幣", ["流通中的穩定", "幣"]),
        ("11月22日", ["11月22日"]),
    ],
)
def test_a_waterfall_label_breaks_between_words_and_chinese_between_characters(label, lines):
    drawing = bars.waterfall(("a", 101.0), [(label, -0.5)] * 4, ("b", 99.0), title="Why", width=430)
    assert words(drawing)[3 : 3 + len(lines)] == lines
