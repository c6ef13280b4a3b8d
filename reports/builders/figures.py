"""The charts of a daily reserve audit report, drawn from its facts; a figure that is missing stays a gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core import bars, wording
from core.charts import LineChart
from core.money import round_down
from core.svg import Limit
from reports.builders import labels

SHOWN_STEPS = 3
# Drawings are as wide in pixels as on paper, so that their text keeps its size: 176 mm and 118 mm.
WIDE, NARROW = 680, 460
FULL = Decimal(1)

Step = tuple[str, Decimal]


def unit_of(result: Mapping[str, Any]) -> tuple[int, str]:
    """Return the power of ten that amounts are printed in and its words: millions, or units for a small coin."""
    sizes = [abs(Decimal(result[name])) for name in ("circulation", "reserve_market_value") if result[name]]
    if max(sizes, default=Decimal(0)) < 10_000_000:
        return 0, result["currency"]
    return 6, _("%(currency)s million") % {"currency": result["currency"]}


def steps(result: Mapping[str, Any]) -> list[Step]:
    """Return each cause with the change of the printed ratio it brought, largest first; they sum exactly.

    A step is the difference of two levels that are each rounded down to 0.01 of a percentage point, as
    ratios are printed, so that what is printed adds up to what is printed.
    """
    level = Decimal(result["previous"]["backing_ratio"])
    ordered = sorted(result["waterfall"], key=lambda each: -abs(Decimal(each["delta"])))
    levels = [level]
    for each in ordered:
        level += Decimal(each["delta"])
        levels.append(level)
    levels[-1] = Decimal(result["backing_ratio"])  # the exact sum, before the previous ratio was rounded
    printed = [round_down(each, 4) for each in levels]
    return [(each["cause"], after - before) for each, (before, after) in zip(ordered, pairwise(printed), strict=True)]


def waterfall(result: Mapping[str, Any]) -> tuple[SafeString, str]:
    """Return what moved the ratio since the previous day as a drawing, and where its axis starts."""
    causes = steps(result)
    shown, rest = causes[:SHOWN_STEPS], causes[SHOWN_STEPS:]
    if len(rest) == 1:
        shown, rest = causes, []
    drawn = [(str(labels.CAUSES.get(cause, cause)), float(delta * 100)) for cause, delta in shown]
    if rest:
        drawn.append((_("Other"), float(sum(delta for _cause, delta in rest) * 100)))
    before, after = (Decimal(each["backing_ratio"]) for each in (result["previous"], result))
    limit = Limit(100, _("Full backing 100%"))
    start, end = float(before * 100), float(after * 100)
    drawing = bars.waterfall(
        (wording.hk_date(result["previous"]["as_of"], "brief"), start), drawn,
        (wording.hk_date(result["as_of"], "brief"), end), limit=limit,
        title=_("What moved the backing ratio"),
        desc=_("From %(before)s to %(after)s") % {"before": wording.percent(before), "after": wording.percent(after)},
        width=NARROW, height=215,
    )
    axis = bars.axis_start(start, [delta for _label, delta in drawn], end, limit)
    return mark_safe(drawing), f"{axis:g}%"  # noqa: S308 - every label is escaped where the mark is drawn


def ladder(
    result: Mapping[str, Any], *, scale: int, names: Mapping[str, Any] = labels.LADDER, width: int = WIDE,
    height: int = 180,
) -> SafeString:
    """Return the reserve by residual maturity, with the cumulative share under each bucket."""
    buckets = [
        (
            str(names.get(each["bucket"], each["bucket"])),
            float(Decimal(each["market_value"]).scaleb(-scale)),
            "" if each["cumulative_share"] is None
            else _("%(share)s cum.") % {"share": wording.share(each["cumulative_share"], places=0)},
        )
        for each in result["ladder"]
    ]
    return mark_safe(  # noqa: S308
        bars.ladder(buckets, title=_("Reserve by residual maturity"), width=width, height=height)
    )


def history(
    series: Sequence[tuple[str, str | None]], buffer_target: str | None, *, width: int = WIDE, height: int = 200
) -> SafeString:
    """Return the backing ratio per day as a line with the limits it is judged against."""
    limits = [Limit(100, _("Full backing 100%"))]
    if buffer_target is not None and Decimal(buffer_target) > 0:
        target = (FULL + Decimal(buffer_target)) * 100
        limits.append(Limit(float(target), _("Target %(ratio)s%%") % {"ratio": f"{target.normalize():f}"}, "warn"))
    known = sum(ratio is not None for _day, ratio in series)
    return mark_safe(  # noqa: S308
        LineChart(
            title=_("Backing ratio per day"),
            desc=_("%(known)d of %(total)d days have a ratio") % {"known": known, "total": len(series)},
            days=[date.fromisoformat(day) for day, _ratio in series],
            values=[None if ratio is None else float(Decimal(ratio) * 100) for _day, ratio in series],
            limits=limits, month_label=wording.month_label, no_data=_("No data"), width=width, height=height,
        ).render()
    )
