"""The upload page: each file is answered with its own state, all of its problems, and a receipt that can be reached again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import FeedFile
from reserves.models import Holding, ReserveDay
from tests.factories import csv_bytes, holding, sound_day, supply_line

pytestmark = pytest.mark.django_db

DAY = date(2026, 10, 16)
FIFTY_FAULTS = Path(__file__).resolve().parents[1] / "samples" / "holdings" / "fifty_faults.csv"


@pytest.fixture
def send(coin, ann, client_for):
    """``send(holdings=b"…", supply=b"…")`` fills the form's slots and returns the page that follows."""
    client, address = client_for(ann), reverse("portal:upload", args=[coin.symbol])

    def post(**slots: bytes):
        files = {feed: SimpleUploadedFile(f"{feed}.csv", raw, "text/csv") for feed, raw in slots.items()}
        return client.post(address, files, follow=True)

    return post


def test_fifty_faults_are_shown_at_once_each_with_row_column_and_remedy(send):
    answer = send(holdings=FIFTY_FAULTS.read_bytes())
    (sent,) = answer.context["sent"]
    assert (sent["file"].status, sent["file"].problem_count, len(sent["problems"])) == (FeedFile.Status.REFUSED, 50, 50)
    assert all(problem["message"] for problem in sent["problems"])
    assert answer.content.decode().count('<td class="mono nowrap">') == 50
    assert not Holding.objects.exists()


def test_one_refused_file_does_not_hold_back_the_others(send):
    files = sound_day(DAY)
    answer = send(holdings=b"not a table", ledger=files["ledger"], supply=files["supply"])
    assert [each["file"].status for each in answer.context["sent"]] == ["refused", "accepted", "accepted"]
    assert not ReserveDay.objects.exists()


def test_the_last_of_a_days_files_opens_the_day(send):
    send(**sound_day(DAY))
    assert list(ReserveDay.objects.values_list("coin__symbol", "as_of", "version", "status")) == [
        ("LRHKD", DAY, 1, "open")
    ]


def test_nothing_chosen_is_said_beside_the_form(send):
    answer = send()
    assert answer.status_code == 422
    assert "Choose at least one file." in answer.content.decode()
    assert not FeedFile.objects.exists()


def test_a_file_of_another_coin_is_refused_with_the_coin_expected(send):
    answer = send(holdings=csv_bytes([holding(DAY, "TWHK")]))
    (sent,) = answer.context["sent"]
    assert [(problem["rule"], problem["value"], problem["row"]) for problem in sent["problems"]] == [("wrong_coin", "TWHK", 2)]
    assert not Holding.objects.exists()


def test_a_correction_replaces_the_first_file_and_keeps_it_readable(send, ann, client_for):
    first = send(supply=csv_bytes([supply_line(DAY)])).context["sent"][0]["file"]
    second = send(supply=csv_bytes([supply_line(DAY, total_supply="98000000")]))
    (refused,) = second.context["sent"]
    assert [problem["rule"] for problem in refused["problems"]] == ["second_file"]
    assert refused["corrects"] == first.pk
    client = client_for(ann)
    answer = client.post(reverse("portal:feed_file_correct", args=[refused["file"].pk]), follow=True)
    assert answer.status_code == 200
    first.refresh_from_db()
    standing = FeedFile.objects.get(status=FeedFile.Status.ACCEPTED)
    assert (first.status, standing.supersedes_id) == (FeedFile.Status.SUPERSEDED, first.pk)
    kept = client.get(reverse("portal:feed_file", args=[first.pk]))
    assert "Replaced by a corrected file" in kept.content.decode()


def test_receipts_named_in_an_address_are_shown_only_to_their_owner(send, ian, rival_coin, client_for):
    mine = send(supply=csv_bytes([supply_line(DAY)])).context["sent"][0]["file"]
    answer = client_for(ian).get(reverse("portal:upload", args=["TWHK"]) + f"?sent={mine.pk}")
    assert answer.context["sent"] == []
    assert mine.sha256[:8] not in answer.content.decode()


@pytest.mark.parametrize("name", ['<script>alert("x")</script>.csv', "../../etc/passwd.csv", "持倉表.csv"])
def test_a_file_name_is_shown_as_text_and_leads_nowhere(coin, ann, client_for, name):
    client = client_for(ann)
    file = SimpleUploadedFile(name, csv_bytes([supply_line(DAY)]), "text/csv")
    answer = client.post(reverse("portal:upload", args=[coin.symbol]), {"supply": file}, follow=True)
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
    assert FeedFile.objects.get().status == FeedFile.Status.ACCEPTED


def test_slots_are_grouped_and_only_the_daily_statement_is_open(coin, ann, client_for):
    page = client_for(ann).get(reverse("portal:upload", args=[coin.symbol]))
    groups = page.context["form"].groups()
    assert [[slot.name for slot in group.slots] for group in groups][:4] == [
        ["holdings", "ledger", "supply"], ["camt053", "mt940", "camt052", "semt002", "mt535"],
        ["entries", "redemptions", "issuance"], ["prices"]]
    assert [group.is_open for group in groups] == [True] + [False] * (len(groups) - 1)
    text = page.content.decode()
    assert 'accept=".xml"' in text
    assert 'accept=".sta,.txt,.mt940,.940,.fin,.swi"' in text


def test_a_statement_is_sent_by_its_slot(coin, ann, client_for):
    raw = (FIFTY_FAULTS.parents[1] / "mt940" / "good.sta").read_bytes()
    answer = client_for(ann).post(reverse("portal:upload", args=[coin.symbol]),
                                  {"mt940": SimpleUploadedFile("good.sta", raw)}, follow=True)
    (sent,) = answer.context["sent"]
    assert [problem["message"] for problem in sent["problems"]] == [
        "The account 012-345678-001 is not registered for the reserve of LRHKD on 20 November 2026."]


@pytest.mark.parametrize("feed", ["holdings", "ledger", "supply", "entries", "prices", "redemptions", "issuance"])
def test_a_template_has_the_columns_of_its_file(coin, ann, client_for, feed):
    answer = client_for(ann).get(reverse("portal:feed_template", args=[feed]))
    header = answer.content.decode().strip().split(",")
    good = (FIFTY_FAULTS.parents[1] / feed / "good.csv").read_text().splitlines()[0].split(",")
    assert set(good) <= set(header)
    assert answer["Content-Disposition"] == f'attachment; filename="{feed}.csv"'


@pytest.mark.parametrize("feed", ["camt053", "rumours"])
def test_what_is_no_canonical_file_has_no_template(coin, ann, client_for, feed):
    assert client_for(ann).get(reverse("portal:feed_template", args=[feed])).status_code == 404
