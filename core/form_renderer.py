"""Every Django form in the look of GOV.UK Frontend: field groups, error summary and the classes of its widgets."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import TemplatesSetting

WIDGET_TEMPLATES = {
    "django/forms/widgets/radio.html": "forms/radios.html",
    "django/forms/widgets/checkbox_select.html": "forms/checkboxes.html",
    "django/forms/widgets/checkbox.html": "forms/checkbox.html",
}
WIDGET_CLASSES = {
    "django/forms/widgets/textarea.html": "govuk-textarea",
    "django/forms/widgets/select.html": "govuk-select",
    "django/forms/widgets/file.html": "govuk-file-upload",
    "django/forms/widgets/clearable_file_input.html": "govuk-file-upload",
}
INPUTS = ("text", "email", "url", "password", "search", "tel")
SHORT_INPUTS = ("number", "date", "datetime", "time")
WIDGET_CLASSES |= {f"django/forms/widgets/{kind}.html": "govuk-input" for kind in INPUTS}
WIDGET_CLASSES |= {f"django/forms/widgets/{kind}.html": "govuk-input govuk-input--width-10" for kind in SHORT_INPUTS}


class Renderer(TemplatesSetting):
    """Set as ``FORM_RENDERER``; a form needs no base class and no template of its own."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        wanted = WIDGET_CLASSES.get(template_name)
        if wanted and "widget" in context:
            attrs = context["widget"]["attrs"]
            attrs["class"] = f"{wanted} {attrs.get('class', '')}".strip()
        return super().render(WIDGET_TEMPLATES.get(template_name, template_name), context, request)
