"""What is filled in to state a limit, and to give notice of its breach."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from reserves.models import Limit

LABELS = {
    "metric": _("What is limited"),
    "name": _("One counterparty, obligor or custodian only"),
    "measure": _("Measured as"),
    "horizon": _("Horizon in business days"),
    "figure": _("Limit"),
    "valid_from": _("Holds from"),
    "valid_until": _("Holds until"),
    "source": _("Board paper or policy that sets it"),
}


class LimitForm(forms.ModelForm):
    """One limit of the issuer's own."""

    class Meta:
        model = Limit
        fields = tuple(LABELS)
        labels = LABELS
        help_texts = {
            "name": _("Leave it empty to limit the largest of them"),
            "horizon": _("For cash within a horizon only"),
            "valid_from": _("Year-month-day, for example 2026-09-08"),
            "valid_until": _("Leave it empty if it holds until further notice"),
        }


class NoticeForm(forms.Form):
    """What happened, and what is done about it."""

    note = forms.CharField(
        label=_("What happened and what is done about it"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
