"""Files that are held as implausible: they do not count, and one officer decides on each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.urls import reverse

from core import feeds
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, FeedFile
from reserves.models import Holding, ReserveDay
from reserves.selectors.quarantine import held_files
from reserves.services import plausibility
from reserves.services.intake import receive_file
from reserves.services.quarantine import refuse_file, release_file
from tests.factories import csv_bytes, holding, sound_day

pytestmark = pytest.mark.django_db
THURSDAY = date(2026, 11, 19)
FRIDAY = THURSDAY + timedelta(days=1)
HALVED = "40000000.00"


@pytest.fixture(autouse=True)
def friday_night(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-20T22:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


def send(coin, value, *, day=FRIDAY, actor=SYSTEM, **said):
    raw = csv_bytes([holding(day, market_value=value)])
    return receive_file(coin, "holdings", raw, filename="h.csv", actor=actor, **said)


@pytest.fixture
def held(coin):
    """Friday's holdings, which are less than half of Thursday's."""
    for feed, raw in sound_day(THURSDAY).items():
        assert receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM).status == "accepted"
    file = send(coin, HALVED)
    assert file.status == "quarantined"
    return file


def verbs(file):
    found = AuditEvent.objects.filter(target_type="core.feedfile", target_pk=str(file.pk)).order_by("pk")
    return [event.verb.removeprefix("core.feed.") for event in found]


def case():
    return Case.objects.get(kind="reserves.quarantine")


def test_an_implausible_file_is_held_with_what_is_doubted_and_counts_for_nothing(held, coin, ann):
    (problem,) = held.problems
    assert (problem["rule"], problem["column"], problem["file"]) == ("implausible_total", "market_value", "h.csv")
    assert (problem["params"]["before"], problem["params"]["move"]) == ("100,000,000", "60%")
    assert not Holding.objects.filter(file=held).exists()
    assert (held.row_count, held.problem_count, held.as_of) == (0, 1, FRIDAY)
    assert not ReserveDay.objects.filter(as_of=FRIDAY).exists()
    assert (case().key, case().risk, case().status) == (str(held.pk), "high", "open")
    assert verbs(held) == ["received", "quarantined"]
    assert list(held_files(ann)) == [held]


def test_the_first_file_of_a_sender_is_compared_with_nothing(coin):
    assert send(coin, "1.00").status == "accepted"
    assert send(coin, "1000000000.00", day=THURSDAY).status == "accepted"


def test_a_file_after_a_long_gap_is_a_first_one_again(coin):
    assert send(coin, "100000000.00", day=FRIDAY - timedelta(days=11)).status == "accepted"
    assert send(coin, HALVED).status == "accepted"


def test_an_officer_releases_it_and_the_day_opens(held, coin, bo):
    for feed in ("ledger", "supply"):
        receive_file(coin, feed, sound_day(FRIDAY)[feed], filename="f.csv", actor=SYSTEM)
    assert not ReserveDay.objects.filter(as_of=FRIDAY).exists()
    released = release_file(held, reason=" The deposit was withdrawn. ", actor=bo)
    assert (released.status, released.row_count, released.problem_count) == ("accepted", 1, 1)
    assert released.released_at is not None
    assert Holding.objects.get(file=held).market_value == 40_000_000
    assert ReserveDay.objects.get(as_of=FRIDAY).status == "open"
    assert (case().status, case().outcome) == ("closed", "released")
    assert verbs(held) == ["received", "quarantined", "released", "accepted"]
    event = AuditEvent.objects.get(verb="core.feed.released")
    assert (event.data["note"], event.actor, event.organisation_id) == ("The deposit was withdrawn.", bo, coin.owner_id)


def test_an_officer_refuses_it_and_its_sender_reads_why(held, bo, ann, client_for):
    refused = refuse_file(held, reason="The account of Tower Bank is missing.", actor=bo)
    assert (refused.status, refused.problem_count) == ("refused", 2)
    assert [problem["rule"] for problem in refused.problems] == ["refused_by_officer", "implausible_total"]
    assert (case().status, case().outcome) == ("closed", "refused")
    page = client_for(ann).get(reverse("portal:feed_file", args=[held.pk]))
    assert "for this reason: “The account of Tower Bank is missing.”." in page.content.decode()


@pytest.mark.parametrize("decide", [release_file, refuse_file])
def test_who_may_not_decide_changes_nothing(held, decide, ann, dee, bo):
    held.sent_by = bo
    held.save()
    before = AuditEvent.objects.count()
    for actor, why in ((ann, NotPermitted), (dee, NotPermitted), (bo, Refused)):
        with pytest.raises(why):
            decide(held, reason="It is right.", actor=actor)
    with pytest.raises(Refused, match="Say why"):
        decide(held, reason=" \x00 ", actor=bo)
    held.refresh_from_db()
    assert (held.status, AuditEvent.objects.count(), case().status) == ("quarantined", before, "open")


def test_it_is_decided_once(held, bo, ben):
    refuse_file(held, reason="Wrong.", actor=bo)
    with pytest.raises(Refused, match="held no more: Refused"):
        release_file(held, reason="Right.", actor=ben)
    assert FeedFile.objects.get(pk=held.pk).status == "refused"


def test_the_same_bytes_again_answer_with_the_held_file(held, coin, bo):
    assert send(coin, HALVED).pk == held.pk
    release_file(held, reason="It is right.", actor=bo)
    assert (send(coin, HALVED).pk, send(coin, HALVED).status) == (held.pk, "accepted")
    assert Case.objects.filter(kind="reserves.quarantine").count() == 1


@pytest.mark.parametrize("names_it", [True, False])
def test_a_corrected_file_takes_its_place_and_closes_the_case(held, coin, ben, names_it):
    corrected = send(coin, "99000000.00", supersedes=held if names_it else None)
    assert corrected.status == "accepted"
    held.refresh_from_db()
    assert (held.status, case().outcome) == ("superseded", "corrected")
    with pytest.raises(Refused, match="A newer file of the sender"):
        release_file(held, reason="It is right.", actor=ben)
    assert FeedFile.objects.get(pk=corrected.pk).status == "accepted"


def test_another_doubtful_file_takes_the_place_of_the_first_with_a_case_of_its_own(held, coin):
    again = send(coin, "41000000.00")
    assert again.status == "quarantined"
    cases = Case.objects.filter(kind="reserves.quarantine").order_by("pk")
    assert [(each.key, each.status) for each in cases] == [(str(held.pk), "closed"), (str(again.pk), "open")]


def test_a_doubtful_correction_leaves_what_it_corrects_in_force_until_it_is_released(coin, held, bo):
    right = send(coin, "99000000.00")
    doubtful = send(coin, "39000000.00", supersedes=right)
    right.refresh_from_db()
    assert (doubtful.status, right.status) == ("quarantined", "accepted")
    # Who corrects the correction corrects what that one was to correct.
    third = send(coin, "98000000.00", supersedes=doubtful)
    right.refresh_from_db()
    assert (third.status, right.status) == ("accepted", "superseded")


def test_a_released_correction_replaces_the_file_that_counted(coin, held, bo):
    right = send(coin, "99000000.00")
    doubtful = send(coin, "39000000.00", supersedes=right)
    assert release_file(doubtful, reason="A run.", actor=bo).status == "accepted"
    right.refresh_from_db()
    assert right.status == "superseded"


def test_a_worker_that_dies_while_it_judges_leaves_nothing_half_done(coin, held, monkeypatch, bo):
    def dies(*_args, **_said):
        raise OperationalError("server closed the connection")

    before = AuditEvent.objects.count()
    with monkeypatch.context() as broken:
        broken.setattr("reserves.services.quarantine.cases.open_case", dies)
        with pytest.raises(OperationalError):
            send(coin, "41000000.00")
    waiting = FeedFile.objects.get(pk=feeds.waiting()[0])
    held.refresh_from_db()
    assert (waiting.status, held.status) == ("received", "quarantined")
    assert AuditEvent.objects.count() == before + 1  # that it was received
    assert feeds.advance(waiting.pk).status == "quarantined"
    with monkeypatch.context() as broken:
        broken.setattr("core.feeds.blobs.open_blob", dies)
        with pytest.raises(OperationalError):
            release_file(waiting, reason="It is right.", actor=bo)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.released_at) == ("quarantined", None)


def test_a_large_file_is_released_now_and_read_by_a_worker(held, bo, settings):
    settings.FEED_PARSE_IN_REQUEST_BYTES = 10
    assert release_file(held, reason="It is right.", actor=bo).status == "received"
    assert case().outcome == "released"
    assert feeds.advance(held.pk).status == "accepted"


def test_comparing_costs_one_query_for_each_total(held, django_assert_num_queries):
    asserted = plausibility.assertions_of("holdings")
    with django_assert_num_queries(2):
        assert plausibility.before(held, asserted).totals == {"market_value": {"HKD": 100_000_000}}


class TestPages:
    def test_the_list_and_the_rail_show_what_is_held(self, held, bo, client_for):
        page = client_for(bo).get(reverse("officer:quarantine")).content.decode()
        assert "a move of 60%, where at most 50% is plausible" in page
        assert reverse("officer:feed_file", args=[held.pk]) in page
        assert 'Quarantine <span class="n">1</span>' in page

    def test_the_decision_is_confirmed_first(self, held, bo, client_for):
        answer = client_for(bo).post(reverse("officer:feed_file_decide", args=[held.pk]),
                                     {"decision": "release", "reason": "Right."})
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]
        held.refresh_from_db()
        assert held.status == "quarantined"

    def test_an_officer_decides_on_the_page(self, held, bo, confirmed_client_for):
        client, address = confirmed_client_for(bo), reverse("officer:feed_file_decide", args=[held.pk])
        assert client.post(address, {"decision": "release", "reason": ""}).status_code == 422
        assert client.post(address, {"decision": "wait", "reason": "x"}).status_code == 404
        assert client.post(address, {"decision": "release", "reason": "A large redemption."}).status_code == 302
        page = client.get(reverse("officer:feed_file", args=[held.pk])).content.decode()
        assert "Released by an officer on" in page
        assert "A large redemption." in page

    def test_the_sender_sees_what_to_do(self, held, ann, client_for):
        page = client_for(ann).get(reverse("portal:feed_file", args=[held.pk])).content.decode()
        assert "is held as implausible" in page
        assert "send the corrected file: it takes the place of this one" in page
        assert case().reference in page
        assert "Decide" not in page

    def test_few_queries_however_many_are_held(self, held, bo, client_for, coin, django_assert_max_num_queries):
        for day in range(1, 5):
            assert send(coin, f"{day}0000000.00", day=FRIDAY + timedelta(days=-100 - 20 * day)).status == "accepted"
            assert send(coin, f"{day}.00", day=FRIDAY + timedelta(days=-99 - 20 * day)).status == "quarantined"
        client, address = client_for(bo), reverse("officer:quarantine")
        client.get(address)
        with django_assert_max_num_queries(16):  # most of them for the counts of the rail
            client.get(address)


class TestApiAndCommands:
    def test_the_api_answers_202_with_the_doubts(self, held, coin, issuer, key_for, client):
        raw = csv_bytes([holding(FRIDAY, market_value="39000000.00")])
        answer = client.post(f"/api/v1/coins/{coin.symbol}/feeds/holdings/", raw, content_type="text/csv",
                             headers={"Authorization": f"Bearer {key_for(issuer.organisation)}"})
        assert (answer.status_code, answer.json()["state"]) == (202, "quarantined")
        assert answer.json()["problems"][0]["rule"] == "implausible_total"

    def test_commands_decide_as_an_officer(self, held, bo, capsys):
        with pytest.raises(CommandError, match="nobody with the address") as refusal:
            call_command("release_file", held.pk, officer="nobody@example.org", reason="x")
        assert refusal.value.returncode == 2
        call_command("release_file", held.pk, officer=bo.email, reason="It is right.", json=True)
        assert '"state": "accepted"' in capsys.readouterr().out
        with pytest.raises(CommandError, match="held no more"):
            call_command("refuse_file", held.pk, officer=bo.email, reason="x")

    def test_receive_says_that_the_file_is_held(self, held, coin, capsys, tmp_path):
        (tmp_path / "h.csv").write_bytes(csv_bytes([holding(FRIDAY, market_value="38000000.00")]))
        call_command("receive", "holdings", str(tmp_path / "h.csv"), coin=coin.symbol)
        assert "held as implausible" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_decide_once(held, bo, ben):
    def attempt(act, officer):
        try:
            return act(FeedFile.objects.get(pk=held.pk), reason="As I see it.", actor=officer).status
        except Refused:
            return "refused to"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        tries = [(release_file, bo), (refuse_file, ben)] * 2
        answers = [each.result(timeout=60) for each in [pool.submit(attempt, *each) for each in tries]]
    assert answers.count("refused to") == 3
    held.refresh_from_db()
    assert held.status in ("accepted", "refused")
    assert AuditEvent.objects.filter(verb__in=["core.feed.released", "core.feed.turned_down"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_release_and_a_correction_at_once_leave_one_file_that_counts(held, coin, bo):
    def release():
        try:
            return release_file(FeedFile.objects.get(pk=held.pk), reason="It is right.", actor=bo).status
        except Refused:
            return "refused to"
        finally:
            connection.close()

    def correct():
        try:
            return send(coin, "99000000.00").status
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        released, corrected = [pool.submit(release), pool.submit(correct)]
        answers = (released.result(timeout=60), corrected.result(timeout=60))
    assert answers in (("accepted", "refused"), ("refused to", "accepted"))
    assert FeedFile.objects.filter(feed="holdings", as_of=FRIDAY, status="accepted").count() == 1
