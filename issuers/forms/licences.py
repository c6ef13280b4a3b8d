"""The forms of licences: a payment, each kind of proposal, representations, a decision, the tribunal's answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from core import clock
from core.asking import DayField
from core.rulebook.facts import Kind
from issuers.conditions import KINDS
from issuers.forms.files import ManyDocumentsField
from issuers.models import Condition, Licence, TribunalReference
from issuers.powers import Effect, Hearing, Power
from issuers.selectors.licences import conditions_in_force
from issuers.services.proposal_terms import MEASURES
from issuers.time_limits import time_limit

DAY_HINT = gettext_lazy("Year-month-day, for example 2026-09-08")
WORDING_LENGTH = 4000


def _day(label: Any, hint: Any = DAY_HINT, **more: Any) -> DayField:
    return DayField(
        label=label, help_text=hint, widget=forms.DateInput(attrs={"class": "govuk-input--width-10"}), **more
    )


def _text(label: Any, *, rows: int = 3, hint: Any = "", **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, widget=area, max_length=WORDING_LENGTH, **more)


class PaymentForm(forms.Form):
    """A payment that came in."""

    paid_on = _day(gettext_lazy("Paid on"))
    reference = forms.CharField(label=gettext_lazy("Bank's reference"), max_length=80)


class NoteForm(forms.Form):
    """Why something is done; it becomes part of the record."""

    note = _text(gettext_lazy("Say why"), hint=gettext_lazy("It becomes part of the record."))


class DecideForm(NoteForm):
    """A decision: from when it takes effect, why, and exactly what was read."""

    takes_effect_on = _day(gettext_lazy("Takes effect on"))
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    field_order = ["takes_effect_on", "note", "digest"]


class TribunalForm(forms.Form):
    """What the tribunal, or the licensee, did."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=TribunalReference.Outcome.choices, widget=forms.RadioSelect
    )
    on = _day(gettext_lazy("On"))


class RepresentForm(forms.Form):
    """What the licensee says, with documents."""

    text = _text(gettext_lazy("Your representations"), rows=8)
    documents = ManyDocumentsField(
        label=gettext_lazy("Documents"), required=False,
        help_text=gettext_lazy("PDF, Word (.docx), Excel (.xlsx), PNG or JPEG; up to 10 at a time"),
    )

    def read_documents(self) -> list[tuple[bytes, str]]:
        """Return the files as the service takes them."""
        return [(each.raw, each.filename) for each in self.cleaned_data["documents"]]


