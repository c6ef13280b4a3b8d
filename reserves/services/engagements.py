"""Engaging auditors: which firm for which coin and period, and which of its people may look until when."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import Actor, require
from core.agreed_invitations import invite_auditor
from core.business_days import check_day, hong_kong_calendar
from core.cases import next_reference
from core.errors import Refused
from core.invitations import check_person
from core.models import Organisation, User
from core.roles import Can
from core.rulebook.periods import month_end
from issuers.models import Coin
from reserves.models import Engagement, EngagementAuditor
from reserves.selectors.attestation import audit_firms
from reserves.services.draws import open_engagement
from reserves.workflows import ATTESTATION, AUDITOR_ACCESS

ISSUER = audit.Audience.ISSUER
FIRM_ENTERED = audit.verb("reserves.auditor.firm_entered", gettext_noop("entered audit firm %(target)s"))
ENGAGED = audit.verb("reserves.attestation.engaged", gettext_noop("engaged %(firm)s: %(target)s"), audience=ISSUER)
PROPOSED = audit.verb("reserves.auditor.proposed", gettext_noop("proposed access of %(target)s as auditor"),
                      audience=ISSUER)
#: A period has a last business day and at least one other to draw from.
LEAST_BUSINESS_DAYS = 2
MOST_RANDOM_DAYS = 10


@transaction.atomic
def enter_audit_firm(*, name_en: str, name_zh_hant: str = "", name_zh_hans: str = "", actor: Actor) -> Organisation:
    """Enter an audit firm that the authority finds acceptable (SUP 2.7.3).

    Raises:
        NotPermitted: the actor does not register organisations.
        Refused: no name, or an organisation of that name exists.
    """
    require(actor, Can.REGISTER_ISSUERS)
    if not name_en.strip():
        raise Refused(_("Say what the firm is called."))
    try:
        with transaction.atomic():
            firm = Organisation.objects.create(
                kind=Organisation.Kind.AUDITOR, slug=slugify(name_en)[:80] or "auditor", name_en=name_en.strip(),
                name_zh_hant=name_zh_hant, name_zh_hans=name_zh_hans,
            )
    except IntegrityError:
        raise Refused(_("There is an organisation named %(name)s already.") % {"name": name_en})
    audit.record(FIRM_ENTERED, target=firm, actor=actor)
    return firm


@transaction.atomic
def engage_auditor(
    coin: Coin, firm: Organisation, *, period_start: date, period_end: date, access_until: date, actor: Actor,
    random_days: int = 1,
) -> Engagement:
    """Engage a firm for one period of one coin; where the period has begun its seed is committed to at once.

    Raises:
        NotPermitted: the actor engages no auditors for the issuer.
        Refused: the authority has not entered the firm, the period or the time of access will not do, or a firm is
            engaged for that period already.
    """
    require(actor, Can.ENGAGE_AUDITOR, coin)
    if not audit_firms().filter(pk=firm.pk).exists():
        raise Refused(_("The authority has not entered %(name)s as an audit firm.") % {"name": firm.name})
    _check_period(period_start, period_end, access_until, random_days)
    try:
        with transaction.atomic():
            row = Engagement.objects.create(
                reference=next_reference("ATT"), coin=coin, firm=firm, period_start=period_start,
                period_end=period_end, access_until=access_until, random_days=random_days,
                engaged_by=actor if isinstance(actor, User) else None,
            )
    except IntegrityError:
        raise Refused(_("A firm is engaged for the period to %(day)s already.") % {"day": period_end.isoformat()})
    audit.record(ENGAGED, target=row, actor=actor, data={"firm": firm.name_en})
    return open_engagement(row) if period_start <= clock.today() else row


def _check_period(period_start: date, period_end: date, access_until: date, random_days: int) -> None:
    check_day(period_start, period_end, access_until)
    if period_start >= period_end or period_end != month_end(period_end):
        raise Refused(_("A period begins before it ends, and ends with a calendar month."), code="period")
    if period_end < clock.today():
        raise Refused(_("The period is over: the days to be tested are drawn from a seed committed to before it ends."),
                      code="period_over")
    latest = period_end + timedelta(days=settings.SERVICE_CLOCKS["auditor_access_days"])
    if not period_end <= access_until <= latest:
        raise Refused(_("Access ends after the period and by %(day)s.") % {"day": latest.isoformat()}, code="access")
    days = len(list(hong_kong_calendar().business_days(period_start, period_end)))
    if not 1 <= random_days <= MOST_RANDOM_DAYS or days < LEAST_BUSINESS_DAYS or random_days >= days:
        raise Refused(_("At least one day is drawn, at most %(most)d, and no more than the period has.")
                      % {"most": MOST_RANDOM_DAYS}, code="random_days")


@transaction.atomic
def end_engagement(engagement: Engagement, *, reason: str, actor: Actor) -> Engagement:
    """End an engagement that has no report yet; its auditors see nothing of it from now on.

    Raises:
        NotPermitted: the actor engages no auditors for the issuer.
        Refused: no reason, or a report was uploaded.
    """
    if not reason.strip():
        raise Refused(_("Say why: the note is part of the record."))
    row = ATTESTATION.apply(engagement, "end", actor=actor, note=reason.strip())
    for admitted in row.auditors.exclude(status=EngagementAuditor.Status.ENDED):
        AUDITOR_ACCESS.apply(admitted, "end", actor=actor)
    return row


@transaction.atomic
def propose_auditor(
    engagement: Engagement, *, email: str, name: str, until: date, actor: Actor, language: str = "en"
) -> EngagementAuditor:
    """Propose one person of the firm for access to the engagement, for a second person to agree to.

    Raises:
        NotPermitted: the actor engages no auditors for the issuer.
        Refused: the address or the day will not do, the person is of the issuer, or has access already.
    """
    require(actor, Can.ENGAGE_AUDITOR, engagement)
    status = Engagement.objects.select_for_update(no_key=True).values_list("status", flat=True).get(pk=engagement.pk)
    if status == Engagement.Status.ENDED:
        raise Refused(_("The engagement has ended."))
    email, name = email.strip().lower(), name.strip()
    check_person(email, name, language)
    if not clock.today() <= until <= engagement.access_until:
        raise Refused(_("Access ends between today and %(day)s.") % {"day": engagement.access_until.isoformat()})
    account = User.objects.filter(email__iexact=email).first()
    if account and any(each.organisation.kind != Organisation.Kind.AUDITOR for each in account.current_memberships):
        raise Refused(_("%(email)s acts for another side and cannot be its auditor.") % {"email": email})
    try:
        with transaction.atomic():
            row = EngagementAuditor.objects.create(
                engagement=engagement, email=email, name=name, until=until, language=language,
                proposed_by=actor if isinstance(actor, User) else None,
            )
    except IntegrityError:
        raise Refused(_("%(email)s is proposed or has access already.") % {"email": email})
    audit.record(PROPOSED, target=row, actor=actor)
    return row


@transaction.atomic
def admit_auditor(auditor: EngagementAuditor, *, actor: Actor) -> EngagementAuditor:
    """Agree to what another proposed; who has no account in the firm gets a link by mail.

    Raises:
        NotPermitted: the actor engages no auditors for the issuer.
        Refused: the actor proposed it, or it was settled meanwhile.
    """
    row = AUDITOR_ACCESS.apply(auditor, "admit", actor=actor)
    person = actor if isinstance(actor, User) else None
    row.admitted_by, row.admitted_at = person, clock.now()
    row.invitation = invite_auditor(
        row.engagement.firm, email=row.email, name=row.name, language=row.language, proposed_by=row.proposed_by,
        approved_by=person,
    )
    row.save(update_fields=["admitted_by", "admitted_at", "invitation"])
    return row


@transaction.atomic
def end_auditor(auditor: EngagementAuditor, *, actor: Actor) -> EngagementAuditor:
    """End one person's access to the engagement, from this moment.

    Raises:
        NotPermitted: the actor engages no auditors for the issuer.
        Refused: it has ended.
    """
    return AUDITOR_ACCESS.apply(auditor, "end", actor=actor)
