"""Filing documents: checked, kept for good in versions, taken out of a draft but never out of the record."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, blobs, clock
from core.access import Actor, require
from core.errors import Refused
from core.models import User
from core.roles import Can
from core.uploads import CheckedFile, RefusedFile, check_document
from core.wording import hk_datetime
from issuers.models import Document, Issuer

FILED = audit.verb("issuers.document.filed", gettext_noop("filed document %(target)s"),
                   audience=audit.Audience.ISSUER)
REMOVED = audit.verb("issuers.document.removed", gettext_noop("took document %(target)s out"),
                     audience=audit.Audience.ISSUER)


@transaction.atomic
def file_document(
    issuer: Issuer, *, raw: bytes, filename: str, actor: Actor, title: str = "", permission: Can = Can.EDIT_APPLICATION,
    replaces: Document | None = None, **belongs: Any,
) -> Document:
    """Check and keep a document; ``belongs`` says where: slot, application, person, request_item, proposal,
    event_notice or consent. With ``replaces`` it is the next version of that document.

    The caller has made sure that what it belongs to takes documents now.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        RefusedFile: the file is not an accepted document, or stands there already (``duplicate``).
        Refused: the replaced version was replaced already.
    """
    require(actor, permission, issuer)
    checked = check_document(raw, filename)
    _refuse_again(checked, issuer=issuer, **belongs)
    if replaces is not None:
        replaces = Document.objects.select_for_update(no_key=True).get(pk=replaces.pk)
        if replaces.removed_at or Document.objects.filter(replaces=replaces).exists():
            raise Refused(_("“%(document)s” was replaced or taken out meanwhile.") % {"document": replaces.title})
    document = Document.objects.create(
        issuer=issuer, title=(title or checked.filename)[:200], filename=checked.filename,
        media_type=checked.media_type, page_count=checked.page_count, blob=blobs.store_blob(checked.raw),
        version=replaces.version + 1 if replaces else 1, replaces=replaces,
        uploaded_by=actor if isinstance(actor, User) else None, **belongs,
    )
    audit.record(FILED, target=document, actor=actor, data={"sha256": document.sha256})
    return document


def _refuse_again(checked: CheckedFile, **belongs: Any) -> None:
    """Refuse what stands in the same place already, byte for byte: it was sent twice, or the wrong file was chosen."""
    sha256 = hashlib.sha256(checked.raw).hexdigest()
    standing = Document.objects.filter(blob_id=sha256, removed_at=None, replaced_by=None, **belongs).first()
    if standing is not None:
        raise RefusedFile(
            _("“%(file)s” is filed here already, on %(at)s as “%(standing)s”. Choose another file.")
            % {"file": checked.filename, "at": hk_datetime(standing.uploaded_at, "day"),
               "standing": standing.filename},
            code="duplicate",
        )


@transaction.atomic
def remove_document(document: Document, *, actor: Actor, permission: Can = Can.EDIT_APPLICATION) -> Document:
    """Take a document out of what will be submitted; its bytes and its row stay.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: it is taken out already.
    """
    require(actor, permission, document)
    row = Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    if row.removed_at:
        raise Refused(_("“%(document)s” was replaced or taken out meanwhile.") % {"document": row.title})
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    audit.record(REMOVED, target=row, actor=actor)
    return row
