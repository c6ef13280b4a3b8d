"""Packs that a worker compiles: asked for once, begun again once if it died, and the page says how it stands."""

from __future__ import annotations

import os
import signal
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse

from core import clock
from core.models import AuditEvent, Blob
from issuers.models import Issuer
from reports.models import PackOrder, ReportRun
from reports.selectors.pack_orders import LOCKS, orders_waiting
from reports.services import pack_orders
from reports.services.pack_orders import ask_for_pack, make_pack
from reports.services.packs import freeze_inspection_pack
from reports.tasks import make_pack as compile_pack
from reports.tasks import sweep
from tests.servers import wait_until

S = PackOrder.Status


@pytest.fixture
def order(judged_day, issuer, bo) -> PackOrder:
    return ask_for_pack(issuer, judged_day.as_of, judged_day.as_of, actor=bo)


@pytest.fixture
def page(issuer, bo, client_for):
    address = reverse("officer:evidence_pack", args=[issuer.licence.number])
    return lambda: client_for(bo).get(address).content.decode()


@pytest.mark.django_db
def test_asking_writes_nothing_but_the_order_and_asking_again_is_the_same(order, judged_day, issuer, bo, cy, page):
    blobs = Blob.objects.count()
    assert ask_for_pack(issuer, judged_day.as_of, judged_day.as_of, actor=cy) == order
    assert (Blob.objects.count(), ReportRun.objects.filter(kind="inspection_pack").count()) == (blobs, 0)
    assert AuditEvent.objects.filter(verb="reports.pack.asked").count() == 1
    assert "Waits for a worker" in page()
    made = make_pack(order.pk)
    assert (made.status, made.run.kind, made.run.frozen_by) == (S.MADE, "inspection_pack", bo)
    assert PackOrder.objects.values_list("done", "total", "attempts").get() == (8, 8, 1)
    assert reverse("officer:report_about", args=[made.run.reference]) in page()
    assert (make_pack(order.pk), orders_waiting()) == (None, [])
    assert ask_for_pack(issuer, judged_day.as_of, judged_day.as_of, actor=cy) != order  # what is made is made


@pytest.mark.django_db
def test_the_parts_are_counted_while_they_are_written(judged_day, issuer, bo):
    told: list[tuple[int, int]] = []
    freeze_inspection_pack(issuer, judged_day.as_of, judged_day.as_of, actor=bo,
                           progress=lambda *far: told.append(far))
    assert told == [(number, 8) for number in range(9)]


@pytest.mark.django_db
def test_the_page_says_whether_anybody_is_at_work(order, page):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCKS, order.pk])
        PackOrder.objects.update(done=3, total=8, started_at=clock.now() - timedelta(hours=1))
        said = page()
        assert "A worker is at it" in said
        assert "3 of 8 parts are written." in said
        assert make_pack(order.pk) is None
    other.close()
    wait_until(lambda: "No worker takes it" in page(), what="the end of the worker's session")
    assert "The worker that began it is gone." in page()
    PackOrder.objects.update(started_at=None, asked_at=clock.now() - timedelta(minutes=3))
    assert "None has come for some minutes." in page()


@pytest.mark.django_db
def test_what_two_workers_began_and_neither_finished_waits_for_a_person(order, page, monkeypatch):
    def die(*args, **kwargs):
        raise MemoryError

    monkeypatch.setattr(pack_orders, "freeze_inspection_pack", die)
    for _worker in range(2):
        with pytest.raises(MemoryError):
            make_pack(order.pk)
    ended = make_pack(order.pk)
    assert (ended.status, ended.reason) == (
        S.FAILED, "Two workers began it and neither finished. Ask for fewer days.")
    assert ended.reason in page()
    assert orders_waiting() == []


@pytest.mark.django_db
def test_what_is_refused_says_why(judged_day, issuer, bo, page, monkeypatch):
    order = ask_for_pack(issuer, judged_day.as_of, judged_day.as_of, actor=bo)
    monkeypatch.setattr("reports.services.packs.MOST_BYTES", 10)
    assert make_pack(order.pk).status == S.FAILED
    assert "Choose fewer days." in page()
    assert not ReportRun.objects.filter(kind="inspection_pack").exists()


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_half_way_leaves_a_pack_that_is_begun_again_once(order, issuer, start_worker):
    first = start_worker()
    with transaction.atomic():  # the worker waits for the issuer when all parts are written
        Issuer.objects.select_for_update().get(pk=issuer.pk)
        compile_pack.delay(order.pk)  # the sweep would judge the issuer first, and wait there
        wait_until(lambda: PackOrder.objects.get().done == 8, seconds=60, what="the parts of the pack")
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    assert PackOrder.objects.values_list("status", "attempts").get() == (S.WAITING, 1)
    assert not ReportRun.objects.filter(kind="inspection_pack").exists()
    start_worker()
    sweep.delay()
    wait_until(lambda: PackOrder.objects.get().status == S.MADE, seconds=60, what="the pack")
    assert PackOrder.objects.get().attempts == 2
    run = ReportRun.objects.get(kind="inspection_pack")
    wait_until(lambda: ReportRun.objects.get(pk=run.pk).status == "drafted", seconds=60, what="its archive")
    assert AuditEvent.objects.filter(verb="reports.pack.made").count() == 1
