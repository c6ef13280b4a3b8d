"""That what the authority writes reaches more than one person of every licensee."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from core import cases
from core.access import SYSTEM
from core.models import Case
from issuers.models import Issuer
from issuers.selectors.duties import licensees
from issuers.selectors.mail import readers_of

KIND = cases.kind(
    "few_recipients", prefix="RCP", title=gettext_lazy("Too few people receive notices"),
    summary=gettext_noop("%(reached)s of at least %(least)s people of %(subject)s receive our notices"),
    queue="supervision", seen_by_issuer=True,
)


def refresh_recipient_cases() -> None:
    """Open a case where notices reach too few people of a licensee, and close it once they reach enough."""
    for issuer in Issuer.objects.filter(pk__in=licensees()).select_related("organisation").order_by("pk"):
        _refresh(issuer)


@transaction.atomic
def _refresh(issuer: Issuer) -> None:
    organisation = issuer.organisation
    readers = readers_of(organisation)
    standing = Case.objects.filter(kind=KIND.name, key=organisation.slug, status=Case.Status.OPEN).first()
    if readers.few and standing is None:
        cases.open_case(
            KIND.name, subject=organisation.slug, owner=organisation, key=organisation.slug, actor=SYSTEM,
            params={"reached": str(readers.reached), "least": str(settings.MAIL_LEAST_RECIPIENTS)},
            service_days=settings.SERVICE_CLOCKS["few_recipients_business_days"],
        )
    elif standing and not readers.few:
        cases.close_case(standing, outcome="met", actor=SYSTEM)
