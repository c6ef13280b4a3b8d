"""A person's inbox: what was mailed to them, to read, to find again and to go on from; on both sites."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core import inbox
from core.middleware import open_to_auditors
from issuers.views.frame import portal_frame
from reports.builders import inbox as wording

PER_PAGE = 25


def _frame(request: HttpRequest) -> dict[str, Any]:
    return {} if request.user.is_authority else portal_frame(request.user)


@open_to_auditors
@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """The person's messages, newest first: all or the unread ones, of every kind or of one."""
    show, kind = request.GET.get("show", "all"), request.GET.get("kind", "")
    if show not in ("all", "unread") or (kind and kind not in wording.KINDS):
        raise Http404
    rows = inbox.inbox_of(request.user)
    notices = sorted(rows.order_by().values_list("notice", flat=True).distinct())
    if kind:
        rows = rows.filter(notice__in=wording.notices_of(kind, notices))
    page = Paginator(rows.filter(read_at=None) if show == "unread" else rows, PER_PAGE).get_page(
        request.GET.get("page"))
    there = {wording.kind_of(each) for each in notices}
    context = _frame(request) | {
        "page": page, "show": show, "kind": kind,
        "rows": [(each, wording.kind_label(each.notice)) for each in page.object_list],
        "kinds": [(name, label) for name, (label, _known) in wording.KINDS.items() if name in there],
        "tabs": [(label, f"?show={name}" + (f"&kind={kind}" if kind else ""), None, name == show)
                 for name, label in (("all", _("All")), ("unread", _("Unread")))],
    }
    return render(request, f"{request.resolver_match.namespace}/inbox.html", context)


@open_to_auditors
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message as it was sent, with what became of the e-mail and a way to what it is about."""
    row = get_object_or_404(inbox.inbox_of(request.user), pk=pk)
    inbox.open_message(row, reader=request.user)
    context = _frame(request) | {
        "message": row, "kind": wording.kind_label(row.notice), "delivery": wording.delivery(row),
        "text": None if inbox.holds_secret(row) else wording.linked(row.text),
        "about": wording.about(row, request.user),
    }
    return render(request, f"{request.resolver_match.namespace}/inbox_message.html", context)


@open_to_auditors
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of the person's messages as read."""
    count = inbox.read_everything(request.user)
    messages.success(request, ngettext("%(count)d message marked as read.", "%(count)d messages marked as read.",
                                       count) % {"count": count})
    return redirect(f"{request.resolver_match.namespace}:inbox")
