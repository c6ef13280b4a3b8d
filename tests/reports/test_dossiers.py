"""The dossier on a breach: everything on record of it, twice the same bytes, for officers alone, approved by another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.access import SYSTEM
from core.cases import note_case
from issuers.models import Breach
from issuers.services.breaches import notify_breach
from reports.services.documents import document
from reports.services.dossiers import freeze_breach_dossier
from tests.factories import csv_bytes, holding
from tests.reports.pdfs import flat_text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def breach(coin, run, yesterday, ann, bo) -> Breach:
    """A day that was backed, and one after it that was not, noticed, notified and spoken of."""
    run(coin, yesterday - timedelta(days=1))
    run(coin, yesterday, holdings=csv_bytes([holding(yesterday, coin.symbol, market_value="98000000.00")]))
    found = Breach.objects.get(rule="HK-RES-01", subject=coin.symbol)
    note_case(found.case, text="Please explain <today>.", audience="issuer", actor=bo)
    notify_breach(found, actor=ann)
    return found


def test_look(breach, bo):
    run = freeze_breach_dossier(breach, actor=bo)
    import json
    print(json.dumps(run.facts, indent=1, ensure_ascii=False)[:9000])
    pdf = document(run.facts)
    open("/tmp/dossier.pdf", "wb").write(pdf)
    print(flat_text_of(pdf))
    assert 0
