"""Filing documents with a notice of an event or a request for consent, as long as it is the licensee's to change."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core.access import Actor, require
from core.errors import Refused
from core.roles import Can
from issuers.models import Consent, Document, EventNotice
from issuers.services.documents import file_document, remove_document

Filing = EventNotice | Consent
#: In which states a filing takes documents, or lets them be taken out.
CHANGEABLE = (EventNotice.Status.DRAFT, EventNotice.Status.RETURNED, Consent.Status.DRAFT)


@transaction.atomic
def enclose_document(filing: Filing, *, raw: bytes, filename: str, title: str = "", actor: Actor) -> Document:
    """File a document with the notice or the request; it is submitted with it.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: the filing is with the authority or ended, or the file is not an accepted document.
    """
    require(actor, Can.FILE_NOTICE, filing)
    row = _changeable(filing)
    belongs = {"event_notice": row} if isinstance(row, EventNotice) else {"consent": row}
    return file_document(row.issuer, raw=raw, filename=filename, title=title.strip(), actor=actor,
                         permission=Can.FILE_NOTICE, **belongs)


@transaction.atomic
def take_out_enclosure(document: Document, *, actor: Actor) -> Document:
    """Take a document out of the notice or the request; it stays on record.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: it belongs to neither, the filing is with the authority or ended, or it is taken out already.
    """
    require(actor, Can.FILE_NOTICE, document)
    filing = document.event_notice or document.consent
    if filing is None:
        raise Refused(_("“%(document)s” belongs to no notice and no request.") % {"document": document.title})
    _changeable(filing)
    return remove_document(document, actor=actor, permission=Can.FILE_NOTICE)


def _changeable(filing: Filing) -> Filing:
    # The lock is the one that submitting takes, so that the digest never misses a document or counts one too many.
    row = type(filing).objects.select_for_update(no_key=True, of=("self",)).select_related("issuer__organisation").get(
        pk=filing.pk)
    if row.status not in CHANGEABLE:
        raise Refused(_("%(reference)s is submitted or ended and can no longer be changed.")
                      % {"reference": row.reference})
    return row
