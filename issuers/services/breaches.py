"""What happens to a rule that is not met: opened once, notified, answered, remedied, closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from core import audit, cases, clock
from core.access import Actor
from core.errors import Refused
from core.models import Case
from core.rulebook import load
from core.wording import hk_date
from issuers.models import Breach, Issuer
from issuers.workflows import BREACH

OPENED = audit.verb("issuers.breach.opened", gettext_noop("opened breach %(target)s"), audience=audit.Audience.ISSUER)
BEGAN_EARLIER = audit.verb("issuers.breach.began_earlier",
                           gettext_noop("found that breach %(target)s began on %(day)s"),
                           audience=audit.Audience.ISSUER)


def _words(params: dict[str, Any]) -> dict[str, Any]:
    """Return the rule by its title and the day as it is written in the reader's language."""
    rule = load("hk").rule(params["rule"])
    return params | {"title": rule.title_in(get_language() or "en"), "as_of": hk_date(params["as_of"])}


cases.kind(
    "issuers.breach", prefix="BRC", title=gettext_lazy("Breach"),
    summary=gettext_noop("Not met by %(subject)s on %(as_of)s: %(title)s (%(rule)s)"),
    queue="supervision", seen_by_issuer=True, words=_words,
)


@transaction.atomic
def open_breach(
    issuer: Issuer, *, rule: str, subject: str, as_of: date, actor: Actor,
    params: dict[str, Any] | None = None, risk: str = Case.Risk.MEDIUM,
) -> Breach:
    """Open the breach with its case, or have the open one reach to ``as_of``: one per rule and subject.

    A day may be judged after days that follow it, as when its file comes late: then the breach began on that day.
    """
    # The issuer's row is the lock: two workers that judge the same day open one breach.
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    standing = Breach.objects.filter(rule=rule, subject=subject).exclude(status__in=BREACH.final).first()
    if standing:
        return _reach(standing, as_of, actor)
    hours = settings.SERVICE_CLOCKS["breach_acknowledge_hours"]
    case = cases.open_case(
        "issuers.breach", subject=subject, owner=issuer.organisation, key=f"{rule}:{subject}:{as_of}",
        as_of=as_of, due_at=clock.now() + timedelta(hours=hours), risk=risk, actor=actor,
        params={"rule": rule, "as_of": as_of.isoformat(), **(params or {})},
    )
    breach = Breach.objects.create(
        issuer=issuer, case=case, rule=rule, subject=subject, first_as_of=as_of, last_as_of=as_of
    )
    audit.record(OPENED, target=breach, actor=actor, data={"rule": rule, "as_of": as_of.isoformat()})
    return breach


def _reach(breach: Breach, as_of: date, actor: Actor) -> Breach:
    """Return the open breach as one that ``as_of`` belongs to."""
    if as_of > breach.last_as_of:
        breach.last_as_of = as_of
        breach.save(update_fields=["last_as_of"])
    elif as_of < breach.first_as_of:
        # The event calls the breach as it was known so far, by its rule, its subject and its first day.
        audit.record(BEGAN_EARLIER, target=breach, actor=actor, data={"day": as_of.isoformat()})
        breach.first_as_of = as_of
        breach.save(update_fields=["first_as_of"])
    return breach


def _move(breach: Breach, name: str, *, actor: Actor, note: str) -> Breach:
    if not note.strip() and name != "notify":
        raise Refused(_("Say why: the note is part of the record."))
    return BREACH.apply(breach, name, actor=actor, note=note.strip())


@transaction.atomic
def notify_breach(breach: Breach, *, actor: Actor, note: str = "") -> Breach:
    """The issuer reports the breach (SUP 2.7.5: immediately)."""
    breach = _move(breach, "notify", actor=actor, note=note)
    breach.notified_at = clock.now()
    breach.save(update_fields=["notified_at"])
    return breach


def answer_breach(breach: Breach, *, actor: Actor, note: str) -> Breach:
    """The issuer explains the breach and what it does about it."""
    return _move(breach, "answer", actor=actor, note=note)


def require_remedy(breach: Breach, *, actor: Actor, note: str) -> Breach:
    """An officer asks for the breach to be remedied."""
    return _move(breach, "require_remedy", actor=actor, note=note)


def escalate_breach(breach: Breach, *, actor: Actor, note: str) -> Breach:
    """An officer takes the breach to a higher level."""
    return _move(breach, "escalate", actor=actor, note=note)


@transaction.atomic
def close_breach(breach: Breach, *, actor: Actor, note: str) -> Breach:
    """An officer closes the breach and with it the case."""
    breach = _move(breach, "close", actor=actor, note=note)
    breach.closed_at = clock.now()
    breach.save(update_fields=["closed_at"])
    cases.close_case(breach.case, outcome="closed", actor=actor)
    return breach


MOVES = {
    "notify": notify_breach,
    "answer": answer_breach,
    "require_remedy": require_remedy,
    "escalate": escalate_breach,
    "close": close_breach,
}
