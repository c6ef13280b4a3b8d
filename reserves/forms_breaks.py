"""What people fill in about a break: an explanation with a file, a question, an acceptance, whose it is."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from issuers.forms.files import KINDS, DocumentField
from reserves.services.break_life import LONGEST


class ExplanationForm(forms.Form):
    """Why the two sides differ, in the issuer's words."""

    use_required_attribute = False

    text = forms.CharField(
        label=gettext_lazy("Why the two sides differ"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Say what happened, and when the two sides will agree again."),
        error_messages={"required": gettext_lazy("Say why the two sides differ.")},
    )
    file = DocumentField(label=gettext_lazy("A file that shows it"), required=False, help_text=KINDS)


class ReasonForm(forms.Form):
    """Why an officer queries a break, or accepts it."""

    use_required_attribute = False

    text = forms.CharField(
        label=gettext_lazy("Reasons"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("They are part of the record; the issuer reads them."),
        error_messages={"required": gettext_lazy("Say why: it is part of the record.")},
    )
