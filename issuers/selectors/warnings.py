"""Reading the warning list: the published part for everybody, all of it for officers."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from core.access import Actor
from core.findings import digest_of
from issuers.models import PublicWarning
from issuers.selectors.register import end_of

#: What of a warning an officer writes.
WRITTEN = (
    "name_en", "name_zh_hant", "name_zh_hans", "website", "token", "contract", "wording_en", "wording_zh_hant",
    "wording_zh_hans", "resembles", "evidence_note",
)
STANDING = (PublicWarning.Status.PUBLISHED, PublicWarning.Status.REMOVED)


def published_warnings(as_at: date | None = None) -> QuerySet[PublicWarning]:
    """Return the warnings on the list, newest first: now, or at the end of a day in Hong Kong."""
    warnings = PublicWarning.objects.select_related("resembles")
    if as_at is None:
        return warnings.filter(status=PublicWarning.Status.PUBLISHED)
    until = end_of(as_at)
    return warnings.filter(status__in=STANDING, published_at__lt=until).filter(
        Q(removed_at=None) | Q(removed_at__gte=until)
    )


def told_warnings() -> QuerySet[PublicWarning]:
    """Return the warnings that the public was ever told, those taken off the list too."""
    return PublicWarning.objects.filter(status__in=STANDING).select_related("resembles")


def warnings_for(actor: Actor) -> QuerySet[PublicWarning]:
    """Return every warning for an officer, and for anybody else none that was not told to all."""
    if actor.is_authority:
        return PublicWarning.objects.select_related("resembles", "proposed_by", "published_by")
    return told_warnings()


def warning_digest(warning: PublicWarning) -> str:
    """Return the SHA-256 of what an officer reads before it is published: every word of the draft, and its evidence."""
    content = {name: getattr(warning, name) for name in WRITTEN if name != "resembles"}
    return digest_of(content | {"resembles": warning.resembles_id, "evidence": warning.evidence_id})
