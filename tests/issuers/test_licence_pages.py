"""The pages of licences: what officers do on them, what the licensee may see and say, and what errors look like."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from core.access import SYSTEM
from core.models import AuditEvent
from core.roles import Role
from issuers.models import Document, Proposal
from issuers.selectors.licences import proposal_digest
from issuers.services.conditions import attach_condition
from issuers.services.fees import raise_fee, record_payment
from issuers.services.proposals import decide_proposal, represent
from tests.issuers.licensing import BUFFER, GROUNDS, proposed
from tests.issuers.pdfs import pdf_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at(set_clock):
    set_clock("2026-11-20T10:00:00")
    return set_clock


@pytest.fixture
def licence(issuer, coin):
    attach_condition(issuer.licence, terms=BUFFER | {"wording_zh_hant": "維持百分之二的緩衝。"},
                     in_force_from=date(2026, 11, 1), actor=SYSTEM)
    return issuer.licence


def text_of(answer) -> str:
    return answer.content.decode()


def test_the_licence_shows_conditions_with_the_facts_they_feed(licence, bo, client_for):
    page = text_of(client_for(bo).get(reverse("officer:licence", args=["FRS01"])))
    assert "Keep 2% above full backing." in page
    assert "licence.buffer_target" in page
    assert "ORD" in page
    assert "No fee has been invoiced" in page


def test_the_licensee_reads_conditions_in_its_language(licence, ann, client_for):
    page = text_of(client_for(ann).get("/zh-hant/portal/licence/"))
    assert "維持百分之二的緩衝。" in page
    assert "licence.buffer_target" not in page
    assert "Keep 2% above full backing." not in page


def test_an_applicant_is_told_that_there_is_no_licence_yet(ian, rival, client_for):
    rival.licence.entries.all()
    assert "Licence FRS02" in text_of(client_for(ian).get(reverse("portal:licence")))


def test_an_officer_proposes_on_the_form_of_the_power(licence, bo, client_for):
    client, address = client_for(bo), reverse("officer:propose_power", args=["FRS01", "ordinary_suspension"])
    page = text_of(client.get(address))
    assert "ends_on" in page
    assert "representation_days" in page
    assert "measures" not in page
    sent = {"grounds": GROUNDS, "takes_effect_on": "2026-12-07", "ends_on": "2027-06-07", "representation_days": "14"}
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert "until 6 June 2027 at the longest" in text_of(refused)
    assert Proposal.objects.count() == 0
    done = client.post(address, sent | {"ends_on": "2027-06-06"})
    proposal = Proposal.objects.get()
    assert (done.status_code, done.url) == (302, reverse("officer:proposal", args=[proposal.reference]))
    assert client.get(done.url).status_code == 200


@pytest.mark.parametrize(
    ("kind", "sent", "terms"),
    [
        ("new_condition", {"kind": "issuance_cap", "coin": "LRHKD", "value": "5,000,000", "wording_en": "Cap.",
                           "representation_days": "14"}, {"kind": "issuance_cap", "value": "5000000"}),
        ("new_condition", {"kind": "currency_mismatch", "coin": "LRHKD", "wording_en": "May hold US dollars.",
                           "representation_days": "14"}, {"kind": "currency_mismatch", "value": True}),
        ("vary_condition", {"number": "1", "value": "0.03", "wording_en": "Keep 3%.", "representation_days": "20"},
         {"kind": "buffer_target", "value": "0.03", "coin": "LRHKD"}),
        ("cancel_condition", {"number": "1"}, {}),
        ("sanction", {"measures": ["reprimand"], "representation_days": "14"}, {}),
        ("revocation", {"reserve_direction": "Redeem.", "representation_days": "30"}, {}),
        ("surrender", {}, {}),
        ("temporary_suspension", {"ends_on": "2026-12-03"}, {}),
    ],
)
def test_every_power_has_its_form(licence, bo, client_for, kind, sent, terms):
    address = reverse("officer:propose_power", args=["FRS01", kind])
    assert client_for(bo).get(address).status_code == 200
    done = client_for(bo).post(address, {"grounds": GROUNDS, "takes_effect_on": "2026-12-07" if "representation_days"
                                         in sent else "2026-11-20"} | sent)
    assert done.status_code == 302, text_of(done)
    kept = Proposal.objects.get()
    assert kept.kind == kind
    assert kept.terms.get("condition", {}) | terms == kept.terms.get("condition", {})


@pytest.mark.parametrize("kind", ["praise", "new_condition\x00"])
def test_no_such_power_is_not_found(licence, bo, client_for, kind):
    assert client_for(bo).get(f"/en/officer/licences/FRS01/propose/{kind}/").status_code == 404


def test_deciding_asks_who_it_is_then_shows_the_digest_of_exactly_this(
    licence, bo, cy, client_for, confirmed_client_for
):
    proposal = proposed(licence, "temporary_suspension", bo)
    address = reverse("officer:proposal_decide", args=[proposal.reference])
    sent = {"takes_effect_on": "2026-11-20", "note": "Decided.", "digest": proposal_digest(proposal)}
    assert "reauthenticate" in client_for(cy).post(address, sent).url
    proposal.refresh_from_db()
    assert proposal.status == "open"
    client = confirmed_client_for(cy)
    assert proposal_digest(proposal) in text_of(client.get(address))
    other = client.post(address, sent | {"digest": "0" * 64})
    assert (other.status_code, "reads otherwise" in text_of(other)) == (422, True)
    assert client.post(address, sent).status_code == 302
    licence.refresh_from_db()
    assert licence.status == "suspended"
    assert "The licensed business has to stop" in text_of(client.get(reverse("officer:licence", args=["FRS01"])))


def test_the_page_says_why_it_cannot_be_decided(licence, cy, confirmed_client_for):
    proposal = proposed(licence, "temporary_suspension", cy)
    page = text_of(confirmed_client_for(cy).get(reverse("officer:proposal_decide", args=[proposal.reference])))
    assert "You made the proposal; another officer has to decide." in page
    assert 'name="digest"' not in page


def test_a_proposal_is_dropped_and_the_tribunal_recorded(licence, bo, cy, client_for, confirmed_client_for):
    dropped = proposed(licence, "ordinary_suspension", bo)
    address = reverse("officer:proposal_drop", args=[dropped.reference])
    assert client_for(bo).post(address, {"note": ""}).status_code == 422
    assert client_for(bo).post(address, {"note": "Remedied."}).status_code == 302
    decided = decide_proposal(proposed(licence, "temporary_suspension", bo), takes_effect_on=date(2026, 11, 20),
                              note="Decided.", actor=cy)
    address = reverse("officer:proposal_tribunal", args=[decided.reference])
    early = confirmed_client_for(cy).post(address, {"outcome": "upheld", "on": "2026-11-20"})
    assert (early.status_code, "Record first" in text_of(early)) == (422, True)
    assert confirmed_client_for(bo).post(address, {"outcome": "pending", "on": "2026-11-20"}).status_code == 302
    assert "Before the tribunal" in text_of(client_for(bo).get(reverse("officer:proposal", args=[decided.reference])))


def test_a_payment_is_recorded_and_taken_back_on_the_page(licence, bo, ben, client_for, confirmed_client_for):
    fee = raise_fee(licence, years=1, actor=SYSTEM)
    pay, back = (reverse(f"officer:{name}", args=[fee.invoice]) for name in ("fee_pay", "fee_take_back"))
    sent = {"paid_on": "2026-11-19", "reference": "FT-1"}
    assert "reauthenticate" in client_for(bo).post(pay, sent)["Location"]
    fee.refresh_from_db()
    assert fee.paid_on is None
    late = confirmed_client_for(bo).post(pay, {"paid_on": "2026-11-21", "reference": "FT-1"})
    assert (late.status_code, "before its day" in text_of(late)) == (422, True)
    assert confirmed_client_for(bo).post(pay, sent).status_code == 302
    assert "reauthenticate" in client_for(ben).post(back, {"note": "No."})["Location"]
    fee.refresh_from_db()
    assert fee.paid_on is not None
    assert confirmed_client_for(bo).post(back, {"note": "No."}).status_code == 409
    assert confirmed_client_for(ben).post(back, {"note": "No."}).status_code == 302
    fee.refresh_from_db()
    assert fee.paid_on is None


def test_the_licensee_makes_representations_with_documents(licence, bo, ann, eli, client_for):
    proposal = proposed(licence, "ordinary_suspension", bo)
    address, client = reverse("portal:proposal", args=[proposal.reference]), client_for(ann)
    page = text_of(client.get(address))
    assert GROUNDS in page
    assert "4 December 2026, 23:59" in page
    bad = client.post(address, {"text": "See.", "documents": [SimpleUploadedFile("a.exe", b"MZ")]})
    assert (bad.status_code, Document.objects.count()) == (422, 0)
    both = [SimpleUploadedFile("a.pdf", pdf_of("A")), SimpleUploadedFile("b.pdf", pdf_of("B"))]
    assert client.post(address, {"text": "See.", "documents": both}).status_code == 302
    assert [each.filename for each in Document.objects.order_by("pk")] == ["a.pdf", "b.pdf"]
    read = reverse("portal:proposal_document", args=[proposal.reference, Document.objects.first().pk])
    answer = client.get(read)
    assert answer["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert b"".join(answer).startswith(b"%PDF-")
    assert client_for(eli).get(read).status_code == 403


def test_the_licensee_is_told_when_it_is_too_late(licence, bo, ann, client_for, at):
    proposal = proposed(licence, "ordinary_suspension", bo)
    at("2026-12-05T00:00:00")
    late = client_for(ann).post(reverse("portal:proposal", args=[proposal.reference]), {"text": "Late."})
    assert (late.status_code, "The time for representations is over." in text_of(late)) == (422, True)


def test_a_proposal_without_hearing_is_not_there_for_the_licensee_before_it_is_decided(licence, bo, cy, ann, client_for):
    proposal = proposed(licence, "temporary_suspension", bo)
    address = reverse("portal:proposal", args=[proposal.reference])
    assert client_for(ann).get(address).status_code == 404
    assert proposal.reference not in text_of(client_for(ann).get(reverse("portal:licence")))
    decide_proposal(proposal, takes_effect_on=date(2026, 11, 20), note="Decided.", actor=cy)
    assert client_for(ann).get(address).status_code == 200


def test_a_program_reads_its_own_licence_and_nobody_elses(licence, rival, bo, ann, client, key_for):
    represent(proposed(licence, "ordinary_suspension", bo), text="No.", actor=ann)
    proposed(licence, "temporary_suspension", bo)
    raise_fee(licence, years=1, actor=SYSTEM)
    secret = key_for(licence.issuer.organisation, Role.COMPLIANCE_OFFICER)

    def read(path: str):
        return client.get(f"/api/v1/licences/{path}", headers={"Authorization": f"Bearer {secret}"})

    assert [row["number"] for row in read("").json()["results"]] == ["FRS01"]
    standing = read("FRS01/").json()["standing"]
    assert standing == {"may_issue": True, "must_redeem": True, "pays_fee": True, "files": True,
                        "cite": "ORD ss. 15-17", "until": None}
    (condition,) = read("FRS01/conditions/").json()["results"]
    assert (condition["value"], condition["coin"], condition["fact"]) == ("0.02", "LRHKD", "licence.buffer_target")
    (fee,) = read("FRS01/fees/").json()["results"]
    assert (fee["invoice"], fee["amount_hkd"]) == ("INV-FRS01-2026", "113020.0000")
    assert [row["kind"] for row in read("FRS01/proposals/").json()["results"]] == ["ordinary_suspension"]
    assert read("FRS02/").status_code == read("FRS02/fees/").status_code == 404


def test_commands_propose_decide_pay_and_list(licence, bo, cy, capsys):
    def run(*arguments: str) -> dict:
        call_command(*arguments, json=True)
        return json.loads(capsys.readouterr().out)

    made = run("propose_licence_action", "FRS01", "temporary_suspension", "--as", bo.email, "--grounds", GROUNDS,
               "--until", "2026-12-03")
    with pytest.raises(CommandError, match="licence.decide"):
        call_command("decide_licence_action", made["reference"], "--as", bo.email, "--note", "Mine.")
    events = AuditEvent.objects.count()
    with pytest.raises(CommandError, match="no such proposal"):
        call_command("decide_licence_action", "LAC-1", "--as", cy.email, "--note", "Decided.")
    assert AuditEvent.objects.count() == events
    decided = run("decide_licence_action", made["reference"], "--as", cy.email, "--note", "Decided.")
    assert (decided["state"], decided["in_effect"], decided["takes_effect_on"]) == ("decided", True, "2026-11-20")
    fee = raise_fee(licence, years=1, actor=SYSTEM)
    assert [row["state"] for row in run("list_fees", "--owed")["fees"]] == ["owed"]
    paid = run("record_payment", fee.invoice, "--on", "2026-11-19", "--reference", "FT-1", "--as", bo.email)
    assert paid == {"invoice": fee.invoice, "licence": "FRS01", "amount_hkd": "113020.00", "paid_on": "2026-11-19",
                    "reference": "FT-1"}
    assert run("list_fees", "--owed") == {"fees": []}
    assert [row["state"] for row in run("list_fees", "--licence", "FRS01")["fees"]] == ["paid"]


def test_a_fee_paid_is_shown_as_paid_to_the_licensee(licence, bo, ann, client_for):
    record_payment(raise_fee(licence, years=1, actor=SYSTEM), paid_on=date(2026, 11, 19), reference="FT-1", actor=bo)
    page = text_of(client_for(ann).get(reverse("portal:licence")))
    assert "INV-FRS01-2026" in page
    assert "FT-1" in page
    assert "Record a payment" not in page
