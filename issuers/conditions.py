"""Kinds of licence conditions: what figure each sets, and which fact of the rulebook that figure becomes."""

from __future__ import annotations

from dataclasses import dataclass

from core.rulebook.facts import FACTS, Fact


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class ConditionKind:
    """One kind: ``fact`` is what its value becomes from the day in force ("" where a person watches over it),
    ``of_coin`` whether it is set for one coin, ``recurs`` whether it is a duty that falls due again and again.
    """

    name: str
    title: str
    cite: str
    fact: str = ""
    of_coin: bool = False
    recurs: bool = False

    @property
    def declared(self) -> Fact | None:
        """The fact's declaration: its type, unit and choices."""
        return FACTS[self.fact] if self.fact else None


_ALL = (
    ConditionKind("buffer_target", _("Over-collateralisation target"), "SUP 2.2.1, 6.4.5",
                  "licence.buffer_target", of_coin=True),
    ConditionKind("issuance_cap", _("Cap on the value issued"), "ORD s. 17", "licence.issuance_cap", of_coin=True),
    ConditionKind("attestation_frequency", _("Frequency of attestation"), "SUP 2.7.3",
                  "authority.attestation_frequency"),
    ConditionKind("net_liquid_assets", _("Net liquid assets needed"), "SUP 5.2.1",
                  "licence.net_liquid_assets_need_hkd"),
    ConditionKind("immediate_report", _("Hours that an immediate report may take"), "SUP 2.7.5",
                  "authority.immediate_report_hours"),
    ConditionKind("currency_mismatch", _("Approval to hold another currency"), "ORD Sch. 2 s. 5(3); SUP 2.4.1",
                  "approval.currency_mismatch", of_coin=True),
    ConditionKind("publication_interval", _("Agreement to another interval of publication"), "SUP 2.7.2",
                  "approval.publication_interval"),
    ConditionKind("internal_limits", _("Internal limits to be kept and reported"), "SUP 6.4.2, 6.4.4, 6.4.5",
                  recurs=True),
    ConditionKind("report", _("Report to be filed"), "ORD s. 17", recurs=True),
    ConditionKind("cease_activity", _("Activity to be ceased"), "ORD s. 19(3)"),
    ConditionKind("other", _("Other condition"), "ORD s. 17", recurs=True),
)

KINDS: dict[str, ConditionKind] = {kind.name: kind for kind in _ALL}
