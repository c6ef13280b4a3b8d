"""What a person who uploads reserve data fills in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import feeds
from core.problems import Problem
from core.tablefile import Unreadable, kind_of_file, refuse_size
from core.wording import sentences

#: What belongs together on the page: what every day needs first, then what some senders have.
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("Daily statement of the pool"), ("holdings", "ledger", "supply")),
    (gettext_lazy("Statements as banks and custodians make them"),
     ("camt053", "mt940", "camt052", "semt002", "mt535")),
    (gettext_lazy("Movements"), ("entries", "redemptions", "issuance")),
    (gettext_lazy("Prices"), ("prices",)),
    (gettext_lazy("Wallets and transfers"), ("wallets", "transfers", "transfers_etl")),
)


class Group(NamedTuple):
    """Slots that belong together, and whether a person sees them before asking for them."""

    title: Any
    slots: list[Any]
    is_open: bool


class FeedField(forms.FileField):
    """A file of a feed, chosen or not; whether its rows are sound is judged, and receipted, after it is taken in."""

    def __init__(self, feed: feeds.Feed) -> None:
        self.feed = feed
        super().__init__(
            label=feed.title, required=False, allow_empty_file=True, help_text=_kinds(feed),
            widget=forms.FileInput(attrs={"accept": ",".join(feed.suffixes)}),
        )

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        file = super().clean(data, initial)
        if not file:
            return None
        raw = Path(file.temporary_file_path()) if hasattr(file, "temporary_file_path") else file.read()
        try:
            if self.feed.suffixes == feeds.TABLES:
                kind_of_file(raw, file.name, max_bytes=settings.FEED_MAX_BYTES)
            else:
                refuse_size(raw, settings.FEED_MAX_BYTES)
        except Unreadable as problem:
            (worded,) = feeds.worded([Problem(problem.rule, file=file.name, params=problem.params).as_dict()])
            raise forms.ValidationError(sentences([worded["message"], worded["fix"]]), code=problem.rule)
        file.seek(0)
        return file


class UploadForm(forms.Form):
    """One slot per feed; at least one is filled."""

    template_name = "forms/upload.html"

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for feed in feeds.feeds_to_send():
            self.fields[feed.name] = FeedField(feed)

    def clean(self):
        if not any(self.cleaned_data.values()) and not self.errors:
            raise forms.ValidationError(_("Choose at least one file."))
        return self.cleaned_data

    def files_by_feed(self) -> Iterator[tuple[str, UploadedFile]]:
        """Yield feed name and file for every slot that is filled."""
        return ((name, file) for name, file in self.cleaned_data.items() if file is not None)

    def groups(self) -> list[Group]:
        """Return the slots by group, the daily statement first; what is in no group comes last."""
        grouped = {name for _title, names in GROUPS for name in names}
        others = tuple(name for name in self.fields if name not in grouped)
        found: list[Group] = []
        for title, names in (*GROUPS, (_("Other files"), others)):
            slots = [self[name] for name in names if name in self.fields]
            if slots:
                found.append(Group(title, slots, not found or any(slot.errors for slot in slots)))
        return found


def _kinds(feed: feeds.Feed) -> str:
    if feed.suffixes == feeds.TABLES:
        return _("CSV or XLSX, up to 200 MB")
    return _("%(kinds)s, up to 200 MB") % {"kinds": ", ".join(feed.suffixes)}
