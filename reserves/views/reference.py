"""Reference data as officers keep it: one proposes a dated row, another approves or declines it."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from core.access import require
from core.roles import Can
from reserves.models import (
    AcceptedInstrument,
    ContractEvent,
    Custodian,
    Fund,
    Instrument,
    MatchingTolerance,
    Obligor,
    PoolAccount,
    StressScenario,
    TreasuryWallet,
    ValuationParameter,
)
from reserves.models.reference import Reference
from reserves.services.reference import approve_reference, decline_reference, propose_reference
from reserves.workflows import REFERENCE

COMMON = ("valid_from", "valid_until", "source")
TABLES: dict[str, tuple[Any, type[Reference], tuple[str, ...]]] = {
    "obligors": (
        gettext_lazy("Obligors"),
        Obligor,
        ("name", "kind", "country", "group", "risk_weight", "is_financial_institution", "domestic_currency"),
    ),
    "custodians": (gettext_lazy("Custodians"), Custodian, ("name", "is_licensed_bank", "arrangement_accepted")),
    "funds": (gettext_lazy("Funds"), Fund, ("instrument_id", "name", "sole_purpose", "only_eligible_assets")),
    "instruments": (gettext_lazy("Accepted instruments"), AcceptedInstrument, ("instrument_id", "name", "accepted")),
    "accounts": (
        gettext_lazy("Accounts of pools"), PoolAccount, ("account_id", "coin", "custodian", "asset_class", "currency"),
    ),
    "wallets": (gettext_lazy("Wallets"), TreasuryWallet, ("address", "deployment", "kind", "counterpart")),
    "events": (
        gettext_lazy("Contract events"),
        ContractEvent,
        ("signature", "deployment", "kind", "account_at", "value_at"),
    ),
    "tolerances": (gettext_lazy("Tolerances of matching"), MatchingTolerance, ("asset_class", "absolute", "relative")),
    "terms": (
        gettext_lazy("Terms of instruments"), Instrument,
        ("instrument_id", "name", "kind", "currency", "issued_on", "matures_on", "coupon_rate", "coupons_a_year",
         "first_coupon_on", "ex_coupon_days", "day_count", "price_with_accrued", "stated_with_accrued"),
    ),
    "valuation": (gettext_lazy("Parameters of valuation"), ValuationParameter, ("kind", "asset_class", "value")),
    "scenarios": (
        gettext_lazy("Stress scenarios"),
        StressScenario,
        ("name", "redemption_share", "redemption_days", "front_loaded", "rate_bp", "custodian", "custodian_days",
         "custodian_lost", "assumptions"),
    ),
}
LABELS = {
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "country": gettext_lazy("Country (two letters)"),
    "group": gettext_lazy("Group"),
    "risk_weight": gettext_lazy("Risk weight (0 for 0%)"),
    "is_financial_institution": gettext_lazy("Is a financial institution or an associate of one"),
    "domestic_currency": gettext_lazy("Domestic currency"),
    "is_licensed_bank": gettext_lazy("Is a licensed bank"),
    "arrangement_accepted": gettext_lazy("Arrangement accepted by the authority"),
    "instrument_id": gettext_lazy("Instrument (ISIN or CUSIP)"),
    "sole_purpose": gettext_lazy("Set up solely to manage the reserve"),
    "only_eligible_assets": gettext_lazy("Holds only eligible assets"),
    "accepted": gettext_lazy("Accepted"),
    "account_id": gettext_lazy("Account"),
    "coin": gettext_lazy("Coin"),
    "custodian": gettext_lazy("Bank or custodian"),
    "asset_class": gettext_lazy("Asset class"),
    "currency": gettext_lazy("Currency"),
    "address": gettext_lazy("Address"),
    "deployment": gettext_lazy("Contract"),
    "counterpart": gettext_lazy("Of a bridge: chain on which the locked coins circulate (such as eip155:10)"),
    "signature": gettext_lazy("Event as the contract declares it, such as Frozen(address)"),
    "account_at": gettext_lazy("Which argument is the address (0 is the first; indexed ones come first)"),
    "value_at": gettext_lazy("Which argument is the number of coins"),
    "absolute": gettext_lazy("Largest difference, in units of the currency"),
    "relative": gettext_lazy("Or as a share of the market value (0.001 for 0.1%)"),
    "issued_on": gettext_lazy("Issued on"),
    "matures_on": gettext_lazy("Matures on"),
    "coupon_rate": gettext_lazy("Coupon a year (0.03 for 3%)"),
    "coupons_a_year": gettext_lazy("Coupons a year"),
    "first_coupon_on": gettext_lazy("First coupon, where its period is a long one"),
    "ex_coupon_days": gettext_lazy("Days before a coupon from which a buyer no longer gets it"),
    "day_count": gettext_lazy("Day-count"),
    "price_with_accrued": gettext_lazy("Prices include the interest accrued"),
    "stated_with_accrued": gettext_lazy("Stated values include the interest accrued"),
    "value": gettext_lazy("Value"),
    "redemption_share": gettext_lazy("Share of the circulation redeemed (0.1 for 10%)"),
    "redemption_days": gettext_lazy("Business days that it takes"),
    "front_loaded": gettext_lazy("Most of it early"),
    "rate_bp": gettext_lazy("Rise of rates, basis points"),
    "custodian_days": gettext_lazy("Business days that it stays closed"),
    "custodian_lost": gettext_lazy("Share lost there for good (0.1 for 10%)"),
    "assumptions": gettext_lazy("Sales and price falls by asset class"),
    "valid_from": gettext_lazy("Holds from"),
    "valid_until": gettext_lazy("Holds until"),
    "source": gettext_lazy("Letter, filing or register it comes from"),
}

HINTS: dict[tuple[type[Reference], str], Any] = {
    (PoolAccount, "account_id"): gettext_lazy("As its statements name it; spaces do not matter"),
    (PoolAccount, "currency"): gettext_lazy("Leave it empty for securities in several currencies"),
}


def proposal_form(model: type[Reference], fields: tuple[str, ...]) -> type[forms.ModelForm]:
    """Return the form that proposes a row of the model."""
    made = forms.modelform_factory(model, fields=[*fields, *COMMON], labels=LABELS)
    for name, field in made.base_fields.items():
        field.help_text = HINTS.get((model, name), "")
        if isinstance(field, forms.NullBooleanField):
            field.widget = forms.NullBooleanSelect()
        if isinstance(field, forms.DateField):
            field.help_text = gettext_lazy("Year-month-day, for example 2026-09-08")
        if name == "assumptions":
            field.widget.attrs["rows"] = 4
            field.help_text = gettext_lazy(
                "One line for each class: its name, business days until a sale is paid (- if it is not sold), the"
                " discount, the fall of its price. For example: government_debt 1 0.005 0.02"
            )
    return made


@require_http_methods(["GET", "HEAD", "POST"])
def reference(request: HttpRequest, table: str = "obligors") -> HttpResponse:
    """Read one table of reference data; propose a row."""
    if table not in TABLES:
        raise Http404
    label, model, fields = TABLES[table]
    form = proposal_form(model, fields)(request.POST or None)
    if request.method == "POST":
        require(request.user, Can.PROPOSE_REFERENCE)
        if form.is_valid():
            propose_reference(model, actor=request.user, **form.cleaned_data)
            messages.success(request, _("Proposed. It counts once another officer has approved it."))
            return redirect("officer:reference", table)
    related = ["proposed_by", *(["deployment__coin"] if "deployment" in fields else [])]
    rows = [_shown(row, fields, request.user) for row in model.objects.select_related(*related).order_by("-pk")[:200]]
    context = {
        "label": label,
        "table": table,
        "rows": rows,
        "form": form,
        "headings": [LABELS[name] for name in fields],
        "tables": [
            (name, reverse("officer:reference", args=[key]), None, key == table)
            for key, (name, _model, _fields) in TABLES.items()
        ],
        "may_propose": request.user.can(Can.PROPOSE_REFERENCE),
    }
    return render(request, "officer/reference.html", context, status=422 if form.errors else 200)


def _shown(row: Any, fields: tuple[str, ...], user: Any) -> dict[str, Any]:
    values = [_worded(getattr(row, f"get_{name}_display", partial(getattr, row, name))()) for name in fields]
    return {"row": row, "values": values, "moves": REFERENCE.available(row, user)}


def _worded(value: Any) -> Any:
    if value is None or value == "":
        return _("not known")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


@require_POST
def decide(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    """Approve or decline what another officer proposed."""
    if table not in TABLES:
        raise Http404
    row = get_object_or_404(TABLES[table][1], pk=pk)
    if request.POST.get("decision") == "approve":
        approve_reference(row, actor=request.user)
    else:
        decline_reference(row, note=request.POST.get("note", "").replace("\x00", ""), actor=request.user)
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:reference", table)
