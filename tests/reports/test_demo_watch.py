"""AML's part of the demonstration: a list, wallets, transfers, and alerts in every state that officers meet."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.urls import reverse

from aml.models import Alert, DetectorRun, ListVersion, Subject, Transfer, Wallet
from core.models import FeedFile, User
from reports.demo import watch
from reports.services.demo import seed_demo
from tests.reports.rolled_back import rolled_back

UNTIL, DAYS = date(2026, 4, 9), 4


@pytest.fixture(autouse=True)
def db() -> None:
    """Ask for the test database without a transaction around each test: the world's is around them all."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with rolled_back(tmp_path_factory.mktemp("watch"), django_db_blocker):
        seed_demo(days=DAYS, issuers=1, until=UNTIL, processes=0)
        yield


def test_the_list_took_two_officers_and_the_files_are_accepted(world):
    version = ListVersion.objects.get()
    assert (version.source, version.number, version.entry_count, version.address_count) == ("own", 1, 5, 2)
    files = FeedFile.objects.filter(feed__in=("wallets", "transfers"))
    assert [(each.feed, each.status, each.problems) for each in files.order_by("pk")] == [
        ("wallets", "accepted", []), ("transfers", "accepted", []), ("transfers", "accepted", [])]
    assert Wallet.objects.count() == watch.CUSTOMERS + 3
    assert Transfer.objects.standing().count() == 2 * watch.TRANSFERS + 7
    assert not DetectorRun.objects.filter(ended_at=None).exists()
    assert not Subject.objects.filter(screened_at=None).exists()


def test_alerts_stand_in_every_state_that_officers_meet(world):
    found = Counter(Alert.objects.values_list("kind", "status"))
    assert found["wallet", "confirmed"] == 1
    assert found["mixer", "unclear"] == 1
    assert found["structuring", "open"] == 1
    assert found["exposure", "open"] >= 1
    assert found["name", "cleared"] == 1
    assert found["name", "open"] >= 1


def test_officers_see_it_and_the_issuer_sees_nothing_of_it(world, client_for):
    dee, ann = User.objects.get(name="Dee Ng"), User.objects.get(name="Ann Lau")
    queue = client_for(dee).get(reverse("officer:alerts"))
    assert queue.status_code == 200
    exposure = Alert.objects.get(kind="exposure", wallet__canonical=watch.customer("LRHKD", 3))
    shown = client_for(dee).get(reverse("officer:alert", args=[exposure.pk])).content.decode()
    assert "46,500.00" in shown
    home = client_for(ann).get(reverse("portal:home")).content.decode()
    for hidden in ("AML-20", "Harbour Laundry", "Night Market", watch.LISTED_WALLET):
        assert hidden not in home
