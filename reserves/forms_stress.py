"""What people fill in about stress: which scenarios to run on which day, and the test of a quarter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.asking import DayField
from core.wording import hk_date
from reserves.models import StressFiling
from reserves.scenarios import Scenario

DAY_HINT = _("Year-month-day, for example 2026-09-08")


def title_in(titles: tuple[str, str, str]) -> str:
    """Return the title in the reader's language."""
    language = (get_language() or "en").lower()
    if not language.startswith("zh"):
        return titles[0]
    return titles[2] if "hans" in language or language.endswith("cn") else titles[1]


class ScenarioForm(forms.Form):
    """Which scenarios are run; all unless some are chosen."""

    use_required_attribute = False
    scenario = forms.MultipleChoiceField(
        label=_("Scenarios"), required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("There is no such scenario on that day.")},
    )

    def __init__(self, scenarios: Iterable[Scenario], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scenario"].choices = [(each.code, title_in(each.titles)) for each in scenarios]  # type: ignore[attr-defined]


class QuarterForm(forms.Form):
    """The quarter whose test is begun."""

    use_required_attribute = False
    period_start = forms.TypedChoiceField(label=_("Calendar quarter from"), coerce=date.fromisoformat)

    def __init__(self, quarters: Iterable[date], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(day.isoformat(), hk_date(day)) for day in quarters]
        self.fields["period_start"].choices = choices  # type: ignore[attr-defined]


class StressTestForm(forms.Form):
    """What a stress test states; a draft may lack some of it, and what is lacking is said when it is filed."""

    use_required_attribute = False
    LATER = ("board_on", "method", "data_sources", "results", "report")
    as_of = DayField(label=_("Judged day of the quarter that the platform's figures are of"), help_text=DAY_HINT)
    board_on = DayField(label=_("Day on which the board received it"), help_text=DAY_HINT)
    method = forms.CharField(label=_("Method"), max_length=10_000,
                             widget=forms.Textarea(attrs={"rows": 4}),
                             help_text=_("Scenarios, time horizon and assumptions of your own test"))
    data_sources = forms.CharField(label=_("Data sources"), max_length=10_000,
                                   widget=forms.Textarea(attrs={"rows": 3}))
    results = forms.CharField(label=_("Results"), max_length=10_000,
                              widget=forms.Textarea(attrs={"rows": 4}),
                              help_text=_("What the test shows, and what you do about it"))
    report = forms.FileField(label=_("Report"), allow_empty_file=True,
                             help_text=_("As PDF. What is sent now replaces what was sent before."),
                             widget=forms.FileInput(attrs={"accept": ".pdf", "class": "govuk-file-upload"}))

    def full_clean(self) -> None:
        """Read what is there; nothing but the day is required of a draft."""
        for name in self.LATER:
            self.fields[name].required = False
        super().full_clean()
        for name in self.LATER:
            self.fields[name].required = True

    @staticmethod
    def initial_of(filing: StressFiling) -> dict[str, Any]:
        """Return what was saved before."""
        return {name: getattr(filing, name) for name in ("as_of", "board_on", "method", "data_sources", "results")}

    def stated(self) -> dict[str, Any]:
        """Return what ``save_stress_test`` takes."""
        said = dict(self.cleaned_data)
        file: UploadedFile | None = said.pop("report")
        return said | {"report": file.read() if file else None, "report_name": (file.name or "") if file else ""}


class QueryForm(forms.Form):
    """What an officer asks, or remarks on accepting."""

    use_required_attribute = False
    note = forms.CharField(label=_("Question or remark"), required=False, max_length=4000,
                           widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The issuer reads it."))
