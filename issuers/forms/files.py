"""The fields and forms that take documents: whatever is wrong with a file is said beside its field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refused
from core.uploads import MEDIA_TYPES, CheckedFile, RefusedFile, check_document, too_large

ACCEPT = ",".join(MEDIA_TYPES)
KINDS = gettext_lazy("PDF, Word, Excel, PNG or JPEG.")


class DocumentInput(forms.FileInput):
    """An input that offers files of the accepted kinds."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": ACCEPT} | (attrs or {}))


class DocumentField(forms.FileField):
    """One document; the cleaned value is a ``CheckedFile``, None if none was chosen and none has to be."""

    widget: Any = DocumentInput
    default_error_messages = {"required": gettext_lazy("Choose a file first.")}

    def __init__(self, **kwargs: Any) -> None:
        # An empty file is named in its refusal like every other, which the framework's own sentence does not do.
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> CheckedFile | None:
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            if (file.size or 0) > settings.DOCUMENT_MAX_BYTES:
                raise too_large(file.name or "")
            return check_document(file.read(), file.name or "")
        except RefusedFile as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code)


class ManyDocumentsInput(DocumentInput):
    """An input that takes several files at once."""

    allow_multiple_selected = True


class ManyDocumentsField(DocumentField):
    """Several documents; the cleaned value is a list, empty if none was chosen."""

    widget = ManyDocumentsInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        checked: dict[bytes, CheckedFile] = {}
        refusals = []
        for each in data if isinstance(data, list | tuple) else [data] if data else []:
            try:
                file = super().clean(each, initial)
                if file is not None and file.raw in checked:
                    raise _chosen_twice(file, checked[file.raw])
                if file is not None:
                    checked[file.raw] = file
            except forms.ValidationError as refusal:
                refusals.append(refusal)
        if refusals:
            raise forms.ValidationError(refusals)
        return list(checked.values())


def _chosen_twice(file: CheckedFile, before: CheckedFile) -> forms.ValidationError:
    return forms.ValidationError(
        _("“%(file)s” is the same document as “%(before)s”. Choose each document once."), code="duplicate",
        params={"file": file.filename, "before": before.filename},
    )


class SlotForm(forms.Form):
    """A document for one slot of LIC Annex B, on a page that has one such form for every slot."""

    file = DocumentField(label=gettext_lazy("File"))

    def __init__(self, number: str, data: Any = None, files: Any = None, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial, auto_id=f"%s-{number}")
        self.number = number


class ReplyForm(SlotForm):
    """The answer to one question of a request, and a file with it."""

    text = forms.CharField(required=False)
    file = DocumentField(label=gettext_lazy("File"), required=False)
    field_order = ["text", "file"]


class EnclosureForm(forms.Form):
    """A document that goes with a notice of an event or a request for consent."""

    title = forms.CharField(
        label=gettext_lazy("What it is"), max_length=200, required=False,
        help_text=gettext_lazy("For example: resolution of the board, letter, certificate."),
    )
    file = DocumentField(label=gettext_lazy("File"), help_text=KINDS)

    use_required_attribute = False

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="enclosure-%s")


def say_refusal(form: forms.Form, problem: Refused, field: str = "file", **fields_by_code: str) -> None:
    """Put a service's refusal where it belongs: beside the field of the file, or of the code, or above all fields."""
    of_code = fields_by_code.get(problem.code)
    form.add_error(field if isinstance(problem, RefusedFile) else of_code, str(problem))
