"""What people fill in on pages of more than one app: a message on a case."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy

from core.asking import DayField
from core.correspondence import LONGEST
from core.models import CaseDraft
from issuers.forms.files import KINDS, ManyDocumentsField


class MessageForm(forms.Form):
    """A message to the other side; its ``key`` makes one message of a form that is sent twice."""

    text = forms.CharField(
        label=gettext_lazy("Your message"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write your message first.")},
    )
    files: Any = ManyDocumentsField(label=gettext_lazy("Files"), required=False, help_text=KINDS)
    answer_by = DayField(
        label=gettext_lazy("Answer asked for by"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Leave it empty if no answer is needed by a day."),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    use_required_attribute = False

    def __init__(self, data=None, files=None, *, for_officer: bool, draft: CaseDraft | None = None) -> None:
        begun = {"text": draft.text, "key": draft.key} if draft else {}
        super().__init__(data, files, initial={"key": uuid4().hex} | begun, auto_id="message-%s")
        if not for_officer:
            del self.fields["answer_by"]
