"""What belongs to a report besides its PDF in English: tables too long to print, and other languages over the API."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core import blobs
from core.models import AuditEvent
from core.roles import Role
from reports.models import ReportDocument, ReportRun
from tests.factories import csv_bytes

pytestmark = pytest.mark.django_db
TABLE = csv_bytes([{"line": "L1", "verdict": "breached"}])


@pytest.fixture
def run(issuer) -> ReportRun:
    """A report that is out, with one table beside it."""
    table, pdf = blobs.store_blob(TABLE), blobs.store_blob(b"%PDF-1.7")
    named = {"name": "DRA-FRS01-LRHKD-20261016-1-exceptions.csv", "table": "exceptions", "rows": "1",
             "media_type": "text/csv", "sha256": table.sha256, "size": str(table.size)}
    made = ReportRun.objects.create(
        reference="DRA-FRS01-LRHKD-20261016-1", kind="daily_reserve", subject="LRHKD", owner=issuer.organisation,
        as_of="2026-10-16", version=1, facts={"annexes": [named]}, digest="0" * 64, status="rendered", document=pdf)
    ReportDocument.objects.create(run=made, language="en", rendered=pdf)
    return made


@pytest.fixture
def api(client, key_for):
    """``api(organisation)(method, path, data)`` asks with a key of the organisation's."""

    def of(organisation):
        secret = key_for(organisation, Role.COMPLIANCE_OFFICER)
        return lambda method, path, data=None: getattr(client, method)(
            f"/api/v1/reports/{path}", data, content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"})

    return of


def test_each_table_is_had_by_itself_by_who_may_read_the_report(run, ann, bo, ian, client_for):
    [annex] = run.facts["annexes"]
    own, officers = (reverse(f"{site}:report_annex", args=[run.reference, annex["name"]])
                     for site in ("portal", "officer"))
    answer = client_for(ann).get(own)
    assert (b"".join(answer.streaming_content), answer["Content-Type"], answer["Content-Disposition"]) == (
        TABLE, "text/csv", f'attachment; filename="{annex["name"]}"')
    assert own in client_for(ann).get(reverse("portal:reports")).content.decode()
    assert officers in client_for(bo).get(reverse("officer:report_about", args=[run.reference])).content.decode()
    assert b"".join(client_for(bo).get(officers).streaming_content) == TABLE
    assert client_for(ian).get(own).status_code == 404
    assert client_for(ann).get(own.replace("exceptions", "breaks")).status_code == 404
    ReportRun.objects.filter(pk=run.pk).update(document=None)
    assert client_for(ann).get(own).status_code == 404


def test_a_table_that_was_changed_on_disk_is_given_to_nobody(run, ann, client_for):
    [annex] = run.facts["annexes"]
    blobs.path_of(annex["sha256"]).write_bytes(b"changed")
    with pytest.raises(ValueError, match="was changed on disk"):
        client_for(ann).get(reverse("portal:report_annex", args=[run.reference, annex["name"]]))


def test_programs_are_told_of_the_tables_and_have_each(run, api, rival):
    ask, [annex] = api(run.owner), run.facts["annexes"]
    [line] = ask("get", f"{run.reference}/").json()["annexes"]
    assert line == {"name": annex["name"], "table": "exceptions", "media_type": "text/csv", "rows": 1,
                    "size": len(TABLE), "sha256": annex["sha256"],
                    "url": f"http://testserver/api/v1/reports/{run.reference}/annexes/{annex['name']}"}
    assert b"".join(ask("get", f"{run.reference}/annexes/{annex['name']}").streaming_content) == TABLE
    assert ask("get", f"{run.reference}/annexes/none.csv").status_code == 404
    assert api(rival.organisation)("get", f"{run.reference}/annexes/{annex['name']}").status_code == 404


def test_a_program_asks_for_a_language_and_has_the_document_when_it_is_written(run, api):
    ask, pdf = api(run.owner), f"{run.reference}/pdf/?language=zh-hant"
    assert ask("get", pdf).status_code == 409
    for _twice in range(2):
        answer = ask("post", f"{run.reference}/documents/", {"language": "zh-hant"})
        assert (answer.status_code, answer.json()) == (
            202, {"language": "zh-hant", "state": "being_written", "sha256": None, "pdf": None})
    row = ReportDocument.objects.get(run=run, language="zh-hant")
    row.rendered = blobs.store_blob(b"%PDF-1.7 zh")
    row.save()
    languages = {each["language"]: each for each in ask("get", f"{run.reference}/").json()["documents"]}
    assert set(languages) == {"en", "zh-hant"}
    assert languages["zh-hant"] == {
        "language": "zh-hant", "state": "ready", "sha256": row.rendered_id,
        "pdf": f"http://testserver/api/v1/reports/{run.reference}/pdf/?language=zh-hant"}
    answer = ask("get", pdf)
    assert (b"".join(answer.streaming_content), f"{run.reference}-zh-hant.pdf" in answer["Content-Disposition"]) == (
        b"%PDF-1.7 zh", True)
    assert b"".join(ask("get", f"{run.reference}/pdf/").streaming_content) == b"%PDF-1.7"


def test_a_language_that_there_is_not_and_a_report_of_another_s_are_refused(run, api, rival):
    before = AuditEvent.objects.count()
    assert api(run.owner)("post", f"{run.reference}/documents/", {"language": "fr"}).status_code == 400
    assert api(run.owner)("get", f"{run.reference}/pdf/?language=fr").status_code == 400
    assert api(rival.organisation)("post", f"{run.reference}/documents/", {"language": "zh-hant"}).status_code == 404
    ReportRun.objects.filter(pk=run.pk).update(status="withdrawn")
    assert api(run.owner)("post", f"{run.reference}/documents/", {"language": "zh-hant"}).status_code == 409
    assert ReportDocument.objects.count() == 1
    assert AuditEvent.objects.count() == before
