"""The life of a first contact and of a public warning, each as one table."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core import audit
from core.audit import Audience
from core.roles import Can
from core.workflow import Move, Workflow
from issuers.models import Contact, PublicWarning
from issuers.workflows import guards

C = Contact.Status
W = PublicWarning.Status

CONTACT = Workflow(
    "status",
    C,
    Move("talk", (C.NEW,), C.TALKING, Can.INVITE_APPLICANT,
         audit.verb("issuers.contact.talking", gettext_noop("took up talks with %(target)s")),
         label=_("Take up talks")),
    Move("invite", (C.NEW, C.TALKING), C.INVITED, Can.INVITE_APPLICANT,
         audit.verb("issuers.contact.invited", gettext_noop("invited %(target)s to apply")), basis="LIC 4.2",
         label=_("Invite to apply")),
    Move("close", (C.NEW, C.TALKING), C.CLOSED, Can.INVITE_APPLICANT,
         audit.verb("issuers.contact.closed", gettext_noop("closed contact %(target)s: %(note)s")), label=_("Close")),
)

WARNING = Workflow(
    "status",
    W,
    Move("publish", (W.DRAFT,), W.PUBLISHED, Can.PUBLISH_WARNING,
         audit.verb("issuers.warning.published", gettext_noop("published warning %(target)s"),
                    audience=Audience.PUBLIC),
         (guards.published_by_another,), label=_("Publish")),
    Move("remove", (W.PUBLISHED,), W.REMOVED, Can.PUBLISH_WARNING,
         audit.verb("issuers.warning.removed", gettext_noop("removed warning %(target)s: %(note)s"),
                    audience=Audience.PUBLIC), label=_("Remove")),
    Move("drop", (W.DRAFT,), W.DROPPED, Can.PROPOSE_WARNING,
         audit.verb("issuers.warning.dropped", gettext_noop("dropped warning %(target)s: %(note)s")),
         label=_("Drop")),
)
