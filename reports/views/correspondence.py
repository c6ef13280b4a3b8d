"""Messages between the authority and an issuer on a case: sent, drafted, settled, and their files."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import blobs, cases, correspondence
from core.access import require, visible_or_404
from core.errors import Refused
from core.models import Case
from core.roles import Can
from issuers.forms.files import say_refusal
from reports.forms import MessageForm
from reports.views.cases import shown_case


def _case(request: HttpRequest, reference: str, permission: Can = Can.WRITE_MESSAGES) -> Case:
    case = visible_or_404(cases.cases_for(request.user), request.user, reference=reference)
    require(request.user, permission, case)
    return case


@require_POST
def send(request: HttpRequest, reference: str) -> HttpResponse:
    """Send a message to the other side."""
    case = _case(request, reference)
    form = MessageForm(request.POST, request.FILES, for_officer=request.user.is_authority)
    if form.is_valid() and _sent(request, case, form):
        return redirect(f"{request.resolver_match.namespace}:case", reference)
    context = shown_case(request, reference, message_form=form)
    return render(request, f"{request.resolver_match.namespace}/case.html", context, status=422)


def _sent(request: HttpRequest, case: Case, form: MessageForm) -> bool:
    try:
        correspondence.send_message(case, actor=request.user, **form.cleaned_data)
    except Refused as problem:
        if problem.code == "case_closed" or not correspondence.may_correspond(case):
            raise
        say_refusal(form, problem, past="answer_by", empty="text", too_long="text", too_many_files="files")
        return False
    messages.success(request, _("Your message is sent. It can no longer be changed."))
    return True


@require_POST
def draft(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep what is being written, and say when it was saved: the page asks for this by itself."""
    case = _case(request, reference)
    try:
        kept = correspondence.save_draft(
            case, text=request.POST.get("text", ""), key=request.POST.get("key", ""), actor=request.user
        )
    except Refused as problem:
        return render(request, "components/draft_state.html", {"refusal": str(problem)}, status=422)
    return render(request, "components/draft_state.html", {"draft": kept})


@require_POST
def settle(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that what the issuer wrote needs no answer."""
    correspondence.settle_thread(_case(request, reference), actor=request.user)
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:case", reference)


@require_safe
def enclosure(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """A file that went with a message."""
    case = _case(request, reference, Can.VIEW_CASES)
    found = correspondence.enclosures_of(case).filter(pk=pk).first()
    if found is None:
        raise Http404
    return FileResponse(blobs.path_of(found.blob_id).open("rb"), as_attachment=True, filename=found.filename,
                        content_type=found.media_type)
