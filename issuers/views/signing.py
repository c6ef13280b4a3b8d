"""From the last look to the receipt: check your answers, hand over, sign, submit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import visible_or_404
from core.roles import Can
from core.stepup import require_step_up
from issuers.manifest import module_of, modules_for
from issuers.models import Application
from issuers.selectors.applications import answers_of, completeness, filed_slots
from issuers.services.submission import prepare_application, reopen_application, submit_application
from issuers.views.applications import application_or_404, framed

S = Application.Status


@require_safe
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """Every answer, file and gap on one page."""
    row = application_or_404(request, reference)
    answers = answers_of(row)
    context = framed(row, request.user, answers.values()) | {
        "found": completeness(row), "summary": _summary(row, answers), "slots": filed_slots(row),
        "persons": row.issuer.persons.filter(removed_at=None).prefetch_related("appointments"),
    }
    return render(request, "portal/application_check.html", context)


def _summary(application: Application, answers: dict[str, Any]) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    return [
        (module, [(question, answers.get(f"{module.key}.{question.key}")) for question in module.fields])
        for module in modules_for(application.issuer.kind)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand the complete application over to whoever signs."""
    row = application_or_404(request, reference, Can.EDIT_APPLICATION)
    if request.method == "POST":
        prepare_application(row, actor=request.user)
        messages.success(request, _("Handed over for signature. Somebody else has to sign and submit it."))
        return redirect("portal:application", reference)
    context = framed(row, request.user) | {"found": completeness(row)}
    return render(request, "portal/application_prepare.html", context)


@require_POST
def reopen(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the application back from the signatory."""
    reopen_application(application_or_404(request, reference, Can.EDIT_APPLICATION), actor=request.user)
    messages.success(request, _("Taken back. It can be changed again, and has to be handed over again."))
    return redirect("portal:application", reference)


class SignForm(forms.Form):
    """What the signatory declares; ``digest`` is of what the page showed."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read = forms.BooleanField(label=gettext_lazy("I have read the application and its documents."),
                              error_messages={"required": gettext_lazy("Say that you have read the application.")})
    true = forms.BooleanField(
        label=gettext_lazy("To the best of my knowledge it is true and complete."),
        error_messages={"required": gettext_lazy("Say that the application is true and complete.")},
    )
    entitled = forms.BooleanField(
        label=gettext_lazy("I am authorised to sign for the applicant."),
        error_messages={"required": gettext_lazy("Say that you are authorised to sign.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the signatory what was handed over, take the declarations, submit."""
    row = application_or_404(request, reference, Can.SIGN_APPLICATION)
    form = SignForm(request.POST or None, initial={"digest": row.prepared_digest})
    if request.method == "POST":
        require_step_up(request)
        if form.is_valid():
            submission = submit_application(row, digest=form.cleaned_data["digest"], actor=request.user)
            return redirect("portal:application_receipt", reference, submission.number)
    answers = answers_of(row)
    declared = [(question, answers.get(f"declarations.{question.key}"))
                for question in module_of(row.issuer.kind, "declarations").fields]
    context = framed(row, request.user, answers.values()) | {
        "form": form, "declared": declared, "waits": row.status == S.PREPARED,
        "own": row.prepared_by_id == request.user.pk, "slots": filed_slots(row),
    }
    return render(request, "portal/application_sign.html", context, status=422 if form.errors else 200)


@require_safe
def receipt(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Proof of a submission: reference, time, both names, digest."""
    row = application_or_404(request, reference)
    rows = row.submissions.select_related("prepared_by", "signed_by")
    if number > 32767:
        raise Http404
    submission = visible_or_404(rows, request.user, number=number)
    return render(request, "portal/application_receipt.html", framed(row, request.user) | {"submission": submission})
