"""What the authority may do to a licence: each power with its provision, hearing and effect."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


class Hearing(StrEnum):
    """How the licensee is heard before the decision."""

    NONE = "none"
    AT_LEAST = "at_least"  # not less than the period that the law gives
    AS_SET = "as_set"  # as long as the notice says


class Effect(StrEnum):
    """What the decided act does to the licence; the last of each is a move of the licence's workflow."""

    ADD_CONDITION = "add_condition"
    REPLACE_CONDITION = "replace_condition"
    CANCEL_CONDITION = "cancel_condition"
    SUSPEND = "suspend"
    EXTEND_SUSPENSION = "extend_suspension"
    REINSTATE = "reinstate"
    REVOKE = "revoke"
    SURRENDER = "surrender"
    SANCTION = "sanction"


@dataclass(frozen=True, slots=True)
class Power:
    """One power: ``period`` and ``longest`` name limits of ``time_limits``; ``urgent`` is where the law lets the
    hearing be left out, in the words of the condition for that; ``from_states`` are states of the licence, and
    ``follows`` the kinds of suspension after which it can be used while they run.
    """

    name: str
    title: str
    cite: str
    hearing: Hearing
    effect: Effect
    from_states: tuple[str, ...]
    period: str = ""
    longest: str = ""
    urgent: str = ""
    follows: tuple[str, ...] = ()
    reviewable: bool = True
    after_tribunal: bool = False  # takes effect only when the way to the tribunal is exhausted or given up


_STANDING = ("active", "suspended")

_ALL = (
    Power("new_condition", _("New condition"), "ORD ss. 17, 19", Hearing.AT_LEAST, Effect.ADD_CONDITION, _STANDING,
          period="representations_on_condition",
          urgent=_("It is a condition to cease an activity, and urgent (s. 19(3)).")),
    Power("vary_condition", _("Variation of a condition"), "ORD ss. 17, 19", Hearing.AT_LEAST,
          Effect.REPLACE_CONDITION, _STANDING, period="representations_on_condition",
          urgent=_("It is a condition to cease an activity, and urgent (s. 19(3)).")),
    Power("cancel_condition", _("Cancellation of a condition"), "ORD s. 20", Hearing.NONE, Effect.CANCEL_CONDITION,
          _STANDING),
    Power("temporary_suspension", _("Temporary suspension"), "ORD s. 32", Hearing.NONE, Effect.SUSPEND, ("active",),
          longest="temporary_suspension"),
    # The hearing lasts as long as a temporary suspension may: without this the licence would have to be free between.
    Power("ordinary_suspension", _("Suspension"), "ORD s. 33", Hearing.AT_LEAST, Effect.SUSPEND, _STANDING,
          period="representations_on_suspension", longest="ordinary_suspension", follows=("temporary_suspension",)),
    Power("suspension_renewal", _("Renewal of a suspension"), "ORD s. 33", Hearing.AT_LEAST, Effect.EXTEND_SUSPENSION,
          ("suspended",), period="representations_on_suspension", longest="ordinary_suspension"),
    Power("reinstatement", _("End of a suspension"), "ORD s. 33", Hearing.NONE, Effect.REINSTATE, ("suspended",),
          reviewable=False),
    Power("revocation", _("Revocation"), "ORD s. 28, Sch. 4", Hearing.AS_SET, Effect.REVOKE, _STANDING,
          after_tribunal=True),
    # Our sources name no provision for giving a licence up; the licensee asks, an officer proposes, another decides.
    Power("surrender", _("Surrender at the licensee's request"), "", Hearing.NONE, Effect.SURRENDER, _STANDING,
          reviewable=False),
    Power("sanction", _("Disciplinary sanction"), "ORD ss. 131-132", Hearing.AT_LEAST, Effect.SANCTION,
          ("active", "suspended", "revoked", "surrendered"), period="representations_on_sanction"),
)

POWERS: dict[str, Power] = {power.name: power for power in _ALL}
