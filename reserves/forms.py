"""What a person who uploads reserve data fills in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import feeds
from core.problems import Problem
from core.tablefile import Unreadable, kind_of_file
from core.wording import sentences

SUFFIXES = (".csv", ".xlsx")


class TableField(forms.FileField):
    """A table of a feed, chosen or not; whether its rows are sound is judged, and receipted, after it is taken in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False, allow_empty_file=True, help_text=gettext_lazy("CSV or XLSX, up to 200 MB"),
            widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}), **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            if file.size > settings.FEED_MAX_BYTES:
                raise Unreadable("too_large", limit_mb=settings.FEED_MAX_BYTES // 1_000_000)
            kind_of_file(file.read(), file.name, max_bytes=settings.FEED_MAX_BYTES)
        except Unreadable as problem:
            (worded,) = feeds.worded([Problem(problem.rule, file=file.name, params=problem.params).as_dict()])
            raise forms.ValidationError(sentences([worded["message"], worded["fix"]]), code=problem.rule)
        file.seek(0)
        return file


class UploadForm(forms.Form):
    """One slot per feed; at least one is filled."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for feed in feeds.FEEDS.values():
            self.fields[feed.name] = TableField(label=feed.title)

    def clean(self):
        if not any(self.cleaned_data.values()) and not self.errors:
            raise forms.ValidationError(_("Choose at least one file."))
        return self.cleaned_data

    def files_by_feed(self) -> Iterator[tuple[str, UploadedFile]]:
        """Yield feed name and file for every slot that is filled."""
        return ((name, file) for name, file in self.cleaned_data.items() if file is not None)
