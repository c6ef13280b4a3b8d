"""What the quarterly overview prints: frozen facts as chapters, rows and sentences, in the active language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import bars, charts, wording
from core.svg import coordinate
from issuers.models import Application
from issuers.selectors.pipeline import STAGES
from reports.builders import labels
from reports.builders.periodic_words import VERDICTS, count, feed_title, first_rows, lowest_of, ratio_row, rule_title
from reports.builders.stress import VERDICTS as STRESS_VERDICTS
from reserves.forms_stress import title_in

TITLE_ZH = "所有發行人季度概覽"
CHAPTERS: tuple[tuple[str, Any], ...] = (
    ("changes", gettext_lazy("Changes since the quarter before")), ("totals", gettext_lazy("Circulation and reserves")),
    ("ratios", gettext_lazy("Backing ratios")), ("concentration", gettext_lazy("Concentration")),
    ("failures", gettext_lazy("What if a custodian fails")), ("breaches", gettext_lazy("Breaches by rule")),
    ("late", gettext_lazy("Late files")), ("licensing", gettext_lazy("Licensing")),
    ("facts", gettext_lazy("How this report was made")),
)
COUNTS: dict[str, Any] = {
    "coins": gettext_lazy("Coins"), "days": gettext_lazy("Days for which coins owe figures"),
    "breached_days": gettext_lazy("Days not fully backed"), "unknown_days": gettext_lazy("Days unknown"),
    "breaches_opened": gettext_lazy("Breaches opened"), "late_files": gettext_lazy("Files late"),
}
Facts = Mapping[str, Any]


def printed(frozen: Facts) -> dict[str, Any]:
    """Return the context of ``pdf/quarterly_overview.html``, besides what every document prints."""
    return {
        "title": _("Quarterly overview of all issuers"), "title_zh": TITLE_ZH,
        "subject_line": quarter_name(frozen["to"]), "chapters": CHAPTERS, "headline": _headline(frozen),
        "strip": list(_strip(frozen)), "changes": list(_changes(frozen["changes"])),
        "currencies": [_currency(each) for each in frozen["currencies"]],
        "coins": first_rows(frozen["coins"], _coin),
        "failures": [{"custodian": each["custodian"], "coins": first_rows(each["coins"], _lost)}
                     for each in frozen["failures"]],
        "scenario": title_in(tuple(frozen["scenario"]["titles"].values())) if frozen["scenario"] else "",
        "breaches": [{**row, "title": rule_title(row["rule"])} for row in frozen["breaches"]],
        "files_known": frozen["changes"]["counts"]["late_files"]["now"] is not None,
        "breaches_known": frozen["changes"]["counts"]["breaches_opened"]["now"] is not None,
        "late": [{**row, "feed": feed_title(row["feed"])} for row in frozen["late"]],
        "stages": [(_stage(row["stage"]), count(row["applications"])) for row in frozen["licensing"]["stages"]],
        "ended": [(Application.Status(state).label, count(number))
                  for state, number in frozen["licensing"]["ended"].items()],
    }


def quarter_name(last: str) -> str:
    """Name the calendar quarter that ends on the day."""
    return _("Q%(quarter)d %(year)d") % {"quarter": (int(last[5:7]) + 2) // 3, "year": int(last[:4])}


def _headline(frozen: Facts) -> dict[str, Any]:
    title, tone = VERDICTS[frozen["verdict"]]
    coins, sentences = frozen["coins"], []
    tally = {verdict: sum(each["backing"]["verdict"] == verdict for each in coins)
             for verdict in ("met", "breached", "unknown")}
    sentences.append(ngettext(
        "Of %(total)d coin, always fully backed: %(met)d, short on some day: %(breached)d, unknown: %(unknown)d.",
        "Of %(total)d coins, always fully backed: %(met)d, short on some day: %(breached)d, unknown: %(unknown)d.",
        len(coins),
    ) % {"total": len(coins), **tally})
    if lowest := lowest_of(coins):
        sentences.append(_("The lowest backing ratio was %(ratio)s: %(coin)s on %(day)s.") % {
            "ratio": lowest[0], "coin": lowest[1]["coin"],
            "day": wording.hk_date(lowest[1]["backing"]["lowest_on"])})
    return {"title": title, "tone": tone, "sentences": sentences}


def _strip(frozen: Facts) -> Iterator[dict[str, str]]:
    counts, lowest = frozen["changes"]["counts"], lowest_of(frozen["coins"])
    yield _cell(_("Licences held"), count(frozen["licensing"]["licences"]), _("at the end of the quarter"), False)
    yield _cell(_("Coins"), count(counts["coins"]["now"]), _("with figures or holders"), False)
    yield _cell(_("Lowest ratio"), lowest[0] if lowest else wording.no_data(), lowest[1]["coin"] if lowest else "",
                bool(lowest and any(int(each["backing"]["breached"]) for each in frozen["coins"])))
    opened = counts["breaches_opened"]["now"]
    yield _cell(_("Breaches opened"), count(opened), _("in the quarter"), opened not in (None, "0"))
    yield _cell(_("Files late"), count(counts["late_files"]["now"]), _("of daily feeds"), False)


def _cell(label: str, value: str, under: str, bad: bool) -> dict[str, str]:
    tone = "r" if bad else ""
    return {"label": label, "value": value, "under": under, "tone": f"{tone} long" if len(value) > 7 else tone}


def _changes(changes: Facts) -> Iterator[dict[str, str]]:
    titles = {"circulation": _("In circulation, par"), "reserve": _("Reserve, market value")}
    for each in changes["currencies"]:
        for figure, title in titles.items():
            yield {
                "title": _("%(title)s, %(currency)s") % {"title": title, "currency": each["currency"]},
                **{side: wording.amount(each[figure][side]) for side in ("before", "now")},
                "change": wording.amount(each[figure]["change"], signed=True),
            }
    for name, pair in changes["counts"].items():
        change = None if None in pair.values() else int(pair["now"]) - int(pair["before"])
        yield {
            "title": str(COUNTS[name]), "before": count(pair["before"]), "now": count(pair["now"]),
            "change": wording.amount(change, places=0, signed=True),
        }


def _currency(each: Facts) -> dict[str, Any]:
    return {
        "currency": each["currency"], "coins": count(each["coins"]),
        "circulation": wording.amount(each["circulation"]), "reserve": wording.amount(each["reserve"]),
        "missing": wording.enumerated(dict.fromkeys([*each["circulation_missing"], *each["reserve_missing"]])),
        "classes": [{"label": labels.ASSET_CLASSES.get(row["asset_class"], row["asset_class"]),
                     "amount": wording.amount(row["amount"]), "share": wording.share(row["share"])}
                    for row in each["classes"]],
        "bar": _bar(each), "custodians": [_holder(row) for row in each["custodians"]],
        "groups": [_holder(row) for row in each["groups"]],
    }


def _bar(each: Facts) -> SafeString:
    parts = [(str(labels.ASSET_CLASSES.get(row["asset_class"], row["asset_class"])), coordinate(Decimal(row["amount"])))
             for row in each["classes"]]
    drawn = bars.stacked_bar(parts, title=_("Reserve by asset class"), width=680, height=18) if parts else ""
    return mark_safe(drawn)  # noqa: S308 - every label is escaped where the mark is drawn


def _holder(row: Facts) -> dict[str, Any]:
    return {"name": row["name"] or _("The line does not say"), "amount": wording.amount(row["amount"]),
            "share": wording.share(row["share"]), "coins": count(row["coins"]), "most": row["most"]}


def _coin(each: Facts) -> dict[str, Any]:
    series = [None if ratio is None else coordinate(Decimal(ratio) * 100) for _day, ratio in each["backing"]["series"]]
    spark = ""
    if sum(value is not None for value in series) > 1:
        spark = charts.sparkline(series, title=_("Backing ratio of %(coin)s") % {"coin": each["coin"]}, limit=100)
    return {
        **each, **ratio_row(each["backing"]), "spark": mark_safe(spark),  # noqa: S308 - drawn from figures alone
        "circulation": wording.amount(each["circulation"]), "reserve": wording.amount(each["reserve"]),
        "liquid": wording.share(each["liquid"]),
        **{kind: _top(each[kind]) for kind in ("custodian", "group")},
    }


def _top(found: Facts | None) -> dict[str, str] | None:
    return {"name": found["name"], "share": wording.share(found["share"])} if found else None


def _lost(row: Facts) -> dict[str, Any]:
    label, tone = STRESS_VERDICTS[row["verdict"]]
    survival = wording.no_data()
    if row["survival_days"] is not None:
        horizon = int(row["horizon_days"])
        survival = ngettext(
            "%(days)d of %(horizon)d business day", "%(days)d of %(horizon)d business days", horizon
        ) % {"days": int(row["survival_days"]), "horizon": horizon}
    return {
        **row, "amount": wording.amount(row["amount"]), "share": wording.share(row["share"]),
        "ratio": wording.percent(row["ratio"]), "survival": survival, "label": label, "tone": tone,
    }


def _stage(name: str) -> str:
    return str(next((stage.title for stage in STAGES if stage.name == name), name))
