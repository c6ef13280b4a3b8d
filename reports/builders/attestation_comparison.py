"""The auditor's figures beside the daily ones, line by line: attested, frozen, and by how much they differ."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import wording
from core.findings import digest_of
from reports.builders.parties import as_reference, body_of, instant
from reserves.lines import ASSET_CLASSES
from reserves.models import AttestationReport, AttestedDay, Reperformance, TestDay
from reserves.selectors.attestation import evidence_of
from reserves.templatetags.attestation import figure, figure_name, signature_words

SCHEMA = "assay.attestation_comparison/1"
TITLE_ZH = "鑑證與每日數值對照"
#: Figures are compared exactly; nothing that differs is let pass.
TOLERANCE = "0"
OPINION_TONES = {"unqualified": "good", "qualified": "warn", "adverse": "bad", "disclaimer": "warn"}


def facts(report: AttestationReport) -> dict[str, Any]:
    """Return both accounts of each tested day as the report was filed on them, and what performing them again gave."""
    engagement = report.engagement
    superseded = {each.test_day.pk: each for each in evidence_of(engagement)}
    return {
        "schema": SCHEMA,
        "reference": as_reference(engagement.reference, "COMPARISON", report.version),
        "dated_at": instant(report.filed_at), "version": str(report.version),
        "engagement": engagement.reference, "coin": engagement.coin.symbol,
        "currency": engagement.coin.reference_currency, "issuer": body_of(engagement.coin.issuer.organisation),
        "firm": body_of(engagement.firm), "period_start": engagement.period_start.isoformat(),
        "period_end": engagement.period_end.isoformat(), "tolerance": TOLERANCE,
        "report": {
            "filename": report.filename, "sha256": report.document_id, "opinion": report.opinion,
            "exceptions": report.exceptions, "comment": report.comment, "signatures": report.signatures,
            "uploaded_at": instant(report.uploaded_at), "uploaded_by": report.uploaded_by_label,
            "filed_at": instant(report.filed_at), "filed_by": report.filed_by_label,
        },
        "days": [
            _day(each, superseded[each.test_day_id].superseded)
            for each in report.days.select_related("test_day__snapshot__day").order_by("test_day__as_of")
        ],
    }


def _day(attested: AttestedDay, superseded: bool) -> dict[str, Any]:
    test_day = attested.test_day
    snapshot = test_day.snapshot
    again = Reperformance.objects.filter(snapshot=snapshot, status=Reperformance.Status.DONE).order_by("pk")
    return {
        "day": test_day.as_of.isoformat(), "kind": test_day.kind, "version": str(snapshot.day.version),
        "account_sha256": digest_of(snapshot.account), "frozen_sha256": snapshot.digest,
        "frozen_at": instant(snapshot.frozen_at), "rulebook": snapshot.rulebook_digest, "superseded": superseded,
        "figures": _figures(attested, snapshot.account),
        "sources": [{name: each[name] for name in ("feed", "filename", "sha256")}
                    for each in snapshot.account["inputs"]],
        "again": [
            {"finished_at": instant(row.finished_at), "figures": str(row.figures),
             "figures_differing": str(row.figures_differing), "lines": str(row.lines),
             "lines_differing": str(row.lines_differing), "sha256": row.document_id}
            for row in again
        ],
    }


def _figures(attested: AttestedDay, account: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every figure with both sides; which of them differ is what was found when the report was uploaded."""
    parts = {part["asset_class"]: part["market_value"] for part in account["composition"]}
    market, par = account["reserve_market_value"], account["circulation"]
    adequate = None if market is None or par is None else _truth(Decimal(market) >= Decimal(par))
    pairs: list[tuple[str, str | None, str | None]] = [
        ("market_value", _plain(attested.market_value), _plain(market)),
        ("outstanding_par", _plain(attested.outstanding_par), _plain(par)),
        ("adequate", _truth(attested.is_adequate), adequate),
    ]
    for name in ASSET_CLASSES:
        both = _plain(attested.composition.get(name) or 0), _plain(parts.get(name) or 0)
        if both != ("0", "0"):
            pairs.append((f"composition.{name}", *both))
    found = {each["figure"]: each["difference"] for each in attested.differences}
    return [
        {"figure": name, "attested": stated, "daily": daily, "difference": found.get(name, "0" if daily else None),
         "agrees": name not in found}
        for name, stated, daily in pairs
    ]


def _plain(value: Any) -> str | None:
    return None if value is None else f"{Decimal(value).normalize():f}"


def _truth(value: bool) -> str:
    return "yes" if value else "no"


def printed(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of ``pdf/attestation_comparison.html``, besides what every document prints."""
    opinion = frozen["report"]["opinion"]
    return {
        "title": _("Attestation beside the daily figures"), "title_zh": TITLE_ZH, "subject_line": frozen["engagement"],
        "headline": _headline(frozen), "opinion": AttestationReport.Opinion(opinion).label,
        "opinion_tone": OPINION_TONES[opinion], "signatures": signature_words(frozen["report"]["signatures"]),
        "days": [
            {**day, "kind_label": TestDay.Kind(day["kind"]).label, "rows": [_row(each) for each in day["figures"]],
             "repeated": [_again(each) for each in day["again"]]}
            for day in frozen["days"]
        ],
    }


def _headline(frozen: Mapping[str, Any]) -> dict[str, str]:
    figures = [each for day in frozen["days"] for each in day["figures"]]
    differing = sum(not each["agrees"] for each in figures)
    total = ngettext("%(total)s figure was compared.", "%(total)s figures were compared.", len(figures)) % {
        "total": wording.amount(len(figures), places=0)
    }
    if not differing:
        return {"title": _("Every figure agrees"), "tone": "good", "text": total}
    title = ngettext("%(number)d figure differs", "%(number)d figures differ", differing) % {"number": differing}
    return {"title": title, "tone": "bad", "text": total}


def _row(each: Mapping[str, Any]) -> dict[str, Any]:
    is_number = each["attested"] not in ("yes", "no")
    return {
        "name": figure_name(each["figure"]), "attested": figure(each["attested"]), "daily": figure(each["daily"]),
        "difference": figure(each["difference"]) if is_number else "", "tolerance": figure("0") if is_number else "",
        "label": _("Agrees") if each["agrees"] else _("Differs"), "tone": "good" if each["agrees"] else "bad",
    }


def _again(each: Mapping[str, Any]) -> dict[str, Any]:
    differing = int(each["figures_differing"]) + int(each["lines_differing"])
    words = {name: wording.amount(each[name], places=0)
             for name in ("figures", "figures_differing", "lines", "lines_differing")}
    return {
        "at": each["finished_at"], "sha256": each["sha256"], "tone": "bad" if differing else "good",
        "text": _("Of %(figures)s figures %(figures_differing)s came out otherwise, and of %(lines)s lines"
                  " %(lines_differing)s.") % words,
    }
