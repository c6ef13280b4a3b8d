"""Daily series drawn as lines: the ratio over time with its limits, and the small trend of a table row.

Every label arrives translated. A day without a figure is a gap: neither joined over nor drawn as zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from core import svg
from core.svg import AXIS, BANDS, BRAND, LINE, TONES, Limit

Value = float | None


@dataclass(frozen=True)
class LineChart:
    """A daily series with limits, drawn with the last value printed at its end.

    ``values`` pairs with ``days``, in percent; None is a gap. The area below the lowest limit is tinted
    red, the area between two limits amber.
    """

    title: str
    desc: str
    days: Sequence[date]
    values: Sequence[Value]
    limits: Sequence[Limit] = ()
    month_label: Callable[[date, bool], str] = lambda day, with_year: f"{day:%b %Y}" if with_year else f"{day:%b}"
    no_data: str = "No data"
    unit: str = "%"
    width: int = 1160
    height: int = 250

    def render(self) -> str:
        left, top, bottom = 56, 12, 26
        right = 14 + max([svg.text_width(limit.label) for limit in self.limits] + [svg.text_width("100.00%", 13)])
        inner, base = self.width - left - right, self.height - bottom
        known = [v for v in self.values if v is not None]
        reach = [*known, *(limit.value for limit in self.limits)]
        if self.limits:
            lowest = min(limit.value for limit in self.limits)
            reach.append(lowest - (max(reach) - lowest) * 0.15)  # the red band below the limit is always seen
        ticks = svg.scale(reach)
        low, high = ticks[0], ticks[-1]

        def x(index: int) -> float:
            return left + inner * (index / (len(self.days) - 1) if len(self.days) > 1 else 1)

        def y(value: float) -> float:
            return top + (base - top) * (high - value) / (high - low)

        marks: list[str] = []
        floor = low
        for limit in sorted(self.limits, key=lambda each: each.value):
            marks.append(
                svg.rect(
                    left,
                    y(limit.value),
                    inner,
                    y(floor) - y(limit.value),
                    f"c-band {limit.tone}",
                    BANDS.get(limit.tone, "none"),
                )
            )
            floor = limit.value
        for tick in ticks:
            marks.append(svg.line(left, y(tick), left + inner, y(tick), "c-grid", LINE))
            marks.append(svg.text(left - 8, y(tick) + 4, f"{svg.tick_label(tick, ticks)}{self.unit}", anchor="end"))
        marks += self._months(x, base)
        for limit in self.limits:
            marks.append(
                svg.line(
                    left,
                    y(limit.value),
                    left + inner,
                    y(limit.value),
                    f"c-rule {limit.tone}",
                    TONES[limit.tone],
                    width=1.25,
                    dash="4 3",
                )
            )
        marks += self._series(x, y)
        marks += self._labels(x, y, left + inner + 8)
        return svg.drawing(
            self.width, self.height, self.title, self.desc, marks, "chart long" if self.width > 900 else "chart"
        )

    def _months(self, x: Callable[[int], float], base: float) -> list[str]:
        firsts = [index for index, day in enumerate(self.days) if day.day == 1]
        every = max(1, math.ceil(len(firsts) / 8))
        marks, year = [], None
        for index in firsts[::every]:
            day = self.days[index]
            marks.append(svg.line(x(index), base, x(index), base + 4, "c-axis", AXIS))
            marks.append(svg.text(x(index), base + 18, self.month_label(day, day.year != year), anchor="middle"))
            year = day.year
        return marks

    def _series(self, x: Callable[[int], float], y: Callable[[float], float]) -> list[str]:
        marks = []
        for run in _runs(self.values):
            if len(run) == 1:
                index, value = run[0]
                marks.append(svg.circle(x(index), y(value), 1.6, "c-dot", BRAND))
            else:
                marks.append(svg.path([(x(index), y(value)) for index, value in run], 1.75))
        return marks

    def _labels(self, x: Callable[[int], float], y: Callable[[float], float], at: float) -> list[str]:
        wanted = [(y(limit.value), limit.label, limit.tone, "c-rlab", 11, 600) for limit in self.limits]
        last = next(((i, v) for i, v in reversed(list(enumerate(self.values))) if v is not None), None)
        marks = []
        if last is not None:
            index, value = last
            tone = "bad" if any(value < limit.value for limit in self.limits if limit.tone == "bad") else ""
            marks.append(svg.circle(x(index), y(value), 4.5, f"c-dot {tone}".strip(), TONES[tone]))
            if index == len(self.values) - 1:
                printed = math.floor(value * 100 + 1e-9) / 100
                wanted.append((y(value), f"{printed:.2f}{self.unit}", tone, "c-val", 13, 700))
        if not self.values or self.values[-1] is None:
            wanted.append((y(last[1]) if last else self.height / 2, self.no_data, "warn", "c-val", 12, 600))
        for (_, label, tone, kind, size, weight), place in zip(wanted, _apart([w[0] for w in wanted]), strict=True):
            colour = TONES[tone] if tone else BRAND
            marks.append(svg.text(at, place + 4, label, size, fill=colour, weight=weight, cls=f"{kind} {tone}".strip()))
        return marks


def sparkline(
    values: Sequence[Value],
    *,
    title: str,
    desc: str = "",
    limit: float | None = None,
    width: int = 96,
    height: int = 24,
) -> str:
    """A trend without axes; gaps stay gaps and the dot stands on the last day that has a figure."""
    known = [v for v in values if v is not None]
    spread = [*known, limit] if limit is not None else known
    low, high = (min(spread), max(spread)) if spread else (0.0, 1.0)

    def x(index: int) -> float:
        return 2 + (width - 8) * (index / (len(values) - 1) if len(values) > 1 else 1)

    def y(value: float) -> float:
        return 3 + (height - 6) * ((high - value) / (high - low) if high > low else 0.5)

    marks = []
    if limit is not None:
        marks.append(svg.line(0, y(limit), width, y(limit), "c-rule bad", TONES["bad"], width=1, dash="2 2"))
    for run in _runs(values):
        marks.append(
            svg.path([(x(i), y(v)) for i, v in run], 1.4)
            if len(run) > 1
            else svg.circle(x(run[0][0]), y(run[0][1]), 1.2, "c-dot", BRAND)
        )
    last = next(((i, v) for i, v in reversed(list(enumerate(values))) if v is not None), None)
    if last is not None:
        tone = "bad" if limit is not None and last[1] < limit else ""
        marks.append(svg.circle(x(last[0]), y(last[1]), 2.6, f"c-dot {tone}".strip(), TONES[tone]))
    return svg.drawing(width, height, title, desc, marks, "spark")


def _runs(values: Sequence[Value]) -> list[list[tuple[int, float]]]:
    """The stretches of neighbouring days that all have a figure."""
    runs: list[list[tuple[int, float]]] = []
    for index, value in enumerate(values):
        if value is None:
            continue
        if runs and runs[-1][-1][0] == index - 1:
            runs[-1].append((index, value))
        else:
            runs.append([(index, value)])
    return runs


def _apart(places: Sequence[float], gap: float = 14) -> list[float]:
    """The same heights moved so far apart that no two labels cover each other, order kept."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    for before, after in zip(order, order[1:], strict=False):
        moved[after] = max(moved[after], moved[before] + gap)
    excess = [moved[index] - places[index] for index in order]
    shift = max(excess, default=0) / 2
    return [place - shift for place in moved] if shift else moved
