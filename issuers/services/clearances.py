"""Recording what a screening of a person or of the issuer found (ORD Sch. 2 s. 7)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit
from core.access import Actor, require
from core.errors import Refused
from core.models import User
from core.roles import Can
from issuers.models import Clearance, Issuer, Person

RECORDED = audit.verb("issuers.clearance.recorded", gettext_noop("recorded a screening of %(target)s: %(state)s"),
                      words=audit.coded(state=dict(Clearance.State.choices)))


@transaction.atomic
def record_clearance(
    issuer: Issuer, *, person: Person | None, state: str, reference: str, actor: Actor
) -> Clearance:
    """Keep what a screening found of the person, or of the issuer itself; the latest counts, all are kept.

    ``reference`` names the screening where it can be found again.

    Raises:
        NotPermitted: the actor does not record screenings.
        Refused: the person is not one of the issuer's, the state is none, or the reference is missing.
    """
    require(actor, Can.RECORD_CLEARANCE, issuer)
    if person is not None and (person.issuer_id != issuer.pk or person.removed_at):
        raise Refused(_("%(person)s is not one of the people of %(issuer)s.")
                      % {"person": person, "issuer": issuer.name}, code="not_of_issuer")
    if state not in Clearance.State.values:
        raise Refused(_("Say what the screening found."), code="unknown_state")
    if not reference.strip():
        raise Refused(_("Give the reference of the screening."), code="no_reference")
    clearance = Clearance.objects.create(
        issuer=issuer, person=person, state=state, reference=reference.strip()[:80],
        recorded_by=actor if isinstance(actor, User) else None,
    )
    audit.record(RECORDED, target=person or issuer, actor=actor,
                 data={"state": state, "reference": clearance.reference})
    return clearance
