"""Two at the same moment, and a file that comes while the broker is away: one outcome, and everybody is told it."""

from __future__ import annotations

import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from core.access import SYSTEM
from core.models import AuditEvent, Case, FeedFile
from core.roles import Role
from issuers.services.breaches import notify_breach, open_breach
from reserves import tasks as reserve_tasks
from reserves.models import Holding, ReserveDay
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding
from tests.processes.conftest import DAY, short_day, wait_until_idle
from tests.servers import free_port, listens, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all acts at the same moment, each on a connection of its own; return what they answered, in order."""
    answers: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def do(number: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            answers[number] = act()
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@pytest.mark.parametrize("_time", range(3))
def test_a_file_that_arrives_twice_at_once_is_one_file(coin, ann, _time):
    raw = csv_bytes([holding(DAY, line_ref=f"D{number}") for number in range(300)])

    def send() -> int:
        return receive_file(coin, "holdings", raw, filename="holdings.csv", actor=ann).pk

    first, second, third = at_once(send, send, send)
    assert first == second == third == FeedFile.objects.get().pk
    assert FeedFile.objects.get().status == FeedFile.Status.ACCEPTED
    assert Holding.objects.count() == 300
    assert AuditEvent.objects.filter(verb__in=["core.feed.received", "core.feed.accepted"]).count() == 2


def test_a_day_that_two_workers_take_at_once_is_judged_once(waiting_day):
    at_once(*[lambda: reserve_tasks.advance_reserve_day(waiting_day.pk)] * 3)
    day = ReserveDay.objects.get()
    assert (day.status, day.version, day.open_breaks) == (ReserveDay.Status.JUDGED, 1, 3)
    assert day.breaks.count() == 3


def test_of_two_officers_who_close_at_once_one_is_told_that_it_is_closed(issuer, coin, ann, bo, ben, client_for):
    breach = open_breach(issuer, rule="HK-RES-01", subject="LRHKD", as_of=DAY, actor=SYSTEM)
    notify_breach(breach, actor=ann)
    address = f"/en/officer/cases/{breach.case.reference}/act/"

    def press(client: Client) -> Callable[[], tuple[int, str]]:
        def close() -> tuple[int, str]:
            answer = client.post(address, {"action": "close", "text": "Credits seen."})
            return answer.status_code, answer.content.decode()

        return close

    answers = sorted(at_once(press(client_for(bo)), press(client_for(ben))))
    assert [status for status, _ in answers] == [302, 409]
    assert "Closed" in answers[1][1]
    assert Case.objects.get().status == Case.Status.CLOSED
    assert AuditEvent.objects.filter(verb="issuers.breach.closed").count() == 1


@pytest.fixture
def brokerless_site(start_process) -> str:
    """A web server whose broker and cache do not answer."""
    port = free_port()
    process = start_process(
        sys.executable, "-m", "gunicorn", "config.wsgi", "-c", "python:config.gunicorn",
        ASSAY_WEB_PORT=str(port), ASSAY_WEB_WORKERS="1", REDIS_URL=f"redis://127.0.0.1:{free_port()}",
    )
    wait_until(lambda: listens(port) or process.poll() is not None, seconds=40, what="the web server's start")
    assert process.poll() is None, process.log.read_text()
    return f"http://127.0.0.1:{port}"


def test_files_are_taken_by_page_and_api_while_the_broker_is_away_and_found_by_the_sweep(
    coin, ann, client_for, key_for, brokerless_site, start_worker
):
    files = short_day()
    session = client_for(ann).cookies[django_settings.SESSION_COOKIE_NAME].value
    token = "a" * 32
    form = {"csrfmiddlewaretoken": token} | {
        feed: SimpleUploadedFile(f"{feed}.csv", files.pop(feed), "text/csv") for feed in ("holdings", "ledger")
    }
    page = _post(
        f"{brokerless_site}/en/portal/coins/LRHKD/upload/", encode_multipart(BOUNDARY, form),
        {"Content-Type": MULTIPART_CONTENT,
         "Cookie": f"{django_settings.SESSION_COOKIE_NAME}={session}; {django_settings.CSRF_COOKIE_NAME}={token}"},
    )
    assert page.count("Accepted") >= 2
    key = key_for(coin.issuer.organisation, Role.FEED_SENDER)
    _post(
        f"{brokerless_site}/api/v1/coins/LRHKD/feeds/supply/", files["supply"],
        {"Content-Type": "text/csv", "Authorization": f"Bearer {key}",
         "Content-Disposition": 'attachment; filename="supply.csv"'},
    )
    assert set(FeedFile.objects.values_list("feed", "status")) == {
        (feed, FeedFile.Status.ACCEPTED) for feed in ("holdings", "ledger", "supply")
    }
    assert ReserveDay.objects.get().status == ReserveDay.Status.OPEN

    worker = start_worker()
    reserve_tasks.sweep.delay()
    wait_until_idle(worker)
    assert ReserveDay.objects.get().status == ReserveDay.Status.JUDGED


def _post(url: str, body: bytes, headers: dict[str, str]) -> str:
    """Return the text of the page that the request leads to."""
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        pytest.fail(f"{error.code}: {error.read().decode()[:500]}")
