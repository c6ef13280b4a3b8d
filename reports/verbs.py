"""The acts of reports that are no move of a workflow: known to every process, which has to word them."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from core import audit

FROZEN = audit.verb("reports.run.frozen", gettext_noop("froze the facts of %(target)s"), audience=audit.Audience.ISSUER)
SIGNED = audit.verb(
    "reports.document.signed", gettext_noop("signed %(target)s"), audience=audit.Audience.ISSUER)
BEGUN = audit.verb("reports.demo.begun", gettext_noop("began the demonstration world of %(target)s"))
SEEDED = audit.verb("reports.demo.seeded", gettext_noop("completed the demonstration world of %(target)s"))
SCHEDULE_SET = audit.verb("reports.schedule.set", gettext_noop("set schedule %(target)s"))
SUBSCRIBED = audit.verb("reports.subscription.set", gettext_noop("set who is told of reports: %(target)s, %(how)s"))
