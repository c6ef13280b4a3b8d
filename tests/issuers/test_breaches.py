"""A breach is opened once per rule and subject, and two sides work it by the table."""

from datetime import date

import pytest

from core import audit
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case
from issuers.models import Breach
from issuers.services import breaches

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


@pytest.fixture
def breach(issuer):
    return breaches.open_breach(issuer, rule="HK-RES-01", subject="LRHKD", as_of=DAY, risk="high", actor=SYSTEM)


def test_the_next_day_carries_the_breach_on_and_opens_no_other(breach, issuer):
    again = breaches.open_breach(issuer, rule="HK-RES-01", subject="LRHKD", as_of=date(2026, 11, 23), actor=SYSTEM)
    assert again == breach
    assert again.last_as_of == date(2026, 11, 23)
    assert Case.objects.get().risk == "high"


def test_a_day_that_is_judged_after_those_that_follow_it_is_the_first_of_the_breach(breach, issuer):
    earlier = date(2026, 11, 20)
    for _twice in range(2):
        again = breaches.open_breach(issuer, rule="HK-RES-01", subject="LRHKD", as_of=earlier, actor=SYSTEM)
        assert again == breach
    breach.refresh_from_db()
    assert (breach.first_as_of, breach.last_as_of) == (earlier, DAY)
    assert Case.objects.count() == 1
    event = AuditEvent.objects.get(verb="issuers.breach.began_earlier")
    assert audit.sentence(event) == "found that breach HK-RES-01 LRHKD 22 November 2026 began on 20 November 2026"


def test_a_day_within_the_breach_changes_nothing_of_it(breach, issuer):
    breaches.open_breach(issuer, rule="HK-RES-01", subject="LRHKD", as_of=date(2026, 11, 26), actor=SYSTEM)
    events = AuditEvent.objects.count()
    breaches.open_breach(issuer, rule="HK-RES-01", subject="LRHKD", as_of=date(2026, 11, 24), actor=SYSTEM)
    breach.refresh_from_db()
    assert (breach.first_as_of, breach.last_as_of) == (DAY, date(2026, 11, 26))
    assert AuditEvent.objects.count() == events


def test_issuer_notifies_and_an_officer_closes(breach, ann, bo):
    notified = breaches.notify_breach(breach, actor=ann)
    assert notified.notified_at is not None
    answered = breaches.answer_breach(notified, actor=ann, note="Bank credits arrive on Monday.")
    closed = breaches.close_breach(answered, actor=bo, note="Credits seen.")
    assert (closed.status, closed.case.status) == ("closed", "open")
    assert Case.objects.get(pk=closed.case_id).status == "closed"


@pytest.mark.parametrize("name", ["require_remedy", "escalate", "close"])
def test_an_issuer_cannot_make_an_officers_move(breach, ann, name):
    breaches.notify_breach(breach, actor=ann)
    events = AuditEvent.objects.count()
    with pytest.raises(NotPermitted):
        breaches.MOVES[name](breach, actor=ann, note="please")
    breach.refresh_from_db()
    assert (breach.status, AuditEvent.objects.count()) == (Breach.Status.NOTIFIED, events)


def test_a_rival_cannot_notify_for_the_issuer(breach, ian):
    with pytest.raises(NotPermitted):
        breaches.notify_breach(breach, actor=ian)
    breach.refresh_from_db()
    assert breach.status == Breach.Status.OPEN


def test_a_breach_that_nobody_notified_is_not_closed(breach, bo):
    with pytest.raises(Refused):
        breaches.close_breach(breach, actor=bo, note="gone")
    breach.refresh_from_db()
    assert breach.closed_at is None


def test_an_explanation_needs_words(breach, ann):
    with pytest.raises(Refused):
        breaches.answer_breach(breach, actor=ann, note="  ")
    breach.refresh_from_db()
    assert breach.status == Breach.Status.OPEN
