"""Signing documents: each rendered document of a report that is out gets one signature, in a stage of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core import audit, blobs, clock
from core.access import SYSTEM
from reports import signing_keys
from reports.builders import stamp
from reports.models import ReportDocument, ReportRun
from reports.services.documents import FORMS
from reports.services.giving import give_document
from reports.services.packing import store_pack
from reports.verbs import SIGNED

#: Frames narrower than this, in points, take smaller letters.
NARROW = 200


def documents_to_sign(run: ReportRun | None = None) -> list[int]:
    """Return the keys of rendered documents, of one report or of all, that lack a signature while there is a key."""
    if not signing_keys.is_configured():
        return []
    lacking = ReportDocument.objects.filter(signed=None, rendered__isnull=False, run__status=ReportRun.Status.RENDERED)
    if run is not None:
        lacking = lacking.filter(run=run)
    return list(lacking.order_by("rendered_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def sign_document(pk: int) -> ReportDocument | None:
    """Sign a document and give it to its readers; None if it waits for no signature, or another worker has it.

    Of an archive the index is signed, which lists what else is in it, and the archive is written with that one.
    Signature and row are committed together: a worker that dies before has signed nothing that anybody could see.

    Raises:
        CannotSign: the key cannot be used.
        ValueError: a file that belongs in the archive was changed on disk.
    """
    if not signing_keys.is_configured():
        return None
    row = (
        ReportDocument.objects.select_for_update(skip_locked=True, no_key=True, of=("self", "run"))
        .select_related("run__owner")
        .filter(pk=pk, signed=None, rendered__isnull=False, run__status=ReportRun.Status.RENDERED).first()
    )
    if row is None:
        return None
    run, now = row.run, clock.now()
    unsigned = row.pdf_id
    assert unsigned is not None  # the query asks for rendered ones
    bytes_signed = signed_bytes(blobs.read_blob(unsigned), run.facts, kind=run.kind, language=row.language, at=now)
    pdf = blobs.store_blob(bytes_signed)
    row.signed, row.signed_index = (store_pack(run.facts, bytes_signed), pdf) if run.is_archive else (pdf, None)
    row.signed_at = now
    row.save(update_fields=["signed", "signed_index", "signed_at"])
    audit.record(SIGNED, target=run, actor=SYSTEM, data={
        "language": row.language, "rendered": row.rendered_id, "signed": row.signed_id})
    give_document(run, row)
    return row


def signed_bytes(raw: bytes, frozen: Mapping[str, Any], *, kind: str, language: str, at: datetime) -> bytes:
    """Return a document of the facts with the signature of this place, shown where the document leaves room.

    Raises:
        CannotSign: the key cannot be used.
    """
    from reports.render import render_stamp  # WeasyPrint is large, and most processes print nothing
    from reports.signing import place_of, sign_pdf

    with signing_keys.opened_signer() as signer, translation.override(language):
        certificate, title = signer.signing_cert, str(ReportRun.Kind(kind).label)
        name, place = signing_keys.signer_name(certificate), place_of(raw)
        lines = stamp.lines(
            name=name, at=at, title=title, reference=frozen["reference"],
            demonstration=signing_keys.is_demonstration(certificate))
        shown = None
        if place:
            width, height = place.size
            shown = render_stamp(
                "pdf/stamp.html", {"lines": lines, "narrow": width < NARROW}, language=language,
                stylesheet=FORMS[frozen["schema"]].stylesheet, width=width, height=height)
        return sign_pdf(
            raw, signer=signer, signed_at=at, name=name, lines="\n".join(lines), appearance=shown,
            reason=_("%(title)s, %(reference)s") % {"title": title, "reference": frozen["reference"]})
