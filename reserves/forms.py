"""What a person who uploads reserve data fills in."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import feeds

SUFFIXES = (".csv", ".xlsx")


class UploadForm(forms.Form):
    """One slot per feed; at least one is filled."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for feed in feeds.FEEDS.values():
            self.fields[feed.name] = forms.FileField(
                label=feed.title, required=False, allow_empty_file=True,
                help_text=gettext_lazy("CSV or XLSX, up to 200 MB"),
                widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES), "class": "govuk-file-upload"}),
            )

    def clean(self):
        if not any(self.cleaned_data.values()) and not self.errors:
            raise forms.ValidationError(_("Choose at least one file."))
        return self.cleaned_data

    def files_by_feed(self) -> Iterator[tuple[str, UploadedFile]]:
        """Yield feed name and file for every slot that is filled."""
        return ((name, file) for name, file in self.cleaned_data.items() if file is not None)
