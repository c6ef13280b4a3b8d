"""What the page of one coin-day shows: the same account that the report prints, and the way to its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import bars, clock, wording
from core.findings import digest_of
from reports.builders import daily_reserve, figures, labels
from reports.builders.figures import unit_of
from reports.builders.outlook import avoided
from reports.builders.sections import printed


def day_page(
    result: Mapping[str, Any],
    *,
    issuer_findings: list[dict[str, Any]] | None,
    history: list[tuple[Any, str | None]],
    judged_at: str | None,
    senders: Mapping[str, Mapping[str, str]],
    lines_at: str = "",
) -> dict[str, Any]:
    """Return the page's context from a ``assay.reserve_day/1`` account; nothing here is computed anew.

    ``lines_at`` is the address under which the lines of a figure are asked for; a day that is not kept has none.
    """
    frozen = daily_reserve.facts(
        result, issuer_findings=issuer_findings, history=history, judged_at=judged_at, senders=senders
    )
    context = printed(frozen, digest_of(frozen))
    tally = dict.fromkeys(labels.VERDICTS, 0)
    for finding in [*result["findings"], *(issuer_findings or [])]:
        tally[finding["verdict"]] += 1
    context["history"]["drawing"] = figures.history(frozen["history"], result["buffer_target"], width=1100, height=250)
    if result["ladder"]:
        context["ladder"] = figures.ladder(
            result, scale=unit_of(result)[0], names=labels.SHORT_LADDER, width=600, height=230
        )
    for cell in context["strip"]:
        cell["url"] = f"{lines_at}{cell['lines']}" if lines_at and cell.get("lines") else ""
    return context | {
        "lines_at": lines_at,
        "ways": avoided(result),
        "bullet": _bullet(result),
        "stack": _stack(result),
        "missing": _missing(context["missing"]),
        "compared": any(each["state"] != "no_data" for each in result["comparisons"]),
        "tally": [
            (labels.VERDICTS[verdict][0], labels.VERDICTS[verdict][1], count) for verdict, count in tally.items()
        ],
        "history_rows": [(wording.hk_date(day, "short"), wording.ratio8(ratio)) for day, ratio in frozen["history"]][
            ::-1
        ],
        "ladder_rows": [
            (
                labels.LADDER.get(each["bucket"], each["bucket"]),
                wording.amount(each["market_value"]),
                wording.share(each["cumulative_share"]),
            )
            for each in result["ladder"]
        ],
    }


def _missing(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the files that are not there with how late they are now; the account says how late at judgement."""
    now = clock.now()
    return [row | {"late": max(now - datetime.fromisoformat(row["expected_by"]), timedelta())} for row in rows]


def _percent(ratio: str | None) -> float | None:
    return None if ratio is None else float(Decimal(ratio) * 100)


def _bullet(result: Mapping[str, Any]) -> str:
    target = result["buffer_target"]
    return bars.bullet(
        _percent(result["backing_ratio"]),
        minimum=100,
        target=None if target is None else float(100 + Decimal(target) * 100),
        title=_("Backing ratio against its limits"),
    )


def _stack(result: Mapping[str, Any]) -> str:
    parts = [
        (str(labels.ASSET_CLASSES.get(each["asset_class"], each["asset_class"])), float(Decimal(each["market_value"])))
        for each in result["composition"]
    ]
    negative = any(value < 0 for _label, value in parts)
    return bars.stacked_bar(
        parts,
        title=_("Composition of the reserve"),
        desc=_("Net payables are negative and not drawn; the table has them.") if negative else "",
    )
