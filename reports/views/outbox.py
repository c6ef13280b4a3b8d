"""Mail that was sent, waits, failed, or may have been sent twice: the outbox as its rows are."""

from __future__ import annotations

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from core.access import require
from core.models import Message
from core.roles import Can
from core.templatetags.ui import state
from core.wording import hk_datetime


class MessageTable(tables.Table):
    """One row per message and recipient."""

    queued_at = tables.Column(verbose_name=_("Queued"))
    subject = tables.Column(verbose_name=_("Subject"))
    address = tables.Column(verbose_name=_("To"))
    status = tables.Column(verbose_name=_("State"))

    class Meta:
        attrs = {"class": "tight", "caption": _("Messages")}
        order_by = "-queued_at"
        empty_text = _("No mail yet")

    def render_queued_at(self, value):
        return hk_datetime(value, "short")

    def render_address(self, value, record):
        return format_html('{}<span class="sub">{}</span>', record.recipient or _("Somebody without an account"), value)

    def render_status(self, record):
        return format_html('{}<span class="sub">{}</span>', state(record), record.error)


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """All messages, newest first."""
    require(request.user, Can.VIEW_OUTBOX)
    table = MessageTable(Message.objects.select_related("recipient"))
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    return render(request, "officer/outbox.html", {"table": table})
