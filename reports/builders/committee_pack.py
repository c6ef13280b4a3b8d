"""The papers for the advisory committee: everything that officers found on an application, for officers alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import wording
from core.models.cases import CaseNote
from issuers.answer_words import answer_words, hong_kong_dollars
from issuers.conditions import KINDS, ConditionKind
from issuers.criteria import CRITERIA, criteria_for
from issuers.models import Application, Clearance, CriterionFinding, InformationRequest, Issuer, Recommendation
from issuers.models.person import Appointment
from issuers.workflows import APPLICATION
from reports.builders import assessed
from reports.builders.application import modules
from reports.builders.measures import value_text
from reports.builders.parties import as_reference, instant, issuer_of, name_of

SCHEMA = "assay.committee_pack/1"
TITLE_ZH = "諮詢委員會文件"
#: The modules of the form whose answers the pack repeats; the rest is in the application's own document.
HIGHLIGHTS = ("capital", "reserve")
FINDING_TONES = {"satisfied": "good", "not_satisfied": "bad", "query": "warn"}
CLEARANCE_TONES = {"clear": "good", "pending": "warn", "hit": "bad"}


def facts(application: Application, *, version: int, compiled_at: datetime, compiled_by: str) -> dict[str, Any]:
    """Return what is on record of the application when the pack is compiled.

    Each part is in ``reports.builders.assessed``. A criterion without a finding is there with ``finding`` None.
    """
    latest = application.submissions.order_by("-number").first()
    highlights = [each for each in latest.content.get("modules", []) if each["key"] in HIGHLIGHTS] if latest else []
    return {
        "schema": SCHEMA,
        "reference": as_reference(application.reference, "PACK", version),
        "dated_at": instant(compiled_at),
        "version": str(version),
        "compiled_by": compiled_by,
        "application": application.reference,
        "status": application.status,
        "form_version": application.form_version,
        "opened_at": instant(application.opened_at),
        "issuer": issuer_of(application.issuer),
        "submissions": [
            {
                "number": str(each.number), "submitted_at": instant(each.submitted_at), "digest": each.digest,
                "prepared_by": name_of(each.prepared_by), "signed_by": name_of(each.signed_by),
            }
            for each in application.submissions.select_related("prepared_by", "signed_by")
        ],
        "criteria": assessed.criteria(application, criteria_for(application.issuer.kind)),
        "requests": assessed.requests(application),
        "interviews": assessed.interviews(application),
        "parties": assessed.parties(application),
        "highlights": highlights,
        "recommendation": assessed.recommendation(application),
        "conditions": assessed.conditions(application),
        "steps": assessed.steps(application),
    }


def printed(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of ``pdf/committee_pack.html``, besides what every document prints."""
    findings = [_criterion(each) for each in frozen["criteria"]]
    return {
        "title": _("Papers for the advisory committee"), "title_zh": TITLE_ZH, "subject_line": frozen["application"],
        "issuer_kind": Issuer.Kind(frozen["issuer"]["kind"]).label,
        "status": Application.Status(frozen["status"]).label,
        "findings": findings, "headline": _headline(frozen["criteria"]),
        "requests": [
            {**each, "state": InformationRequest.Status(each["status"]).label} for each in frozen["requests"]
        ],
        "interviews": [
            {**each, "audience_label": CaseNote.Audience(each["audience"]).label} for each in frozen["interviews"]
        ],
        "parties": [_party(each) for each in frozen["parties"]],
        "highlights": modules({"modules": frozen["highlights"]}),
        "recommendation": _recommendation(frozen["recommendation"]),
        "conditions": [_condition(each) for each in frozen["conditions"]],
        "steps": [_step(each) for each in frozen["steps"]],
    }


def _criterion(each: Mapping[str, Any]) -> dict[str, Any]:
    known = {criterion.key: criterion for criterion in CRITERIA}[each["criterion"]]
    finding = each["finding"]
    return {
        **each, "title": _(known.title), "test": _(known.test), "cite": known.cite,
        "label": CriterionFinding.Finding(finding).label if finding else _("Not assessed"),
        "tone": FINDING_TONES.get(finding or "", ""),
    }


def _headline(criteria: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Whether the committee can decide on this: bad before open before good."""
    count = {key: sum(each["finding"] == key for each in criteria) for key in (*FINDING_TONES, None)}
    tally = _(
        "Of %(total)d minimum criteria, satisfied: %(satisfied)d, not satisfied: %(not_satisfied)d, query: %(query)d,"
        " not assessed: %(none)d."
    ) % {"total": len(criteria), "none": count.pop(None), **count}
    if count["not_satisfied"]:
        return {"title": _("At least one criterion is not satisfied"), "tone": "bad", "text": tally}
    if count["satisfied"] < len(criteria):
        return {"title": _("At least one criterion is open"), "tone": "warn", "text": tally}
    return {"title": _("All minimum criteria are satisfied"), "tone": "good", "text": tally}


def _party(each: Mapping[str, Any]) -> dict[str, Any]:
    positions = dict(Appointment.Position.choices)
    state = each["clearance"]
    return {
        **each, "parts": wording.enumerated(positions.get(part, part) for part in each["positions"]),
        "label": Clearance.State(state).label if state else _("Not screened"),
        "tone": CLEARANCE_TONES.get(state, "warn"),
    }


def _recommendation(made: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if made is None:
        return None
    return {
        **made, "title": Recommendation.Outcome(made["outcome"]).label,
        "state": Recommendation.Result(made["result"]).label,
        "tone": "good" if made["outcome"] == Recommendation.Outcome.GRANT else "bad",
    }


def _condition(each: Mapping[str, Any]) -> dict[str, Any]:
    kind = KINDS.get(each["kind"])
    return {
        **each, "title": _(kind.title) if kind else each["kind"], "cite": kind.cite if kind else "",
        "shown": _value(kind, each["value"]),
    }


def _value(kind: ConditionKind | None, value: Any) -> str:
    """The figure that a condition sets, to the cent: it is what the licensee will be held to."""
    if kind is None or kind.declared is None or value is None:
        return answer_words("", value)
    return hong_kong_dollars(value) if kind.declared.unit == "HKD" else value_text(kind.fact, value, "")


def _step(each: Mapping[str, Any]) -> dict[str, Any]:
    states = dict(Application.Status.choices)
    move = APPLICATION.moves.get(each["move"])
    return {
        **each, "title": move.label if move and move.label else each["move"],
        "source": states.get(each["source"], each["source"]), "target": states.get(each["target"], each["target"]),
    }
