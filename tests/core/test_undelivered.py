"""Mail that did not arrive: one case per address, and the three things a person can do."""

from __future__ import annotations

import pytest

from core.clock import now
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Membership, Message
from core.outbox import Address, enqueue, enqueue_rendered
from core.undelivered import correct_address, open_mail_cases, resend, settle, trust_address
from issuers.notices.contacts import ContactReceived
from tests.core.test_outbox import NOTICE, S


@pytest.fixture
def failed(issuer, ann, authority) -> list[Message]:
    """Two messages to ann that were refused, and the case on them."""
    rows = [*enqueue(NOTICE, to=issuer.organisation, key="one"), *enqueue(NOTICE, to=issuer.organisation, key="two")]
    Message.objects.update(status=S.FAILED, error="550 5.1.1 No such mailbox")
    open_mail_cases()
    return list(Message.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk"))


def changed(*messages: Message) -> list[str]:
    return [Message.objects.get(pk=each.pk).status for each in messages]


def test_one_case_for_an_address_however_much_did_not_arrive(failed):
    case = Case.objects.get(kind="mail_undelivered")
    assert {each.case for each in failed} == {case}
    assert (case.key, case.queue, case.due_at is None) == (failed[0].address, "operations", False)
    assert open_mail_cases() == []


def test_a_person_sends_again_and_the_case_closes_with_the_last_message(failed, ops):
    first, second = failed
    again = resend(first, actor=ops)
    assert (again.status, again.address, again.text, again.again_of) == (S.QUEUED, first.address, first.text, first)
    assert changed(first, second) == [S.SETTLED, S.FAILED]
    assert Case.objects.get(kind="mail_undelivered").status == "open"
    settle(second, note="Told by telephone.", actor=ops)
    case = Case.objects.get(kind="mail_undelivered")
    assert (case.status, case.outcome) == ("closed", "settled")
    verbs = AuditEvent.objects.filter(actor=ops).order_by("pk").values_list("verb", "data__note")
    assert list(verbs) == [("core.message.resent", None), ("core.message.settled", "Told by telephone.")]
    with pytest.raises(Refused, match="not one that failed"):
        resend(first, actor=ops)
    assert Message.objects.count() == 3


def test_what_may_not_be_done_changes_nothing(failed, dee, ops, ann, issuer):
    first, second = failed
    with pytest.raises(NotPermitted):
        resend(first, actor=dee)
    with pytest.raises(Refused, match="Say how"):
        settle(first, note=" ", actor=ops)
    Membership.objects.filter(user=ann).update(until="2026-01-01")
    with pytest.raises(Refused, match="no longer acts for"):
        resend(first, actor=ops)
    assert changed(first, second) == [S.FAILED, S.FAILED]
    assert Message.objects.count() == 2
    assert not AuditEvent.objects.filter(actor__in=[dee, ops]).exists()


def test_an_address_is_corrected_before_mail_goes_there_again(failed, ann, amy, cy, ops, issuer):
    ann.undeliverable_since = now()
    ann.save()
    with pytest.raises(Refused, match="correct the address first"):
        resend(failed[0], actor=ops)
    with pytest.raises(NotPermitted):
        correct_address(ann, email="ann@lion.example", organisation=issuer.organisation, actor=ops)
    for address, said in (("ann", "not an e-mail address"), (amy.email.upper(), "Somebody else"), (ann.email, "on file")):
        with pytest.raises(Refused, match=said):
            correct_address(ann, email=address, organisation=issuer.organisation, actor=amy)
    row = correct_address(ann, email="Ann@lion.example", organisation=issuer.organisation, actor=amy)
    assert (row.email, row.undeliverable_since) == ("ann@lion.example", None)
    assert resend(failed[0], actor=ops).address == "ann@lion.example"
    event = AuditEvent.objects.get(verb="core.address.corrected")
    assert event.data == {"from": ann.email, "to": "ann@lion.example"}


def test_an_administrator_corrects_nobody_of_another_organisation(ian, amy, issuer, rival):
    with pytest.raises(Refused, match="does not act for"):
        correct_address(ian, email="x@lion.example", organisation=issuer.organisation, actor=amy)
    with pytest.raises(NotPermitted):
        correct_address(ian, email="x@lion.example", organisation=rival.organisation, actor=amy)


def test_an_address_that_works_again_is_no_longer_held(ann, ops):
    ann.undeliverable_since = now()
    ann.save()
    assert trust_address(ann, actor=ops).undeliverable_since is None
    trust_address(ann, actor=ops)
    assert AuditEvent.objects.filter(verb="core.address.trusted").count() == 1


def test_somebody_without_an_account_gets_it_at_the_right_address(authority, bo):
    [message] = enqueue(ContactReceived("CON-2026-0001", 5), to=Address("typo@peak.exmaple", "en"), key="c")
    Message.objects.update(status=S.BOUNCED)
    open_mail_cases()
    assert Case.objects.get().owner == authority
    assert resend(message, actor=bo, address="pia@peak.example").address == "pia@peak.example"


def test_a_link_that_lets_in_goes_to_no_other_address_and_an_old_one_nowhere(issuer, amy, ada, cy, bo, authority):
    from core.invitations import approve_invitation, invite_person

    approve_invitation(invite_person(issuer.organisation, email="nia@lion.example", name="Nia", role="auditor",
                                     language="en", actor=amy), actor=ada)
    enqueue_rendered("account/email/password_reset_key", to=amy, subject="s", text="t", html="h", key="k")
    Message.objects.update(status=S.FAILED)
    link = Message.objects.get(notice="core/invited")
    with pytest.raises(Refused, match="lets its reader in"):
        resend(link, actor=bo, address="other@evil.example")
    assert resend(link, actor=bo, address="NIA@lion.example").address == "nia@lion.example"
    with pytest.raises(Refused, match="asks for a new one"):
        resend(Message.objects.get(notice__startswith="account/"), actor=bo)


def test_the_pages(failed, client_for, confirmed_client_for, ops, cy, dee, ann):
    first, second = failed
    page = client_for(ops).get(f"/en/officer/mail/{first.pk}/")
    for words in ("550 5.1.1 No such mailbox", "Send again", "Call it delivered"):
        assert words in page.content.decode()
    assert "Call it delivered" not in client_for(dee).get(f"/en/officer/mail/{first.pk}/").content.decode()
    answer = client_for(ops).post(f"/en/officer/mail/{first.pk}/settle/", {"note": ""})
    assert answer.status_code == 422
    assert client_for(ops).post(f"/en/officer/mail/{second.pk}/settle/", {"note": "Told."}).status_code == 302
    answer = confirmed_client_for(cy).post(f"/en/officer/mail/{first.pk}/correct/", {"email": "new@lion.example"})
    assert answer.status_code == 302
    ann.refresh_from_db()
    assert ann.email == "new@lion.example"
    answer = client_for(ops).post(f"/en/officer/mail/{first.pk}/resend/")
    again = Message.objects.get(again_of=first)
    assert (answer.url, again.address) == (f"/en/officer/mail/{again.pk}/", "new@lion.example")
    case = Case.objects.get(kind="mail_undelivered")
    assert f'href="/en/officer/mail/{first.pk}/"' in client_for(cy).get(f"/en/officer/cases/{case.reference}/").content.decode()


def test_the_list_is_narrowed_and_paged(failed, client_for, ops, django_assert_max_num_queries):
    client = client_for(ops)
    for query, found in (("", 2), ("?view=todo", 2), ("?view=sent", 0), ("?q=ann@", 2), ("?q=nobody", 0),
                         ("?organisation=lion-rock-digital-limited", 2), ("?organisation=none", 0),
                         ("?notice=reports/daily_report_ready", 2), ("?notice=reports/feed_late", 0)):
        assert len(client.get(f"/en/officer/mail/{query}").context["table"].rows) == found, query
    with django_assert_max_num_queries(15):
        client.get("/en/officer/mail/")


def test_the_page_says_once_that_the_server_takes_nothing(ann, ops, client_for):
    from core.circuit import note_away

    enqueue(NOTICE, to=ann, key="one")
    assert "takes no mail" not in client_for(ops).get("/en/officer/mail/").content.decode()
    note_away("ConnectionRefusedError: no")
    page = client_for(ops).get("/en/officer/mail/").content.decode()
    assert page.count("What is written waits and nothing is lost") == 1
    assert "1 message waits." in page
    assert client_for(None).get("/healthz").content == b"ok; mail waits"


def test_the_portal_shows_administrators_all_and_others_their_own(failed, amy, ann, eli, ian, client_for):
    enqueue(NOTICE, to=amy.memberships.get().organisation, key="three")
    for reader, found in ((amy, 5), (ann, 3), (eli, 1), (ian, 0)):
        table = client_for(reader).get("/en/portal/mail/").context["table"]
        assert len(table.rows) == found, reader
    page = client_for(ann).get("/en/portal/mail/").content.decode()
    assert "550" not in page


def test_an_administrator_corrects_an_address_that_mail_comes_back_from(failed, amy, ann, confirmed_client_for):
    ann.undeliverable_since = now()
    ann.save()
    client = confirmed_client_for(amy)
    assert "Mail that comes back" in client.get("/en/portal/mail/").content.decode()
    assert "Too few people receive notices" in client.get("/en/portal/").content.decode()
    answer = client.post(f"/en/portal/mail/people/{ann.pk}/correct/", {"email": amy.email})
    assert answer.status_code == 422
    assert "Somebody else has this address." in answer.content.decode()
    assert client.post(f"/en/portal/mail/people/{ann.pk}/correct/", {"email": "ann@lion.example"}).status_code == 302
    assert "Too few people receive notices" not in client.get("/en/portal/").content.decode()
