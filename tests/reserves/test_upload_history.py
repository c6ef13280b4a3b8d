"""Every file of a coin with its versions, and how many lines a corrected file changed."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from core.access import SYSTEM
from core.models import FeedFile
from reserves.selectors.file_versions import Difference, differences, files_sent
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding, sound_day

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def friday_night(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-20T22:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


def send(coin, *lines, **said):
    return receive_file(coin, "holdings", csv_bytes(lines), filename="h.csv", actor=SYSTEM, **said)


@pytest.fixture
def corrected(coin):
    """Three lines, then a file that keeps one, changes one, leaves one out and has two more."""
    first = send(coin, *(holding(FRIDAY, line_ref=ref) for ref in "ABC"))
    changed = holding(FRIDAY, line_ref="B", market_value="100000001.00")
    second = send(coin, holding(FRIDAY, line_ref="D"), changed, holding(FRIDAY, line_ref="A"),
                  holding(FRIDAY, line_ref="E"), supersedes=first)
    assert second.status == "accepted"
    return FeedFile.objects.select_related("supersedes").get(pk=second.pk)


def test_lines_are_compared_by_what_tells_them_apart(corrected):
    assert differences([corrected]) == {corrected.pk: Difference(added=2, removed=1, changed=1)}
    assert differences([corrected], most=3) == {}


def test_a_file_that_replaced_nothing_changed_nothing(corrected):
    assert differences([corrected.supersedes]) == {}


def test_the_page_of_a_coin_shows_every_version(corrected, ann, bo, ian, client_for):
    for who, site in ((ann, "portal"), (bo, "officer")):
        page = client_for(who).get(reverse(f"{site}:upload_history", args=["LRHKD"])).content.decode()
        assert "2 lines added, 1 changed, 1 removed" in page
        assert corrected.sha256[:8] in page
        assert f"Receipt {corrected.supersedes_id}" in page
    assert client_for(ian).get(reverse("portal:upload_history", args=["LRHKD"])).status_code == 404


def test_the_page_of_a_file_says_what_it_changed(corrected, ann, client_for):
    page = client_for(ann).get(reverse("portal:feed_file", args=[corrected.pk])).content.decode()
    assert "2 lines added, 1 changed, 1 removed" in page


def test_one_feed_can_be_asked_for(corrected, coin, ann, client_for):
    receive_file(coin, "supply", sound_day(FRIDAY)["supply"], filename="sup.csv", actor=SYSTEM)
    address = reverse("portal:upload_history", args=["LRHKD"])
    assert "h.csv" not in client_for(ann).get(f"{address}?feed=supply").content.decode()
    assert "sup.csv" in client_for(ann).get(f"{address}?feed=supply").content.decode()
    assert client_for(ann).get(f"{address}?feed=gossip&page=99").status_code == 200


def test_the_list_costs_few_queries(corrected, coin, ann, client_for, django_assert_max_num_queries):
    third = send(coin, holding(FRIDAY, line_ref="Z"), supersedes=corrected)
    fourth = FeedFile.objects.select_related("supersedes").get(
        pk=send(coin, holding(FRIDAY, line_ref="Y"), supersedes=third).pk)
    assert differences([corrected, fourth]) == {
        corrected.pk: Difference(added=2, removed=1, changed=1), fourth.pk: Difference(added=1, removed=1, changed=0)}
    client, address = client_for(ann), reverse("portal:upload_history", args=["LRHKD"])
    client.get(address)
    with django_assert_max_num_queries(14):
        client.get(address)
    assert files_sent(coin, ann).count() == 4
