"""What people fill in about a break: an explanation with a file, a question, an acceptance, whose it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.errors import Refused
from core.uploads import CheckedFile, check_document
from reserves.services.break_life import LONGEST


class ExplanationForm(forms.Form):
    """Why the two sides differ, in the issuer's words."""

    use_required_attribute = False

    text = forms.CharField(
        label=gettext_lazy("Why the two sides differ"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Say what happened, and when the two sides will agree again."),
        error_messages={"required": gettext_lazy("Say why the two sides differ.")},
    )
    file = forms.FileField(
        label=gettext_lazy("A file that shows it"), required=False,
        help_text=gettext_lazy("PDF, Word, Excel, PNG or JPEG."),
        widget=forms.FileInput(attrs={"class": "govuk-file-upload"}),
    )

    def clean_file(self) -> CheckedFile | None:
        """Check that the file is what its name says."""
        sent: Any = self.cleaned_data["file"]
        if not sent:
            return None
        try:
            return check_document(sent.read(), sent.name)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal))


class ReasonForm(forms.Form):
    """Why an officer queries a break, or accepts it."""

    use_required_attribute = False

    text = forms.CharField(
        label=gettext_lazy("Reasons"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("They are part of the record; the issuer reads them."),
        error_messages={"required": gettext_lazy("Say why: it is part of the record.")},
    )
