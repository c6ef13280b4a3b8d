"""Amounts and shares drawn as bars: composition, maturity ladder, what moved a ratio, gauges.

Every label arrives translated; where an axis does not start at zero the caption has to say so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from core import svg
from core.svg import AXIS, BANDS, INK, LINE, MINUS, TONES, Limit

ZONES = {"bad": "#f3c9c5", "warn": "#f6dfa8", "good": "#cfe3da"}
#: How high figures of 12 units are.
FIGURES = 9
CATEGORIES = ("#0b4a66", "#3f86a6", "#8db8cb", "#c9a24b", "#8a94a0", "#b9c2ca", "#7a6a9b", "#7da287", "#b98a92")


def stacked_bar(
    parts: Sequence[tuple[str, float]], *, title: str, desc: str = "", width: int = 560, height: int = 18
) -> str:
    """Shares of a whole in one bar. A negative part cannot be drawn: the table beside it carries the figure,
    and ``desc`` has to say so. The colour of a part is that of its place in ``parts``, drawn or not.
    """
    whole = sum(value for _, value in parts if value > 0)
    marks, at = [], 0.0
    for index, (label, value) in enumerate(parts):
        if value <= 0:
            continue
        long = width * value / whole
        kind = index % len(CATEGORIES)
        marks.append(svg.rect(at, 0, max(long - 1.5, 0.75), height, f"c-cat{kind}", CATEGORIES[kind], hint=label))
        at += long
    if not marks:
        marks.append(svg.rect(0, 0, width, height, "c-track", LINE))
    thin = "stack thin" if height <= 10 else "stack"
    return svg.drawing(width, height, title, desc, marks, thin, stretch=True)


def clock_bar(used: float, allowed: float, *, title: str, tone: str = "", width: int = 72, height: int = 5) -> str:
    """How much of an allowed time is used; beyond it the bar is full."""
    part = min(max(used / allowed, 0), 1) if allowed > 0 else 1
    track = svg.rect(0, 0, width, height, "c-track", LINE, radius=2.5)
    filled = svg.rect(0, 0, width * part, height, f"c-bar {tone}".strip(), TONES[tone], radius=2.5)
    return svg.drawing(width, height, title, "", [track, filled], "clock")


def ladder(
    buckets: Sequence[tuple[str, float, str]],
    *,
    title: str,
    desc: str = "",
    unit: str = "",
    tones: Sequence[str] = (),
    width: int = 560,
    height: int = 220,
) -> str:
    """Columns by maturity. Each bucket is label, value and the smaller line under the label (a cumulative share).

    Values are in the unit that is printed above the axis. A negative bucket hangs below the zero line.
    """
    left, right, top, bottom = 52, 8, 28, 42
    base = height - bottom
    ticks = svg.scale([0, *(value for _, value, _ in buckets)], count=4)
    low, high = ticks[0], ticks[-1]

    def y(value: float) -> float:
        return top + (base - top) * (high - value) / (high - low)

    step = (width - left - right) / max(len(buckets), 1)
    bar = min(46, step * 0.62)
    marks = []
    for tick in ticks:
        marks.append(svg.line(left, y(tick), width - right, y(tick), "c-grid", LINE))
        marks.append(svg.text(left - 8, y(tick) + 4, svg.tick_label(tick, ticks), anchor="end"))
    if unit:
        marks.append(svg.text(left - 8, 11, unit, anchor="end"))
    for index, (label, value, under) in enumerate(buckets):
        centre = left + step * (index + 0.5)
        tone = tones[index] if index < len(tones) else "bad" if value < 0 else ""
        upper = y(max(value, 0))
        marks.append(svg.rect(centre - bar / 2, upper, bar, abs(y(value) - y(0)), f"c-bar {tone}".strip(), TONES[tone]))
        place = y(value) + 14 if value < 0 else upper - 5
        marks.append(svg.text(centre, place, _compact(value), anchor="middle", fill=INK, weight=600, cls="c-val"))
        marks.append(svg.text(centre, base + 16, label, anchor="middle", fill=INK, cls="c-name"))
        if under:
            marks.append(svg.text(centre, base + 31, under, 10, anchor="middle"))
    marks.append(svg.line(left, y(0), width - right, y(0), "c-axis", AXIS))
    return svg.drawing(width, height, title, desc, marks)


def waterfall(
    start: tuple[str, float],
    steps: Sequence[tuple[str, float]],
    end: tuple[str, float],
    *,
    title: str,
    desc: str = "",
    limit: Limit | None = None,
    unit: str = "%",
    width: int = 560,
    height: int = 240,
) -> str:
    """What moved a ratio, in percentage points; labels break into lines by themselves.

    The axis does not start at zero: say so in the caption, ``axis_start`` gives the figure.
    """
    left, right, top, bottom = 8, 18 + svg.text_width(limit.label) if limit else 8, 22, 50
    base = height - bottom
    levels = [start[1]]
    for _, delta in steps:
        levels.append(levels[-1] + delta)
    reach = [*levels, end[1], *([limit.value] if limit else [])]
    low = axis_start(start[1], [delta for _, delta in steps], end[1], limit)
    high = max(reach) + (max(reach) - low) * 0.08

    def y(value: float) -> float:
        return top + (base - top) * (high - value) / (high - low)

    step = (width - left - right) / (len(steps) + 2)
    bar = min(62, step * 0.74)
    marks: list[str] = []
    if limit:
        level = y(limit.value)
        marks.append(svg.rect(left, level, width - left - right, base - level, "c-band bad", BANDS["bad"]))
        marks.append(svg.line(left, level, width - right, level, "c-rule bad", TONES["bad"], width=1.25, dash="4 3"))

    def column(index: int, lower: float, upper: float, tone: str, label: str, printed: str, below: bool) -> None:
        centre = left + step * (index + 0.5)
        at, tall = y(max(lower, upper)), max(abs(y(lower) - y(upper)), 1.5)
        marks.append(svg.rect(centre - bar / 2, at, bar, tall, f"c-bar {tone}".strip(), TONES[tone]))
        below = below and at + tall + 14 < base - 2
        place = at + tall + 14 if below else at - 6
        if limit:
            place = _clear_of(y(limit.value), place, at + tall if below else at)
        colour, shown = (INK, "") if tone in ("", "base") else (TONES[tone], tone)
        marks.append(svg.text(centre, place, printed, 12, "middle", colour, 600, f"c-val {shown}".strip()))
        for row, line in enumerate(_lines(label, step)):
            marks.append(svg.text(centre, base + 16 + 14 * row, line, anchor="middle", fill=INK, cls="c-name"))

    def printed_level(value: float) -> str:
        return f"{math.floor(value * 100 + 1e-9) / 100:.2f}{unit}"

    column(0, low, start[1], "base", start[0], printed_level(start[1]), below=False)
    for index, (label, delta) in enumerate(steps, 1):
        tone = "bad" if delta < 0 else "good" if delta > 0 else "base"
        column(index, levels[index - 1], levels[index], tone, label, _points(delta), below=delta < 0)
    tone = "bad" if limit and end[1] < limit.value else ""
    column(len(steps) + 1, low, end[1], tone, end[0], printed_level(end[1]), below=False)
    for index, level in enumerate(levels):
        joint = left + step * (index + 0.5) + bar / 2
        marks.append(svg.line(joint, y(level), joint + step - bar, y(level), "c-axis", AXIS))
    if limit:
        place = y(limit.value) + 4
        marks.append(svg.text(width - right + 8, place, limit.label, fill=TONES["bad"], weight=600, cls="c-rlab bad"))
    marks.append(svg.line(left, base, width - right, base, "c-axis", AXIS))
    return svg.drawing(width, height, title, desc, marks)


def axis_start(start: float, deltas: Iterable[float], end: float, limit: Limit | None = None) -> float:
    """Where the waterfall's vertical axis begins: a round figure below everything it has to show."""
    level, reach = start, [start, end, *([limit.value] if limit else [])]
    for delta in deltas:
        level += delta
        reach.append(level)
    low, high = min(reach), max(reach)
    room = max((high - low) * 0.35, abs(low) * 0.002, 1e-9)
    step = 10 ** math.floor(math.log10(room))
    return round(math.floor((low - room) / step) * step, 10)


