"""What the monthly supervisory report prints: frozen facts as chapters, rows and sentences, in the active language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from aml.models import Alert, AlertDecision, Source
from core import wording
from issuers.duty_calendar import DUTIES
from issuers.templatetags.duties import CHAINED, PERIODS
from reports.builders import figures, labels, outlook
from reports.builders.figures import unit_of
from reports.builders.periodic_words import (
    VERDICTS,
    count,
    feed_title,
    first_rows,
    lowest_of,
    money,
    ratio_chart,
    ratio_row,
    rule_title,
    tag,
)
from reports.builders.stress import VERDICTS as STRESS_VERDICTS
from reserves.forms_stress import title_in

TITLE_ZH = "每月監管報告"
CHAPTERS: tuple[tuple[str, Any], ...] = (
    ("backing", gettext_lazy("Backing ratios")), ("breaches", gettext_lazy("Breaches")),
    ("breaks", gettext_lazy("Differences between books, custodians and chain")),
    ("redemption", gettext_lazy("Redemption")), ("filings", gettext_lazy("Filings")),
    ("aml", gettext_lazy("Money laundering and sanctions")), ("ahead", gettext_lazy("Due in the month that follows")),
    ("outlook", gettext_lazy("Outlook")), ("facts", gettext_lazy("How this report was made")),
)
DUTY_STATES: dict[str, tuple[Any, str]] = {
    "in_time": (pgettext_lazy("duty", "In time"), "good"), "late": (pgettext_lazy("duty", "Late"), "bad"),
    "waived": (pgettext_lazy("duty", "Waived"), ""), "overdue": (pgettext_lazy("duty", "Overdue"), "bad"),
    "due": (pgettext_lazy("duty", "Due"), ""),
}
Facts = Mapping[str, Any]


def printed(frozen: Facts) -> dict[str, Any]:
    """Return the context of ``pdf/monthly_supervision.html``, besides what every document prints."""
    coins, filings = frozen["coins"], frozen["filings"]
    targets = {each["coin"]: (each["day"] or {}).get("buffer_target") for each in frozen["outlook"]}
    return {
        "title": _("Monthly supervisory report"), "title_zh": TITLE_ZH,
        "subject_line": wording.hk_date(frozen["to"], "month_year"), "chapters": CHAPTERS,
        "headline": _headline(frozen), "strip": list(_strip(frozen)),
        "backing": [{"coin": each["coin"], "currency": each["currency"], **ratio_row(each["backing"]),
                     "chart": ratio_chart(each["backing"], targets.get(each["coin"]))} for each in coins],
        "breaches": first_rows(frozen["breaches"], _breach), "breach_counts": _breach_counts(frozen),
        "breaks": [_breaks(each) for each in coins], "redemption": [_redemption(each) for each in coins],
        "late_files": first_rows(filings["late_files"], _late_file), "files_known": files_known(frozen),
        "duties": first_rows(filings["duties"], duty),
        "statements": first_rows(filings["statements"], _statement),
        "attestations": [dict(each) for each in filings["attestations"]],
        "aml": _aml(frozen["aml"]), "ahead": first_rows(frozen["ahead"], duty),
        "outlook": [_outlook(each) for each in frozen["outlook"]],
    }


def _headline(frozen: Facts) -> dict[str, Any]:
    title, tone = VERDICTS[frozen["verdict"]]
    coins = frozen["coins"]
    sentences = []
    if not coins:
        sentences.append(_("The issuer had no coin in this month of which the platform knows anything."))
    if lowest := lowest_of(coins):
        sentences.append(_("The lowest backing ratio was %(ratio)s: %(coin)s on %(day)s.") % {
            "ratio": lowest[0], "coin": lowest[1]["coin"],
            "day": wording.hk_date(lowest[1]["backing"]["lowest_on"])})
    if unknown := sum(int(each["backing"]["unknown"]) for each in coins):
        sentences.append(ngettext("The backing is unknown on %(days)d day of a coin.",
                                  "The backing is unknown on %(days)d days of coins.", unknown) % {"days": unknown})
    if counts := _breach_counts(frozen):
        sentences.append(_("Breaches opened: %(opened)d, closed: %(closed)d, open at the end: %(open)d.") % counts)
    else:
        sentences.append(_("No day of the month was judged, so nothing can be said of breaches."))
    return {"title": title, "tone": tone, "sentences": sentences}


def _strip(frozen: Facts) -> Iterator[dict[str, str]]:
    coins, filings = frozen["coins"], frozen["filings"]
    lowest, counts = lowest_of(coins), _breach_counts(frozen)
    late = [each["redemption"]["late"] for each in coins]
    paid_late = None if not late or None in late else str(sum(map(int, late)))
    overdue = sum(row["state"] in ("overdue", "late") for row in filings["duties"])
    short = bool(lowest and any(int(each["backing"]["breached"]) for each in coins))
    ratio, of_coin = (lowest[0], lowest[1]["coin"]) if lowest else (wording.no_data(), "")
    yield _cell(_("Lowest ratio"), ratio, of_coin, short)
    yield _cell(_("Breaches open"), count(str(counts["open"]) if counts else None), _("at the end of the month"),
                bool(counts and counts["open"]))
    yield _cell(_("Payments late"), count(paid_late), _("requests to redeem"), paid_late not in (None, "0"))
    yield _cell(_("Files late"), count(str(len(filings["late_files"])) if files_known(frozen) else None),
                _("of daily feeds"), False)
    yield _cell(_("Duties late"), count(str(overdue)) if filings["duties"] else wording.no_data(),
                _("or not done"), overdue > 0)


def _cell(label: str, value: str, under: str, bad: bool) -> dict[str, str]:
    tone = "r" if bad else ""
    return {"label": label, "value": value, "under": under, "tone": f"{tone} long" if len(value) > 7 else tone}


def files_known(frozen: Facts) -> bool:
    """Whether it can be said that no file was late: a day that was never judged may have lacked one unnoticed."""
    coins = frozen["coins"]
    return bool(frozen["filings"]["late_files"]) or bool(coins) and not sum(
        int(each["backing"]["not_judged"]) for each in coins)


def _breach_counts(frozen: Facts) -> dict[str, int] | None:
    """How many breaches were opened and closed and stood open; None if no day was judged and none is on record."""
    rows = frozen["breaches"]
    judged = sum(int(each["backing"]["days"]) - int(each["backing"]["not_judged"]) for each in frozen["coins"])
    if not rows and not judged:
        return None
    return {"opened": sum(row["opened_in"] for row in rows), "closed": sum(row["closed_in"] for row in rows),
            "open": sum(not row["closed_in"] for row in rows)}


def _breach(row: Facts) -> dict[str, Any]:
    if row["closed_in"]:
        state, tone = _("Closed"), "good"
    elif row["overdue"]:
        state, tone = _("Overdue"), "bad"
    else:
        state, tone = _("Open"), "bad"
    return {**row, "title": rule_title(row["rule"]), "state": state, "tone": tone}


def _breaks(each: Facts) -> dict[str, Any]:
    found = each["breaks"]
    residual = found["residual"]
    if residual is None:
        left = [wording.no_data()]
    else:
        left = [money(row["amount"], row["currency"]) for row in residual] or [_("nothing")]
    return {
        "coin": each["coin"], "left": left, "residual_on": found["residual_on"], "oldest": found["oldest"],
        **{name: count(found[name]) for name in ("opened", "explained", "accepted", "resolved", "standing")},
    }


def _redemption(each: Facts) -> dict[str, Any]:
    found = each["redemption"]
    figures_known = ("requests", "paid", "open", "late", "longest")
    return {
        "coin": each["coin"], "currency": each["currency"], "limit": found["limit"],
        "statements": count(found["statements"]), "stated": found["requests"] is not None,
        **{name: count(found[name]) for name in figures_known},
        **tag(found["verdict"]), "days": {name: count(value) for name, value in found["days"].items()},
        "late_rows": first_rows(found["late_requests"], lambda row: {
            **row, "par_value": wording.amount(row["par_value"]), "days": count(row["business_days"])}),
    }


def _late_file(row: Facts) -> dict[str, Any]:
    late = None
    if row["came_at"] and row["due_at"]:
        late = wording.duration(datetime.fromisoformat(row["came_at"]) - datetime.fromisoformat(row["due_at"]))
    return {**row, "feed": feed_title(row["feed"]), "late": late}


def duty(row: Facts) -> dict[str, Any]:
    """One duty as a row: what is owed, for when, by when, and how it stood."""
    label, tone = DUTY_STATES[row["state"]]
    if row["condition"]:
        period = _("Condition %(number)d: %(wording)s") % {
            "number": int(row["condition"]["number"]), "wording": row["condition"]["wording"]}
    else:
        period = _(PERIODS.get(row["kind"], CHAINED)) % {"day": wording.hk_date(row["key"])}
    if row["coin"]:
        period = _("%(coin)s, %(period)s") % {"coin": row["coin"], "period": period}
    return {**row, "title": _(DUTIES[row["kind"]].title), "period": period, "label": label, "tone": tone}


def _statement(row: Facts) -> dict[str, Any]:
    label, tone = (_("Filed"), "good") if row["filed_at"] else (_("Not filed"), "warn")
    return {**row, "label": label, "tone": tone}


def _aml(found: Facts) -> dict[str, Any]:
    opened, decided = found["opened"], found["decided"]
    return {
        "opened": None if opened is None else count(str(sum(map(int, opened.values())))),
        "kinds": [(Alert.Kind(kind).label, count(number)) for kind, number in sorted((opened or {}).items())],
        "decided": None if decided is None else [
            (AlertDecision.Outcome(outcome).label, count(number)) for outcome, number in decided.items()],
        "lists": [{"source": Source(row["source"]).label, "versions": count(row["versions"]), "latest": row["latest"]}
                  for row in found["lists"]],
        "samples": [{**row, "drawn": count(row["drawn"]), "judged": count(row["judged"]),
                     "complete": count(row["complete"]), "share": wording.share(row["share"])}
                    for row in found["travel_rule"]],
        "return": found["return"],
    }


def _outlook(each: Facts) -> dict[str, Any]:
    day = each["day"]
    if day is None:
        return {"coin": each["coin"], "day": None}
    result = {**day, "findings": [
        {**finding, "exception_count": int(finding["exception_count"])} for finding in day["findings"]
    ]}
    scale, unit = unit_of(result)
    ladder = figures.ladder(result, scale=scale, names=labels.SHORT_LADDER) if result["ladder"] else ""
    scenarios = day["scenarios"]
    return {
        "coin": each["coin"], "day": day["as_of"], "unit": unit, "ladder": ladder,
        "scenarios": None if scenarios is None else [_scenario(row, each["currency"]) for row in scenarios],
        "avoided": [{**found, "title": rule_title(found["rule"])} for found in outlook.avoided(result)],
    }


def _scenario(row: Facts, currency: str) -> dict[str, Any]:
    label, tone = (_("Nothing due"), "") if row["idle"] else STRESS_VERDICTS[row["verdict"]]
    horizon = int(row["horizon_days"])
    survival = ngettext("%(days)d of %(horizon)d business day", "%(days)d of %(horizon)d business days", horizon) % {
        "days": int(row["survival_days"]), "horizon": horizon}
    return {
        "name": title_in(tuple(row["title"].values())), "label": label, "tone": tone,
        "survival": "–" if row["idle"] else survival, "first_short_on": row["first_short_on"],
        "ratio_after": wording.percent(row["ratio_after"]), "loss": money(row["total_loss"], currency),
    }
