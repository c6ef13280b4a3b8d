"""What people fill in about attestations and weekly statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.asking import OrganisationField
from core.models import Organisation
from core.rulebook.periods import month_end
from core.wording import hk_date
from issuers.models import Coin
from reserves.lines import ASSET_CLASSES
from reserves.models import AttestationReport, Engagement, Sample, TestDay
from reserves.selectors.attestation import audit_firms
from reserves.selectors.statements import WEEK, last_as_at
from reserves.services.samples import LONGEST_SEED, MOST_LINES

DAY_HINT = gettext_lazy("Year-month-day, for example 2026-09-08")
WEEKS_OFFERED = 12
YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


class EngageForm(forms.Form):
    """A firm for one period of a coin, and until when its people may look."""

    coin = forms.ModelChoiceField(queryset=Coin.objects.none(), label=gettext_lazy("Stablecoin"), empty_label=None,
                                  to_field_name="symbol")
    firm = OrganisationField(
        queryset=Organisation.objects.none(), label=gettext_lazy("Audit firm"), empty_label=None,
        help_text=gettext_lazy("A firm that is not in the list has to be entered by the authority first."),
    )
    period_start = forms.DateField(label=gettext_lazy("First day of the period"), help_text=DAY_HINT)
    period_end = forms.DateField(label=gettext_lazy("Last day of the period"),
                                 help_text=gettext_lazy("The last day of a calendar month."))
    access_until = forms.DateField(label=gettext_lazy("Access ends after"), help_text=DAY_HINT)
    random_days = forms.IntegerField(label=gettext_lazy("Business days drawn at random"), min_value=1, max_value=10,
                                     initial=1)

    def __init__(self, coins: QuerySet[Coin], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coin"].queryset = coins  # type: ignore[attr-defined]
        self.fields["firm"].queryset = audit_firms()  # type: ignore[attr-defined]
        today = clock.today()
        self.fields["period_start"].initial = today.replace(day=1)
        self.fields["period_end"].initial = month_end(today)


class FirmForm(forms.Form):
    """An audit firm that the authority finds acceptable."""

    name_en = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    name_zh_hant = forms.CharField(label=gettext_lazy("Name in traditional Chinese"), max_length=200, required=False)
    name_zh_hans = forms.CharField(label=gettext_lazy("Name in simplified Chinese"), max_length=200, required=False)


class AuditorForm(forms.Form):
    """One person of the firm, and until when."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    until = forms.DateField(label=gettext_lazy("Access ends after"), help_text=DAY_HINT)

    def __init__(self, engagement: Engagement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = engagement.access_until


class SampleForm(forms.Form):
    """What is sampled, how, and from which seed."""

    population = forms.ChoiceField(label=gettext_lazy("What"), choices=Sample.Population.choices)
    day = forms.ChoiceField(label=gettext_lazy("Tested day, for holdings and books"), required=False)
    method = forms.ChoiceField(label=gettext_lazy("How"), choices=Sample.Method.choices)
    size = forms.IntegerField(label=gettext_lazy("How many lines"), min_value=1, max_value=MOST_LINES, required=False,
                              help_text=gettext_lazy("Not asked for all lines."))
    seed = forms.CharField(label=gettext_lazy("Your seed"), max_length=LONGEST_SEED, required=False,
                           help_text=gettext_lazy("Any text of your own. The same seed draws the same sample."))
    currency = forms.CharField(label=gettext_lazy("Only this currency"), max_length=3, required=False)

    def __init__(self, days: Sequence[TestDay], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = {day.as_of.isoformat(): day for day in days}
        self.fields["day"].choices = [(key, hk_date(key)) for key in self.days]  # type: ignore[attr-defined]

    def stated(self) -> dict[str, Any]:
        """Return what was filled in as the service takes it."""
        given = dict(self.cleaned_data)
        day = self.days.get(given.pop("day"))
        return given | {"test_day": day, "size": given["size"] or 0}


class ReportForm(forms.Form):
    """The report with its figures; one column of figures per tested day."""

    file = forms.FileField(label=gettext_lazy("Report (PDF)"), max_length=200,
                           widget=forms.FileInput(attrs={"accept": ".pdf", "class": "govuk-file-upload"}))
    opinion = forms.ChoiceField(label=gettext_lazy("Opinion"), choices=AttestationReport.Opinion.choices,
                                widget=forms.RadioSelect)
    exceptions = forms.CharField(
        label=gettext_lazy("Exceptions"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Needed for every opinion but an unqualified one."),
    )

    def __init__(self, days: Sequence[TestDay], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = list(days)
        for day in self.days:
            label = hk_date(day.as_of)
            self.fields[f"market_value_{day.pk}"] = _figure(_("Market value, %(day)s") % {"day": label}, 24, 4)
            self.fields[f"outstanding_par_{day.pk}"] = _figure(_("Outstanding par, %(day)s") % {"day": label}, 38, 18)
            self.fields[f"adequate_{day.pk}"] = forms.ChoiceField(
                label=_("Adequate, %(day)s") % {"day": label}, choices=(("", "–"), *YES_NO)
            )
            for name in ASSET_CLASSES:
                self.fields[f"{name}_{day.pk}"] = _figure(f"{name}, {label}", 24, 4, required=False)

    def general(self) -> list[Any]:
        """Return the fields that are not of a day."""
        return [self[name] for name in ("file", "opinion", "exceptions")]

    def table(self) -> list[tuple[str, list[Any]]]:
        """Return the rows of figures: name, and a field for each tested day."""
        names = ["market_value", "outstanding_par", "adequate", *ASSET_CLASSES]
        return [(name, [self[f"{name}_{day.pk}"] for day in self.days]) for name in names]

    def figures(self) -> dict[TestDay, dict[str, Any]]:
        """Return the figures by tested day; a class that was left empty is not in the composition."""
        given = self.cleaned_data
        return {
            day: {
                "market_value": given[f"market_value_{day.pk}"],
                "outstanding_par": given[f"outstanding_par_{day.pk}"],
                "is_adequate": given[f"adequate_{day.pk}"] == "yes",
                "composition": {name: value for name in ASSET_CLASSES
                                if (value := given[f"{name}_{day.pk}"]) is not None},
            }
            for day in self.days
        }


def _figure(label: str, digits: int, places: int, *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=digits, decimal_places=places, required=required,
                              min_value=Decimal(0) if required else None,
                              widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}))


class PrepareForm(forms.Form):
    """Which week a statement is prepared for."""

    as_at = forms.ChoiceField(label=gettext_lazy("As at"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [last_as_at() - WEEK * count for count in range(WEEKS_OFFERED)]
        self.fields["as_at"].choices = [  # type: ignore[attr-defined]
            (day.isoformat(), hk_date(day, "weekday")) for day in days]

    def day(self) -> date:
        """Return the day that was chosen."""
        return date.fromisoformat(self.cleaned_data["as_at"])
