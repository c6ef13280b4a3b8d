"""Telling people of a report that can be read: the issuer's by permission, officers as they are subscribed."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import SYSTEM, Actor, not_permitted, require
from core.errors import Refused
from core.models import Organisation, User
from core.outbox import Notice, enqueue
from core.roles import Can, Role
from core.wording import ROLE_NAMES
from reports import selectors
from reports.models import ReportDocument, ReportNotice, ReportRun, Subscription
from reports.notices import DailyReportReady, DocumentReady, ReportReady
from reports.selectors.subscriptions import KINDS, recipients, settings_in_force
from reports.services.attachments import signed_report
from reports.verbs import SUBSCRIBED

K, H = ReportRun.Kind, Subscription.How

#: Whom the authority tells of what unless it sets otherwise: its own operating choice.
DEFAULTS = {
    K.DAILY_RESERVE: H.DIGEST, K.WEEKLY_STATEMENT: H.DIGEST, K.MONTHLY_SUPERVISION: H.AT_ONCE,
    K.QUARTERLY_OVERVIEW: H.AT_ONCE, K.BREACH_DOSSIER: H.AT_ONCE, K.ATTESTATION_COMPARISON: H.DIGEST,
}
DEFAULT_ROLES = (Role.CASE_OFFICER, Role.HEAD_OF_LICENSING)


def announce_report(run: ReportRun) -> list[ReportNotice]:
    """Tell of a report in the caller's transaction, and return who of the officers is told, how, in which language.

    An issuer's own report goes to its people by permission. An officer is told once of each report, at once or with the
    next morning digest, and its document in the officer's language is wanted; the signed PDF goes with the mail where
    the authority's policy lets it. Of a draft nobody is told.
    """
    if run.status != ReportRun.Status.RENDERED or run.kind == K.COMMITTEE_PACK:
        return []  # whoever compiled papers waits for them
    if run.owner.kind != Organisation.Kind.AUTHORITY or run.kind not in KINDS:
        enqueue(_ready(run), to=run.owner, may=selectors.needed_for(run.kind), key=run.reference)
    if run.kind not in KINDS:
        return []
    told = []
    for each in recipients(run.kind):
        if each.how != H.NONE:
            row, created = ReportNotice.objects.get_or_create(
                run=run, person=each.person, defaults={"how": each.how, "language": each.language}
            )
            told += [row] if created else []
            ReportDocument.objects.get_or_create(run=run, language=each.language)
    for row in told:
        if row.how == H.AT_ONCE:
            sent = enqueue(_for_officer(run), to=row.person, key=run.reference, attachments=signed_report(run))
            row.message = next(iter(sent), None)
            row.save(update_fields=["message"])
    return told


def _ready(run: ReportRun) -> Notice:
    if run.kind == K.DAILY_RESERVE:
        return DailyReportReady(reference=run.reference, coin=run.subject, as_of=run.as_of, version=run.version)
    return DocumentReady(reference=run.reference, title=K(run.kind).label, subject=run.subject, version=run.version)


def _for_officer(run: ReportRun) -> ReportReady:
    return ReportReady(reference=run.reference, title=K(run.kind).label, subject=run.subject, as_of=run.as_of,
                       version=run.version)


@transaction.atomic
def set_subscription(
    *, kind: str, how: str, language: str = "", person: User | None = None, role: str = "", actor: Actor
) -> Subscription:
    """Set how a person, or everybody in a role, is told of reports of a kind; earlier settings stay on record.

    An officer sets what is the officer's own; what is another's or a role's, only whoever sets schedules.

    Raises:
        NotPermitted: the actor does not set this.
        Refused: there is no such kind, way, role or language, the person is no officer, or nothing changes.
    """
    if person is None or person != actor:
        require(actor, Can.SCHEDULE_REPORTS)
    if person is not None and not person.is_authority:
        raise not_permitted(Can.SCHEDULE_REPORTS) if person == actor else Refused(
            _("Only people of the authority are told of reports like this."), code="no_officer")
    if (person is None) == (not role) or (role and role not in ROLE_NAMES):
        raise Refused(_("Name a person, or a role."), code="whom")
    if kind not in KINDS or how not in H.values or (language and language not in dict(settings.LANGUAGES)):
        raise Refused(_("There is no such choice."), code="choice")
    before = Subscription.objects.filter(person=person, role=role, kind=kind).first()
    if before is not None and (before.how, before.language) == (how, language):
        raise Refused(_("It is set like this already."), code="unchanged")
    row = Subscription.objects.create(
        person=person, role=role, kind=kind, how=how, language=language,
        set_by=actor if isinstance(actor, User) else None, set_by_label=actor.label,
    )
    audit.record(SUBSCRIBED, target=row, actor=actor, data={"how": how, "language": language})
    return row


@transaction.atomic
def enter_default_recipients() -> list[Subscription]:
    """Enter for each role what it is told of, where nothing was ever set for anybody."""
    if settings_in_force():
        return []
    rows = [
        Subscription(role=role, kind=kind, how=how, set_by_label=SYSTEM.label)
        for role in DEFAULT_ROLES for kind, how in DEFAULTS.items()
    ]
    return Subscription.objects.bulk_create(rows)
