"""All issuers at once, from daily summaries: totals, concentration, peers, what if one custodian fails; CSV too."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core import charts, clock
from core.access import require
from core.downloads import csv_text
from core.roles import Can
from core.rulebook import load
from core.svg import coordinate
from reports.builders.labels import ASSET_CLASSES
from reports.builders.stress import VERDICTS
from reports.builders.system import holders, peer, totals, without
from reports.selectors.system import Standing, System, system_now
from reserves.forms_stress import title_in
from reserves.scenarios import Scenario
from reserves.selectors.day_files import calendar_on
from reserves.selectors.stress import business_days_after, scenarios_on
from reserves.summaries import PLACE

#: The scenario whose custodian is the one that is picked.
FAILS = "custodian_fails"
#: How finely a ratio is stated.
PLACES = Decimal(1).scaleb(-8)
CSV_HEADINGS = (
    "coin", "issuer", "currency", "as_of", "circulation", "reserve_market_value", "backing_ratio", "surplus",
    "liquid_share", "largest_custodian", "largest_custodian_share", "largest_group", "largest_group_share",
    "late_files", "open_breaks", "failing", "held_there", "share_there", "ratio_without", "survival_days",
    "horizon_days",
)


class FailsForm(forms.Form):
    """Which custodian or bank fails."""

    use_required_attribute = False
    fails = forms.ChoiceField(label=_("Custodian or bank"),
                              error_messages={"invalid_choice": _("No coin holds anything there.")})

    def __init__(self, standings: list[Standing], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = holders(standings, PLACE)
        ranked = sorted(found.items(), key=lambda item: (-len(item[1].by_coin), item[1].name))
        names = [(key, holder.name) for key, holder in ranked if key]
        self.fields["fails"].choices = names  # type: ignore[attr-defined]
        self.names = dict(names)

    @classmethod
    def of(cls, standings: list[Standing], request: HttpRequest) -> FailsForm:
        """Return the form as the address fills it in; one that names nobody asks nothing."""
        return cls(standings, request.GET if request.GET.get("fails") else None)

    @property
    def chosen(self) -> str:
        return self.names.get(self.cleaned_data["fails"], "") if self.is_valid() else ""


def _scenario(name: str) -> tuple[Scenario | None, Any]:
    """Return the scenario of a failing custodian as it holds today, and the business days after any day."""
    if not name:
        return None, None
    scenario = next((each for each in scenarios_on(clock.today()) if each.code == FAILS), None)
    calendar = calendar_on(load(), clock.today())
    horizon = len(scenario.profile) if scenario else 1
    return scenario, cache(lambda day: business_days_after(day, horizon, calendar))


@require_safe
def system(request: HttpRequest) -> HttpResponse:
    """Every issuer's reserve at once."""
    require(request.user, Can.VIEW_RESERVES)
    found = system_now(request.user)
    form = FailsForm.of(found.standings, request)
    name = form.chosen
    scenario, days_after = _scenario(name)
    lost = [_shown(row) for row in without(found.standings, name, scenario, days_after)] if name else []
    context = {
        "as_at": clock.now(), "currencies": [_labelled(each) for each in totals(found.standings)],
        "peers": [peer(each) | {"spark": _spark(each)} for each in found.standings], "form": form, "fails": name,
        "lost": lost, "scenario": title_in(scenario.titles) if scenario else "", "scenario_source": scenario,
        "query": request.GET.urlencode(), "late": found.late[:LATE_SHOWN], "late_count": len(found.late),
        **_missing(found),
    }
    return render(request, "officer/system.html", context, status=422 if form.errors else 200)


LATE_SHOWN = 20


def _missing(found: System) -> dict[str, Any]:
    yesterday = clock.yesterday()
    return {
        "never": [each.coin.symbol for each in found.standings if each.day is None],
        "stale": [each for each in found.standings if each.day and each.day.as_of < yesterday],
        "unsummed": [each.coin.symbol for each in found.standings if each.day and not each.parts],
    }


def _labelled(total: dict[str, Any]) -> dict[str, Any]:
    classes = [(ASSET_CLASSES.get(name, name), amount, share) for name, amount, share in total["classes"]]
    return total | {"classes": classes}


def _spark(each: Standing) -> str:
    if sum(ratio is not None for ratio in each.ratios) < 2:
        return ""
    drawn = [None if ratio is None else coordinate(ratio * 100) for ratio in each.ratios]
    return charts.sparkline(drawn, title=_("Backing ratio of %(coin)s") % {"coin": each.coin.symbol}, limit=100)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    outcome = row["outcome"]
    label, tone = VERDICTS[outcome.verdict] if outcome else VERDICTS["unknown"]
    return row | {
        "label": label, "tone": tone, "horizon": len(outcome.days) if outcome else None,
        "short": row["ratio"] is not None and row["ratio"] < 1,
    }


@require_safe
def system_csv(request: HttpRequest) -> HttpResponse:
    """The peers as a table, with the what-if of the page."""
    require(request.user, Can.VIEW_RESERVES)
    found = system_now(request.user)
    name = FailsForm.of(found.standings, request).chosen
    response = HttpResponse(csv_text(_csv_rows(found, name)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="system-{clock.today()}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _csv_rows(found: System, name: str) -> Iterator[tuple[Any, ...]]:
    yield CSV_HEADINGS
    scenario, days_after = _scenario(name)
    lost = {row["coin"].pk: row for row in without(found.standings, name, scenario, days_after)} if name else {}
    for each in found.standings:
        row, day = peer(each), each.day
        figures = (day.as_of, day.circulation, day.reserve_market_value, day.backing_ratio, day.surplus) if day else (
            *[None] * 5,)
        yield (
            each.coin.symbol, each.coin.issuer.organisation.name_en, each.coin.reference_currency, *figures,
            row["liquid"], *(row["custodian"] or (None, None)), *(row["group"] or (None, None)), each.late,
            day.open_breaks if day else None, *_lost_cells(name, lost.get(each.coin.pk)),
        )


def _lost_cells(name: str, row: dict[str, Any] | None) -> tuple[Any, ...]:
    if row is None:
        return (name or None, *[None] * 5)
    outcome, ratio = row["outcome"], row["ratio"]
    return (name, row["amount"], row["share"], None if ratio is None else ratio.quantize(PLACES),
            outcome.survival_days if outcome else None, len(outcome.days) if outcome else None)
