"""The register keeps every version: what it said at the end of any day is what it says when asked as at that day."""

from __future__ import annotations

from datetime import date

import pytest

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Message
from issuers.models import Licence, Proposal, RegisterEntry
from issuers.register_changes import changes_between
from issuers.selectors.register import entries, history, version_at, versions_of
from issuers.selectors.verdicts import check
from issuers.services.coins import add_deployment, create_coin
from issuers.services.issuers import register_issuer
from issuers.services.licences import record_licence
from issuers.services.register import change_particulars, correct_entry, publish_change, publish_entry
from issuers.workflows import LICENCE

pytestmark = pytest.mark.django_db
CONTRACT = "0x8a1f4be05c9d27f3b64e01d2c58a97e3f6b0d4a1"


@pytest.fixture
def at(set_clock):
    return set_clock


def decide(licence: Licence, kind: str, on: date, *, until: date | None = None, by, and_by) -> None:
    """Put a decision in effect on the record, as the officers' proceeding leaves it."""
    Proposal.objects.create(
        licence=licence, reference=f"PRO-{on:%y%m%d}-{kind[:8]}", kind=kind, status="decided", grounds="Grounds.", proposed_by=by,
        decided_by=and_by, takes_effect_on=on, ends_on=until,
    )


@pytest.fixture
def life(at, bo, cy):
    """A licence from its entry to its end, with a coin, a suspension that is renewed and ends, and a new address."""
    at("2026-01-05T10:00")
    issuer = register_issuer(name_en="Peak Coin Limited", name_zh_hant="山頂幣有限公司", name_zh_hans="山顶币有限公司",
                             email="a@peak.example", address_en="1 Peak Road", actor=SYSTEM)
    licence = record_licence(issuer, number="FRS09", effective_on=date(2026, 1, 5), actor=SYSTEM)
    at("2026-02-01T10:00")
    coin = create_coin(issuer, symbol="PKHKD", reference_currency="HKD", actor=SYSTEM)
    at("2026-02-02T23:59")
    add_deployment(coin, chain="eip155:1", contract=CONTRACT, actor=SYSTEM)
    at("2026-03-01T10:00")
    decide(licence, "temporary_suspension", date(2026, 3, 1), until=date(2026, 3, 31), by=bo, and_by=cy)
    licence = LICENCE.apply(licence, "suspend", actor=SYSTEM)
    publish_entry(licence, event="suspended")
    at("2026-03-31T10:00")
    decide(licence, "suspension_renewal", date(2026, 3, 31), until=date(2026, 4, 30), by=bo, and_by=cy)
    publish_entry(licence, event="changed")
    at("2026-04-20T10:00")
    decide(licence, "reinstatement", date(2026, 4, 20), by=bo, and_by=cy)
    licence = LICENCE.apply(licence, "reinstate", actor=SYSTEM)
    publish_entry(licence, event="reinstated")
    at("2026-05-01T10:00")
    change_particulars(issuer, address_en="2 Peak Road", actor=SYSTEM)
    at("2026-06-01T10:00")
    decide(licence, "revocation", date(2026, 6, 1), by=bo, and_by=cy)
    licence = LICENCE.apply(licence, "revoke", actor=SYSTEM)
    publish_entry(licence, event="removed")
    at("2026-07-01T10:00")
    return licence


def said(day: date) -> tuple | None:
    shown = version_at(versions_of("FRS09"), day)
    if shown is None:
        return None
    contracts = [at.contract for coin in shown.coins for at in coin.deployments]
    return (shown.status, [coin.symbol for coin in shown.coins], contracts, shown.suspended_since, shown.suspended_until,
            shown.address_en)


def test_the_register_is_shown_as_at_the_end_of_any_day_in_hong_kong(life):
    assert said(date(2026, 1, 4)) is None
    assert said(date(2026, 1, 5)) == ("active", [], [], None, None, "1 Peak Road")
    assert said(date(2026, 1, 31)) == ("active", [], [], None, None, "1 Peak Road")
    assert said(date(2026, 2, 1)) == ("active", ["PKHKD"], [], None, None, "1 Peak Road")
    assert said(date(2026, 2, 2)) == ("active", ["PKHKD"], [CONTRACT], None, None, "1 Peak Road")
    assert said(date(2026, 3, 1)) == ("suspended", ["PKHKD"], [CONTRACT], date(2026, 3, 1), date(2026, 3, 31), "1 Peak Road")
    assert said(date(2026, 3, 31))[3:5] == (date(2026, 3, 1), date(2026, 4, 30))
    assert said(date(2026, 4, 20)) == ("active", ["PKHKD"], [CONTRACT], None, None, "1 Peak Road")
    assert said(date(2026, 5, 1))[5] == "2 Peak Road"
    assert said(date(2026, 6, 1))[0] == "revoked"


