"""Forms by which people are invited, come in, and say that they intend to apply."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.invitations import ISSUER_ROLES
from core.models import Invitation, User
from core.wording import role_name
from issuers.models import Issuer

LANGUAGE_LABEL = gettext_lazy("Language of our e-mails")


def _roles() -> list[tuple[str, str]]:
    return [(role.value, role_name(role)) for role in ISSUER_ROLES]


class InvitationForm(forms.Form):
    """Whom to let in, and to do what."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=150)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), max_length=254,
        help_text=gettext_lazy("The person’s own address at work. The link goes there and nowhere else."),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=_roles)
    language = forms.ChoiceField(label=LANGUAGE_LABEL, choices=settings.LANGUAGES)


class AcceptForm(forms.Form):
    """The invited person's name, and a password of their own."""

    name = forms.CharField(
        label=gettext_lazy("Full name"), max_length=150,
        help_text=gettext_lazy("As it stands in your identity document. It is shown beside everything you do here."),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 12 characters, unlike your name and address, and not one that many use."),
    )
    again = forms.CharField(
        label=gettext_lazy("The same password again"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"], self.invitation = invitation.name, invitation

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        password, again = given.get("password"), given.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords differ."))
        elif password:
            try:
                validate_password(password, User(email=self.invitation.email, name=given.get("name", "")))
            except ValidationError as weak:
                self.add_error("password", weak)
        return given


class ContactForm(forms.Form):
    """What a company tells the authority before it applies (LIC 4.2)."""

    company_en = forms.CharField(label=gettext_lazy("Name of the company in English"), max_length=200)
    company_zh = forms.CharField(label=gettext_lazy("Name of the company in Chinese"), max_length=200, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of company"), choices=Issuer.Kind, widget=forms.RadioSelect,
                             initial=Issuer.Kind.COMPANY)
    home_regulator = forms.CharField(
        label=gettext_lazy("Regulator at home"), max_length=200, required=False,
        help_text=gettext_lazy("If the company, or the group it belongs to, is supervised elsewhere: by whom."),
    )
    intention = forms.CharField(
        label=gettext_lazy("What you intend to do"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Which stablecoin you want to issue, its reference currency, when you want to begin."),
    )
    person = forms.CharField(label=gettext_lazy("Whom we talk to"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    language = forms.ChoiceField(label=LANGUAGE_LABEL, choices=settings.LANGUAGES)

    def clean(self) -> dict[str, Any]:
        if self.data.get("website"):  # no person sees this field, programs fill it in
            raise ValidationError(_("Leave the last field empty: it is there to tell programs from people."))
        return super().clean() or {}


class TalkForm(forms.Form):
    """What was said in talks."""

    text = forms.CharField(label=gettext_lazy("What was said"), max_length=4000,
                           widget=forms.Textarea(attrs={"rows": 4}))
