"""An issuer's users cannot find out that an alert exists: every address that they can ask answers as it did before.

The pages are those of the access matrix, so that an address that is added is tried here without anybody thinking of it.
"""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client

from aml.models import Alert, Subject
from aml.services.decisions import confirm_match, decide_alert
from aml.services.screening import screen_everybody
from aml.services.subjects import sweep_subjects
from core import audit, cases, clock
from core.cases import note_case
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, CaseNote, Message
from core.roles import ROLES, Can, Role
from issuers.models import Clearance, Person
from reports.services.digests import send_morning_digest
from tests.aml.listed import load
from tests.cast import CAST
from tests.test_access_matrix import ADDRESSES, address_of, world  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("equal_names")]
#: What differs between two answers that say the same: tokens against forgery and doubling, numbers of requests.
CHANGES_ALWAYS = re.compile(r'name="(?:csrfmiddlewaretoken|key)" value="[^"]*"|nonce="[^"]*"|"request_id": ?"[^"]*"')
#: Who reads which sites: a session opens nothing of the API, a key nothing else.
SITES = {"ann": ("portal:", "public:"), "eli": ("portal:",), "key": ("api:",)}
NAME = "Anna Sze"  # somebody behind the issuer, in the world of the access matrix


class Counter:
    """Counts the questions asked of the database; what a connection remembers of them is limited."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute, *args):
        self.count += 1
        return execute(*args)


def _read(client: Client, world, sites: tuple[str, ...]) -> dict[str, tuple[int, int, str]]:  # noqa: F811
    """Return what every address of the sites answers: status, number of questions, text."""
    read = {}
    for name in ADDRESSES:
        if name.startswith(sites):
            asked = Counter()
            with connection.execute_wrapper(asked):
                answer = client.get(address_of(name, world))
                body = b"".join(answer).decode(errors="replace")
            read[name] = (answer.status_code, asked.count, CHANGES_ALWAYS.sub("", body))
    return read


def _case_page(client: Client, reference: str) -> tuple[int, str]:
    answer = client.get(f"/en/portal/cases/{reference}/")
    return answer.status_code, CHANGES_ALWAYS.sub("", answer.content.decode()).replace(reference, "")


def _differences(before, after) -> dict[str, str]:
    return {
        name: f"{before[name][:2]} {after[name][:2]}" for name in before if before[name] != after[name]
    }


def _open_alerts(dee, dan) -> Alert:
    """Screen everybody; somebody behind the issuer is found, and two officers confirm it."""
    load("un", {"QDi.001": {"name": NAME, "birth_dates": ["1971"]}})
    load("hk", {"G.1": "A Third"})
    sweep_subjects()
    screen_everybody()
    alert = Alert.objects.get(subject__name_en=NAME, entry__source="un")
    decide_alert(alert, outcome="true", reason="same_particulars", text="The passport.", actor=dee)
    confirm_match(alert, actor=dan)
    return alert


def test_no_answer_to_an_issuer_changes_when_an_alert_is_opened(
    world, issuer, ann, eli, dee, dan, client_for, key_for, set_clock  # noqa: F811
):
    set_clock(datetime.now().strftime("%Y-%m-%dT10:00"))
    key = Client(headers={"Authorization": f"Bearer {key_for(issuer.organisation, Role.FEED_SENDER)}"})
    readers = {"ann": client_for(ann), "eli": client_for(eli), "key": key}
    for name in ("ann", "key"):  # what is remembered between requests is not the matter here
        _read(readers[name], world, SITES[name])
    readers["eli"].get(address_of("portal:home", world))
    before = {name: _read(client, world, SITES[name]) for name, client in readers.items()}
    mails = Message.objects.count()

    alert = _open_alerts(dee, dan)

    person = Person.objects.get(name_en=NAME, removed_at=None)
    assert Clearance.objects.filter(person=person).first().state == "hit"
    after = {name: _read(client, world, SITES[name]) for name, client in readers.items()}
    assert {name: found for name in readers if (found := _differences(before[name], after[name]))} == {}
    assert sum(answer[0] == 200 for answer in after["ann"].values()) > 60
    assert Message.objects.count() == mails
    told = [text for answers in after.values() for _, _, text in answers.values()]
    assert not any(alert.case.reference in text or "QDi.001" in text for text in told)

    # Asked for by its own reference, the case is what a case that nobody opened is.
    own, none = (_case_page(readers["ann"], reference) for reference in (alert.case.reference, "AML-0"))
    assert own == none


@pytest.mark.parametrize("member", ["ann", "amy", "eli", "ian"])
def test_no_row_of_aml_is_an_issuers(issuer, dee, dan, member, request):
    from aml import models

    Person.objects.create(issuer=issuer, name_en=NAME)
    _open_alerts(dee, dan)
    reader = request.getfixturevalue(member)
    for model in (models.Subject, models.Screening, models.Hit, models.Alert):
        assert model.objects.exists()
        assert not model.objects.visible_to(reader).exists()
    assert not cases.cases_for(reader).filter(kind="aml_alert").exists()


def test_no_verb_of_aml_is_for_issuers(issuer, dee, dan):
    Person.objects.create(issuer=issuer, name_en=NAME)
    alert = _open_alerts(dee, dan)
    verbs = {name: verb.audience for name, verb in audit.VERBS.items() if name.startswith("aml.")}
    assert len(verbs) > 10
    # What an issuer files itself it may read of.
    assert {name for name, audience in verbs.items() if audience != audit.Audience.AUTHORITY} == {"aml.return.filed"}
    assert AuditEvent.objects.filter(verb__startswith="aml.").exists()
    for target in (alert, alert.case, alert.subject, issuer):
        assert not audit.timeline(target, audience=audit.Audience.ISSUER).filter(at__gte=alert.opened_at).exists()


def test_no_role_of_an_issuer_may_know_of_alerts():
    outside = {role for _, (_, place, role) in CAST.items() if place != "authority"} | {Role.FEED_SENDER}
    outside.add(Role.AUTHORISED_SIGNATORY)
    for role in outside:
        assert not ROLES[role] & {Can.VIEW_ALERTS, Can.WORK_ALERTS, Can.LOAD_WATCHLISTS, Can.RECORD_CLEARANCE}


def test_nobody_can_write_to_the_issuer_on_a_case_of_aml(issuer, dee, dan, ann):
    Person.objects.create(issuer=issuer, name_en=NAME)
    case = _open_alerts(dee, dan).case
    notes = CaseNote.objects.count()
    with pytest.raises(Refused, match="may not know"):
        note_case(case, text="Who is this?", audience=CaseNote.Audience.ISSUER, actor=dee)
    with pytest.raises((Refused, NotPermitted)):
        note_case(case, text="What is this?", audience=CaseNote.Audience.ISSUER, actor=ann)
    assert CaseNote.objects.count() == notes


def test_officers_who_do_not_work_alerts_know_of_no_case_and_get_no_mail_of_one(issuer, dee, bo, client_for):
    Person.objects.create(issuer=issuer, name_en=NAME)
    load("un", {"QDi.001": NAME})
    sweep_subjects()
    screen_everybody()
    case = Alert.objects.get().case
    Case.objects.filter(pk=case.pk).update(due_at=clock.now())
    assert client_for(bo).get(f"/en/officer/cases/{case.reference}/").status_code == 404
    assert case.reference not in client_for(bo).get("/en/officer/cases/").content.decode()
    assert case.reference in client_for(dee).get("/en/officer/cases/").content.decode()
    with pytest.raises(Refused, match="does not work cases"):
        cases.assign_case(case, to=bo, actor=dee)
    send_morning_digest()
    told = {row.recipient: row.text for row in Message.objects.filter(notice__contains="igest")}
    assert case.reference in told[dee]
    assert case.reference not in told.get(bo, "")


def test_subjects_say_nothing_in_the_log(issuer, caplog):
    Person.objects.create(issuer=issuer, name_en=NAME)
    load("un", {"QDi.001": NAME})
    sweep_subjects()
    screen_everybody()
    assert Subject.objects.filter(name_en=NAME).exists()
    assert NAME not in caplog.text
