"""A message to one of the issuer's people that failed, mail that came back, and the link in optional mail."""

from __future__ import annotations

from core.blobs import store_blob
from core.models import Bounce, Message
from core.outbox import enqueue
from core.unsubscribing import unsubscribe_url
from reports.notices import DailyReportReady
from tests.api.conftest import DAY

PARTS = {
    **{f"officer:mail_{act}": {"pk": "mail_message"} for act in ("message", "resend", "settle", "trust", "correct")},
    "officer:bounce_read": {"pk": "mail_bounce"},
    "portal:mail_correct": {"pk": "mail_person"},
    "public:unsubscribe": {"token": "mail_token"},
}


def build(world, request) -> None:
    issuer, ann = request.getfixturevalue("issuer"), request.getfixturevalue("ann")
    rows = enqueue(DailyReportReady("R", "LRHKD", DAY, 1), to=issuer.organisation, key="access")
    message = next(row for row in rows if row.recipient == ann)
    Message.objects.filter(pk=message.pk).update(status=Message.Status.FAILED, error="550 5.1.1 No such mailbox")
    world |= {
        "mail_message": message.pk,
        "mail_bounce": Bounce.objects.create(kind="unknown", raw=store_blob(b"Subject: Hello")).pk,
        "mail_person": ann.pk,
        "mail_token": unsubscribe_url(ann.pk, DailyReportReady.template, "en").rstrip("/").rpartition("/")[2],
    }
