"""What people fill in about duties: notices of events, requests for consent, returns of complaints."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import clock
from core.asking import DayField, refusal_on
from core.wording import hk_date
from issuers.events import EventKind, When
from issuers.manifest.parts import Field, FieldKind
from issuers.models import Appointment, EventNotice, Issuer, Person
from issuers.selectors.duties import people_of
from issuers.services.complaints import COUNTS, ended_quarters, inconsistencies
from issuers.services.consents import CORPORATE_POSITIONS, POSITIONS
from issuers.services.event_notices import due_at_of

DAY_HINT = gettext_lazy("Year-month-day, for example 2026-09-08")
LONG, SHORT = 4000, 300
NOBODY = gettext_noop("Nobody chosen")


def _asked(field: Field) -> forms.Field:
    """Return the form field of one question."""
    shared: dict[str, Any] = {
        "label": _(field.label), "help_text": _(field.hint) if field.hint else "", "required": field.required,
        "error_messages": {"required": _("Answer this question.")},
    }
    if field.kind is FieldKind.CHOICE:
        choices = [(value, _(label)) for value, label in field.choices]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **shared)
    if field.kind is FieldKind.LONG_TEXT:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=LONG, **shared)
    if field.kind is FieldKind.EMAIL:
        return forms.EmailField(max_length=254, **shared)
    if field.kind in (FieldKind.PERCENT, FieldKind.AMOUNT_HKD):
        upper = 100 if field.kind is FieldKind.PERCENT else None
        return forms.DecimalField(min_value=0, max_value=upper, max_digits=24, decimal_places=4, **shared)
    return forms.CharField(max_length=SHORT, **shared)


class EventNoticeForm(forms.Form):
    """A notice of one kind of event; a draft may lack answers, what is submitted may not."""

    use_required_attribute = False

    def __init__(self, event: EventKind, issuer: Issuer, *args: Any, submitting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event, self.submitting = event, submitting
        if event.about_person:
            self.fields["person"] = forms.ModelChoiceField(
                people_of(issuer), label=_("Whom is it about"), empty_label=_(NOBODY),
                error_messages={"required": _("Choose whom the notice is about.")},
            )
        when = _("Day on which it is to take place") if event.when is When.BEFOREHAND else _("Day on which it happened")
        self.fields["happened_on"] = DayField(
            label=when, help_text=DAY_HINT, required=bool(event.limit),
            error_messages={"required": _("Enter the day; the time limit runs from it.")},
        )
        self.fields["known_on"] = DayField(
            label=_("Day on which the licensee came to know of it"), help_text=DAY_HINT, initial=clock.today
        )
        for field in event.fields:
            self.fields[f"s_{field.key}"] = _asked(field)

    @classmethod
    def initial_of(cls, notice: EventNotice) -> dict[str, Any]:
        """Return what the form shows of a saved notice."""
        stated = {f"s_{key}": value for key, value in notice.statements.items()}
        return {"person": notice.person_id, "happened_on": notice.happened_on, "known_on": notice.known_on, **stated}

    def full_clean(self) -> None:
        """Let a draft lack whatever a notice may not; the labels still say what is asked."""
        asked = [field for name, field in self.fields.items() if field.required and name != "known_on"]
        for field in asked:
            field.required = self.submitting
        super().full_clean()
        for field in asked:
            field.required = True

    def clean_known_on(self) -> date:
        known_on = self.cleaned_data["known_on"]
        if known_on > clock.today():
            raise forms.ValidationError(_("This day lies ahead. Enter today or an earlier day."))
        return known_on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        new = [f"s_{field.key}" for field in self.event.fields if field.key != "remarks"]
        if self.submitting and self.event.key == "change_of_address" and not any(data.get(name) for name in new):
            self.add_error("s_address_en", _("Enter what is new: an address or the e-mail address."))
        if data.get("known_on"):
            with refusal_on(self, "known_on" if self.event.from_awareness else "happened_on"):
                due_at_of(self.event, data.get("happened_on"), data["known_on"])
        return data

    def stated(self) -> dict[str, Any]:
        """Return what the services take: days, person, and the answers as text."""
        answers = {
            name.removeprefix("s_"): str(value) for name, value in self.cleaned_data.items()
            if name.startswith("s_") and value not in (None, "")
        }
        return {"known_on": self.cleaned_data["known_on"], "happened_on": self.cleaned_data["happened_on"],
                "person": self.cleaned_data.get("person"), "statements": answers}


class ConsentForm(forms.Form):
    """Who is to hold which position, and why the person is fit for it."""

    def __init__(self, issuer: Issuer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = POSITIONS[issuer.kind]
        self.fields["position"] = forms.ChoiceField(
            label=_("Position"), widget=forms.RadioSelect,
            choices=[(value, label) for value, label in Appointment.Position.choices if value in wanted],
        )
        people, corporate = people_of(issuer), any(position in CORPORATE_POSITIONS for position in wanted)
        self.fields["person"] = forms.ModelChoiceField(
            people if corporate else people.filter(kind=Person.Kind.INDIVIDUAL), label=_("Person on record"),
            required=False, empty_label=_(NOBODY),
        )
        self.fields["new_name"] = forms.CharField(
            label=_("Name of somebody not on record"), max_length=200, required=False,
            help_text=_("As in the identity document or the register of companies."),
        )
        if corporate:
            self.fields["new_kind"] = forms.ChoiceField(
                label=_("What the person not on record is"), choices=Person.Kind.choices, required=False,
                initial=Person.Kind.INDIVIDUAL,
            )
        if Appointment.Position.CONTROLLER in wanted:
            self.fields["votes_percent"] = forms.DecimalField(
                label=_("Votes that a controller will hold, in per cent"), required=False, min_value=0, max_value=100,
                max_digits=7, decimal_places=4, help_text=_("Leave empty for an indirect controller without votes."),
            )
        self.fields["reasons"] = forms.CharField(
            label=_("Why the person is proposed, and why the person is fit and proper"), max_length=LONG,
            widget=forms.Textarea(attrs={"rows": 5}),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if bool(data.get("person")) == bool(data.get("new_name")):
            self.add_error("person", _("Choose somebody on record, or enter the name of somebody who is not."))
        data["new_kind"] = data.get("new_kind") or Person.Kind.INDIVIDUAL
        kind = data["person"].kind if data.get("person") else data["new_kind"]
        if kind == Person.Kind.BODY_CORPORATE and data.get("position") not in (None, *CORPORATE_POSITIONS):
            self.add_error("position", _("Only an individual can hold this position."))
        return data


class UseForm(forms.Form):
    """The day on which a consent was made use of."""

    on = DayField(label=gettext_lazy("Day on which the person took up the position"), help_text=DAY_HINT)


class RecommendationForm(forms.Form):
    """What an officer recommends on a request for consent, and why."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Recommendation"), widget=forms.RadioSelect,
        choices=[("grant", gettext_lazy("Grant consent")), ("refuse", gettext_lazy("Refuse consent"))],
    )
    note = forms.CharField(label=gettext_lazy("Reasons"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONG)


COUNT_LABELS = {
    "open_at_start": gettext_lazy("Open at the start of the quarter"),
    "received": gettext_lazy("Received in the quarter"),
    "acknowledged_in_time": gettext_lazy("Acknowledged within 7 days"),
    "acknowledged_late": gettext_lazy("Acknowledged later"),
    "replied_in_time": gettext_lazy("Replied to within 30 days"),
    "replied_late": gettext_lazy("Replied to later"),
    "closed": gettext_lazy("Closed in the quarter"),
    "open_to_30_days": gettext_lazy("Open at the end, for up to 30 days"),
    "open_31_to_60_days": gettext_lazy("Open at the end, for 31 to 60 days"),
    "open_over_60_days": gettext_lazy("Open at the end, for longer than 60 days"),
}


class ComplaintReturnForm(forms.Form):
    """The counts of one quarter; those that cannot all be true are named, each with its sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quarters = ended_quarters(clock.today())
        self.fields["period_start"] = forms.TypedChoiceField(
            label=_("Quarter"), coerce=date.fromisoformat,
            choices=[
                (start.isoformat(), _("%(start)s to %(end)s") % {"start": hk_date(start), "end": hk_date(end)})
                for start, end in quarters
            ],
        )
        for name in COUNTS:
            self.fields[name] = forms.IntegerField(label=COUNT_LABELS[name], min_value=0, max_value=1_000_000)
        self.fields["remarks"] = forms.CharField(
            label=_("Remarks"), required=False, max_length=LONG, widget=forms.Textarea(attrs={"rows": 3})
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if all(data.get(name) is not None for name in COUNTS):
            for name, problem in inconsistencies(data):
                self.add_error(name, problem)
        return data
