"""The acts of reports that are no move of a workflow: known to every process, which has to word them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, gettext_noop

from core import audit
from reports.models import ReportRun, Subscription

#: What is scheduled besides reports.
MAILS = {"morning_digest": gettext_lazy("Morning digest"), "reminders": gettext_lazy("Reminders")}


def titled(label: str) -> str:
    """Write what a label begins with, the name of a schedule, by its title."""
    name, space, rest = label.partition(" ")
    titles = dict(ReportRun.Kind.choices) | MAILS
    return f"{titles.get(name, name)}{space}{rest}"


FROZEN = audit.verb("reports.run.frozen", gettext_noop("froze the facts of %(target)s"), audience=audit.Audience.ISSUER)
SIGNED = audit.verb(
    "reports.document.signed", gettext_noop("signed %(target)s"), audience=audit.Audience.ISSUER)
BEGUN = audit.verb("reports.demo.begun", gettext_noop("began the demonstration world of %(target)s"))
SEEDED = audit.verb("reports.demo.seeded", gettext_noop("completed the demonstration world of %(target)s"))
SCHEDULE_SET = audit.verb("reports.schedule.set", gettext_noop("set schedule %(target)s: %(reason)s"), reading=titled)
PACK_ASKED = audit.verb("reports.pack.asked", gettext_noop("asked for the evidence on %(target)s"))
SUBSCRIBED = audit.verb("reports.subscription.set", gettext_noop("set who is told of reports: %(target)s, %(how)s"),
                        words=audit.coded(how=dict(Subscription.How.choices)))
