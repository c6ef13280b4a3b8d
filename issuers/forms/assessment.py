"""What officers fill in on an application: findings, requests, talks, recommendations, decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.asking import DayField
from core.models import CaseNote, Team, User
from issuers.conditions import KINDS
from issuers.criteria import criteria_for
from issuers.models import Application, CriterionFinding, Document, Interview, Person, Recommendation

EVIDENCE_ROWS = 3
QUESTION_ROWS = 5
CONDITION_ROWS = 4
LONGEST = 8000
#: The choice that means the applicant itself, where others are people.
APPLICANT = "applicant"


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day_field(label: Any, hint: Any = "", **options: Any) -> DayField:
    return DayField(label=label, help_text=hint, widget=forms.DateInput(attrs={"type": "date"}), **options)


class FindingForm(forms.Form):
    """A finding on one criterion, with the documents and pages it rests on."""

    finding = forms.ChoiceField(
        label=gettext_lazy("Finding"), choices=CriterionFinding.Finding.choices, widget=forms.RadioSelect
    )
    reasons = forms.CharField(
        label=gettext_lazy("Reasons"), help_text=gettext_lazy("They are part of the record and cannot be changed."),
        widget=_area(4), max_length=LONGEST,
    )

    def __init__(self, application: Application, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        documents = Document.objects.filter(issuer=application.issuer, removed_at=None)
        chosen = [("", _("No document")), *((row.pk, str(row)) for row in documents)]
        for number in range(1, EVIDENCE_ROWS + 1):
            self.fields[f"document_{number}"] = forms.TypedChoiceField(
                label=_("Evidence %(number)d") % {"number": number}, choices=chosen, coerce=int, empty_value=None,
                required=False,
            )
            self.fields[f"page_{number}"] = forms.IntegerField(
                label=_("Page of evidence %(number)d") % {"number": number}, min_value=1, required=False,
                widget=forms.NumberInput(attrs={"class": "govuk-input--width-5"}),
            )
        self._documents = {row.pk: row for row in documents} if self.is_bound else {}

    @property
    def evidence(self) -> list[tuple[Document, int | None]]:
        """The documents chosen, each with its page."""
        pairs = ((self.cleaned_data[f"document_{number}"], self.cleaned_data[f"page_{number}"])
                 for number in range(1, EVIDENCE_ROWS + 1))
        return [(self._documents[document], page) for document, page in pairs if document]


class RequestForm(forms.Form):
    """A request for information: its questions, and until when."""

    due_on = _day_field(gettext_lazy("To be answered by"), required=False)

    def __init__(self, application: Application, rows: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = range(1, rows + 1)
        criteria = [("", _("None in particular")),
                    *((each.key, f"{each.cite}: {_(each.title)}") for each in criteria_for(application.issuer.kind))]
        for number in self.numbers:
            self.fields[f"text_{number}"] = forms.CharField(
                label=_("Question %(number)d") % {"number": number}, widget=_area(2), required=number == 1,
                max_length=LONGEST,
            )
            self.fields[f"criterion_{number}"] = forms.ChoiceField(
                label=_("Criterion of question %(number)d") % {"number": number}, choices=criteria, required=False
            )

    @property
    def items(self) -> list[dict[str, str]]:
        """The questions that were written, in their order."""
        return [{"text": self.cleaned_data[f"text_{n}"], "criterion": self.cleaned_data[f"criterion_{n}"]}
                for n in self.numbers if self.cleaned_data[f"text_{n}"]]


class InterviewForm(forms.Form):
    """A talk that was held."""

    held_at = forms.DateTimeField(
        label=gettext_lazy("Held on"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("Day and time, Hong Kong time"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    person = forms.ModelChoiceField(
        label=gettext_lazy("With whom"), queryset=Person.objects.none(), required=False,
        empty_label=gettext_lazy("The applicant"),
    )
    attendees = forms.CharField(label=gettext_lazy("Who took part"),
                                max_length=Interview._meta.get_field("attendees").max_length)
    summary = forms.CharField(label=gettext_lazy("What was said"), widget=_area(5), max_length=LONGEST)
    audience = forms.ChoiceField(label=gettext_lazy("Who may read it"), choices=CaseNote.Audience.choices)

    def __init__(self, application: Application, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["person"]
        people.queryset = application.issuer.persons.filter(removed_at=None)


class NoteForm(forms.Form):
    """A note on the application, and who may read it."""

    text = forms.CharField(label=gettext_lazy("Note"), widget=_area(3), max_length=LONGEST)
    audience = forms.ChoiceField(label=gettext_lazy("Who may read it"), choices=CaseNote.Audience.choices)


class OverrideForm(forms.Form):
    """Why the application may go on although somebody is not cleared."""

    person = forms.TypedChoiceField(
        label=gettext_lazy("Who is not cleared"), coerce=lambda key: None if key == APPLICANT else int(key)
    )
    reason = forms.CharField(label=gettext_lazy("Why the application may go on"), widget=_area(3), max_length=LONGEST)

    def __init__(self, waiting: Iterable[tuple[int | None, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["person"]
        who.choices = [(key or APPLICANT, name) for key, name in waiting]


class RecommendForm(forms.Form):
    """What one officer recommends to another."""

    outcome = forms.ChoiceField(label=gettext_lazy("Recommendation"), choices=Recommendation.Outcome.choices,
                                widget=forms.RadioSelect)
    reasons = forms.CharField(label=gettext_lazy("Reasons, for the officer who decides"), widget=_area(5),
                              max_length=LONGEST)
    ground = forms.CharField(
        label=gettext_lazy("Ground of a refusal, for the applicant"), widget=_area(3), max_length=LONGEST,
        required=False,
        help_text=gettext_lazy("Only for a refusal (ORD s. 15); the applicant receives it word for word."),
    )
    effective_on = _day_field(
        gettext_lazy("First day of the licence"), gettext_lazy("Only for a grant. Empty: the day of the decision."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [("", _("No condition")), *((each.name, _(each.title)) for each in KINDS.values())]
        self.numbers = range(1, CONDITION_ROWS + 1)
        for number in self.numbers:
            self.fields[f"kind_{number}"] = forms.ChoiceField(
                label=_("Kind of condition %(number)d") % {"number": number}, choices=kinds, required=False)
            self.fields[f"value_{number}"] = forms.CharField(
                label=_("Figure"), required=False, max_length=60,
                help_text=_("A share as part of 1, such as 0.01 for 1%; an amount in Hong Kong dollars; yes as true."))
            for language, name in (("en", _("Wording in English")), ("zh_hant", _("Wording in traditional Chinese")),
                                   ("zh_hans", _("Wording in simplified Chinese"))):
                self.fields[f"wording_{language}_{number}"] = forms.CharField(
                    label=name, required=False, widget=_area(2), max_length=LONGEST)
            self.fields[f"first_due_on_{number}"] = _day_field(_("First falls due on"), required=False)
            self.fields[f"every_months_{number}"] = forms.IntegerField(
                label=_("And then every so many months"), required=False, min_value=1, max_value=60,
                widget=forms.NumberInput(attrs={"class": "govuk-input--width-5"}))

    def common(self) -> list[forms.BoundField]:
        """The fields that are no part of a condition."""
        return [self[name] for name in ("outcome", "reasons", "ground", "effective_on")]

    def condition_rows(self) -> list[tuple[int, bool, list[forms.BoundField]]]:
        """The fields of each condition: its number, whether anything stands in it, its fields."""
        return [
            (number, any(field.value() or field.errors for field in fields), fields)
            for number in self.numbers
            for fields in [[self[name] for name in self.fields if name.endswith(f"_{number}")]]
        ]

    @property
    def conditions(self) -> list[dict[str, Any]]:
        """The conditions that were filled in."""
        names = ("kind", "value", "wording_en", "wording_zh_hant", "wording_zh_hans", "first_due_on", "every_months")
        rows = ({name: self.cleaned_data[f"{name}_{number}"] for name in names} for number in self.numbers)
        return [row for row in rows if row["kind"]]


class DecisionForm(forms.Form):
    """What another officer decides; ``digest`` is that of what the page showed."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"), widget=forms.RadioSelect,
        choices=[("accept", gettext_lazy("Decide as recommended")), ("decline", gettext_lazy("Send it back"))],
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), help_text=gettext_lazy("Needed if you send it back: the reason."), required=False,
        widget=_area(3), max_length=LONGEST,
    )
    digest = forms.CharField(
        widget=forms.HiddenInput, max_length=64,
        error_messages={"required": gettext_lazy("Read once more what is decided, then decide.")},
    )


class TeamForm(forms.Form):
    """A new team."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=100)
    name_zh_hant = forms.CharField(label=gettext_lazy("Name in traditional Chinese"), max_length=100, required=False)
    name_zh_hans = forms.CharField(label=gettext_lazy("Name in simplified Chinese"), max_length=100, required=False)


class MembersForm(forms.Form):
    """Who belongs to a team."""

    members = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Members"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, officers: Any, team: Team, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"initial": {"members": team.members.all()}}))
        chosen: Any = self.fields["members"]
        chosen.queryset = officers