class ProposeForm(forms.Form):
    """What one power needs; the fields of others are not there."""

    def __init__(self, licence: Licence, power: Power, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.licence, self.power = licence, power
        if power.effect in (Effect.REPLACE_CONDITION, Effect.CANCEL_CONDITION):
            self._add_number()
        if power.effect in (Effect.ADD_CONDITION, Effect.REPLACE_CONDITION):
            self._add_condition()
        if power.effect is Effect.REVOKE:
            self.fields["reserve_direction"] = _text(gettext_lazy("Direction about the reserve assets"))
        if power.effect is Effect.SANCTION:
            self._add_sanction()
        self.fields["grounds"] = _text(gettext_lazy("Grounds"), rows=6, hint=gettext_lazy("The licensee reads them."))
        self.fields["takes_effect_on"] = _day(gettext_lazy("Intended to take effect on"))
        if power.longest:
            self.fields["ends_on"] = _day(gettext_lazy("Last day of the suspension"))
        if power.hearing is not Hearing.NONE:
            self._add_hearing()

    def _add_number(self) -> None:
        standing = [(each.number, f"{each.number}. {each.wording}"[:120]) for each in self._conditions]
        self.fields["number"] = forms.TypedChoiceField(label=gettext_lazy("Condition"), choices=standing, coerce=int)

    @property
    def _conditions(self) -> list[Condition]:
        return list(conditions_in_force(self.licence, clock.today()).filter(cancelled_from=None))

    def _add_condition(self) -> None:
        if self.power.effect is Effect.ADD_CONDITION:
            kinds = [(kind.name, gettext(kind.title)) for kind in KINDS.values()]
            self.fields["kind"] = forms.ChoiceField(label=gettext_lazy("Kind of condition"), choices=kinds)
            coins = [(each.symbol, each.symbol) for each in self.licence.issuer.coins.all()]
            self.fields["coin"] = forms.ChoiceField(
                label=gettext_lazy("Coin"), choices=[("", gettext("No coin")), *coins], required=False
            )
        hint = gettext_lazy("A share as 0.01 for 1%; an amount in full; nothing for an approval or a duty in words.")
        self.fields["value"] = forms.CharField(
            label=gettext_lazy("Figure"), max_length=40, required=False, help_text=hint
        )
        self.fields["wording_en"] = _text(gettext_lazy("Wording in English"))
        self.fields["wording_zh_hant"] = _text(gettext_lazy("Wording in traditional Chinese"), required=False)
        self.fields["wording_zh_hans"] = _text(gettext_lazy("Wording in simplified Chinese"), required=False)
        first = gettext_lazy("First due on, if it falls due again and again")
        self.fields["first_due_on"] = _day(first, required=False)
        self.fields["every_months"] = forms.IntegerField(
            label=gettext_lazy("Then every so many months"), min_value=1, max_value=60, required=False
        )

    def _add_sanction(self) -> None:
        measures = [(name, gettext(title)) for name, title in MEASURES.items()]
        self.fields["measures"] = forms.MultipleChoiceField(
            label=gettext_lazy("Measures"), choices=measures, widget=forms.CheckboxSelectMultiple
        )
        self.fields["remedial_action"] = _text(gettext_lazy("What the licensee is ordered to do"), required=False)
        for name, label in (
            ("penalty_hkd", gettext_lazy("Penalty in Hong Kong dollars")),
            ("profit_hkd", gettext_lazy("Profit made or loss avoided, in Hong Kong dollars")),
        ):
            self.fields[name] = forms.CharField(label=label, max_length=24, required=False)
        self.fields["penalty_guideline"] = forms.CharField(
            label=gettext_lazy("Published guideline on penalties"), max_length=200, required=False
        )

    def _add_hearing(self) -> None:
        least = time_limit(self.power.period, clock.today()).count if self.power.period else None
        self.fields["representation_days"] = forms.IntegerField(
            label=gettext_lazy("Days for representations"), min_value=least or 1, max_value=366, initial=least
        )
        if self.power.urgent:
            self.fields["urgent_reason"] = _text(
                gettext_lazy("Why the hearing is left out"), required=False, hint=gettext(self.power.urgent)
            )

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        keys = ("grounds", "takes_effect_on", "ends_on", "urgent_reason", "representation_days")
        return {name: data[name] for name in keys if name in data} | {"terms": self._terms(data)}

    def _terms(self, data: dict[str, Any]) -> dict[str, Any]:
        effect = self.power.effect
        if effect is Effect.REVOKE:
            return {"reserve_direction": data["reserve_direction"]}
        if effect is Effect.SANCTION:
            names = ("measures", "remedial_action", "penalty_hkd", "profit_hkd", "penalty_guideline")
            return {name: data[name] for name in names}
        terms: dict[str, Any] = {"number": data["number"]} if "number" in data else {}
        if effect in (Effect.ADD_CONDITION, Effect.REPLACE_CONDITION):
            terms["condition"] = self._condition(data)
        return terms

    def _condition(self, data: dict[str, Any]) -> dict[str, Any]:
        kind, coin = data.get("kind", ""), data.get("coin") or None
        if "number" in data:
            varied = next((each for each in self._conditions if each.number == data["number"]), None)
            kind, coin = (varied.kind, varied.coin and varied.coin.symbol) if varied else ("", None)
        fact = KINDS[kind].declared if kind in KINDS else None
        value: Any = data["value"].strip().replace(",", "") or None
        if fact and fact.kind is Kind.TRUTH and value is None:
            value = True  # the condition is the approval
        first: date | None = data["first_due_on"]
        wordings = {name: data[name] for name in ("wording_en", "wording_zh_hant", "wording_zh_hans")}
        return {"kind": kind, "coin": coin, "value": value, **wordings, "every_months": data["every_months"],
                "first_due_on": first.isoformat() if first else None}
