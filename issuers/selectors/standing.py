"""What a licensee may still do and still owes, by the state of its licence (ORD ss. 16, 22, 28, 34)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from issuers.models import Licence, Proposal
from issuers.workflows.guards import standing_suspension


@dataclass(frozen=True, slots=True)
class Standing:
    """Four answers with the sentence that says why and the provision; ``until`` is a suspension's last day.

    An answer of None means that the licence itself does not say: the notice that ended it does.
    """

    may_issue: bool
    must_redeem: bool | None
    pays_fee: bool
    files: bool | None
    sentence: str
    cite: str
    until: date | None = None
    direction: str = ""


def standing_of(licence: Licence) -> Standing:
    """Return what the licensee may do and owes now."""
    if licence.status == Licence.Status.ACTIVE:
        sentence = _("The licence is in force: the licensee may issue, within its conditions.")
        return Standing(True, True, True, True, sentence, "ORD ss. 15-17")
    if licence.status == Licence.Status.SUSPENDED:
        suspension = standing_suspension(licence)
        sentence = _("The licensed business has to stop. Duties and the fee continue as before.")
        until = suspension.ends_on if suspension else None
        return Standing(False, True, True, True, sentence, "ORD s. 34", until=until)
    if licence.status == Licence.Status.REVOKED:
        direction = _direction(licence)
        sentence = _("The licence is revoked. What becomes of the reserve and of redemption stands in the notice.")
        return Standing(False, None, False, None, sentence, "ORD s. 28", direction=direction)
    sentence = _("The licence was given up. What was agreed on the coins in circulation stands in the decision.")
    return Standing(False, None, False, None, sentence, "")  # our sources name no provision for giving one up


def _direction(licence: Licence) -> str:
    revoked = licence.proposals.filter(kind="revocation", status=Proposal.Status.DECIDED).exclude(applied_at=None)
    latest = revoked.order_by("-applied_at").first()
    return latest.terms.get("reserve_direction", "") if latest else ""
