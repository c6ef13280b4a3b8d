"""Reading applications as their applicant fills them in: answers, files in their slots, steps, requests, the coach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from core import clock
from core.access import Actor
from core.models import CaseNote
from issuers.completeness import Completeness, completeness_of
from issuers.manifest import DocumentSlot, slots_for
from issuers.models import Answer, Application, Document, InformationRequest, Interview, Issuer, RequestItem
from issuers.selectors.person_problems import person_problems


@dataclass(frozen=True, slots=True)
class FiledSlot:
    """One document of the checklist: its slot, the version filed there now (None: none), all versions ever filed."""

    slot: DocumentSlot
    current: Document | None
    history: tuple[Document, ...]

    @property
    def state(self) -> str:
        if self.current is not None:
            return "filed"
        return "on_request" if self.slot.on_request else "missing"


def applications_for(actor: Actor) -> QuerySet[Application]:
    """Return the applications that the actor may know of, with issuer and case."""
    return Application.objects.visible_to(actor).select_related(
        "issuer__organisation", "case", "prepared_by"
    )


def current_application(issuer: Issuer) -> Application | None:
    """Return the issuer's application that is not ended, if there is one."""
    return issuer.applications.exclude(status__in=Application.ENDED).first()


def answers_of(application: Application) -> dict[str, Answer]:
    """Return the answers that belong to no person, by their key."""
    return {answer.key: answer for answer in application.answers.filter(person=None)}


def filed_slots(application: Application) -> list[FiledSlot]:
    """Return the documents of Annex B that the applicant's kind files, in their order, with what is filed."""
    rows = application.documents.exclude(slot="").filter(person=None).select_related("uploaded_by", "blob")
    by_slot: dict[str, list[Document]] = {}
    replaced = {row.replaces_id for row in rows}
    for row in sorted(rows, key=lambda row: (row.uploaded_at, row.pk), reverse=True):
        by_slot.setdefault(row.slot, []).append(row)
    return [
        FiledSlot(slot, next((row for row in by_slot.get(slot.number, []) if _stands(row, replaced)), None),
                  tuple(by_slot.get(slot.number, ())))
        for slot in slots_for(application.issuer.kind)
    ]


def _stands(row: Document, replaced: set[int | None]) -> bool:
    return row.removed_at is None and row.pk not in replaced


def standing_documents(application: Application) -> list[Document]:
    """Return the versions that would be submitted now: neither replaced nor taken out."""
    return list(application.documents.filter(removed_at=None, replaced_by=None, request_item=None)
                .select_related("person"))


def completeness(application: Application) -> Completeness:
    """Return what the application still lacks, as its pages, the API, the handing over and the officers see it."""
    values = {key: answer.value for key, answer in answers_of(application).items()}
    filed = {each.slot.number for each in filed_slots(application) if each.current}
    return completeness_of(application.issuer.kind, values, filed, person_problems(application), on=clock.today())


def requests_of(application: Application) -> QuerySet[InformationRequest]:
    """Return the requests for information with their questions and the files filed in reply."""
    files = Document.objects.filter(removed_at=None, replaced_by=None)
    items = RequestItem.objects.select_related("replied_by").prefetch_related(Prefetch("documents", files, "files"))
    return application.requests.select_related("sent_by", "answered_by").prefetch_related(Prefetch("items", items))


def shared_interviews(application: Application) -> QuerySet[Interview]:
    """Return the records of talks that the applicant may read; those for officers alone are never among them."""
    return application.interviews.filter(audience=CaseNote.Audience.ISSUER).select_related("person")


def last_changes(answers: Iterable[Answer], *, but: Any) -> list[tuple[str, Any]]:
    """Return who else changed answers and when last: name and instant, the latest first."""
    latest: dict[str, Any] = {}
    for answer in sorted(answers, key=lambda answer: answer.changed_at):
        if answer.changed_by_id != but.pk:
            latest[answer.changed_by_label] = answer.changed_at
    return sorted(latest.items(), key=lambda pair: pair[1], reverse=True)
