"""The auditor's figures beside the daily ones: made once a report is filed, read by all three parties, by nobody else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from reports.models import ReportRun
from reports.services.documents import document
from reports.services.dossiers import freeze_attestation_comparison
from reports.services.occasions import produce_events
from reserves.services.attestation_reports import file_report, query_report
from reserves.services.reperformance import ask_reperformance, reperform
from tests.reports.drafts import written
from tests.reports.pdfs import flat_text_of
from tests.reserves.attesting import PERIOD_END, auditor, firm
from tests.reserves.test_attestation_report import COMPOSITION, at, may, room, uploaded

__all__ = ["at", "may", "room"]
pytestmark = pytest.mark.django_db
OTHERWISE = {"market_value": Decimal("100000000.76"), "is_adequate": False,
             "composition": COMPOSITION | {"cash": Decimal(3)}}


@pytest.fixture
def filed(room, may, ann):
    """A report whose first tested day differs in three figures; its last was performed again."""
    again = ask_reperformance(room.test_days.get(as_of=PERIOD_END).snapshot.day, actor=may, engagement=room,
                              snapshot=room.test_days.get(as_of=PERIOD_END).snapshot)
    reperform(again.pk)
    uploaded(room, may, figures=OTHERWISE, opinion="qualified", exceptions="Cash of HK$3.")
    file_report(room, actor=ann)
    return room


def comparisons() -> list[ReportRun]:
    """Make what filed reports bring, as the sweep does."""
    return [run for run in produce_events(actor=SYSTEM) if run.kind == ReportRun.Kind.ATTESTATION_COMPARISON]



def test_every_figure_stands_with_both_sides_and_the_difference(filed):
    run = freeze_attestation_comparison(filed, actor=SYSTEM)
    facts = run.facts
    assert (run.reference, run.owner, run.about, run.as_of, run.version) == (
        f"{filed.reference}-COMPARISON-1", filed.coin.issuer.organisation, None, filed.period_end, 1)
    assert (facts["schema"], facts["tolerance"], facts["report"]["opinion"], facts["report"]["exceptions"]) == (
        "assay.attestation_comparison/1", "0", "qualified", "Cash of HK$3.")
    first, last = facts["days"]
    assert [tuple(each.values()) for each in first["figures"]] == [
        ("market_value", "100000000.76", "100000000.75", "0.01", False),
        ("outstanding_par", "99000000", "99000000", "0", True),
        ("adequate", "no", "yes", None, False),
        ("composition.cash", "3", "0", "3", False),
        ("composition.demand_deposit", "60000000", "60000000", "0", True),
        ("composition.term_deposit", "5100000.25", "5100000.25", "0", True),
        ("composition.government_debt", "34900000.5", "34900000.5", "0", True),
    ]
    assert all(each["agrees"] for each in last["figures"])
    assert first["again"] == []
    [again] = last["again"]
    assert (again["figures_differing"], again["lines_differing"]) == ("0", "0")
    assert {each["feed"] for each in last["sources"]} == {"holdings", "ledger", "supply"}


def test_it_is_printed_and_the_command_writes_the_same_bytes(filed, tmp_path):
    facts, out = freeze_attestation_comparison(filed, actor=SYSTEM).facts, tmp_path / "comparison.pdf"
    pdf = document(facts)
    call_command("render_report", "attestation_comparison", engagement=filed.reference, out=out)
    assert out.read_bytes() == pdf
    assert ReportRun.objects.filter(kind="attestation_comparison").count() == 1
    with pytest.raises(CommandError, match="nothing to write a document of"):
        call_command("render_report", "attestation_comparison", engagement="ATT-1", out=out)
    text = flat_text_of(pdf)
    for said in ("3 figures differ", "100,000,000.76 100,000,000.75 0.01 0.00 Differs", "Cash of HK$3.",
                 "Qualified", "Ledger & Vane LLP", "figures 0 came out otherwise", facts["report"]["sha256"]):
        assert said in text


def test_the_sweep_makes_it_once_per_filed_version(room, may, ann, bo):
    assert comparisons() == []
    with pytest.raises(Refused, match="No report is filed"):
        freeze_attestation_comparison(room, actor=SYSTEM)
    uploaded(room, may)
    assert comparisons() == []  # uploaded, not filed
    file_report(room, actor=ann)
    [first] = comparisons()
    assert comparisons() == []
    query_report(room, text="Why?", actor=bo)
    uploaded(room, may)
    file_report(room, actor=ann)
    [second] = comparisons()
    first.refresh_from_db()
    assert (second.version, first.status) == (2, "withdrawn")
    for actor in (ann, may):
        with pytest.raises(NotPermitted):
            freeze_attestation_comparison(room, actor=actor)


def test_the_three_parties_read_it_and_nobody_else(filed, may, ann, eli, ian, bo, client_for):
    name, args = "attestation_comparison", [filed.reference]
    page = client_for(may).get(reverse("portal:engagement", args=args)).content.decode()
    assert reverse(f"portal:{name}", args=args) in page
    early = client_for(may).get(reverse(f"portal:{name}", args=args))
    assert early.status_code == 409
    assert "not written yet" in early.content.decode()
    run = written(freeze_attestation_comparison(filed, actor=SYSTEM))
    assert run.status == "rendered"
    colleague = auditor(filed.firm, "col@vane.example", "Col Lai")
    other = auditor(firm("Second Audit LLP"), "oth@second.example", "Oth Yu")
    answers = {person: client_for(person).get(reverse(f"portal:{name}", args=args)).status_code
               for person in (may, ann, eli, ian, bo, colleague, other)}
    assert answers == {may: 200, ann: 200, eli: 200, ian: 404, bo: 404, colleague: 404, other: 404}
    assert client_for(bo).get(reverse(f"officer:{name}", args=args)).status_code == 200
    assert client_for(may).get(reverse("portal:report", args=[run.reference])).status_code == 404  # only by its room
    assert client_for(ann).get(reverse("portal:report", args=[run.reference])).status_code == 200
