"""An issuer's users cannot find out that an alert exists: every address that they can ask answers as it did before.

The pages are those of the access matrix, so that an address that is added is tried here without anybody thinking of it.
"""

from __future__ import annotations

import cProfile
import gc
import re
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import django
import pytest
from django.db import connection, transaction
from django.dispatch import dispatcher
from django.test import Client

from aml.models import Alert, Subject, Wallet
from aml.services.alerts import raise_alert
from aml.services.decisions import confirm_match, decide_alert
from aml.services.screening import screen_everybody
from aml.services.subjects import sweep_subjects
from core import audit, cases, clock
from core.cases import note_case
from core.errors import NotPermitted, Refused
from core.middleware import SessionsSeen
from core.models import AuditEvent, Case, CaseNote, Message
from core.roles import ROLES, Can, Role
from issuers.models import Clearance, Person
from reports.services.digests import send_morning_digest
from tests.aml.flows import wallet
from tests.aml.listed import load
from tests.cast import CAST
from tests.test_access_matrix import ADDRESSES, address_of, world  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("equal_names")]
SAVEPOINT = re.compile(r"s\d+_x\d+")  # numbered through
ROOT = Path(__file__).resolve().parents[2]
#: What differs between two answers that say the same: tokens against forgery and doubling, numbers of requests.
CHANGES_ALWAYS = re.compile(r'name="(?:csrfmiddlewaretoken|key)" value="[^"]*"|nonce="[^"]*"|"request_id": ?"[^"]*"')
#: Who reads which sites: a session opens nothing of the API, a key nothing else.
SITES = {"ann": ("portal:", "public:"), "eli": ("portal:",), "key": ("api:",)}
MANY = 25
NAME = "Anna Sze"  # somebody behind the issuer, in the world of the access matrix


class Answer(NamedTuple):
    """What an address answers, and what that took."""

    status: int
    questions: tuple[str, ...]
    text: str
    calls: int


class Work:
    """Notes what an answer takes: which questions are asked of the database, and how many functions are called.

    This is how time is compared. A clock on a busy machine says something else each time, so that a test by the clock
    either fails for nothing or lets pass what differs by less than its noise; counts are exact, and a single branch
    that is taken because of an alert changes them. Counted are the platform's own functions and Django's, which ask and
    draw whatever a page shows. Those of other libraries are left out, since chance decides in them: how often a random
    number is drawn anew, in how many pieces the database's answer comes, which addresses are still remembered. The
    database is asked the same in the same words, so that no work of its own is for an alert.
    """

    COUNTED = tuple(f"{place}/" for place in (
        Path(django.__file__).parent, *(ROOT / app for app in ("core", "issuers", "reserves", "aml", "reports"))))
    CHANCE = dispatcher.__file__  # looks for receivers of signals that were collected as garbage

    def __init__(self) -> None:
        self.questions: list[str] = []
        # Counts in C: a function of ours that is told of each call takes longer than what it counts.
        self._counter = cProfile.Profile(builtins=False)

    def __call__(self, execute, sql, *args):
        self.questions.append(SAVEPOINT.sub("", sql))
        return execute(sql, *args)

    def __enter__(self) -> Work:
        gc.disable()
        self._wrapper = connection.execute_wrapper(self)
        self._wrapper.__enter__()
        self._counter.enable()
        return self

    def __exit__(self, *failure) -> None:
        self._counter.disable()
        self._wrapper.__exit__(*failure)
        gc.enable()

    @property
    def calls(self) -> int:
        places = ((each.code.co_filename, each.callcount) for each in self._counter.getstats())
        return sum(count for place, count in places if place.startswith(self.COUNTED) and place != self.CHANCE)


def _read(client: Client, world, sites: tuple[str, ...]) -> dict[str, Answer]:  # noqa: F811
    """Return what every address of the sites answers."""
    return {name: _answer(client, world, name) for name in ADDRESSES if name.startswith(sites)}


