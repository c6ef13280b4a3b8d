"""Custodians, banks and sources of prices that send files with keys of their own, and see nothing but those."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.keys import issue_key
from core.models import ApiKey, AuditEvent, FeedFile, Organisation
from core.roles import Role
from reserves.models import FeedSender
from reserves.services.intake import receive_file
from reserves.services.reference import approve_reference
from reserves.services.schedules import propose_sender
from reserves.services.senders import issue_sender_key
from tests.factories import csv_bytes, holding, sound_day

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def friday_night(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-20T22:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


def organisation(kind, slug):
    return Organisation.objects.create(kind=kind, slug=slug, name_en=slug.replace("-", " ").title())


@pytest.fixture
def peak(db):
    return organisation("custodian", "peak-custody")


@pytest.fixture
def registered(coin, bo, ben):
    """``registered(organisation, *feeds)`` is an approved sender of the coin."""

    def row(sender, *feeds, **said):
        given = {"valid_from": date(2026, 1, 1), "source": "Custody agreement"} | said
        return approve_reference(propose_sender(coin, organisation=sender, feeds=list(feeds), actor=bo, **given), actor=ben)

    return row


@pytest.fixture
def peak_key(peak, registered, coin, bo):
    registered(peak, "holdings")
    return issue_sender_key(coin, peak, name="Gateway", actor=bo)


class Api:
    def __init__(self, client, secret):
        self.client, self.headers = client, {"Authorization": f"Bearer {secret}"}

    def get(self, path):
        return self.client.get(f"/api/v1/{path}", headers=self.headers)

    def send(self, coin, feed="holdings", raw=None, **said):
        raw = raw or csv_bytes([holding(FRIDAY, coin.symbol, account_id="P-1")])
        query = "&".join(f"{name}={value}" for name, value in said.items())
        return self.client.post(f"/api/v1/coins/{coin.symbol}/feeds/{feed}/?{query}", raw, content_type="text/csv",
                                headers=self.headers)


@pytest.fixture
def api(client, peak_key):
    return Api(client, peak_key[1])


def test_a_registered_key_sends_as_its_organisation(api, coin, peak, peak_key):
    answer = api.send(coin)
    assert (answer.status_code, answer.json()["sender"]) == (201, "peak-custody")
    file = FeedFile.objects.get()
    assert (file.sender, file.owner, file.sent_with, file.sent_by) == (peak, coin.issuer.organisation, peak_key[0], None)
    assert AuditEvent.objects.get(verb="core.feed.received").actor_label == "Peak Custody: Gateway"


def test_it_is_never_anybody_else(api, coin, issuer):
    other = organisation("bank", "tower-bank")
    for said in ({"sender": issuer.organisation.slug}, {"sender": other.slug}):
        answer = api.send(coin, **said)
        assert answer.status_code in (403, 409, 422)
    assert not FeedFile.objects.exists()
    assert api.send(coin, sender="peak-custody").status_code == 201


def test_another_coin_does_not_exist_and_another_feed_is_not_its_to_send(api, coin, rival_coin):
    assert api.send(rival_coin).status_code == 404
    assert api.send(coin, "ledger", sound_day(FRIDAY)["ledger"]).status_code == 403
    assert api.send(coin, "gossip").status_code == 404
    assert not FeedFile.objects.exists()


def test_it_reads_the_receipts_of_its_own_files_and_nothing_else(api, coin):
    others = receive_file(coin, "supply", sound_day(FRIDAY)["supply"], filename="s.csv", actor=SYSTEM)
    own = api.send(coin).json()["id"]
    assert [each["id"] for each in api.get("files/").json()["results"]] == [own]
    assert (api.get(f"files/{own}/").status_code, api.get(f"files/{others.pk}/").status_code) == (200, 404)
    for path in ("", "days/", "days/2026-11-20/", "breaks/", "schedule/", "redemptions/", "days/2026-11-20/findings/"):
        assert api.get(f"coins/{coin.symbol}/{path}").status_code == 404, path
    assert api.get("coins/").json()["results"] == []
    assert api.get("reports/").json()["results"] == []


def test_it_learns_nothing_of_the_receipts_of_others(api, coin):
    mine = receive_file(coin, "holdings", sound_day(FRIDAY)["holdings"], filename="h.csv", actor=SYSTEM)
    answers = [api.send(coin, supersedes=receipt) for receipt in (mine.pk, 999_999)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert [answer.json()["problems"][0]["message"] for answer in answers] == [
        "The coin has no file of this feed with that id."] * 2


def test_a_registration_that_has_ended_or_is_only_proposed_gives_nothing(coin, peak, registered, bo, client):
    propose_sender(coin, organisation=peak, feeds=["holdings"], valid_from=FRIDAY, source="x", actor=bo)
    _key, secret = issue_key(peak, name="Gateway", role=Role.FEED_SENDER, actor=bo)
    assert Api(client, secret).send(coin).status_code == 404
    registered(peak, "holdings", valid_until=date(2026, 11, 19))
    assert Api(client, secret).send(coin).status_code == 404
    registered(peak, "holdings", valid_from=date(2026, 11, 21))
    assert Api(client, secret).send(coin).status_code == 404
    with pytest.raises(NotPermitted):
        receive_file(coin, "holdings", b"", filename="h.csv", actor=ApiKey.objects.get())
    assert not FeedFile.objects.exists()


def test_nobody_sends_for_who_sends_itself(peak_key, peak, coin, ann):
    raw = csv_bytes([holding(FRIDAY)])
    with pytest.raises(Refused, match="sends this file itself"):
        receive_file(coin, "holdings", raw, filename="h.csv", actor=ann, sender=peak)
    assert not FeedFile.objects.exists()
    # An officer at the shell may, as before, and the issuer still sends its own copy.
    assert receive_file(coin, "holdings", raw, filename="h.csv", actor=SYSTEM, sender=peak).status == "accepted"
    assert receive_file(coin, "holdings", raw, filename="h.csv", actor=ann).status == "accepted"


def test_a_refusal_names_the_sender_in_the_readers_language(peak_key, peak, coin, ann):
    peak.name_zh_hant = "山頂託管有限公司"
    peak.save(update_fields=["name_zh_hant"])
    with translation.override("zh-hant"), pytest.raises(Refused) as refused:
        receive_file(coin, "holdings", b"", filename="h.csv", actor=ann, sender=peak)
    assert str(refused.value) == "山頂託管有限公司以自己的密鑰自行傳送此檔案。"
    assert not FeedFile.objects.exists()


def test_a_source_sends_prices_and_nobody_else_does(coin, peak, bo, registered, client):
    source = organisation("price_source", "quotes")
    for sender, feeds in ((peak, ["prices"]), (source, ["holdings"]), (source, ["prices", "ledger"])):
        with pytest.raises(Refused, match="source of prices"):
            propose_sender(coin, organisation=sender, feeds=feeds, valid_from=FRIDAY, source="x", actor=bo)
    with pytest.raises(Refused, match="Only a custodian"):
        propose_sender(coin, organisation=organisation("auditor", "books"), feeds=["holdings"], valid_from=FRIDAY,
                       source="x", actor=bo)
    assert not FeedSender.objects.exists()
    registered(source, "prices")
    _key, secret = issue_sender_key(coin, source, name="Quotes", actor=bo)
    raw = csv_bytes([{"as_of": FRIDAY, "instrument_id": "US912797", "source": "Quotes", "currency": "USD", "bid": 99}])
    assert Api(client, secret).send(coin, "prices", raw, sender="quotes").status_code == 201


class TestKeys:
    def test_only_officers_issue_them_and_only_to_who_is_registered(self, coin, peak, bo, ann, amy, issuer):
        with pytest.raises(Refused, match="not registered"):
            issue_sender_key(coin, peak, name="Gateway", actor=bo)
        for who in (ann, amy):
            with pytest.raises(NotPermitted):
                issue_key(peak, name="Gateway", role=Role.FEED_SENDER, actor=who)
        with pytest.raises(Refused, match="Name the key"):
            issue_key(peak, name=" ", role=Role.FEED_SENDER, actor=bo)
        assert not ApiKey.objects.exists()

    def test_the_page_shows_the_secret_once_and_revokes(self, coin, peak, registered, bo, confirmed_client_for, client_for):
        registered(peak, "holdings")
        address, client = reverse("officer:feed_sender_key", args=[coin.symbol]), confirmed_client_for(bo)
        said = {"organisation": "peak-custody", "key-name": "Gateway"}
        assert "reauthenticate" in client_for(bo).post(address, said)["Location"]
        assert client.post(address, said | {"key-name": ""}).status_code == 422
        assert client.post(address, said | {"organisation": "nobody"}).status_code == 404
        assert not ApiKey.objects.exists()
        answer = client.post(address, said)
        key = ApiKey.objects.get()
        secret = next(word for word in answer.content.decode().split("<p class=\"mono\">") if word.startswith(key.prefix))
        assert ApiKey.digest_of(secret.split("<")[0]) == key.digest
        assert "no-store" in answer["Cache-Control"]
        page = client.get(reverse("officer:feed_senders", args=[coin.symbol])).content.decode()
        assert key.prefix in page
        assert secret.split("<")[0] not in page
        revoke = reverse("officer:feed_sender_key_revoke", args=[coin.symbol, key.pk])
        assert client.post(revoke).status_code == 302
        key.refresh_from_db()
        assert key.revoked_at is not None
        assert [event.verb for event in AuditEvent.objects.filter(target_type="core.apikey").order_by("pk")] == [
            "core.key.issued", "core.key.revoked"]

    def test_another_organisations_key_is_not_revoked_from_here(self, coin, issuer, key_for, bo, confirmed_client_for):
        key_for(issuer.organisation)
        revoke = reverse("officer:feed_sender_key_revoke", args=[coin.symbol, ApiKey.objects.get().pk])
        assert confirmed_client_for(bo).post(revoke).status_code == 404
        assert ApiKey.objects.get().revoked_at is None

    def test_a_revoked_key_sends_nothing(self, api, coin, peak_key, bo):
        from core.keys import revoke_key

        revoke_key(peak_key[0], actor=bo)
        assert api.send(coin).status_code == 401


def test_officers_register_senders_on_the_page(coin, peak, bo, ben, client_for, confirmed_client_for):
    address = reverse("officer:feed_senders", args=[coin.symbol])
    said = {"organisation": peak.pk, "feeds": ["holdings"], "valid_from": "2026-01-01", "source": "Custody agreement"}
    assert client_for(bo).post(address, said | {"feeds": ["prices"]}).status_code == 422
    assert client_for(bo).post(address, said | {"feeds": []}).status_code == 422
    assert not FeedSender.objects.exists()
    assert client_for(bo).post(address, said).status_code == 302
    row = FeedSender.objects.get()
    decide = reverse("officer:feed_sender_decide", args=[coin.symbol, row.pk])
    assert confirmed_client_for(ben).post(decide, {"decision": "approve"}).status_code == 302
    page = client_for(bo).get(address).content.decode()
    assert "Peak Custody" in page
    assert "Issue a key" in page
