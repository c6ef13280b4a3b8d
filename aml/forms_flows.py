"""What officers fill in about detectors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from aml.detectors.parameters import MOST, parameters
from aml.flow_words import PARAMETERS


def open_parameters() -> list[tuple[str, Any]]:
    """Return the parameters that officers set, with their titles."""
    return [(name, PARAMETERS[name]) for name, each in parameters().items() if each.is_open]


class ParameterForm(forms.Form):
    """A number that the law leaves open, proposed to be in force from a day on."""

    name = forms.ChoiceField(label=gettext_lazy("Parameter"), choices=open_parameters)
    value = forms.IntegerField(label=gettext_lazy("Number"), min_value=1, max_value=MOST)
    valid_from = forms.DateField(label=gettext_lazy("Holds from"),
                                 help_text=gettext_lazy("Year-month-day, for example 2026-12-01; today or later"))
    source = forms.CharField(label=gettext_lazy("Reason: policy, paper or decision"), max_length=300)
