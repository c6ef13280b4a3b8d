"""Forms about the people behind an issuer: who they are, their parts, what they hold, their papers, their screening."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.asking import DayField
from issuers.answer_values import country_choices
from issuers.forms.files import KINDS, DocumentField
from issuers.identifiers import DEPTH_SENTENCES, registration_depth
from issuers.manifest.persons import positions_for
from issuers.models import Appointment, Clearance, Issuer, Person
from issuers.particulars import checked_particulars

WIDE = {"class": "govuk-!-width-two-thirds", "autocomplete": "off"}


class NewPersonForm(forms.Form):
    """Who is to be entered; the rest is asked on the person's own page."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Person.Kind.choices, widget=forms.RadioSelect)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=200, widget=forms.TextInput(attrs=WIDE),
                              help_text=gettext_lazy("As in the identity document or the register."))
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=200, required=False,
                              widget=forms.TextInput(attrs=WIDE))


class ParticularsForm(forms.Form):
    """The particulars of one person or body, checked as they will be stored."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=200, widget=forms.TextInput(attrs=WIDE))
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=200, required=False,
                              widget=forms.TextInput(attrs=WIDE))
    birth_date = DayField(label=gettext_lazy("Date of birth"), required=False,
                                 widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                                 help_text=gettext_lazy("The person must be 18 or older."))
    country = forms.ChoiceField(required=False)
    registration_number = forms.CharField(label=gettext_lazy("Registration number"), max_length=40, required=False,
                                          widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}))
    lei = forms.CharField(label=gettext_lazy("LEI"), max_length=30, required=False,
                          widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
                          help_text=gettext_lazy("Legal Entity Identifier, 20 letters and digits (ISO 17442)."))

    use_required_attribute = False

    def __init__(self, person: Person, data: Any = None) -> None:
        initial = {name: getattr(person, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        self.person = person
        body = person.kind == Person.Kind.BODY_CORPORATE
        for name in ("birth_date",) if body else ("registration_number", "lei"):
            del self.fields[name]
        country = self.fields["country"]
        country.label = _("Place of incorporation") if body else _("Nationality")
        country.choices = [("", _("Choose")), *country_choices()]  # type: ignore[attr-defined]
        if body:
            self.fields["registration_number"].help_text = _(DEPTH_SENTENCES[registration_depth(person.country)])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        values, problems = checked_particulars(self.person.kind, given, today=clock.today())
        for field, problem in problems.items():
            if field in self.fields and field not in self.errors:
                self.add_error(field, problem)
        return {name: values[name] for name in given if name in values}


class AppointmentForm(forms.Form):
    """A position that a person is put forward for."""

    position = forms.ChoiceField(label=gettext_lazy("Position"))
    affair = forms.ChoiceField(
        label=gettext_lazy("Affair"), required=False, choices=[("", gettext_lazy("None")), *Appointment.Affair.choices],
        help_text=gettext_lazy("A manager heads one of the affairs of Schedule 1."),
    )
    independent = forms.BooleanField(label=gettext_lazy("Independent non-executive director"), required=False)
    since = DayField(label=gettext_lazy("Since"), required=False,
                            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                            help_text=gettext_lazy("Leave it empty if the person takes the position with the licence."))

    def __init__(self, person: Person, data: Any = None) -> None:
        super().__init__(data)
        allowed = positions_for(person.issuer.kind, person.kind)
        if person.kind == Person.Kind.BODY_CORPORATE:
            del self.fields["affair"], self.fields["independent"]
        self.fields["position"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")), *((value, label) for value, label in Appointment.Position.choices if value in allowed)
        ]


class HoldingForm(forms.Form):
    """One line of the ownership chart."""

    ISSUER = "issuer"

    holder = forms.ModelChoiceField(label=gettext_lazy("Holder"), queryset=Person.objects.none(),
                                    empty_label=gettext_lazy("Choose"))
    held = forms.ChoiceField(label=gettext_lazy("Holds votes in"))
    percent = forms.DecimalField(
        label=gettext_lazy("Percentage of the votes"), max_digits=7, decimal_places=4, min_value=0, localize=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-5"}),
        help_text=gettext_lazy("Up to four decimals, such as 12.5."),
    )

    def __init__(self, issuer: Issuer, data: Any = None) -> None:
        super().__init__(data)
        standing = Person.objects.filter(issuer=issuer, removed_at=None)
        self.fields["holder"].queryset = standing  # type: ignore[attr-defined]
        self.bodies = {str(each.pk): each for each in standing if each.kind == Person.Kind.BODY_CORPORATE}
        self.fields["held"].choices = [  # type: ignore[attr-defined]
            (self.ISSUER, issuer.name), *((key, each.name_en) for key, each in self.bodies.items())
        ]

    def clean_held(self) -> Person | None:
        """Return the body that is held, None for the issuer itself."""
        return self.bodies.get(self.cleaned_data["held"])


class PersonDocumentForm(forms.Form):
    """A paper about a person: a signed form, a declaration, a certificate."""

    title = forms.CharField(label=gettext_lazy("What it is"), max_length=200, widget=forms.TextInput(attrs=WIDE),
                            help_text=gettext_lazy("For example: signed form, copy of the passport, certificate."))
    file = DocumentField(label=gettext_lazy("File"), help_text=KINDS)


class ClearanceForm(forms.Form):
    """What a screening found."""

    state = forms.ChoiceField(label=gettext_lazy("What the screening found"), choices=Clearance.State.choices,
                              widget=forms.RadioSelect)
    reference = forms.CharField(label=gettext_lazy("Reference of the screening"), max_length=80,
                                help_text=gettext_lazy("Where the screening can be found again."))