def _answer(client: Client, world, name: str) -> Answer:  # noqa: F811
    with Work() as work:
        answer = client.get(address_of(name, world))
        body = b"".join(answer).decode(errors="replace")
    return Answer(answer.status_code, tuple(work.questions), CHANGES_ALWAYS.sub("", body), work.calls)


def _case_page(client: Client, reference: str) -> tuple[int, str]:
    answer = client.get(f"/en/portal/cases/{reference}/")
    return answer.status_code, CHANGES_ALWAYS.sub("", answer.content.decode()).replace(reference, "")


def _differences(before: dict[str, Answer], after: dict[str, Answer]) -> dict[str, str]:
    """Return which pages say something else, or ask something else, and how many questions they asked."""
    return {name: f"{before[name].status} {len(before[name].questions)}, {after[name].status} "
                  f"{len(after[name].questions)}"
            for name in before if before[name][:3] != after[name][:3]}


def _least_calls(clients: dict[str, Client], world, read, other) -> dict[tuple[str, str], int]:  # noqa: F811
    """Return how many calls pages take at least that took another number in another world, if asked again.

    What a process does once in a while, such as letting go what is no longer used, only ever adds calls.
    """
    return {(who, name): min(read[who][name].calls, *(_answer(client, world, name).calls for _again in range(3)))
            for who, client in clients.items() for name in read[who]
            if read[who][name].calls != other[who][name].calls}


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


@pytest.fixture
def steady(monkeypatch, settings):
    """What happens once a minute by the clock on the wall happens here once and for all.

    A session notes where it was last seen; a program's requests within the minute are remembered in order to be limited.
    """
    monkeypatch.setattr(SessionsSeen, "EVERY", 10**9)
    rates = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "1000000/day")
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}


def _wallets(owner) -> list[Wallet]:
    return [wallet(owner, owner.pk * 1000 + number) for number in range(MANY)]


def _raise_alerts(wallets: list[Wallet]) -> None:
    """Raise an alert on each of the wallets, with a case of its own."""
    for each in wallets:
        raise_alert("velocity", key=f"velocity:{each.canonical}", owner=each.owner, wallet=each, explanation={})


def test_no_answer_to_an_issuer_changes_when_alerts_are_opened(
    world, issuer, ann, eli, dee, dan, client_for, key_for, set_clock, steady  # noqa: F811
):
    set_clock(datetime.now().strftime("%Y-%m-%dT10:00"))
    wallets = _wallets(issuer.organisation)
    key = Client(headers={"Authorization": f"Bearer {key_for(issuer.organisation, Role.FEED_SENDER)}"})
    readers = {"ann": client_for(ann), "eli": client_for(eli), "key": key}
    for name, client in readers.items():  # what is remembered between requests is not the matter here
        _read(client, world, SITES[name])
    before = {name: _read(client, world, SITES[name]) for name, client in readers.items()}
    mails = Message.objects.count()
    mark = transaction.savepoint()

    alert = _open_alerts(dee, dan)
    _raise_alerts(wallets)

    person = Person.objects.get(name_en=NAME, removed_at=None)
    assert Clearance.objects.filter(person=person).first().state == "hit"
    after = {name: _read(client, world, SITES[name]) for name, client in readers.items()}
    assert {name: found for name in readers if (found := _differences(before[name], after[name]))} == {}
    assert sum(answer.status == 200 for answer in after["ann"].values()) > 60
    assert Message.objects.count() == mails
    told = [text for answers in after.values() for _, _, text, _ in answers.values()]
    assert not any(alert.case.reference in text or "QDi.001" in text for text in told)

    # Asked for by its own reference, the case is what a case that nobody opened is.
    own, none = (_case_page(readers["ann"], reference) for reference in (alert.case.reference, "AML-0"))
    assert own == none

    with_alerts = _least_calls(readers, world, after, before)
    transaction.savepoint_rollback(mark)
    assert with_alerts == _least_calls(readers, world, before, after)


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


def test_officers_who_do_not_work_alerts_know_of_no_case_and_get_no_mail_of_one(
    issuer, dee, bo, client_for, set_clock
):
    set_clock("2026-11-26T10:00")  # a business day: on another no digest is written
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
