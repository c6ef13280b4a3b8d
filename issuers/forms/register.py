"""What an officer fills in to correct an entry, and to draft, remove or drop a warning."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from issuers.forms.files import DocumentField
from issuers.models import Licence, PublicWarning
from issuers.register_changes import Change
from issuers.selectors.register import LABELS
from issuers.services.register import NAMES, PARTICULARS, correction_preview
from issuers.services.warnings import Evidence


class CorrectionForm(forms.Form):
    """What the register says of a licensee, and why it should say otherwise."""

    name_en = forms.CharField(label=LABELS["name_en"], max_length=200)
    name_zh_hant = forms.CharField(label=LABELS["name_zh_hant"], max_length=200, required=False)
    name_zh_hans = forms.CharField(label=LABELS["name_zh_hans"], max_length=200, required=False)
    address_en = forms.CharField(label=LABELS["address_en"], max_length=300)
    address_zh_hant = forms.CharField(label=LABELS["address_zh_hant"], max_length=300, required=False)
    address_zh_hans = forms.CharField(label=LABELS["address_zh_hans"], max_length=300, required=False)
    email = forms.EmailField(label=LABELS["email"])
    website = forms.URLField(label=LABELS["website"], required=False, assume_scheme="https", max_length=200)
    reason = forms.CharField(
        label=gettext_lazy("Why the entry is corrected"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000,
        help_text=gettext_lazy("Kept with the correction; the issuer reads it, the public does not."),
    )

    def __init__(self, licence: Licence, data: Any = None) -> None:
        body, issuer = licence.issuer.organisation, licence.issuer
        said = {name: getattr(body if name in NAMES else issuer, name) for name in PARTICULARS}
        super().__init__(data, initial=said)
        self.licence = licence
        self.changes: list[Change] = []

    @property
    def particulars(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in PARTICULARS}

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            self.changes = correction_preview(self.licence, self.particulars)
            if not self.changes:
                raise forms.ValidationError(_("The entry says this already: nothing is corrected."))
        return self.cleaned_data


class WarningForm(forms.ModelForm):
    """A warning as it will be told, with the evidence that only officers read."""

    evidence_file = DocumentField(
        label=gettext_lazy("Evidence"), required=False,
        help_text=gettext_lazy("PDF, Word, Excel, PNG or JPEG, up to 50 MB. Only officers can open it."),
    )

    class Meta:
        model = PublicWarning
        fields = ["name_en", "name_zh_hant", "name_zh_hans", "website", "token", "contract", "resembles", "wording_en",
                  "wording_zh_hant", "wording_zh_hans", "evidence_note"]
        labels = {
            "name_en": gettext_lazy("Name that is used"),
            "name_zh_hant": LABELS["name_zh_hant"],
            "name_zh_hans": LABELS["name_zh_hans"],
            "website": LABELS["website"],
            "token": gettext_lazy("Token symbol"),
            "contract": gettext_lazy("Contract address"),
            "resembles": gettext_lazy("Licensee that it resembles"),
            "wording_en": gettext_lazy("Warning in English"),
            "wording_zh_hant": gettext_lazy("Warning in Traditional Chinese"),
            "wording_zh_hans": gettext_lazy("Warning in Simplified Chinese"),
            "evidence_note": gettext_lazy("Note on the evidence"),
        }
        help_texts = {
            "wording_en": gettext_lazy("What the public reads: what is offered, and that it is not licensed."),
            "evidence_note": gettext_lazy("Only officers read it."),
        }
        widgets = {name: forms.Textarea(attrs={"rows": 3})
                   for name in ("wording_en", "wording_zh_hant", "wording_zh_hans", "evidence_note")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resembles"].queryset = Licence.objects.select_related("issuer__organisation")  # type: ignore[attr-defined]
        self.fields["resembles"].label_from_instance = _licensee  # type: ignore[attr-defined]

    @property
    def evidence(self) -> Evidence | None:
        """What was chosen as evidence, as the service takes it."""
        checked = self.cleaned_data["evidence_file"]
        return (checked.raw, checked.filename) if checked else None

    @property
    def written(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ReasonForm(forms.Form):
    """Why something is taken back; the public reads why a warning was removed."""

    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000)


def _licensee(licence: Licence) -> str:
    return f"{licence.issuer.organisation.name} ({licence.number})"
