"""Forms about mail: what to have, a certificate, an address, what became of a message."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.models import User
from core.preferences import optional_kinds, wanted_by


class WantedForm(forms.Form):
    """Which optional kinds of mail to have."""

    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Mail that you may turn off"), required=False, widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, initial={"wanted": wanted_by(user)})
        self.fields["wanted"].choices = [(kind.template, kind.called) for kind in optional_kinds()]  # type: ignore[attr-defined]


class CertificateForm(forms.Form):
    """A certificate to encrypt mail with."""

    certificate = forms.FileField(
        label=gettext_lazy("Certificate"),
        help_text=gettext_lazy(
            "An S/MIME certificate (X.509, as PEM or DER) for your address, without its private key."
        ),
    )


class AddressForm(forms.Form):
    """The address that a person has now."""

    email = forms.EmailField(
        label=gettext_lazy("Right address"), max_length=254,
        help_text=gettext_lazy("Mail goes there, and the person signs in with it from now on."),
    )


class ResendForm(forms.Form):
    """Where to send again what was written to somebody without an account."""

    address = forms.EmailField(label=gettext_lazy("To"), max_length=254)


class SettleForm(forms.Form):
    """How somebody was reached whom the mail did not reach."""

    note = forms.CharField(
        label=gettext_lazy("How was the recipient reached?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It becomes part of the record."),
    )
