"""What people fill in about AML returns, travel-rule samples, suspicions and deletions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aml.models import RecordKind
from aml.services.aml_returns import COUNTS, inconsistencies
from core import clock
from core.access import Actor
from core.asking import DayField, OrganisationField
from core.models import Organisation
from core.wording import hk_date
from issuers.selectors import coins_for, issuers_for
from issuers.services.complaints import ended_quarters

DAY_HINT = gettext_lazy("Year-month-day, for example 2026-09-08")
LONG = 4000
LABELS = {
    "customers": gettext_lazy("Customers at the end of the quarter"),
    "internal_open_at_start": gettext_lazy("Internal reports open at the start"),
    "internal_received": gettext_lazy("Internal reports received"),
    "reported_to_jfiu": gettext_lazy("Internal reports that led to a report to the JFIU"),
    "not_reported": gettext_lazy("Internal reports not reported, with reasons kept"),
    "internal_open_at_end": gettext_lazy("Internal reports open at the end"),
    "sanctions_matches": gettext_lazy("Confirmed matches with a sanctions list"),
    "frozen_at_start": gettext_lazy("Addresses frozen at the start"),
    "frozen": gettext_lazy("Addresses frozen"),
    "released": gettext_lazy("Addresses released"),
    "frozen_at_end": gettext_lazy("Addresses frozen at the end"),
    "transfers_at_threshold": gettext_lazy("Transfers of HK$8,000 or more"),
    "transfers_below": gettext_lazy("Transfers below HK$8,000"),
    "travel_rule_incidents": gettext_lazy("Travel-rule incidents: data missing or late"),
}


class AmlReturnForm(forms.Form):
    """The counts of one quarter, which have to agree with each other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period_start"] = forms.TypedChoiceField(
            label=_("Quarter"), choices=[
                (start.isoformat(), _("%(first)s to %(last)s") % {"first": hk_date(start), "last": hk_date(end)})
                for start, end in ended_quarters(clock.today())
            ], coerce=date.fromisoformat,
        )
        for name in COUNTS:
            self.fields[name] = forms.IntegerField(label=LABELS[name], min_value=0, max_value=2_000_000_000)
        self.fields["remarks"] = forms.CharField(label=_("Remarks"), required=False, max_length=LONG,
                                                 widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if all(data.get(name) is not None for name in COUNTS):
            for name, sentence in inconsistencies(data):
                self.add_error(name, sentence)
        return data


class SampleForm(forms.Form):
    """Which transfers to draw."""

    period_start = DayField(label=gettext_lazy("First day"), help_text=DAY_HINT)
    period_end = DayField(label=gettext_lazy("Last day"), help_text=DAY_HINT)
    per_stratum = forms.IntegerField(
        label=gettext_lazy("Transfers of each kind"), min_value=1, max_value=500, initial=30,
        help_text=gettext_lazy("At or above the threshold, below it, and of unknown value: up to so many of each"),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coin"] = forms.ModelChoiceField(coins_for(actor), label=_("Coin"))
        self.order_fields(["coin"])


class SuspicionForm(forms.Form):
    """Which issuer it is about, and what makes it suspicious."""

    grounds = forms.CharField(label=gettext_lazy("What makes it suspicious"), max_length=LONG,
                              widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issuers = issuers_for(actor).values("organisation")
        self.fields["owner"] = OrganisationField(
            Organisation.objects.filter(pk__in=issuers).order_by("slug"), label=_("Issuer that it is about")
        )
        self.order_fields(["owner"])


class ReportForm(forms.Form):
    """The report to the JFIU."""

    jfiu_reference = forms.CharField(label=gettext_lazy("Reference that the JFIU answered with"), max_length=60)
    reported_on = DayField(label=gettext_lazy("Day of the report"), help_text=DAY_HINT)
    review_on = DayField(label=gettext_lazy("Day on which to review what followed"), help_text=DAY_HINT)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=LONG,
                           widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 3}))


class OutcomeForm(forms.Form):
    """What the review after a report came to."""

    outcome = forms.CharField(label=gettext_lazy("What the review came to"), max_length=LONG,
                              widget=forms.Textarea(attrs={"rows": 3}))


class DisposalForm(forms.Form):
    """Which kind of records to delete."""

    kind = forms.ChoiceField(label=gettext_lazy("Records"), choices=RecordKind.choices)


class HoldForm(ReasonForm):
    """Whose records to keep, and why."""

    owner = OrganisationField(Organisation.objects.all(), label=gettext_lazy("Organisation"))
    field_order = ["owner", "reason"]
