"""What forms share: a day that can be meant, an organisation by its name, a refusal on the form that it answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django import forms

from core.business_days import check_day
from core.errors import Refused
from core.wording import organisation_name


class DayField(forms.DateField):
    """A day that a person gives; one from which nothing can be counted is mistyped, and the field says so."""

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        try:
            check_day(day)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code)
        return day


class OrganisationField(forms.ModelChoiceField):
    """One of some organisations, each by its name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return organisation_name(obj)


@contextmanager
def refusal_on(form: forms.BaseForm, field: str | None = None) -> Iterator[None]:
    """Put the reason of a refusal on the form, whose page then answers with it and with what was typed."""
    try:
        yield
    except Refused as refusal:
        form.add_error(field, str(refusal))
