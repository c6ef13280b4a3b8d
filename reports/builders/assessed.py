"""The parts of the committee's papers, as they are frozen: records of the assessment become plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, Q

from issuers.criteria import Criterion
from issuers.models import Application, Appointment, Clearance, ClearanceOverride, Document
from reports.builders.parties import instant, name_of


def criteria(application: Application, wanted: Iterable[Criterion]) -> list[dict[str, Any]]:
    """Each criterion with its latest finding, the evidence named, and how many findings came before it."""
    found: dict[str, list[Any]] = {}
    for finding in application.findings.select_related("by").order_by("at", "pk"):
        found.setdefault(finding.criterion, []).append(finding)
    cited = [each["document"] for rows in found.values() for each in rows[-1].evidence]
    files = Document.objects.filter(issuer=application.issuer).in_bulk(cited)
    return [_criterion(each.key, found.get(each.key, []), files) for each in wanted]


def _criterion(key: str, findings: list[Any], files: dict[int, Document]) -> dict[str, Any]:
    if not findings:
        return {"criterion": key, "finding": None, "reasons": "", "evidence": [], "by": "", "at": None, "earlier": "0"}
    latest = findings[-1]
    return {
        "criterion": key, "finding": latest.finding, "reasons": latest.reasons, "by": name_of(latest.by),
        "at": instant(latest.at), "earlier": str(len(findings) - 1),
        "evidence": [
            {
                "title": file.title, "filename": file.filename, "version": str(file.version), "sha256": file.sha256,
                "page": str(each.get("page") or ""),
            }
            for each in latest.evidence if (file := files.get(each["document"]))
        ],
    }


def requests(application: Application) -> list[dict[str, Any]]:
    """Each request for information with its items and replies."""
    rows = application.requests.select_related("sent_by", "answered_by").prefetch_related(
        "items__replied_by", Prefetch("items__documents", Document.objects.filter(removed_at=None))
    )
    return [
        {
            "number": str(row.number), "status": row.status, "sent_by": name_of(row.sent_by),
            "sent_at": instant(row.sent_at), "due_at": instant(row.due_at), "answered_by": name_of(row.answered_by),
            "answered_at": instant(row.answered_at),
            "items": [
                {
                    "number": str(item.number), "criterion": item.criterion, "text": item.text, "reply": item.reply,
                    "replied_by": name_of(item.replied_by), "replied_at": instant(item.replied_at),
                    "accepted_at": instant(item.accepted_at), "remark": item.remark,
                    "documents": [
                        {"title": each.title, "filename": each.filename, "sha256": each.sha256}
                        for each in item.documents.all()
                    ],
                }
                for item in row.items.all()
            ],
        }
        for row in rows
    ]


def interviews(application: Application) -> list[dict[str, Any]]:
    """Every interview, also those whose record the applicant may not read, oldest first."""
    return [
        {
            "held_at": instant(row.held_at), "person": row.person.name_en if row.person else "",
            "attendees": row.attendees, "summary": row.summary, "audience": row.audience, "by": name_of(row.by),
        }
        for row in application.interviews.select_related("person", "by").order_by("held_at", "pk")
    ]


def parties(application: Application) -> list[dict[str, Any]]:
    """The issuer and each person behind it, with the latest screening and with what went over a lack of it."""
    issuer = application.issuer
    screened: dict[int | None, Clearance] = {}
    for clearance in issuer.clearances.order_by("recorded_at", "pk"):
        screened[clearance.person_id] = clearance
    overrides = {
        row.person_id: row for row in application.overrides.select_related("proposed_by", "confirmed_by")
    }
    current = Prefetch("appointments", Appointment.objects.filter(until=None))
    people = issuer.persons.filter(Q(removed_at=None)).prefetch_related(current)
    body = issuer.organisation
    return [
        _party(body.name_en, body.name_zh_hant, [], screened.get(None), overrides.get(None)),
        *(
            _party(
                person.name_en, person.name_zh, sorted({each.position for each in person.appointments.all()}),
                screened.get(person.pk), overrides.get(person.pk),
            )
            for person in people
        ),
    ]


def _party(
    name_en: str, name_zh: str, positions: list[str], clearance: Clearance | None, override: ClearanceOverride | None
) -> dict[str, Any]:
    return {
        "name_en": name_en, "name_zh": name_zh, "positions": positions,
        "clearance": clearance.state if clearance else "",
        "clearance_reference": clearance.reference if clearance else "",
        "screened_at": instant(clearance.recorded_at) if clearance else None,
        "override": {
            "reason": override.reason, "proposed_by": name_of(override.proposed_by),
            "proposed_at": instant(override.proposed_at), "confirmed_by": name_of(override.confirmed_by),
            "confirmed_at": instant(override.confirmed_at),
        } if override else None,
    }


def recommendation(application: Application) -> dict[str, Any] | None:
    """The latest recommendation, None while there is none."""
    row = application.recommendations.select_related("made_by", "decided_by").first()
    if row is None:
        return None
    return {
        "outcome": row.outcome, "reasons": row.reasons, "ground": row.ground, "made_by": name_of(row.made_by),
        "made_at": instant(row.made_at), "result": row.result, "decided_by": name_of(row.decided_by),
        "decided_at": instant(row.decided_at), "decision_note": row.decision_note,
        "effective_on": row.effective_on.isoformat() if row.effective_on else None,
    }


def conditions(application: Application) -> list[dict[str, Any]]:
    """The conditions that the latest recommendation proposes, in its order."""
    row = application.recommendations.first()
    return [
        {
            "kind": each["kind"], "coin": str(each.get("coin") or ""), "value": each.get("value"),
            "wording": each.get("wording_en", ""), "first_due_on": each.get("first_due_on"),
            "every_months": each.get("every_months"),
        }
        for each in (row.conditions if row else [])
    ]


def steps(application: Application) -> list[dict[str, Any]]:
    """Every step that the application took, oldest first."""
    return [
        {
            "move": row.move, "source": row.source, "target": row.target, "by": row.by_label, "at": instant(row.at),
            "note": row.note,
        }
        for row in application.steps.all()
    ]