def bullet(
    value: float | None,
    *,
    minimum: float,
    target: float | None = None,
    title: str,
    desc: str = "",
    unit: str = "%",
    width: int = 260,
    height: int = 36,
) -> str:
    """A linear gauge: red below the minimum, amber up to the target, green beyond, and a needle at the value."""
    target = minimum if target is None else target
    span = max(target - minimum, abs(minimum) * 0.01, 1e-9)
    low, high = minimum - 1.5 * span, target + 2.5 * span

    def x(each: float) -> float:
        return 2 + (width - 4) * (min(max(each, low), high) - low) / (high - low)

    marks = [
        svg.rect(2, 8, x(minimum) - 2, 10, "c-zone bad", ZONES["bad"]),
        svg.rect(x(target), 8, width - 2 - x(target), 10, "c-zone good", ZONES["good"]),
        svg.text(x(minimum), 33, f"{minimum:g}{unit}", 10.5, "middle"),
    ]
    if target > minimum:
        marks.append(svg.rect(x(minimum), 8, x(target) - x(minimum), 10, "c-zone warn", ZONES["warn"]))
        marks.append(svg.text(max(x(target), x(minimum) + 38), 33, f"{target:g}{unit}", 10.5, "middle"))
    if value is not None:
        tone = "bad" if value < minimum else ""
        colour = TONES[tone] if tone else INK
        marks.append(svg.line(x(value), 4, x(value), 22, f"c-needle {tone}".strip(), colour, width=3))
    return svg.drawing(width, height, title, desc, marks, "bullet")


def _clear_of(rule: float, place: float, edge: float) -> float:
    """Where a figure at the edge of its bar is written so that the rule does not strike it through.

    It stands between the edge and the rule if there is room, else on the far side of the rule.
    """
    over, under = rule - 4, rule + FIGURES + 3
    if not over < place < under:
        return place
    if place < edge:
        return under if under <= edge - 3 else over
    return over if over - FIGURES >= edge + 3 else under


def _compact(value: float) -> str:
    places = 0 if abs(value) >= 100 or value == 0 else 1 if abs(value) >= 1 else 2
    return f"{value:,.{places}f}".replace("-", MINUS)


def _points(delta: float) -> str:
    return f"{delta:+.2f}".replace("-", MINUS) if delta else "0.00"


def _lines(label: str, room: float) -> list[str]:
    """The label in at most three lines of that width; Chinese without spaces breaks between any two characters."""
    pieces, glue = (label.split(" "), " ") if " " in label or label.isascii() else (list(label), "")
    lines = pieces[:1]
    for piece in pieces[1:]:
        longer = f"{lines[-1]}{glue}{piece}"
        if svg.text_width(longer) * 0.9 > room:
            lines.append(piece)
        else:
            lines[-1] = longer
    return lines[:3]
