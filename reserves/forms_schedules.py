"""What officers fill in about a coin's feeds: a row of its schedule, a sender, a key, a decision on a held file."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import feeds
from core.asking import OrganisationField
from core.models import Organisation
from reserves.models import FeedSchedule
from reserves.selectors.senders import sending_organisations

DAY_HELP = gettext_lazy("Year-month-day, for example 2026-09-08")


def feed_choices() -> list[tuple[str, Any]]:
    """Return every feed that is sent to us with its title."""
    return [(feed.name, feed.title) for feed in feeds.feeds_to_send()]


class DatedForm(forms.Form):
    """From when until when a row holds, and where it comes from."""

    valid_from = forms.DateField(label=gettext_lazy("Holds from"), help_text=DAY_HELP)
    valid_until = forms.DateField(label=gettext_lazy("Holds until"), required=False, help_text=DAY_HELP)
    source = forms.CharField(label=gettext_lazy("Letter, filing or decision it comes from"), max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", ValidationError(_("It cannot end before it begins.")))
        return cleaned


class ScheduleForm(DatedForm):
    """A file that the coin's days wait for."""

    feed = forms.ChoiceField(label=gettext_lazy("Feed"), choices=feed_choices)
    sender = OrganisationField(
        label=gettext_lazy("Sender"), queryset=Organisation.objects.none(), required=False,
        empty_label=gettext_lazy("Whoever sends the feed"),
        help_text=gettext_lazy("Name one to expect a file of exactly this sender."),
    )
    days = forms.ChoiceField(label=gettext_lazy("Days"), choices=FeedSchedule.Days.choices)
    due = forms.TimeField(
        label=gettext_lazy("Due by"), help_text=gettext_lazy("Hong Kong time, on the business day after: 09:00")
    )
    on_request = forms.BooleanField(
        label=gettext_lazy("The authority has asked for it (SUP 2.7.2)"), required=False,
        help_text=gettext_lazy("A day that is not sent by its hour is then a breach of HK-REP-01, not only late."),
    )
    field_order = ["feed", "sender", "days", "due", "on_request", "valid_from", "valid_until", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["sender"]).queryset = sending_organisations()


class SenderForm(DatedForm):
    """An organisation that is to send feeds itself."""

    organisation = OrganisationField(label=gettext_lazy("Organisation"), queryset=Organisation.objects.none())
    feeds = forms.MultipleChoiceField(
        label=gettext_lazy("Feeds that it sends"), choices=feed_choices, widget=forms.CheckboxSelectMultiple
    )
    field_order = ["organisation", "feeds", "valid_from", "valid_until", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["organisation"]).queryset = sending_organisations()


class KeyForm(forms.Form):
    """The name of a new key."""

    name = forms.CharField(
        label=gettext_lazy("Name of the key"), max_length=100,
        help_text=gettext_lazy("The machine that will use it, for example “Custody gateway”."),
    )


class DecisionForm(forms.Form):
    """Why a held file is released or refused."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The sender reads it."),
    )
