"""Freezing the evidence of tested days: the version judged, its files, findings and prices, as they were."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit
from core.access import SYSTEM, Actor, require
from core.errors import Refused
from core.findings import digest_of
from core.models import FeedFile, Finding
from core.roles import Can
from reserves.models import EvidenceSnapshot, Holding, Price, ReserveDay, TestDay
from reserves.selectors.attestation import to_freeze

FROZEN = audit.verb("reserves.attestation.frozen", gettext_noop("froze the evidence of %(day)s for %(target)s"),
                    audience=audit.Audience.ISSUER)


@transaction.atomic
def freeze_evidence(test_day: TestDay, *, actor: Actor) -> EvidenceSnapshot:
    """Freeze the day as it is judged now; frozen once, it stays.

    Raises:
        NotPermitted: the actor neither attests nor runs days.
        Refused: nobody has judged the day yet.
    """
    engagement = test_day.engagement
    if not actor.can(Can.RUN_DAY, engagement):
        require(actor, Can.ATTEST, engagement)
    if standing := EvidenceSnapshot.objects.filter(test_day=test_day).first():
        return standing
    day = ReserveDay.objects.filter(coin=engagement.coin_id, as_of=test_day.as_of,
                                    status=ReserveDay.Status.JUDGED).first()
    if day is None or day.result is None:
        raise Refused(_("The day is not judged yet."), code="not_judged")
    found = {"account": day.result, "findings": _findings(day), "prices": _prices(day)}
    try:
        with transaction.atomic():
            row = EvidenceSnapshot.objects.create(
                test_day=test_day, day=day, rulebook_digest=day.result["rulebook"]["digest"],
                digest=digest_of(found), **found,
            )
    except IntegrityError:  # another worker froze it between our look and our insert
        return EvidenceSnapshot.objects.get(test_day=test_day)
    audit.record(FROZEN, target=engagement, actor=actor, data={"day": test_day.as_of.isoformat()})
    return row


def freeze_waiting() -> int:
    """Freeze every tested day that is judged in full; return how many."""
    days = list(to_freeze().select_related("engagement__coin__issuer"))
    for day in days:
        freeze_evidence(day, actor=SYSTEM)
    return len(days)


def _findings(day: ReserveDay) -> list[dict[str, Any]]:
    """Return what each rule was told and said of this version of the day."""
    rows = Finding.objects.filter(subject=day.coin.symbol, as_of=day.as_of, version=day.version).order_by("rule")
    return [
        {"rule": row.rule, "rule_from": row.rule_from.isoformat(), "cite": row.cite, "verdict": row.verdict,
         "facts": row.facts, "observed": row.observed, "required": row.required, "digest": row.digest}
        for row in rows
    ]


def _prices(day: ReserveDay) -> list[dict[str, Any]]:
    """Return the quotations of the day for the instruments held, with the file and the line of each."""
    files = [entry["file"] for entry in (day.result or {})["inputs"]]
    held = Holding.objects.filter(file__in=files).exclude(instrument_id="").values("instrument_id")
    quoted = Price.objects.filter(
        file__subject=day.coin.symbol, file__feed="prices", file__as_of=day.as_of,
        file__status=FeedFile.Status.ACCEPTED, instrument_id__in=held,
    ).select_related("file")
    return [
        {"file": row.file_id, "sha256": row.file.sha256, "line": row.line, "instrument_id": row.instrument_id,
         "source": row.source, "currency": row.currency}
        | {name: None if value is None else f"{value.normalize():f}" for name in ("bid", "mid", "ask")
           for value in (getattr(row, name),)}
        for row in quoted.order_by("instrument_id", "source", "file_id", "line")
    ]
