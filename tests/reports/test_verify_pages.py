"""The pages that verify, the proof that goes beside a report, and the program that needs neither of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import merkle, sealing
from core.models import Blob
from core.roles import Role
from core.seal_proofs import proof_problems
from reports.models import ReportRun
from reports.services import verification
from reports.views.verification import SCRIPT
from tests.reports import verifying

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(coin, settings, tmp_path, monkeypatch) -> ReportRun:
    verifying.trust(settings, tmp_path)
    monkeypatch.setattr(verification, "read_signed", verifying.read_once)
    made = verifying.issued(coin)
    sealing.seal_events()
    return made


def shown(client, name: str, raw: bytes, *parts: str):
    return client.post(reverse(name, args=parts), {"file": SimpleUploadedFile("report.pdf", raw, "application/pdf")})


def test_the_page_a_code_leads_to_is_the_same_whether_such_a_report_exists(run, client):
    def page(reference: str) -> str:
        text = client.get(reverse("public:verify_reference", args=[reference])).content.decode()
        return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text).replace(reference, "REF")

    assert page(run.reference) == page("DRA-FRS99-XXHKD-20200101-1")
    assert client.get(reverse("public:verify_reference", args=["<b>!"])).status_code == 404


def test_anybody_is_told_that_a_report_holds_and_nothing_is_kept(run, client, django_assert_max_num_queries, settings):
    def kept():
        return Blob.objects.count(), sorted(settings.BLOB_ROOT.rglob("*"))

    before = kept()
    with django_assert_max_num_queries(14):
        answer = shown(client, "public:verify", verifying.signed())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "This report holds" in page
    assert "✗" not in page
    assert kept() == before


def test_figures_that_differ_stand_open_and_first(run, client):
    raw = verifying.with_attachment(verifying.signed(), verifying.forged_facts())
    page = shown(client, "public:verify_reference", raw, run.reference).content.decode()
    assert "This file does not hold" in page
    first = page.split("Figure by figure")[-1].split("<details")[0]
    assert (first.count("Backing ratio"), first.count("2.00000000"), first.count("As stored</span>")) == (1, 1, 0)
    assert run.owner.name_en not in page.split("Figure by figure")[0]


def test_an_officer_is_led_to_the_report_and_its_proof(run, bo, client_for, client):
    page = shown(client_for(bo), "officer:verify", verifying.signed()).content.decode()
    assert reverse("officer:report", args=[run.reference]) in page
    assert reverse("officer:report_proof", args=[run.reference]) in page
    public = shown(client, "public:verify", verifying.signed()).content.decode()
    assert "/officer/" not in public


@pytest.mark.parametrize("sent,sentence", [
    ({}, "Choose the PDF of a report, or the ZIP of an evidence pack."),
    ({"file": SimpleUploadedFile("a.pdf", b"x" * 25_000_001)}, "This file is larger than 25 MB. No report is."),
])
def test_a_missing_or_too_large_file_is_said_beside_the_field(client, sent, sentence):
    answer = client.post(reverse("public:verify"), sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()


def test_one_address_may_ask_so_often(client, settings):
    settings.PAGE_RATES = settings.PAGE_RATES | {"verify": "2/hour"}
    assert [client.post(reverse("public:verify")).status_code for _each in range(3)] == [422, 422, 429]
    assert client.get(reverse("public:verify")).status_code == 200


def test_a_program_verifies_over_the_api(run, key_for, client, rival):
    def asked(organisation, raw: bytes, kind: str = "application/pdf"):
        secret = key_for(organisation, Role.COMPLIANCE_OFFICER)
        return client.post("/api/v1/verify/", raw, content_type=kind, headers={"Authorization": f"Bearer {secret}"})

    answer = asked(run.owner, verifying.signed()).json()
    assert (answer["holds"], answer["reference"], answer["differing"]) == (True, run.reference, [])
    swapped = asked(rival.organisation, verifying.with_attachment(verifying.signed(), verifying.forged_facts())).json()
    assert swapped["holds"] is False
    assert [each["path"] for each in swapped["differing"]] == ["result/backing_ratio"]
    empty, other = asked(run.owner, b""), asked(run.owner, b"x", "text/csv")
    assert (empty.status_code, other.status_code) == (400, 415)
    assert client.post("/api/v1/verify/", b"", content_type="application/pdf").status_code == 401


def test_who_may_read_a_report_gets_its_proof(run, ann, ian, bo, client_for):
    own, officers = (client_for(each).get(reverse(f"{site}:report_proof", args=[run.reference])).json()
                     for each, site in ((ann, "portal"), (bo, "officer")))
    assert (own["reference"], own["digest"]) == (run.reference, run.digest)
    assert proof_problems(own["proof"]) == proof_problems(officers["proof"]) == []
    assert "who" not in own["proof"]
    assert officers["proof"]["who"]["actor_label"] == "Assay"
    assert client_for(ian).get(reverse("portal:report_proof", args=[run.reference])).status_code == 404


def test_an_issuer_finds_the_proof_beside_each_of_its_reports_and_what_it_is_for(run, ann, ian, client_for):
    own, others = (client_for(each).get(reverse("portal:reports")).content.decode() for each in (ann, ian))
    address = reverse("portal:report_proof", args=[run.reference])
    assert f'<a href="{address}" download>Proof (JSON)</a>' in own
    assert "keep it beside the PDF" in own
    assert reverse("public:verify") in own
    assert address not in others
    ReportRun.objects.filter(pk=run.pk).update(document=None)
    assert address not in client_for(ann).get(reverse("portal:reports")).content.decode()


def test_a_proof_that_the_log_does_not_hold_yet_is_refused(coin, ann, client_for):
    run = verifying.issued(coin)
    answer = client_for(ann).get(reverse("portal:report_proof", args=[run.reference]))
    assert answer.status_code == 409
    assert "sealed every minute" in answer.content.decode()


def test_anybody_keeps_the_head_of_the_log_and_sees_later_that_it_still_leads_on(run, client, ann):
    kept = client.get(reverse("public:log_head")).json()["head"]
    assert kept["log_root"] in client.get(reverse("public:verify")).content.decode()
    verifying.replaced(run)
    sealing.seal_events()
    answer = client.get(reverse("public:log_head"), {"since": kept["number"]}).json()
    assert answer["earlier"] == kept
    assert merkle.continues(
        bytes.fromhex(kept["log_root"]), kept["number"], bytes.fromhex(answer["head"]["log_root"]),
        answer["head"]["number"], [bytes.fromhex(each) for each in answer["path"]],
    )
    for since in ("0", "-1", "x", str(answer["head"]["number"] + 1), "9" * 40):
        assert client.get(reverse("public:log_head"), {"since": since}).status_code == 404


def offline(*arguments: object) -> tuple[int, dict]:
    """Run the program as people do: by itself, knowing nothing of the project."""
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), *map(str, arguments), "--json"], capture_output=True,
                          check=False, env={}, cwd="/")
    answer = json.loads(done.stdout) if done.stdout else {"checks": []}
    return done.returncode, {each["code"]: each["holds"] for each in answer["checks"]}


def test_the_program_that_is_offered_verifies_without_us(run, bo, client_for, client, tmp_path):
    page = client.get(reverse("public:verify_script"))
    assert b"".join(page.streaming_content) == SCRIPT.read_bytes()
    pdf, swapped, proof, spoiled = (tmp_path / name for name in ("a.pdf", "b.pdf", "proof.json", "spoiled.json"))
    pdf.write_bytes(verifying.signed())
    swapped.write_bytes(verifying.with_attachment(verifying.signed(), verifying.forged_facts()))
    data = client_for(bo).get(reverse("officer:report_proof", args=[run.reference])).json()
    proof.write_text(json.dumps(data))
    head = data["proof"]["head"]["log_root"]
    assert offline(pdf) == (0, {"facts": True, "printed": None, "proof": None})
    code, found = offline(pdf, "--proof", proof, "--digest", run.digest, "--head", head, "--certificate",
                          tmp_path / "root.pem")
    assert (code, set(found.values())) == (0, {True})
    assert {"signature", "added", "recorded", "seal", "log", "head", "printed", "facts"} == set(found)
    short = f"{run.digest[:4]} {run.digest[4:8]} … {run.digest[-4:]}"
    assert offline(pdf, "--digest", short)[1]["printed"] is True
    code, found = offline(swapped, "--proof", proof, "--digest", run.digest)
    assert code == 2
    assert {name for name, holds in found.items() if holds is False} == {"replaced", "printed", "recorded"}
    data["proof"]["event"]["at"] = "2020-01-01T00:00:00.000000+00:00"
    spoiled.write_text(json.dumps(data))
    code, found = offline(pdf, "--proof", spoiled, "--head", "00" * 32)
    assert (code, found["seal"], found["log"], found["head"]) == (2, False, True, False)
    assert offline(tmp_path / "none.pdf") == (1, {})
