"""How a mail reads in its recipient's inbox: its kind, what became of it, its text, what it is about."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.cases import cases_for
from core.models import Message, User
from core.roles import Can
from core.wording import hk_datetime
from reports.selectors import reports_for
from reserves.selectors.breaks import breaks_for

#: Kinds of messages as readers choose among them, each with how the names of its notices begin. The longest beginning
#: decides; what no other has is of the last kind.
KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "cases": (gettext_lazy("Messages on cases"), ("core/message_waits",)),
    "deadlines": (gettext_lazy("Breaches and deadlines"), (
        "reports/breach_opened", "reports/feed_late", "reports/morning_digest", "issuers/duties_due",
        "issuers/obligation_overdue", "issuers/request_due", "issuers/fee_overdue", "aml/")),
    "reports": (gettext_lazy("Reports and attestations"), ("reports/", "reserves/")),
    "licensing": (gettext_lazy("Licence and applications"), ("issuers/",)),
    "access": (gettext_lazy("Your account"), ("account/", "core/")),
}
#: What a text names that has a page: a case, a report, a break.
_NAMED = re.compile(r"\b(?:[A-Z]{2,4}-\d{4}-\d{4,}|B-\d{4}-[A-Z0-9]{8}|[A-Z]{3}-[A-Z0-9]+(?:-[A-Z0-9.]+)*-\d{8}-\d+)\b")
MOST_NAMED = 20
_AFTER_A_LINK = ".,;:!?)]}»”’'\""


def kind_of(notice: str) -> str:
    """Return the kind of a notice."""
    beginnings = [(len(each), name) for name, (_label, known) in KINDS.items() for each in known
                  if notice.startswith(each)]
    return max(beginnings)[1] if beginnings else "access"


def kind_label(notice: str) -> Any:
    """Return what the kind of a notice is called."""
    return KINDS[kind_of(notice)][0]


def notices_of(kind: str, notices: list[str]) -> list[str]:
    """Return those of the notices that are of the kind."""
    return [each for each in notices if kind_of(each) == kind]


def delivery(message: Message) -> str:
    """Say what became of the e-mail that said the same."""
    S = Message.Status
    said = {"address": message.address, "at": hk_datetime(message.sent_at, "short") if message.sent_at else ""}
    if message.status == S.SENT:
        return _("Also sent by e-mail to %(address)s on %(at)s.") % said
    if message.status in (S.QUEUED, S.INFLIGHT):
        return _("The e-mail to %(address)s has not left yet.") % said
    if message.status == S.FAILED:
        return _("The e-mail to %(address)s could not be delivered: read it here.") % said
    if message.status == S.UNCERTAIN:
        return _("Whether the e-mail to %(address)s arrived is not known: read it here.") % said
    return _("The e-mail to %(address)s: %(state)s.") % (said | {"state": message.get_status_display()})


def linked(text: str) -> SafeString:
    """Return the text with its links to this platform made links; everything else stays text."""
    own = re.compile(rf"{re.escape(settings.SITE_URL)}(?=[/\s]|$)[^\s<>\"']*")
    parts, done = [], 0
    for found in own.finditer(text):
        address = found[0].rstrip(_AFTER_A_LINK)
        parts += [(format_html("{}", text[done: found.start()]),), (format_html('<a href="{0}">{0}</a>', address),)]
        done = found.start() + len(address)
    return format_html_join("", "{}", [*parts, (format_html("{}", text[done:]),)])


def about(message: Message, reader: User) -> list[tuple[str, str]]:
    """Return what the message names and the reader may see, in its order: the address and the reference of each."""
    site = "officer" if reader.is_authority else "portal"
    named = list(dict.fromkeys(_NAMED.findall(f"{message.subject}\n{message.text}")))[:MOST_NAMED]
    sources: list[tuple[str, Can, Any]] = [
        ("case", Can.VIEW_CASES, cases_for), ("report", Can.VIEW_REPORTS, reports_for),
        ("break", Can.VIEW_RESERVES, breaks_for),
    ]
    found = {
        reference: reverse(f"{site}:{view}", args=[reference])
        for view, permission, rows in sources if named and reader.can(permission)
        for reference in rows(reader).filter(reference__in=named).values_list("reference", flat=True)
    }
    return [(found[each], each) for each in named if each in found]
