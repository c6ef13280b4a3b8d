"""The document of an application as it was submitted: every question, person, holding and file of one submission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core import wording
from issuers.answer_words import answer_words
from issuers.models import Issuer, Submission
from issuers.models.person import Appointment
from reports.builders.answers import question
from reports.builders.parties import as_reference, instant, issuer_of, name_of

SCHEMA = "assay.application/1"
TITLE_ZH = "牌照申請"


def facts(submission: Submission) -> dict[str, Any]:
    """Return what was submitted, word for word, and who prepared and signed it, when.

    ``content`` is the submission's own; its digest was taken when it was signed and is printed beside ours.
    """
    application = submission.application
    return {
        "schema": SCHEMA,
        "reference": as_reference(application.reference, submission.number),
        "dated_at": instant(submission.submitted_at),
        "application": application.reference,
        "number": str(submission.number),
        "form_version": submission.form_version,
        "issuer": issuer_of(application.issuer),
        "prepared_by": name_of(submission.prepared_by),
        "signed_by": name_of(submission.signed_by),
        "submission_digest": submission.digest,
        "content": submission.content,
    }


def printed(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of ``pdf/application.html``, besides what every document prints."""
    content = frozen["content"]
    return {
        "title": _("Application for a licence"), "title_zh": TITLE_ZH, "subject_line": frozen["application"],
        "issuer_kind": Issuer.Kind(frozen["issuer"]["kind"]).label,
        "modules": modules(content),
        "persons": [person(each) for each in content.get("persons", [])],
        "shareholdings": [holding(each) for each in content.get("shareholdings", [])],
        "documents": [filed(each) for each in content.get("documents", [])],
    }


def modules(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the modules of a submission with their questions and answers."""
    return [
        {"key": module["key"], "title": _(module["title"]), "questions": [question(each) for each in module["fields"]]}
        for module in content.get("modules", [])
    ]


def person(each: Mapping[str, Any]) -> dict[str, Any]:
    """Return a person or body of a submission: names, parts played, particulars, questions.

    Questions are ``fields`` with their labels; bare ``answers`` are printed under their keys.
    """
    particulars = [
        (_("Date of birth"), answer_words("birth_date", each.get("birth_date"))),
        (_("Country"), answer_words("country", each.get("country"))),
        (_("Registration number"), answer_words("", each.get("registration_number"))),
        (_("LEI"), answer_words("", each.get("lei"))),
    ]
    fields = each.get("fields") or [
        {"label": key.rpartition(".")[2].replace("_", " ").capitalize(), "value": value}
        for key, value in each.get("answers", {}).items()
    ]
    return {
        "name_en": each["name_en"], "name_zh": each.get("name_zh", ""), "positions": wording.enumerated(_parts(each)),
        "particulars": [(label, value) for label, value in particulars if value],
        "questions": [question(field) for field in fields],
    }


def _parts(each: Mapping[str, Any]) -> list[str]:
    """The parts that a person plays, a manager's with the affair that is managed."""
    positions, affairs = dict(Appointment.Position.choices), dict(Appointment.Affair.choices)
    parts = []
    for held in each.get("appointments") or [{"position": name} for name in each.get("positions", [])]:
        title = positions.get(held["position"], held["position"])
        if held.get("affair"):
            title = _("%(position)s (%(detail)s)") % {
                "position": title, "detail": affairs.get(held["affair"], held["affair"])
            }
        elif held.get("independent"):
            title = _("%(position)s (%(detail)s)") % {"position": title, "detail": _("independent")}
        parts.append(str(title))
    return parts


def holding(each: Mapping[str, Any]) -> dict[str, str]:
    """Return one line of the ownership table."""
    return {
        "holder": each["holder"], "held": each.get("held") or _("the applicant"),
        "votes": answer_words("percent", each["votes_percent"]),
    }


def filed(each: Mapping[str, Any]) -> dict[str, Any]:
    """Return one file of a submission, with the person whom it is about."""
    about = each.get("person")
    return {**each, "title": _("%(title)s: %(person)s") % {"title": each["title"], "person": about} if about
            else each["title"]}