def test_a_removed_entry_is_in_no_list_but_in_the_lists_of_its_days(life):
    assert [entry.number for entry in entries()] == []
    assert [entry.number for entry in entries(date(2026, 5, 31))] == ["FRS09"]
    assert [entry.number for entry in entries(date(2026, 1, 4))] == []


def test_the_verdict_follows_the_life_of_the_licence(life, client):
    verdicts = [check("PKHKD", date(2026, month, 15)).verdict for month in (1, 2, 3, 4, 5, 6)]
    assert verdicts == ["not_found", "licensed", "suspended", "suspended", "licensed", "was_licensed"]
    said = client.get("/en/", {"q": "山頂幣有限公司"}).content.decode()
    assert "Peak Coin Limited was licensed until 1 June 2026" in said
    assert "Peak Coin Limited is licensed" not in said
    then = client.get("/en/", {"q": "FRS 09", "as_at": "2026-03-15"}).content.decode()
    assert "The licence of Peak Coin Limited is suspended" in then
    assert "Suspended from 1 March 2026 until 31 March 2026." in then
    assert "As it stood at the end of 15 March 2026 in Hong Kong" in then


def test_the_history_says_what_changed_and_when(life):
    steps = history(versions_of("FRS09"))
    assert [step.entry.event for step in steps] == [
        "removed", "changed", "reinstated", "changed", "suspended", "changed", "changed", "entered",
    ]
    assert [[change.field for _, change in step.changes] for step in steps] == [
        ["status"], ["address_en"], ["status", "suspension"], ["suspension"], ["status", "suspension"], ["contracts"],
        ["coins"], [],
    ]
    (address,) = [change for _, change in steps[1].changes]
    assert (address.before, address.after) == ("1 Peak Road", "2 Peak Road")
    term = steps[4].changes[1][1]
    assert (term.before, term.after) == ("", "1 March 2026 – 31 March 2026")


def test_the_pages_show_the_past_as_the_past_and_the_end_as_the_end(life, client):
    now = client.get("/en/register/FRS09/").content.decode()
    assert "Licence FRS09 ended on 1 June 2026" in now
    assert "Principal address in Hong Kong</dt>" not in now
    then = client.get("/en/register/FRS09/?as_at=2026-02-10").content.decode()
    assert "As it stood at the end of 10 February 2026 in Hong Kong" in then
    assert "1 Peak Road" in then
    assert CONTRACT in then
    before = client.get("/en/register/FRS09/?as_at=2025-12-31").content.decode()
    assert "Not in the register on that day" in before
    listed = client.get("/en/?as_at=2026-03-15").content.decode()
    assert "Peak Coin Limited" in listed
    assert "No issuer is licensed." in client.get("/en/").content.decode()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-13-01", "“2026-13-01” is not a day."), ("20260101", "“20260101” is not a day."),
        ("yesterday", "“yesterday” is not a day."), ("2026-02-30", "“2026-02-30” is not a day."),
        ("2999-01-01", "2999-01-01 has not come yet"), ("9999-12-31", "9999-12-31 has not come yet"),
        ("٢٠٢٦-٠١-٠١", "is not a day."), ("<b>x</b>", "“&lt;b&gt;x&lt;/b&gt;” is not a day."), ("2026-01-01\x00\x00x", "is not a day."),
    ],
)
def test_a_day_that_cannot_be_shown_is_answered_in_words(issuer, client, text, sentence):
    for address in ("/en/", "/en/register/FRS01/", "/en/warnings/"):
        answer = client.get(address, {"as_at": text})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    for address in ("register.csv", "register.json", "warnings.csv", "warnings.json", "changes.atom"):
        answer = client.get(f"/en/{address}", {"as_at": text})
        assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain; charset=utf-8")


def test_the_first_day_of_time_is_only_empty(issuer, client):
    assert client.get("/en/?as_at=0001-01-01").status_code == 200


def test_an_issuer_without_a_licence_has_no_entry_whatever_changes(db):
    issuer = register_issuer(name_en="Hopeful Limited", actor=SYSTEM)
    create_coin(issuer, symbol="HOPE", reference_currency="HKD", actor=SYSTEM)
    change_particulars(issuer, address_en="3 Hope Road", actor=SYSTEM)
    assert publish_change(issuer) is None
    assert RegisterEntry.objects.count() == 0


