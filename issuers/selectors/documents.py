"""Reading filed documents: one with all its versions, where to see it, and what changed between two."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse

from core.access import Actor
from core.pages import page_texts
from core.textdiff import PageChange, changed_pages
from core.uploads import PDF
from issuers.models import Consent, Document, EventNotice

#: So many pages stand on one page of the viewer.
PAGES_SHOWN = 40


def documents_for(actor: Actor) -> QuerySet[Document]:
    """Return the documents that the actor may see; what is enclosed to a filing not submitted is the issuer's own."""
    documents = Document.objects.visible_to(actor).select_related(
        "issuer__organisation", "application", "person", "event_notice", "consent", "blob", "uploaded_by"
    )
    if not actor.is_authority:
        return documents
    return documents.filter(
        Q(event_notice=None) | Q(event_notice__submitted_at__isnull=False),
        Q(consent=None) | Q(consent__requested_at__isnull=False),
    )


def enclosures_of(filing: EventNotice | Consent) -> QuerySet[Document]:
    """Return the documents that are, or would be, submitted with a notice or a request."""
    return filing.documents.filter(removed_at=None, replaced_by=None).select_related("issuer").order_by("pk")


def versions_of(document: Document) -> list[Document]:
    """Return every version of the document, the newest first."""
    # A version is filed in place of one before it; the chain has no branches, since each is replaced once.
    related = Document.objects.filter(
        issuer=document.issuer_id, application=document.application_id, slot=document.slot, person=document.person_id,
        request_item=document.request_item_id, proposal=document.proposal_id,
        event_notice=document.event_notice_id, consent=document.consent_id,
    ).select_related("blob", "uploaded_by", "issuer")
    by_key = {row.pk: row for row in related}
    after = {row.replaces_id: row for row in by_key.values() if row.replaces_id}
    newest = by_key[document.pk]
    while newest.pk in after:
        newest = after[newest.pk]
    chain: list[Document] = []
    current: Document | None = newest
    while current is not None:
        chain.append(current)
        current = by_key.get(current.replaces_id) if current.replaces_id else None
    return chain


def shown_pages(document: Document) -> int:
    """Return how many pages can be shown: of a PDF all, of a picture one, of an Office file none."""
    if document.media_type == PDF:
        return document.page_count or 0
    return 1 if document.media_type.startswith("image/") else 0


def page_address(site: str, document: Document, number: int = 1) -> str:
    """Return where a page of the document is shown, for evidence to link to: ``site`` is officer or portal."""
    first = (number - 1) // PAGES_SHOWN * PAGES_SHOWN + 1
    window = f"?from={first}" if first > 1 else ""
    return f"{reverse(f'{site}:document', args=[document.pk])}{window}#page-{number}"


def page_changes(before: Document, after: Document) -> list[PageChange]:
    """Return the pages whose text differs between two versions.

    Raises:
        core.pages.Unreadable: one of them cannot be read.
    """
    return changed_pages(page_texts(before.sha256), page_texts(after.sha256))
