"""What people of an audit firm reach: the engagements that admit them, while they do, and nothing else at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import NoReverseMatch, reverse

from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Invitation, Message
from core.signin import landing_of
from reserves import urls
from reserves.models import DrawSeed, Engagement, EngagementAuditor
from reserves.selectors.attestation import engagements_for
from reserves.services.engagements import (
    admit_auditor,
    end_auditor,
    end_engagement,
    engage_auditor,
    enter_audit_firm,
    propose_auditor,
)
from reserves.services.samples import draw_sample
from tests.reserves.attesting import (
    FIRST,
    LAST,
    PERIOD_END,
    UNTIL,
    admitted,
    auditor,
    drawn_and_frozen,
    engaged,
    firm,
    noon,
)


@pytest.fixture
def at(monkeypatch, tmp_path):
    file = tmp_path / "clock"
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(file))

    def move(day: date) -> None:
        file.write_text(noon(day).isoformat())

    move(date(2026, 10, 5))
    return move


@pytest.fixture
def may(db):
    return auditor(firm())


@pytest.fixture
def room(at, coin, amy, bo, may):
    engagement = engaged(coin, may.current_memberships[0].organisation, amy)
    admitted(engagement, may, amy, bo)
    return engagement


def portal_pages(room) -> dict[str, str]:
    """Every address of an attestation on the portal that is read, with what there is in the room."""
    of_room = {"reference": room.reference}
    day = room.test_days.get(as_of=PERIOD_END)
    sample = room.samples.first()
    return {
        "engagement": reverse("portal:engagement", kwargs=of_room),
        "evidence": reverse("portal:evidence", kwargs=of_room | {"as_of": PERIOD_END.isoformat()}),
        "file": reverse("portal:evidence_file", kwargs=of_room | {"pk": day.snapshot.account["inputs"][0]["file"]}),
        "samples": reverse("portal:samples", kwargs=of_room),
        "sample": reverse("portal:sample_file", kwargs=of_room | {"pk": sample.pk}),
        "report": reverse("portal:attestation_report", kwargs=of_room),
    }


def statuses(client, pages) -> dict[str, int]:
    return {name: client.get(address).status_code for name, address in pages.items()}


def test_inside_the_room_all_is_read_outside_nothing_exists_and_the_end_is_the_end(
    at, room, may, amy, bo, rival_coin, client_for
):
    at(date(2026, 11, 3))
    drawn_and_frozen(room)
    draw_sample(room, population="holdings", method="all", test_day=room.test_days.get(as_of=PERIOD_END), actor=may)
    pages = portal_pages(room)
    mine = client_for(may)
    assert set(statuses(mine, pages).values()) == {200}
    assert room.reference in mine.get(reverse("portal:engagements")).content.decode()
    # A colleague who is not admitted, and the auditor of another engagement, are told that there is none.
    colleague = auditor(may.current_memberships[0].organisation, "col@vane.example", "Col Lai")
    other = auditor(firm("Second Audit LLP"), "oth@second.example", "Oth Yu")
    elsewhere = Engagement.objects.create(
        reference="ATT-2026-9999", coin=rival_coin, firm=other.current_memberships[0].organisation, period_start=FIRST,
        period_end=LAST, access_until=UNTIL)
    elsewhere.auditors.create(email=other.email, name=other.name, until=UNTIL, status="admitted")
    for stranger in (colleague, other):
        assert set(statuses(client_for(stranger), pages).values()) == {404}
    assert client_for(other).get(reverse("portal:engagement", args=["ATT-2026-9999"])).status_code == 200
    assert mine.get(reverse("portal:engagement", args=["ATT-2026-9999"])).status_code == 404
    # Nothing of the issuer's is there outside the room.
    for name, args in (("home", []), ("coin", ["LRHKD"]), ("coin_day", ["LRHKD", PERIOD_END.isoformat()]),
                       ("reports", []), ("people", []), ("licence", []), ("duties", []), ("statements", ["LRHKD"]),
                       ("upload", ["LRHKD"])):
        assert mine.get(reverse(f"portal:{name}", args=args)).status_code == 404, name
    assert mine.get(reverse("officer:engagement", args=[room.reference])).status_code == 404
    assert mine.get(reverse("portal:evidence_file", args=[room.reference, 10**9])).status_code == 404
    # The last day of access is included; the next morning nothing is left, in the same session.
    at(UNTIL)
    assert set(statuses(mine, pages).values()) == {200}
    at(UNTIL + timedelta(days=1))
    assert set(statuses(mine, pages).values()) == {404}
    assert list(engagements_for(may)) == []


def test_an_auditor_lands_on_the_engagements(may, ann):
    assert (landing_of(may), landing_of(ann)) == ("portal:engagements", "portal:home")


def test_whoever_ends_the_access_or_the_engagement_ends_it_at_once(room, may, amy, client_for):
    page = reverse("portal:engagement", args=[room.reference])
    mine = client_for(may)
    assert mine.get(page).status_code == 200
    end_auditor(room.auditors.get(), actor=amy)
    assert mine.get(page).status_code == 404
    again = propose_auditor(room, email=may.email, name=may.name, until=UNTIL, actor=amy)
    assert (mine.get(page).status_code, again.status) == (404, "proposed")
    with pytest.raises(Refused, match="Say why"):
        end_engagement(room, reason=" ", actor=amy)
    end_engagement(room, reason="Another firm.", actor=amy)
    again.refresh_from_db()
    assert again.status == "ended"
    with pytest.raises(Refused, match="has ended"):
        propose_auditor(room, email="x@vane.example", name="X", until=UNTIL, actor=amy)


def test_two_people_let_an_auditor_in_and_the_link_goes_to_the_address(at, coin, amy, ann, bo, ian):
    engagement = engaged(coin, firm(), amy)
    proposed = propose_auditor(engagement, email="New@Vane.example", name="New Person", until=UNTIL, actor=amy)
    assert not Invitation.objects.exists()
    with pytest.raises(Refused, match="somebody else has to agree"):
        admit_auditor(proposed, actor=amy)
    for stranger in (ann, ian):
        with pytest.raises(NotPermitted):
            admit_auditor(proposed, actor=stranger)
    done = admit_auditor(proposed, actor=bo)
    assert (done.status, done.proposed_by, done.admitted_by) == ("admitted", amy, bo)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.organisation, invitation.role, invitation.status) == (
        "new@vane.example", engagement.firm, "auditor", "sent")
    assert (invitation.invited_by, invitation.approved_by) == (amy, bo)
    assert Message.objects.filter(address="new@vane.example").count() == 1


def test_what_will_not_do_is_refused(at, coin, amy, ann, eli, ian, bo, authority):
    place = firm()
    with pytest.raises(NotPermitted):
        engaged(coin, place, ann)
    with pytest.raises(NotPermitted):
        engaged(coin, place, ian)
    with pytest.raises(Refused, match="has not entered"):
        engaged(coin, authority, amy)
    for changed, said in (
        ({"period_end": date(2026, 10, 30)}, "ends with a calendar month"),
        ({"period_start": date(2026, 9, 1), "period_end": date(2026, 9, 30)}, "period is over"),
        ({"access_until": date(2028, 1, 1)}, "Access ends after the period"),
        ({"random_days": 0}, "At least one day"),
        ({"random_days": 40}, "At least one day"),
    ):
        with pytest.raises(Refused, match=said):
            engaged(coin, place, amy, **changed)
    assert not Engagement.objects.exists()
    engagement = engaged(coin, place, amy)
    with pytest.raises(Refused, match="engaged for the period"):
        engaged(coin, place, amy)
    for given, said in (({"email": ann.email}, "acts for another side"), ({"until": date(2027, 6, 1)}, "Access ends between"),
                        ({"email": "nobody"}, "not an e-mail"), ({"name": " "}, "Say who")):
        with pytest.raises(Refused, match=said):
            propose_auditor(engagement, actor=amy, **({"email": "a@b.example", "name": "A", "until": UNTIL} | given))
    assert not EngagementAuditor.objects.exists()
    assert not AuditEvent.objects.filter(verb__startswith="reserves.auditor.proposed").exists()


def test_an_officer_engages_too_and_only_the_head_enters_firms(at, coin, bo, cy):
    with pytest.raises(NotPermitted):
        enter_audit_firm(name_en="Third Audit LLP", actor=bo)
    place = enter_audit_firm(name_en="Third Audit LLP", actor=cy)
    with pytest.raises(Refused, match="named Third Audit LLP already"):
        enter_audit_firm(name_en="Third Audit LLP", actor=cy)
    row = engage_auditor(coin, place, period_start=FIRST, period_end=LAST, access_until=UNTIL, actor=bo)
    assert (row.status, row.engaged_by) == ("open", bo)


def test_no_page_and_no_answer_holds_the_seed_before_it_is_revealed(
    room, may, amy, cy, coin, client_for, key_for
):
    """Asked of every address that knows of an engagement, by everybody who may ask."""
    seed = DrawSeed.objects.get(engagement=room).seed
    asked = 0
    for person, site, patterns in ((may, "portal", urls.portal), (amy, "portal", urls.portal),
                                   (cy, "officer", urls.officer), (None, "public", urls.public)):
        client = client_for(person)
        for address in filter(None, (address_of(site, pattern.name or "", room) for pattern in patterns)):
            body = client.get(address)
            content = b"".join(body.streaming_content) if body.streaming else body.content
            assert seed.encode() not in content, address
            asked += body.status_code == 200
    secret = key_for(coin.issuer.organisation)
    for address in ("/api/v1/attestations/", f"/api/v1/attestations/{room.reference}/"):
        answer = client_for(None).get(address, headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 200
        assert seed not in answer.content.decode()
        assert room.commitment in answer.content.decode()
    assert asked > 12
    assert not [event for event in AuditEvent.objects.all() if seed in str(event.data)]


def address_of(site: str, name: str, room) -> str:
    for given in ({"reference": room.reference}, {"symbol": "LRHKD"}, {}, {"symbol": "LRHKD", "form": "json"}):
        try:
            return reverse(f"{site}:{name}", kwargs=given)
        except NoReverseMatch:
            continue
    return ""
