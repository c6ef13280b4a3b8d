from __future__ import annotations
from datetime import timedelta
import pytest
from core.access import SYSTEM
from core import blobs
from reports.services.documents import document
from reports.services.rendering import render_report
from reports.services.dossiers import freeze_attestation_comparison
from reports.services.packs import freeze_inspection_pack
from reserves.services.attestation_reports import file_report
from tests.reports.pdfs import flat_text_of
from tests.reserves.test_attestation_report import at, may, room, uploaded, COMPOSITION
from decimal import Decimal
import zipfile, shutil

pytestmark = pytest.mark.django_db

def test_look(room, may, ann, bo):
    uploaded(room, may, figures={"market_value": Decimal("100000000.76"), "is_adequate": False,
               "composition": COMPOSITION | {"cash": Decimal(3)}})
    file_report(room, actor=ann)
    run = freeze_attestation_comparison(room, actor=SYSTEM)
    pdf = document(run.facts)
    open("/tmp/comparison.pdf", "wb").write(pdf)
    print(flat_text_of(pdf))
    pack = freeze_inspection_pack(room.coin.issuer, room.period_start, room.period_end, actor=bo)
    print(pack.facts)
    pack = render_report(pack.pk)
    print(pack.status, pack.document_id)
    shutil.copy(blobs.path_of(pack.document_id), "/tmp/pack.zip")
    z = zipfile.ZipFile("/tmp/pack.zip")
    z.printdir()
    open("/tmp/pack.pdf", "wb").write(z.read("index.pdf"))
    print(z.read("tables/files.csv").decode()[:1500])
    print(z.read("audit-trail/acts.csv").decode()[:2500])
    assert 0
