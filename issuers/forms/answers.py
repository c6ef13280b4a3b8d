"""Django forms made of questions of the manifest: any module of an application, any form of a person.

``answers_form(fields)`` gives a form class. Bound, its ``cleaned_data`` holds, under each question's key, the value as
it is stored (JSON); unbound, it shows stored values given as ``initial``. A gap is no mistake unless ``strict``: a
draft is saved with gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from issuers.answer_values import (
    LONG_TEXT_LENGTH,
    MOST_ROWS,
    Unreadable,
    country_choices,
    currency_choices,
    read_value,
)
from issuers.manifest.parts import Column, Field, FieldKind

#: So many answers are shown as radio buttons; more become a list.
MOST_RADIOS = 6

Question = Field | Column


def _text(question: Question, **attrs: Any) -> forms.Widget:
    return forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-!-width-two-thirds", **attrs})


def _short(question: Question, **attrs: Any) -> forms.Widget:
    return forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20", **attrs})


def _number(mode: str) -> Callable[[Question], forms.Widget]:
    return lambda question: _short(question, inputmode=mode)


def _day(question: Question) -> forms.Widget:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _choices(question: Question) -> list[tuple[str, Any]]:
    return [(value, gettext_lazy(label)) for value, label in question.choices]


def _choice(question: Question) -> forms.Widget:
    if isinstance(question, Column) or len(question.choices) > MOST_RADIOS:
        return forms.Select(choices=[("", gettext_lazy("Choose")), *_choices(question)])
    return forms.RadioSelect(choices=_choices(question))


def _yes_no(question: Question) -> forms.Widget:
    answers = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
    if isinstance(question, Column):
        return forms.Select(choices=[("", gettext_lazy("Choose")), *answers])
    return forms.RadioSelect(choices=answers)


def _listed(choices: Callable[[], list[tuple[str, str]]]) -> Callable[[Question], forms.Widget]:
    # Called whenever the widget is drawn: the names are in the reader's language.
    in_time: Any = lambda: [("", _("Choose")), *choices()]  # noqa: E731
    return lambda question: forms.Select(choices=in_time)


def _rows(question: Question) -> forms.Widget:
    assert isinstance(question, Field), "a column holds no table"
    return RowsWidget(question)


WIDGETS: dict[FieldKind, Callable[[Question], forms.Widget]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: lambda question: forms.Textarea(attrs={"rows": 5, "maxlength": LONG_TEXT_LENGTH}),
    FieldKind.YES_NO: _yes_no,
    FieldKind.CHOICE: _choice,
    FieldKind.INTEGER: _number("numeric"),
    FieldKind.AMOUNT_HKD: _number("decimal"),
    FieldKind.PERCENT: _number("decimal"),
    FieldKind.DAY: _day,
    FieldKind.PAST_DAY: _day,
    FieldKind.BIRTH_DATE: _day,
    FieldKind.EMAIL: lambda question: forms.EmailInput(attrs={"class": "govuk-!-width-two-thirds"}),
    FieldKind.PHONE: lambda question: forms.TextInput(attrs={"type": "tel", "class": "govuk-input--width-20"}),
    FieldKind.URL: lambda question: forms.URLInput(attrs={"class": "govuk-!-width-two-thirds"}),
    FieldKind.COUNTRY: _listed(country_choices),
    FieldKind.CURRENCY: _listed(currency_choices),
    FieldKind.LEI: _short,
    FieldKind.CHAIN: _short,
    FieldKind.SYMBOL: _short,
    FieldKind.CONTRACT: _text,
    FieldKind.TABLE: _rows,
}


def shown(value: Any) -> Any:
    """Return a stored value as its input shows it."""
    if value is None:
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def as_posted(question: Field, value: Any) -> dict[str, str]:
    """Return a stored value as a browser would send it."""
    if question.kind is not FieldKind.TABLE:
        return {question.key: shown(value)}
    rows = value or []
    return {f"{question.key}-rows": str(len(rows))} | {
        f"{question.key}-{number}-{column.key}": shown(row.get(column.key))
        for number, row in enumerate(rows) for column in question.columns
    }


class RowsWidget(forms.Widget):
    """Rows of inputs, always with an empty one below; a row that is emptied goes away. Needs no script."""

    template_name = "forms/rows.html"
    use_fieldset = True

    def __init__(self, question: Field) -> None:
        super().__init__()
        self.question = question

    def value_from_datadict(self, data, files, name):
        count = data.get(f"{name}-rows", "")
        count = min(int(count), MOST_ROWS + 1) if count.isdecimal() and len(count) < 6 else 0
        return [
            {column.key: data.get(f"{name}-{number}-{column.key}", "") for column in self.question.columns}
            for number in range(count)
        ]

    def value_omitted_from_data(self, data, files, name):
        return f"{name}-rows" not in data

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        rows = [row for row in value or [] if any(cell not in (None, "") for cell in row.values())]
        context["widget"]["headings"] = [
            {"label": gettext_lazy(column.label), "optional": not column.required} for column in self.question.columns
        ]
        context["widget"]["rows"] = [
            [self._cell(name, number, at, column, row.get(column.key), attrs) for at, column in
             enumerate(self.question.columns)]
            for number, row in enumerate([*rows, {}])
        ]
        return context

    def _cell(self, name, number, at, column, value, attrs) -> dict[str, Any]:
        widget = WIDGETS[column.kind](column)
        place = attrs.get("id") or f"id_{name}"
        label = _("Row %(row)d, %(column)s") % {"row": number + 1, "column": _(column.label)}
        # The first cell bears the identifier that the error summary links to.
        key = f"{place}_0" if not number and not at else f"{place}_{number}_{column.key}"
        about = {"aria-label": label, "id": key}
        if attrs.get("aria-describedby"):
            about["aria-describedby"] = attrs["aria-describedby"]
        widget.is_required = False
        return {"label": gettext_lazy(column.label), "name": f"{name}-{number}-{column.key}", "value": shown(value),
                "widget": widget, "attrs": about}

    def render(self, name, value, attrs=None, renderer=None):
        context = self.get_context(name, value, attrs or {})
        for row in context["widget"]["rows"]:
            for cell in row:
                cell["html"] = cell["widget"].render(cell["name"], cell["value"], cell["attrs"], renderer)
        # A template's own output, escaped where it was made.
        return mark_safe((renderer or get_default_renderer()).render(self.template_name, context))  # noqa: S308


class AnswerField(forms.Field):
    """The form's field of one question; ``clean`` gives the value that is stored."""

    def __init__(self, question: Field, *, strict: bool = False) -> None:
        super().__init__(
            widget=WIDGETS[question.kind](question), label=gettext_lazy(question.label),
            help_text=gettext_lazy(question.hint) if question.hint else "", required=question.required,
        )
        self.question, self.strict = question, strict

    def prepare_value(self, value):
        return value if isinstance(value, list) else shown(value)

    def clean(self, value):
        try:
            read = read_value(self.question, value)
        except Unreadable as problem:
            raise ValidationError([ValidationError(each, code=problem.code) for each in problem.sentences])
        if read is None and self.strict and self.required:
            raise ValidationError(missing_sentence(self.question), code="required")
        return read


def missing_sentence(question: Question) -> str:
    """Return what is said of a question without an answer."""
    return _("“%(question)s” is not answered.") % {"question": _(question.label)}


class AnswersForm(forms.Form):
    """A form made of questions; see ``answers_form``."""

    use_required_attribute = False
    questions: tuple[Field, ...] = ()

    @property
    def readable(self) -> dict[str, Any]:
        """The values that could be read, by key: what may be saved although others are wrong."""
        return {question.key: self.cleaned_data[question.key] for question in self.questions
                if question.key in self.cleaned_data}


def answers_form(questions: Sequence[Field], *, strict: bool = False) -> type[AnswersForm]:
    """Return the form class that asks the questions in their order; ``strict`` calls gaps mistakes."""
    made: dict[str, Any] = {question.key: AnswerField(question, strict=strict) for question in questions}
    return type("QuestionsForm", (AnswersForm,), {**made, "questions": tuple(questions)})
