"""Filing documents in the slots of LIC Annex B of an application, and as part of a reply."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core.access import Actor, require
from core.errors import Refused
from core.roles import Can
from core.uploads import CheckedFile
from issuers.manifest import DocumentSlot
from issuers.models import Application, Document, RequestItem
from issuers.services.answers import lock_for_editing
from issuers.services.documents import file_document, remove_document
from issuers.services.replies import lock_for_reply, reply_to_item


@transaction.atomic
def file_in_slot(
    application: Application, slot: DocumentSlot, *, raw: bytes, filename: str, actor: Actor
) -> Document:
    """File a document in a slot; where one stands already, this is its next version.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: the application cannot be changed now, or the file is not an accepted document.
    """
    require(actor, Can.EDIT_APPLICATION, application)
    row = lock_for_editing(application)
    standing = row.documents.filter(slot=slot.number, person=None, removed_at=None, replaced_by=None).first()
    return file_document(
        row.issuer, raw=raw, filename=filename, actor=actor, title=slot.title, replaces=standing, application=row,
        slot=slot.number,
    )


@transaction.atomic
def remove_from_slot(document: Document, *, actor: Actor) -> Document:
    """Take a document out of an application, or out of a reply that was not sent.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: it cannot be changed now, or it is taken out already.
    """
    require(actor, Can.EDIT_APPLICATION, document)
    if document.request_item is not None:
        lock_for_reply(document.request_item)
    elif document.application is not None:
        lock_for_editing(document.application)
    else:
        raise Refused(_("“%(document)s” belongs to no application.") % {"document": document.title})
    return remove_document(document, actor=actor)


@transaction.atomic
def reply_with_file(
    item: RequestItem, *, text: str, file: CheckedFile | None, actor: Actor, seen: str | None = None
) -> RequestItem:
    """Save the answer to a question and the file that came with it, both or neither.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        RefusedFile, Refused, ReplyConflict: as ``file_with_reply`` and ``reply_to_item``.
    """
    row = reply_to_item(item, text=text, actor=actor, seen=seen)
    if file is not None:
        file_with_reply(row, raw=file.raw, filename=file.filename, actor=actor)
    return row


@transaction.atomic
def file_with_reply(item: RequestItem, *, raw: bytes, filename: str, actor: Actor) -> Document:
    """File a document with the answer to a question.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: the question takes no answers now, or the file is not an accepted document.
    """
    require(actor, Can.EDIT_APPLICATION, item)
    row = lock_for_reply(item)
    application = row.request.application
    return file_document(application.issuer, raw=raw, filename=filename, actor=actor, application=application,
                         request_item=row)