def test_what_changes_nothing_makes_no_version(issuer, coin):
    before = RegisterEntry.objects.count()
    assert change_particulars(issuer, address_en=issuer.address_en, actor=SYSTEM) is None
    add_deployment(coin, chain="eip155:1", contract=CONTRACT, actor=SYSTEM)
    add_deployment(coin, chain="eip155:1", contract=CONTRACT, actor=SYSTEM)
    assert RegisterEntry.objects.count() == before + 1


def test_particulars_are_changed_by_who_works_on_notices_and_by_nobody_else(issuer, ann, ian, dee, ops, bo):
    for somebody in (ann, ian, dee, ops):
        with pytest.raises(NotPermitted):
            change_particulars(issuer, address_en="9 Wrong Road", actor=somebody)
    issuer.refresh_from_db()
    assert issuer.address_en == "1 Lion Rock Road, Hong Kong"
    entry = change_particulars(issuer, address_en=" 9 Right Road ", name_en="Lion Rock Limited", actor=bo)
    assert (entry.event, entry.fields["address_en"], entry.fields["name_en"]) == ("changed", "9 Right Road", "Lion Rock Limited")
    told = AuditEvent.objects.filter(verb="issuers.register.changed").get()
    assert told.data == {"fields": ["address_en", "name_en"]}


@pytest.mark.parametrize("wrong", [{"email": "not an address"}, {"website": "javascript:alert(1)"}, {"name_en": " "}])
def test_a_particular_that_is_not_valid_changes_nothing(issuer, bo, wrong):
    with pytest.raises(Refused):
        change_particulars(issuer, actor=bo, **wrong)
    assert RegisterEntry.objects.count() == 1
    assert not AuditEvent.objects.filter(verb="issuers.register.changed").exists()


def test_a_correction_needs_a_head_a_reason_and_a_difference(issuer, bo, cy):
    licence = issuer.licence
    with pytest.raises(NotPermitted):
        correct_entry(licence, reason="Wrong number of the house.", address_en="2 Lion Rock Road", actor=bo)
    for reason, address in (("  ", "2 Lion Rock Road"), ("Nothing differs.", "1 Lion Rock Road, Hong Kong")):
        with pytest.raises(Refused):
            correct_entry(licence, reason=reason, address_en=address, actor=cy)
    assert RegisterEntry.objects.count() == 1
    assert Message.objects.count() == 0
    entry = correct_entry(licence, reason="Wrong number of the house.", address_en="2 Lion Rock Road", actor=cy)
    assert (entry.version, entry.event) == (2, "corrected")
    assert RegisterEntry.objects.get(version=1).fields["address_en"] == "1 Lion Rock Road, Hong Kong"
    assert AuditEvent.objects.get(verb="issuers.register.corrected").data["reason"] == "Wrong number of the house."


def test_a_removed_entry_is_not_corrected(life, cy):
    with pytest.raises(Refused):
        correct_entry(life, reason="Too late.", address_en="4 Peak Road", actor=cy)


def test_a_suspension_without_a_decision_on_record_keeps_its_first_day(at, issuer, bo, cy):
    at("2026-03-01T10:00")
    licence = issuer.licence
    decide(licence, "temporary_suspension", date(2026, 3, 1), by=bo, and_by=cy)
    licence = LICENCE.apply(licence, "suspend", actor=SYSTEM)
    Proposal.objects.all().delete()
    publish_entry(licence, event="suspended")
    at("2026-03-09T10:00")
    entry = change_particulars(issuer, address_en="5 Other Road", actor=SYSTEM)
    assert entry.fields["suspension"] == {"since": "2026-03-01", "until": None}


def test_the_address_is_kept_in_both_scripts_and_a_version_of_before_is_not_kept_twice(issuer, bo):
    old = issuer.licence.entries.get()
    fields = {name: value for name, value in old.fields.items() if name != "address_zh_hans"}
    earlier = RegisterEntry(licence=issuer.licence, version=2, event="changed", fields=fields, digest="0" * 64)
    earlier.save()
    assert publish_change(issuer) is None
    entry = change_particulars(issuer, address_zh_hans="香港狮子山道一号", actor=bo)
    assert (entry.version, entry.fields["address_zh_hans"]) == (3, "香港狮子山道一号")
    assert [(each.field, each.before) for each in changes_between(earlier.fields, entry.fields)] == [
        ("address_zh_hans", "")]
