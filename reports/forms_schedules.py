"""What officers fill in about schedules: when something is done, who is told of what, what they receive themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import User
from core.roles import Role
from core.wording import ROLE_NAMES
from reports.models import ReportRun, ScheduleVersion, Subscription
from reports.selectors.subscriptions import KINDS, Receives, officers_by_role
from reports.services.production import Production
from reports.timetable import MOST, Cadence

OWN_LANGUAGE = ("", gettext_lazy("The person's own language"))
AUTHORITY_ROLES = (Role.CASE_OFFICER, Role.HEAD_OF_LICENSING, Role.AML_ANALYST, Role.OPERATIONS)


class ScheduleForm(forms.Form):
    """When something is done; ``number`` is the version that the officer saw."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**6)
    active = forms.BooleanField(label=gettext_lazy("The schedule is on"), required=False)
    cadence = forms.ChoiceField(label=gettext_lazy("How often"))
    at = forms.TimeField(
        label=gettext_lazy("Time of day"), help_text=gettext_lazy("Hong Kong time, for example 08:00"),
        widget=forms.TimeInput(format="%H:%M"),
    )
    business_day = forms.IntegerField(
        label=gettext_lazy("Business day"), min_value=1, max_value=max(MOST.values()),
        help_text=gettext_lazy("1 is the first business day after the period; of what is done every day it is 1."),
    )
    reason = forms.CharField(label=gettext_lazy("Why it is changed"), max_length=300)

    def __init__(self, declared: Production, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(ScheduleVersion.Cadences.choices)
        if declared.cadences == (Cadence.ON_EVENT,):
            for name in ("at", "business_day"):  # the event brings the hour
                del self.fields[name]
        if len(declared.cadences) == 1:
            del self.fields["cadence"]
        else:
            cadence = self.fields["cadence"]
            assert isinstance(cadence, forms.ChoiceField)
            cadence.choices = [(each.value, names[each.value]) for each in declared.cadences]


def how_choices() -> list[tuple[str, Any]]:
    """Return the ways of being told."""
    return list(Subscription.How.choices)


class RecipientForm(forms.Form):
    """How a person, or everybody in a role, is told of reports of one kind."""

    whom = forms.ChoiceField(label=gettext_lazy("Who"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Report"), choices=[(kind, ReportRun.Kind(kind).label) for kind in KINDS]
    )
    how = forms.ChoiceField(label=gettext_lazy("How"), choices=how_choices)
    language = forms.ChoiceField(label=gettext_lazy("Language of the document"), required=False,
                                 choices=[OWN_LANGUAGE, *settings.LANGUAGES])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {f"person:{person.pk}": person for person in officers_by_role()}
        roles = [(f"role:{role.value}", ROLE_NAMES[role]) for role in AUTHORITY_ROLES]
        whom = self.fields["whom"]
        assert isinstance(whom, forms.ChoiceField)
        whom.choices = [
            (_("Everybody in a role"), roles),
            (_("One person"), [(key, person.name) for key, person in self.people.items()]),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        sort, _colon, value = str(cleaned.pop("whom", "")).partition(":")
        person: User | None = self.people.get(f"person:{value}") if sort == "person" else None
        return cleaned | {"person": person, "role": value if sort == "role" else ""}


class OwnForm(forms.Form):
    """What one officer receives: a choice of how and of a language for each kind of report."""

    def __init__(self, receives: list[Receives], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.receives = receives
        languages = [("", _("My own language")), *settings.LANGUAGES]
        for each in receives:
            title = ReportRun.Kind(each.kind).label
            self.fields[f"how_{each.kind}"] = forms.ChoiceField(
                label=_("How you are told: %(report)s") % {"report": title}, choices=how_choices, initial=each.how
            )
            self.fields[f"language_{each.kind}"] = forms.ChoiceField(
                label=_("Language: %(report)s") % {"report": title}, choices=languages, required=False,
                initial=each.row.language if each.row else "",
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One row per kind, for a table."""
        return [
            {"receives": each, "title": ReportRun.Kind(each.kind).label, "how": self[f"how_{each.kind}"],
             "language": self[f"language_{each.kind}"]}
            for each in self.receives
        ]

    def changes(self) -> list[dict[str, str]]:
        """Return what differs from how it is set, for ``set_subscription``.

        Raises:
            ValidationError: the form is not valid.
        """
        if not self.is_valid():
            raise ValidationError(_("Choose one of what is offered."))
        said = []
        for each in self.receives:
            how, language = self.cleaned_data[f"how_{each.kind}"], self.cleaned_data[f"language_{each.kind}"]
            if (how, language) != (each.how, each.row.language if each.row else ""):
                said.append({"kind": each.kind, "how": how, "language": language})
        return said
