"""The inbox shows a person the very mails that were written to them, and nobody else; nothing in it can be abused."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from core import cases, clock, inbox
from core.access import SYSTEM
from core.correspondence import send_message
from core.models import AuditEvent, Membership, Message, Organisation, User
from core.outbox import enqueue, enqueue_rendered
from core.roles import Role
from reports.builders.inbox import KINDS, about, delivery, kind_of, linked
from reports.notices import DailyReportReady, FeedLate

pytestmark = pytest.mark.django_db
S = Message.Status


@pytest.fixture(autouse=True)
def _moment(set_clock):
    set_clock("2026-11-23T10:00")


def mailed(user, number: int = 1) -> Message:
    notice = DailyReportReady(reference=f"DRA-FRS01-LRHKD-2026112{number}-1", coin="LRHKD", as_of=date(2026, 11, 22),
                              version=1)
    return enqueue(notice, to=user, key=f"{number}")[0]


def given(user, **fields) -> Message:
    base = {"notice": "reports/feed_late", "recipient": user, "address": user.email, "language": "en",
            "subject": "A file is late", "text": "It has not come.", "html": ""}
    return Message.objects.create(key=f"k{Message.objects.count()}", **base | fields)


def page(client, site: str = "portal", query: str = "") -> str:
    answer = client.get(reverse(f"{site}:inbox") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_opening_a_message_marks_it_read_once_and_the_count_in_the_frame_falls(ann, amy, client_for, set_clock):
    row, other = mailed(ann), mailed(ann, 2)
    theirs = mailed(amy)
    client = client_for(ann)
    assert "Inbox, 2 not read" in client.get(reverse("portal:home")).content.decode()
    address = reverse("portal:inbox_message", args=[row.pk])
    shown = client.get(address).content.decode()
    assert row.subject in shown
    assert "LRHKD" in shown
    assert "Inbox, 1 not read" in shown
    opened_at = clock.now()
    set_clock("2026-11-23T11:00")
    client.get(address)
    row.refresh_from_db()
    assert row.read_at == opened_at
    assert page(client, query="?show=unread").count("<th scope=\"row\">") == 1
    assert reverse("portal:inbox_read") in page(client)
    assert client.post(reverse("portal:inbox_read")).status_code == 302
    other.refresh_from_db()
    theirs.refresh_from_db()
    assert (other.read_at, theirs.read_at) == (clock.now(), None)
    assert "not read" not in page(client)
    assert reverse("portal:inbox_read") not in page(client)
    assert inbox.unread_count(amy) == 1


def test_anothers_message_is_not_there_for_anybody_else(ann, amy, ian, bo, client_for):
    row = mailed(ann)
    for reader, site in ((amy, "portal"), (ian, "portal"), (bo, "officer")):
        assert client_for(reader).get(reverse(f"{site}:inbox_message", args=[row.pk])).status_code == 404
        assert row.subject not in page(client_for(reader), site)
    assert client_for(None).get(reverse("portal:inbox")).status_code == 302
    row.refresh_from_db()
    assert row.read_at is None
    assert inbox.open_message(row, reader=amy).read_at is None


def test_a_person_of_an_audit_firm_has_an_inbox(db, client_for, ann):
    firm = Organisation.objects.create(kind="auditor", slug="firm", name_en="Harbour Audit")
    ava = User.objects.create_user("ava@firm.example", "Ava Au", "x")
    Membership.objects.create(user=ava, organisation=firm, role=Role.AUDITOR)
    from allauth.mfa.models import Authenticator
    Authenticator.objects.create(user=ava, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    row = mailed(ava)
    assert row.subject in page(client_for(ava))
    assert client_for(ava).get(reverse("portal:inbox_message", args=[row.pk])).status_code == 200


def test_messages_are_found_by_kind_page_by_page_newest_first(ann, client_for):
    rows = [given(ann, subject=f"Late {n:02}") for n in range(27)]
    given(ann, notice="reports/daily_report_ready", subject="Ready")
    client = client_for(ann)
    assert "Late 26" in page(client)
    assert "Late 00" not in page(client)
    assert rows[0].subject in page(client, query="?page=2")
    some = page(client, query="?kind=reports")
    assert "Ready" in some
    assert "Late" not in some
    for nonsense in ("?kind=nothing", "?show=nothing", "?kind=%00"):
        assert client.get(reverse("portal:inbox") + nonsense).status_code == 404
    assert "No messages yet" in page(client_for_nobody_yet(client_for))


def client_for_nobody_yet(client_for):
    from allauth.mfa.models import Authenticator

    from tests.cast import TOTP_SECRET
    new = User.objects.create_user("new@lion.example", "New Yu", "x")
    Membership.objects.create(user=new, organisation=Organisation.objects.get(kind="issuer"), role=Role.COMPLIANCE_OFFICER)
    Authenticator.objects.create(user=new, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    return client_for(new)


def test_every_notice_has_a_kind():
    from core.outbox import NOTICES

    kinds = {name: kind_of(name) for name in NOTICES}
    assert set(kinds.values()) <= set(KINDS)
    assert (kinds["core/message_waits"], kinds["core/invited"]) == ("cases", "access")
    assert (kinds["reports/feed_late"], kinds["reports/daily_report_ready"]) == ("deadlines", "reports")
    assert (kinds["issuers/request_due"], kinds["issuers/licence_granted"]) == ("deadlines", "licensing")
    assert kind_of("of/an_app_to_come") == "access"


def test_what_became_of_the_mail_is_said(ann):
    at = clock.now()
    said = {status: delivery(given(ann, status=status, sent_at=at if status == S.SENT else None)) for status in S}
    assert said == {
        S.QUEUED: f"The e-mail to {ann.email} has not left yet.",
        S.INFLIGHT: f"The e-mail to {ann.email} has not left yet.",
        S.SENT: f"Also sent by e-mail to {ann.email} on 23 Nov 2026, 10:00.",
        S.FAILED: f"The e-mail to {ann.email} could not be delivered: read it here.",
        S.UNCERTAIN: f"Whether the e-mail to {ann.email} arrived is not known: read it here.",
    } | {status: said[status] for status in set(S) - {S.QUEUED, S.INFLIGHT, S.SENT, S.FAILED, S.UNCERTAIN}}
    with translation.override("zh-hant"):
        assert delivery(given(ann, status=S.SENT, sent_at=at))


@pytest.mark.parametrize(("text", "shown"), [
    ("See https://assay.example/en/portal/.", 'See <a href="https://assay.example/en/portal/">https://assay.example/en/portal/</a>.'),
    ("https://assay.example", '<a href="https://assay.example">https://assay.example</a>'),
    ("https://assay.example.evil.com/x", "https://assay.example.evil.com/x"),
    ("https://assay.example@evil.com/", "https://assay.example@evil.com/"),
    ("https://assay.example:8000/", "https://assay.example:8000/"),
    ("https://evil.com/?https://other.example/", "https://evil.com/?https://other.example/"),
    ("<b onclick=x>&", "&lt;b onclick=x&gt;&amp;"),
    ('https://assay.example/"onclick=x', '<a href="https://assay.example/">https://assay.example/</a>&quot;onclick=x'),
    ("javascript:alert(1) http://assay.example/", "javascript:alert(1) http://assay.example/"),
])
def test_only_links_to_this_platform_are_links(text, shown, settings):
    settings.SITE_URL = "https://assay.example"
    assert linked(text) == shown


def test_a_mail_with_a_secret_keeps_it_in_the_mailbox(ann, client_for):
    reset = enqueue_rendered("account/email/password_reset_key", to=ann, subject="Reset", html="", key="k",
                             text="http://localhost:8000/en/accounts/password/reset/key/secret/")
    shown = client_for(ann).get(reverse("portal:inbox_message", args=[reset.pk])).content.decode()
    assert "in your mailbox only" in shown
    assert "reset/key" not in shown
    for notice in ("core/invited", "account/email/unusual"):
        assert inbox.holds_secret(given(ann, notice=notice))
    assert not inbox.holds_secret(given(ann))


def test_a_message_leads_to_what_it_names_if_the_reader_may_see_it(issuer, ann, eli, ian, bo):
    case = cases.open_case("issuers.breach", subject="LRHKD", owner=issuer.organisation, key="one", actor=SYSTEM,
                           params={"rule": "HK-RES-01", "as_of": "2026-11-22"})
    notice = FeedLate(case=case.reference, coin="LRHKD", feed="Holdings", as_of=date(2026, 11, 22))
    rows = {who: enqueue(notice, to=who, key=f"{who.pk}")[0] for who in (ann, eli, ian, bo)}
    there = case.reference
    assert about(rows[ann], ann) == [(reverse("portal:case", args=[there]), there)]
    assert about(rows[bo], bo) == [(reverse("officer:case", args=[there]), there)]
    assert about(rows[eli], eli) == about(rows[ian], ian) == []


def test_no_message_of_aml_is_an_issuers_even_were_one_addressed_to_it(issuer, ann, bo, dee, client_for):
    for reader in (ann, dee):
        given(reader, notice="aml/alert_opened", subject="Alert AML-2026-0001")
    row = Message.objects.get(recipient=ann)
    assert (inbox.unread_count(ann), inbox.unread_count(dee)) == (0, 1)
    assert "AML-2026-0001" not in page(client_for(ann))
    assert client_for(ann).get(reverse("portal:inbox_message", args=[row.pk])).status_code == 404
    assert "AML-2026-0001" in page(client_for(dee), "officer")


def test_the_page_of_a_case_holds_the_thread_its_draft_and_who_has_read(issuer, ann, bo, eli, client_for):
    case = cases.open_case("issuers.breach", subject="LRHKD", owner=issuer.organisation, key="one", actor=SYSTEM,
                           params={"rule": "HK-RES-01", "as_of": "2026-11-22"})
    officer, person = client_for(bo), client_for(ann)
    to = {name: {site: reverse(f"{site}:{name}", args=[case.reference]) for site in ("officer", "portal")}
          for name in ("case", "case_message", "case_draft", "case_act")}
    officer.post(to["case_act"]["officer"], {"action": "note", "text": "Ask the bank first."})
    asked = {"text": "Why <b>so</b>?", "answer_by": "2026-11-25", "key": "a"}
    assert [officer.post(to["case_message"]["officer"], asked).status_code for _ in range(2)] == [302, 302]
    assert case.notes.filter(audience="issuer").count() == 1
    assert "Not read by the issuer yet." in officer.get(to["case"]["officer"]).content.decode()

    assert "Answer the authority’s message" in person.get(reverse("portal:home")).content.decode()
    seen = person.get(to["case"]["portal"]).content.decode()
    assert "Why &lt;b&gt;so&lt;/b&gt;?" in seen
    assert "The authority asks for your answer by 25 November 2026." in seen
    assert "Case officer" in seen  # the part, not the name
    assert "Bo Chan" not in seen
    assert "Ask the bank first." not in seen
    assert "Internal notes" not in seen

    saved = person.post(to["case_draft"]["portal"], {"text": "It is", "key": "b"}).content.decode()
    assert "not sent. Only you see it." in saved
    assert "It is</textarea>" in person.get(to["case"]["portal"]).content.decode()
    assert "It is</textarea>" not in officer.get(to["case"]["officer"]).content.decode()
    assert "Read by the issuer on 23 Nov 2026, 10:00." in officer.get(to["case"]["officer"]).content.decode()
    assert person.post(to["case_draft"]["portal"], {"text": "x" * 10_001, "key": "b"}).status_code == 422

    empty = person.post(to["case_message"]["portal"], {"text": " ", "key": "b"})
    assert empty.status_code == 422
    past = officer.post(to["case_message"]["officer"], asked | {"answer_by": "2026-11-01", "key": "c"})
    assert past.status_code == 422
    assert "is past." in past.content.decode()
    assert person.post(to["case_message"]["portal"], {"text": "It is corrected.", "key": "b"}).status_code == 302
    assert "Answer the authority’s message" not in person.get(reverse("portal:home")).content.decode()
    queue = officer.get(reverse("officer:cases") + "?view=to_answer").content.decode()
    assert case.reference in queue
    assert "A message waits for an answer since 23 Nov 2026, 10:00" in queue

    cases.close_case(case, outcome="remedied", actor=bo)
    before = AuditEvent.objects.count()
    assert person.post(to["case_message"]["portal"], {"text": "One more.", "key": "d"}).status_code == 409
    closed = person.get(to["case"]["portal"]).content.decode()
    assert "its messages can be read, and no more are sent" in closed
    assert "It is corrected." in closed
    assert "<textarea" not in closed
    assert (case.notes.count(), AuditEvent.objects.count()) == (3, before)


def test_a_file_of_a_message_is_only_for_who_may_see_the_case(issuer, ann, bo, ian, eli, client_for):
    from core.uploads import CheckedFile

    case = cases.open_case("issuers.breach", subject="LRHKD", owner=issuer.organisation, key="one", actor=SYSTEM,
                           params={"rule": "HK-RES-01", "as_of": "2026-11-22"})
    other = cases.open_case("issuers.breach", subject="LRHKD", owner=issuer.organisation, key="two", actor=SYSTEM,
                            params={"rule": "HK-RES-01", "as_of": "2026-11-22"})
    note = send_message(case, text="See.", actor=bo, files=[CheckedFile(b"<script>", "a.pdf", "application/pdf", 1)])
    file = note.enclosures.get()
    address = reverse("portal:case_file", args=[case.reference, file.pk])
    answer = client_for(ann).get(address)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"<script>")
    assert answer["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert client_for(ian).get(address).status_code == 404
    assert client_for(eli).get(address).status_code == 403
    assert client_for(ann).get(reverse("portal:case_file", args=[other.reference, file.pk])).status_code == 404
