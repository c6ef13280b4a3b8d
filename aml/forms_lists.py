"""What officers fill in to load a list, and to let through one that is hard to believe."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aml.models import Source

MEGABYTE = 1_000_000


class ListFilesInput(forms.FileInput):
    """An input that takes all files of a list at once."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"accept": ".csv,.xml,.json,.txt"})


class ListFilesField(forms.FileField):
    """The files of a list; the cleaned value is a list of them. What is in them is judged when they are loaded."""

    widget = ListFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        files = [super(ListFilesField, self).clean(each, initial) for each in sent] or [super().clean(None, initial)]
        for file in files:
            if (file.size or 0) > settings.FEED_MAX_BYTES:
                raise forms.ValidationError(
                    _("“%(file)s” is larger than %(limit)d MB."), code="too_large",
                    params={"file": file.name, "limit": settings.FEED_MAX_BYTES // MEGABYTE},
                )
        return files


class LoadListForm(forms.Form):
    """Whose list it is, its files, and its day where no file says it."""

    source = forms.ChoiceField(label=gettext_lazy("List"), choices=Source.choices)
    list_files = ListFilesField(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy("All files of the list together, as the publisher made them: XML, CSV, JSON or text"),
    )
    published_on = forms.DateField(
        label=gettext_lazy("Publisher's day"), required=False,
        help_text=gettext_lazy("Only if no file says it. Year-month-day, for example 2026-09-08"),
    )


class ReleaseForm(forms.Form):
    """Why a load that is hard to believe is right all the same."""

    reason = forms.CharField(
        label=gettext_lazy("Why the list is right"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example the publisher's notice that removed the entries"),
    )
