"""What officers fill in about alerts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aml.builders.side_by_side import MISSING, Row
from aml.models import AlertDecision
from aml.reasons import policy_on
from core import clock

Outcome = AlertDecision.Outcome
LONGEST_TEXT = 4000


class DecisionForm(forms.Form):
    """The outcome, its reason, and what lay before the officer; every attribute that could be compared is ticked."""

    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect,
                                help_text=gettext_lazy("Keys: 1, 2 and 3."))
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[])
    text = forms.CharField(label=gettext_lazy("In words"), required=False, max_length=LONGEST_TEXT,
                           widget=forms.Textarea(attrs={"rows": 3}))
    considered = forms.MultipleChoiceField(label=gettext_lazy("Considered"), required=False, choices=[],
                                           widget=forms.CheckboxSelectMultiple)

    def __init__(self, rows: list[Row], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = reasons_by_outcome()  # type: ignore[attr-defined]
        compared = [(row.part, row.label) for row in rows if row.says != MISSING]
        if compared:
            self.fields["considered"].choices = compared  # type: ignore[attr-defined]
            self.fields["considered"].initial = [part for part, _label in compared]
        else:
            del self.fields["considered"]


class WordsForm(forms.Form):
    """Why something is returned or taken back."""

    text = forms.CharField(label=gettext_lazy("Say in words why"), max_length=LONGEST_TEXT,
                           widget=forms.Textarea(attrs={"rows": 2}))


def reasons_by_outcome() -> list[Any]:
    """Return the reasons of today's policy under the outcomes for which each may be given."""
    policy = policy_on(clock.today())
    groups: list[Any] = [("", _("Choose a reason"))]
    for outcome in Outcome:
        own = [(each.code, _(each.title)) for each in policy.reasons if each.outcomes == (outcome.value,)]
        groups.append((outcome.label, own))
    shared = [(each.code, _(each.title)) for each in policy.reasons if len(each.outcomes) > 1]
    return [*groups, (_("Any outcome"), shared)]
